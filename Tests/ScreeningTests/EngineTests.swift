import DNS
import Policy
import SMTP
import Testing
import Values

@testable import Screening

@Suite struct EngineTests {
    private static let lines = ["HELO a.example"] + mail(to: "e@c.example") + ["QUIT"]

    /// A stage that throws is a finding of its own, with the error; the stages beside it and the mail go on.
    @Test(arguments: [
        ("on_stage_error: ignore", "220 250 250 250 354 250 221 close", "message:accept"),
        ("on_stage_error: defer", "220 250 451 503 503 500 500 500 500 221 close", "mail:defer"),
        ("actions: {FAILING_STAGE_ERROR: tag}", "220 250 250 250 354 250 221 close", "message:tag"),
    ])
    func aFailingStageIsAFinding(_ top: String, _ replies: String, _ verdict: String) async throws {
        let text = "version: 1\n\(top)\nstages:\n  stalling: {enabled: no}\n  probe: {mail: [PROBE_LIGHT]}"
        var dialogue = Dialogue(try policy(text))
        await dialogue.run(Self.lines)
        #expect(dialogue.replies.joined(separator: " ") == replies)
        var conversation = dialogue.conversation
        let record = try #require(conversation.takeRecords().first)
        #expect(record.judgement.findings.map(\.finding.symbol.name) == ["PROBE_LIGHT", "FAILING_STAGE_ERROR"])
        #expect(record.judgement.findings.last?.finding.evidence == ["error": .text("the disk is on fire")])
        #expect(record.judgement.verdict.map { "\($0.phase.rawValue):\($0.disposition.rawValue)" } == verdict)
    }

    /// A stage that does not answer is cut off at its deadline, and that is a finding too.
    @Test(.timeLimit(.minutes(10))) func aStallingStageIsCutOff() async throws {
        let text = "version: 1\nstage_deadline: 1500ms\nstages:\n  failing-stage: {enabled: no}"
        var dialogue = Dialogue(try policy(text), environment: environment(ImpatientTimer(stage: "stalling")))
        await dialogue.run(Self.lines)
        #expect(dialogue.replies.joined(separator: " ") == "220 250 250 250 354 250 221 close")
        var conversation = dialogue.conversation
        let record = try #require(conversation.takeRecords().first)
        #expect(record.judgement.findings.map(\.finding.symbol.name) == ["STALLING_ERROR"])
        #expect(record.judgement.findings.first?.finding.evidence == ["error": .text("no answer within 1.5 s")])
    }

