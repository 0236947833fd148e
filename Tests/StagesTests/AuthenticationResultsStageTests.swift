import DNS
import Mail
import Policy
import Screening
import Stages
import State
import Testing
import Values

/// Which fields under the site's name are ours: in an archive, unlike live, what we wrote then stands in the message.
struct AuthenticationResultsStageTests {
    private static let ours = "Authentication-Results: mx.company.example; spf=pass smtp.mailfrom=a.example\r\n"
    private static let hop = "Received: from a.example (a.example [192.0.2.1]) by mx.company.example; x\r\n"
    private static let earlierHop = "Received: from b.example by a.example; x\r\n"

    @Test(arguments: [
        // Above the hop into the site.
        ([ours, hop, earlierHop], []),
        // Below it, but above the hop before: some servers write there.
        ([hop, ours, earlierHop], []),
        // Below that, nobody of ours writes.
        ([hop, earlierHop, ours], [2]),
        // With ours above, whatever stands below is not.
        ([ours, hop, ours, earlierHop, ours], [2, 4]),
        ([hop, ours, ours, earlierHop], [2]),
        ([ours, ours, hop], []),
    ])
    func archives(fields: [String], forged: [Int]) async throws {
        let text = fields.joined() + "Subject: x\r\n\r\n"
        let message = Message(Bytes(text))
        let received = try #require(message.header.first("Received"))
        let source = HeaderSource(field: "Received", range: received.range)
        let address = try #require(IPAddress("192.0.2.1"))
        #expect(try await spans(message, .reconstructed(address, from: source)) == forged)
        // Live, all of them are somebody else's.
        let all = fields.indices.filter { fields[$0] == Self.ours }
        #expect(try await spans(message, .observed(address)) == all)
    }

    /// The places of the fields that are found forged, each with its request to be left out.
    private func spans(_ message: Message, _ client: Fact<IPAddress>) async throws -> [Int] {
        var reader = PolicyReader(nil)
        let stage = AuthenticationResultsStage(
            settings: AuthenticationResultsStage.Settings(from: &reader),
            site: Site(localDomains: ["company.example"], authservID: "mx.company.example"))
        let report = try await stage.evaluate(
            .message(Transaction(session: Session(id: "s", client: client)), message),
            in: Surroundings(now: Timestamp(seconds: 0), dns: NoDNS(), state: MemoryState()))
        let starts = message.header.map(\.range.lowerBound)
        let removed = report.effects.compactMap { effect -> Int? in
            if case .removeHeader(_, let span) = effect { starts.firstIndex(of: span.lowerBound) } else { nil }
        }
        #expect(removed.count == report.findings.count)
        return removed
    }
}
