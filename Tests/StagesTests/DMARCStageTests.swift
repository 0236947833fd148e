import DNS
import Mail
import Policy
import Screening
import State
import Stages
import Testing
import Values

/// What the stage makes of the findings of others, those of stages that are not in this catalogue among them.
@Suite struct DMARCStageTests {
    private static let message = "From: a@partner.example\r\nDKIM-Signature: v=1; d=partner.example; s=x\r\n\r\n"

    private func findings(
        _ earlier: [Finding], policy: String = "", message: String = Self.message,
        reversePath: String = "<x@bulk.example>"
    ) async throws -> StageReport {
        let (node, mistakes) = PolicyDocument.parse(Bytes(policy), file: "policy")
        #expect(mistakes.isEmpty)
        var reader = PolicyReader(node)
        let stage = DMARCStage(settings: DMARCStage.Settings(from: &reader), site: Site())
        var transaction = Transaction(session: Session(id: "s"))
        if let path = SMTPPath(reversePath) { transaction.reversePath = .observed(path) }
        let dns = try DNSZone(fixture: "_dmarc.partner.example. TXT \"v=DMARC1; p=reject\"")
        return try await stage.evaluate(
            .message(transaction, Message(Bytes(message))),
            in: Surroundings(
                now: Timestamp(seconds: 0), dns: dns, state: AbsentState(), earlier: EarlierFindings(earlier)))
    }

    private static let spfFails = Finding("SPF_FAIL", ["domain": .text("bulk.example"), "identity": .text("mailfrom")])
    private static let dkimFails = Finding(
        "DKIM_FAIL", ["domain": .text("partner.example"), "signature": .span(25..<70)])
    private static let chain = Finding("ARC_TRUSTED", ["sealer": .text("lists.example"), "dmarc": .text("pass")])

    @Test func aTrustedChainExcusesAFailure() async throws {
        let restored = try await findings([Self.spfFails, Self.dkimFails, Self.chain]).findings
        #expect(restored.map(\.symbol) == ["DMARC_RESTORED"])
        #expect(
            restored.first?.evidence.items.contains { $0.key == "sealer" && $0.value == .text("lists.example") } == true
        )
        let refused = try await findings([Self.spfFails, Self.dkimFails, Self.chain], policy: "honour_arc: false")
        #expect(refused.findings.map(\.symbol) == ["DMARC_REJECT"])
        let other = Finding("ARC_TRUSTED", ["sealer": .text("lists.example"), "dmarc": .text("fail")])
        #expect(try await findings([Self.spfFails, Self.dkimFails, other]).findings.map(\.symbol) == ["DMARC_REJECT"])
    }

    @Test func aHeaderTooLargeToBeReadWhole() async throws {
        let filling = (0..<2000).map { "X-H\($0): v\r\n" }.joined()
        let report = try await findings([Self.spfFails], message: filling + "From: a@partner.example\r\n\r\n")
        #expect(report.findings.map(\.symbol) == ["DMARC_UNREADABLE"])
        #expect(
            report.findings.first?.evidence.items.contains {
                $0.key == "reason" && $0.value == .list(["header too large to be read whole"])
            } == true)
        let failing = try await findings(
            [Self.spfFails], message: "From: a@partner.example\r\n" + filling + "X: y\r\n\r\n")
        #expect(failing.findings.map(\.symbol) == ["DMARC_REJECT"])
    }

    /// Where a stage did not look, what it left open may be an aligned pass.
    @Test func whatWasNotLookedAtIsUnknown() async throws {
        let open = try await findings([Self.spfFails])
        #expect(open.findings.isEmpty && open.notEvaluated.map(\.reason) == ["SPF or DKIM not evaluated"])
        let spfOpen = try await findings([Self.dkimFails], reversePath: "<x@mail.partner.example>")
        #expect(spfOpen.findings.isEmpty && spfOpen.notEvaluated.count == 1)
        // A reverse-path of another domain could not have been aligned.
        #expect(try await findings([Self.dkimFails]).findings.map(\.symbol) == ["DMARC_REJECT"])
        let unsigned = try await findings([Self.spfFails], message: "From: a@partner.example\r\n\r\n")
        #expect(unsigned.findings.map(\.symbol) == ["DMARC_REJECT"])
        let passed = Finding("DKIM_PASS", ["domain": .text("partner.example"), "signature": .span(25..<70)])
        #expect(try await findings([passed]).findings.map(\.symbol) == ["DMARC_PASS"])
    }
}