    /// Why a stage was not asked stands in the record, once for each reason.
    @Test func exemptStagesSayWhy() async throws {
        let text =
            "version: 1\nstages: {failing-stage: {enabled: no}, stalling: {enabled: no}, probe: {mail: [PROBE_REJECT]}}"
        var dialogue = Dialogue(try policy(text), client: "10.1.2.3")
        await dialogue.run(Self.lines)
        var conversation = dialogue.conversation
        let record = try #require(conversation.takeRecords().first)
        #expect(record.judgement.findings.isEmpty)
        #expect(
            record.judgement.notEvaluated.map { "\($0.stage): \($0.reason)" }
                == ["probe: exempt: local client: 10.1.2.3 in 10.0.0.0/8"])
    }

    /// What a stage grants holds for the stages after it in the same phase, and for all in the phases that follow; a
    /// stage that does not exempt such clients, and the one before, go on as ever.
    @Test(arguments: [
        ("count-as: trusted", "exempt: [trusted]", "[]", [String]()),
        ("count-as: trusted", "exempt: [lan]", "[]", ["connect:PROBE_LIGHT", "mail:PROBE_TAG"]),
        ("count-as: trusted", "exempt: [trusted]", "[probe]", [String]()),
        ("count-as: trusted", "exempt: [trusted]", "[other]", ["connect:PROBE_LIGHT", "mail:PROBE_TAG"]),
        ("stage: probe", "exempt: []", "[]", [String]()),
        ("stage: other", "exempt: [trusted]", "[]", ["connect:PROBE_LIGHT", "mail:PROBE_TAG"]),
    ])
    func grantsHoldFromTheNextStageOn(
        _ grant: String, _ exempt: String, _ scope: String, _ found: [String]
    ) async throws {
        let text = """
            version: 1
            stages:
              granting: {\(grant)\(scope == "[]" ? "" : ", exempt_from: \(scope)")}
              probe: {connect: [PROBE_LIGHT], mail: [PROBE_TAG], \(exempt)}
            """
        let (node, _) = PolicyDocument.parse(text, file: "policy")
        let (policy, mistakes) = ScreeningPolicy.read(
            node.map { [$0] } ?? [], catalogue: Catalogue([Other.self, Granting.self, Probe.self]))
        var dialogue = Dialogue(try #require(policy, "\(mistakes)"))
        await dialogue.run(Self.lines)
        var conversation = dialogue.conversation
        let judgement = try #require(conversation.takeRecords().first).judgement
        #expect(
            judgement.findings.filter { $0.stage == "probe" }.map { "\($0.phase.rawValue):\($0.finding.symbol)" }
                == found
        )
        #expect(judgement.findings.contains { $0.finding.symbol == "OTHER_SEEN" })
        let reasons = judgement.notEvaluated.map { "\($0.stage): \($0.reason)" }
        #expect(reasons == (found.isEmpty ? ["probe: granted: for a reason"] : []), "\(reasons)")
    }

    /// Ids in `exempt_from` that cannot be meant are mistakes; a stage that is off confines nothing.
    @Test(arguments: [
        ("exempt_from: [prob]", ["policy:3:28: unknown stage 'prob'; did you mean 'probe'?"]),
        ("exempt_from: [granting]", ["policy:3:28: the stage 'granting' has no exemption 'trusted'"]),
        ("exempt_from: [all]", []), ("exempt_from: []", []),
    ])
    func exemptFromNamesStages(_ setting: String, _ expected: [String]) {
        let text = "version: 1\nstages:\n  granting: {\(setting)}"
        let (node, _) = PolicyDocument.parse(text, file: "policy")
        let (_, mistakes) = ScreeningPolicy.read(
            node.map { [$0] } ?? [], catalogue: Catalogue([Other.self, Granting.self, Probe.self]))
        #expect(mistakes.map(\.description) == expected)
    }

    /// A stage that has nothing to do is not asked, and no report names it.
    @Test func idleStagesAreNotNamed() async throws {
        let (policy, _) = ScreeningPolicy.read([], catalogue: Catalogue([Idle.self]))
        var dialogue = Dialogue(try #require(policy))
        await dialogue.run(["QUIT"])
        var conversation = dialogue.conversation
        let record = try #require(conversation.takeRecords().first)
        #expect(record.judgement.notEvaluated.isEmpty && record.judgement.evaluations.isEmpty)
    }

    /// What lies beyond the end of a transaction is unknown, not clean.
    @Test func theHorizonIsTold() async throws {
        let text =
            "version: 1\nstages: {failing-stage: {enabled: no}, stalling: {enabled: no}, probe: {connect: [PROBE_REJECT]}}"
        var dialogue = Dialogue(try policy(text))
        await dialogue.run(["QUIT"])
        var conversation = dialogue.conversation
        let record = try #require(conversation.takeRecords().first)
        #expect(
            record.judgement.notEvaluated.map { "\($0.stage): \($0.reason)" }
                == ["probe: unknown after connect"])
    }

    /// Stages see what those before them found, in this phase and the ones before.
    @Test func earlierFindingsAreSeen() {
        let earlier = EarlierFindings([Finding("A", ["n": .number(1)]), Finding("B"), Finding("A", ["n": .number(2)])])
        #expect(earlier.contains("A") && earlier.contains("B") && !earlier.contains("C"))
        #expect(earlier.first("A")?.evidence == ["n": .number(1)])
        #expect(earlier.first("C") == nil)
    }
}
