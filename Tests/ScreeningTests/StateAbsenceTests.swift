import Policy
import SMTP
import State
import Testing
import Values

@testable import Screening

/// What becomes of mail when a stage's store does not answer.
@Suite struct StateAbsenceTests {
    private static let lines = ["HELO a.example"] + mail(to: "e@c.example") + ["QUIT"]

    @Test(arguments: [
        (
            "", "220 250 250 250 354 250 221 close", "message:accept",
            "forgetful: state is not there: the store is away", ""
        ),
        (
            "state: {when_away: skip}\non_stage_error: defer", "220 250 250 250 354 250 221 close", "message:accept",
            "forgetful: state is not there: the store is away", ""
        ),
        // With memory somebody stands in for the store; what fails all the same is left out.
        (
            "state: {when_away: memory}", "220 250 250 250 354 250 221 close", "message:accept",
            "forgetful: state is not there: the store is away", ""
        ),
        (
            "state: {when_away: defer}", "220 250 451 503 503 500 500 500 500 221 close", "mail:defer", "",
            "FORGETFUL_ERROR"
        ),
        (
            "state: {when_away: defer}\nactions: {FORGETFUL_ERROR: tag}", "220 250 250 250 354 250 221 close",
            "message:tag", "",
            "FORGETFUL_ERROR"
        ),
    ])
    func policySaysWhatFollows(
        _ top: String, _ replies: String, _ verdict: String, _ omission: String, _ symbol: String
    ) async throws {
        let text = "version: 1\n\(top)\n"
        let (node, _) = PolicyDocument.parse(text, file: "policy")
        let (policy, mistakes) = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: Catalogue([Forgetful.self]))
        var dialogue = Dialogue(try #require(policy, "\(mistakes)"))
        await dialogue.run(Self.lines)
        #expect(dialogue.replies.joined(separator: " ") == replies)
        var conversation = dialogue.conversation
        let record = try #require(conversation.takeRecords().first)
        #expect(record.judgement.findings.map(\.finding.symbol.name) == [symbol].filter { !$0.isEmpty })
        #expect(record.judgement.notEvaluated.first.map { "\($0.stage): \($0.reason)" } ?? "" == omission)
        #expect(record.judgement.verdict.map { "\($0.phase.rawValue):\($0.disposition.rawValue)" } == verdict)
        if let finding = record.judgement.findings.first {
            #expect(finding.finding.evidence == ["state": .text("the store is away")])
        }
    }
}

/// A stage whose store does not answer.
private struct Forgetful: Stage {
    static let manifest = StageManifest(
        id: "forgetful", title: "Forgetful", summary: "Asks a store that is away.", phases: [.mail], needs: .state,
        symbols: [])

    struct Settings: StageSettings {
        init(from reader: inout PolicyReader) {}
    }

    init(settings: Settings, site: Site) {}

    func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        throw StateError("the store is away")
    }
}
