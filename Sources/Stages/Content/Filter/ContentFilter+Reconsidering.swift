import Policy
import Screening

extension ContentFilter.Settings {
    /// Whether a rule asks for the score, or for what was found.
    public var reconsiders: Bool { rules.contains { $0.value.isJudged } }

    /// What rules come to under a policy by which other things were found before them, or count otherwise. A rule that
    /// the run did not get to, or whose program it did not ask, may hold or not: that is told.
    public func reconsidered(_ found: [Finding], after earlier: EarlierFindings) -> StageReport? {
        guard reconsiders else { return nil }
        var course = Course(found, earlier)
        for rule in rules.map(\.value) where course.goesOn { course.take(rule) }
        return course.report
    }
}

/// The way through the rules: that of the run, and that under the other policy.
private struct Course {
    private let found: [Finding]
    private let earlier: EarlierFindings
    private var symbols: [Symbol]
    private var score: Int
    private var taken = StageReport()
    /// What is told of all rules together.
    private let last: [Finding]
    private var (ran, runs) = (Position(), Position())

    /// How far rules are skipped.
    private struct Position {
        var skipped = 0
        var isStopped = false

        /// Whether the rule at hand is tried.
        mutating func comesToRule() -> Bool {
            guard !isStopped, skipped > 0 else { return !isStopped }
            skipped -= 1
            return false
        }

        /// Goes on from a rule that holds.
        mutating func go(_ next: ContentRule.Next) {
            switch next {
            case .next: break
            case .stop: isStopped = true
            case .skip(let count): skipped = count
            }
        }
    }

    init(_ found: [Finding], _ earlier: EarlierFindings) {
        (self.found, self.earlier) = (found, earlier)
        (symbols, score) = (earlier.findings.map(\.symbol), earlier.score)
        let others: Set = [ContentFilter.exhausted, ContentFilter.programFailed]
        last = found.filter { others.contains($0.symbol) }
    }

    /// What the rules come to.
    var report: StageReport {
        var report = taken
        report.findings += last
        return report
    }

    /// Whether further rules may hold.
    var goesOn: Bool { !runs.isStopped }

    mutating func take(_ rule: ContentRule) {
        let was = found.first { $0.symbol == rule.symbol }
        let almost = found.first { $0.symbol == rule.almost }
        let wasTried = ran.comesToRule()
        if wasTried, was != nil { ran.go(rule.then) }
        guard runs.comesToRule() else { return }
        let holds = rule.holds(on: symbols, score: score)
        if rule.isOnlyJudged {
            add(holds ? was ?? Finding(rule.symbol, ["rule": .text(rule.name)]) : nil, rule)
        } else if !wasTried {
            if holds { doubt(rule, "the run did not try it") }
        } else if rule.choice == .mixed {
            if holds { takeMixed(rule, was) }
        } else if was != nil || almost != nil {
            if holds {
                add(was ?? Finding(rule.symbol, ["rule": .text(rule.name)]), rule)
            } else {
                taken.findings.append(almost ?? Finding(rule.almost, ["rule": .text(rule.name)]))
            }
        } else if holds, rule.isJudged, (rule.all + rule.any).contains(where: { $0.value.program != nil }) {
            doubt(rule, "the run did not ask its program")
        }
    }

    /// A rule of which one condition has to hold that may be about the message or about what was found.
    private mutating func takeMixed(_ rule: ContentRule, _ was: Finding?) {
        let isChosen = rule.any.contains {
            $0.value.subject.isJudged && $0.value.holds(on: symbols, score: score)
        }
        let asksMore = rule.all.contains { !$0.value.subject.isJudged }
        if isChosen, was != nil || !asksMore {
            add(was ?? Finding(rule.symbol, ["rule": .text(rule.name)]), rule)
        } else if isChosen || was != nil || !rule.all.isEmpty {
            add(was, rule)
            doubt(rule, "what it asks of the message is not told apart")
        }
    }

    private mutating func add(_ finding: Finding?, _ rule: ContentRule) {
        guard let finding else { return }
        taken.findings.append(finding)
        symbols.append(rule.symbol)
        score += earlier.weight(of: rule.symbol)
        runs.go(rule.then)
    }

    private mutating func doubt(_ rule: ContentRule, _ reason: String) {
        taken.notEvaluated.append(
            StageReport.Omission("not judged anew", detail: "the rule \"\(rule.name)\": \(reason)"))
    }
}
