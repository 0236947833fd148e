import Policy
import SMTP
import Testing
import Values

@testable import Screening

@Suite struct JudgeTests {
    /// What the built-in policy of the probe makes of findings (`phase:SYMBOL …`) at a phase.
    @Test(
        arguments: [
            ("", .message, "accept 0"),
            ("message:LIGHT", .message, "accept 1"),
            ("connect:LIGHT helo:LIGHT mail:LIGHT rcpt:LIGHT", .message, "accept 4"),
            // Tag from 5.0, reject from 12.0: reached, not passed.
            ("message:HEAVY", .message, "tag 5"),
            ("message:HEAVY message:HEAVY message:LIGHT", .message, "tag 11"),
            (
                "message:HEAVY message:HEAVY message:LIGHT message:LIGHT", .message,
                "reject 12 550 5.7.1 Refused by policy"
            ),
            ("message:HEAVY message:GOOD", .message, "accept 3"),
            // Scores decide at the message and nowhere before.
            ("mail:HEAVY mail:HEAVY mail:HEAVY", .mail, "accept 15"),
            ("mail:HEAVY mail:HEAVY mail:HEAVY", .rcpt, "accept 15"),
            ("mail:HEAVY mail:HEAVY mail:HEAVY", .message, "reject 15 550 5.7.1 Refused by policy"),
            // Milder actions count at the message, wherever they were found.
            ("connect:TAG", .connect, "accept 0"), ("connect:TAG", .message, "tag 0"),
            ("helo:TAG rcpt:QUARANTINE", .rcpt, "accept 0"), ("helo:TAG rcpt:QUARANTINE", .message, "quarantine 0"),
            // Refusals count in the phase in which they were found; what was let pass is not refused later.
            ("connect:REJECT", .connect, "reject 0.5 553 5.7.9 Not here"), ("connect:REJECT", .helo, "accept 0.5"),
            ("connect:REJECT", .message, "accept 0.5"), ("helo:DISCONNECT mail:DEFER", .rcpt, "accept 0"),
            ("helo:REJECT mail:DEFER", .mail, "defer 0.5 451 4.7.1 Temporarily refused by policy; try again later"),
            ("rcpt:DISCARD", .message, "accept 0"), ("message:DISCARD", .message, "discard 0"),
            // The severest wins, whatever the order, and it is its words that are sent.
            ("mail:DEFER mail:REJECT", .mail, "reject 0.5 553 5.7.9 Not here"),
            ("mail:REJECT mail:DEFER", .mail, "reject 0.5 553 5.7.9 Not here"),
            (
                "mail:REJECT mail:DISCONNECT", .mail,
                "disconnect 0.5 554 5.7.1 Refused by policy, closing the connection"
            ),
            ("message:QUARANTINE message:TAG", .message, "quarantine 0"),
            ("message:QUARANTINE message:HEAVY", .message, "quarantine 5"),
            (
                "message:DEFER message:HEAVY message:HEAVY message:HEAVY", .message,
                "reject 15 550 5.7.1 Refused by policy"
            ),
            ("message:REJECT message:HEAVY message:HEAVY message:HEAVY", .message, "reject 15.5 553 5.7.9 Not here"),
            ("message:DISCARD message:HEAVY message:HEAVY message:HEAVY", .message, "discard 15"),
            // A session's failure is not a refusal unless the policy says so.
            ("mail:ERROR", .mail, "accept 0"), ("message:UNKNOWN_TO_ANYBODY", .message, "accept 0"),
        ] as [(String, Phase, String)])
    func verdictsFollowThePolicy(_ findings: String, _ phase: Phase, _ expected: String) throws {
        #expect(Self.judge(findings, at: phase, try probing("")) == expected)
    }

    /// Thresholds hold from their own score on, to the thousandth of a point.
    @Test(arguments: [
        ("PROBE_LIGHT: 4.999", "accept 4.999"), ("PROBE_LIGHT: 5", "tag 5"), ("PROBE_LIGHT: 7.999", "tag 7.999"),
        ("PROBE_LIGHT: 8", "quarantine 8"), ("PROBE_LIGHT: 11.999", "quarantine 11.999"),
        ("PROBE_LIGHT: 12", "reject 12 550 5.7.1 Refused by policy"), ("PROBE_LIGHT: -12", "accept -12"),
        ("PROBE_LIGHT: 100000", "reject 100000 550 5.7.1 Refused by policy"),
    ])
    func thresholdsAreExact(_ weight: String, _ expected: String) throws {
        let policy = try probing("", "thresholds: {quarantine: 8}\nweights: {\(weight)}")
        #expect(Self.judge("message:LIGHT", at: .message, policy) == expected)
    }

