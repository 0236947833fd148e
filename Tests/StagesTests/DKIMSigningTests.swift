import DNS
import Mail
import Policy
import Screening
import State
import Testing
import Values

@testable import Stages

/// For whom the DKIM stage asks for signatures. What the cases of the stage show is not here: sessions over loopback
/// do not authenticate.
@Suite struct DKIMSigningTests {
    private static func stage(_ settings: String) throws -> DKIMStage {
        let (node, diagnostics) = PolicyDocument.parse(settings, file: "policy")
        var reader = PolicyReader(node)
        let site = Site(trustedRelays: [try #require(IPNetwork("198.51.100.25"))])
        let stage = DKIMStage(settings: DKIMStage.Settings(from: &reader), site: site)
        reader.finish()
        try #require(diagnostics.isEmpty && reader.diagnostics.isEmpty)
        return stage
    }

    private static func effects(_ stage: DKIMStage, _ session: Session, exempt: Bool) async throws -> StageReport {
        let message = Message(Bytes("From: Eva <eva@company.example>\n\n"))
        return try await stage.evaluate(
            .message(Transaction(session: session), message),
            in: Surroundings(
                now: Timestamp(seconds: 0), dns: NoDNS(), state: MemoryState(),
                exemption: exempt ? StageReport.Omission("exempt: authenticated") : nil))
    }

    private static let signing = "sign: [{domain: company.example, selector: s1}]"

    /// An authenticated client's mail is signed wherever it comes from, exempt from verification or not.
    @Test(arguments: ["203.0.113.9", "198.51.100.25", "10.0.0.1"], [true, false])
    func authenticatedClients(client: String, exempt: Bool) async throws {
        var session = Session(id: "s", client: .observed(try #require(IPAddress(client))))
        session.authenticated = .observed("eva")
        for (settings, isSigned) in [
            ("{\(DKIMSigningTests.signing)}", true),
            ("{\(DKIMSigningTests.signing), sign_for: [authenticated]}", true),
            ("{\(DKIMSigningTests.signing), sign_for: [trusted, lan]}", false), ("{}", false),
        ] {
            let report = try await DKIMSigningTests.effects(
                DKIMSigningTests.stage(settings), session, exempt: exempt)
            #expect(report.effects == (isSigned ? [.signDKIM(domain: "company.example", selector: "s1")] : []))
            #expect(report.notEvaluated.isEmpty != exempt)
        }
    }

    /// An archive without the client's address tells nothing of who sent the message.
    @Test func unknownClient() async throws {
        let report = try await DKIMSigningTests.effects(
            DKIMSigningTests.stage("{\(DKIMSigningTests.signing)}"), Session(id: "s"), exempt: false)
        #expect(report.effects.isEmpty)
    }
}