    /// What a stage's failure leads to, and that a failure given an action or weight of its own has that one.
    @Test(arguments: [
        ("", "accept 0"), ("on_stage_error: ignore", "accept 0"),
        ("on_stage_error: defer", "defer 0 451 4.7.1 Temporarily refused by policy; try again later"),
        ("{on_stage_error: defer, actions: {PROBE_ERROR: reject}}", "reject 0 550 5.7.1 Refused by policy"),
        ("{on_stage_error: ignore, weights: {PROBE_ERROR: 2.5}}", "accept 2.5"),
        ("{on_stage_error: defer, replies: {PROBE_ERROR: 451 4.3.0 Our fault}}", "defer 0 451 4.3.0 Our fault"),
    ])
    func failuresFollowThePolicy(_ top: String, _ expected: String) throws {
        let text = top.hasPrefix("{") ? String(top.dropFirst().dropLast()).replacing(", ", with: "\n") : top
        #expect(Self.judge("mail:ERROR", at: .mail, try probing("", text)) == expected)
    }

    /// Grounds name the symbol, the action and the policy's line, most decisive first.
    @Test func groundsNameWhatDecided() throws {
        let policy = try probing("", "actions:\n  PROBE_LIGHT: defer\nthresholds:\n  reject: 5")
        let verdict = Self.verdict("mail:TAG message:LIGHT message:HEAVY", at: .message, policy)
        let grounds = verdict.grounds.map { ground in
            switch ground {
            case .action(let action, let symbol, let place): "\(action) \(symbol) \(place)"
            case .threshold(let disposition, let score, let place): "\(disposition) at \(score) \(place)"
            case .recipientsRefused: "no recipient"
            }
        }
        #expect(grounds == ["reject at 5000 policy:5:11", "defer PROBE_LIGHT policy:3:16", "tag PROBE_TAG (default)"])
    }

    /// At the message each recipient is judged by what concerns it, and the outcomes are folded.
    @Test(
        arguments: [
            (.lenient, "0:DEFER", [0, 1], "accept 0"),
            (.strict, "0:DEFER", [0, 1], "defer 0 451 4.7.1 Temporarily refused by policy; try again later"),
            (.lenient, "0:REJECT 1:DEFER", [0, 1], "defer 0 451 4.7.1 Temporarily refused by policy; try again later"),
            (.strict, "0:REJECT 1:DEFER", [0, 1], "reject 0.5 553 5.7.9 Not here"),
            // A recipient refused before does not speak at the end of data.
            (.lenient, "0:REJECT 1:DEFER", [0], "reject 0.5 553 5.7.9 Not here"),
            (.lenient, "0:HEAVY 1:TAG", [0, 1], "tag 5"), (.strict, "0:DISCARD", [0, 1], "accept 0"),
            (.lenient, "0:DISCARD 1:DISCARD", [0, 1], "discard 0"),
        ] as [(MixedRecipients, String, [Int], String)])
    func recipientsAreJudgedApart(
        _ rule: MixedRecipients, _ findings: String, _ accepted: [Int], _ expected: String
    ) throws {
        let judge = Judge(try probing(""))
        let weighed = findings.split(separator: " ").map { word in
            let finding = Finding(
                Symbol("PROBE_" + word.dropFirst(2)), scope: .recipient(Int(word.prefix(1)) ?? -1))
            return judge.weigh(finding, stage: "probe", phase: .message)
        }
        let verdict = judge.verdict(at: .message, on: weighed, foldingBy: rule, accepted: accepted)
        #expect(Self.text(verdict) == expected)
    }

    /// `disposition score reply`.
    private static func judge(_ findings: String, at phase: Phase, _ policy: ScreeningPolicy) -> String {
        text(verdict(findings, at: phase, policy))
    }

    private static func verdict(_ findings: String, at phase: Phase, _ policy: ScreeningPolicy) -> Verdict {
        let judge = Judge(policy)
        let weighed = findings.split(separator: " ").compactMap { word -> WeighedFinding? in
            let parts = word.split(separator: ":")
            guard let found = Phase(rawValue: String(parts[0])) else { return nil }
            return judge.weigh(Finding(Symbol("PROBE_" + parts[1])), stage: "probe", phase: found)
        }
        return judge.verdict(at: phase, on: weighed)
    }

    private static func text(_ verdict: Verdict) -> String {
        let score = JSON.decimal(thousandths: verdict.score)
        return "\(verdict.disposition) \(score)" + (verdict.reply.map { " \($0)" } ?? "")
    }
}
