import DNS
import Expressions
import Values

extension RuleEngine {
    /// Judges `message` as of `time`. The same message, rules, time and answers to `questions` give the same verdict.
    /// Without `isWhole` it has not all of the rules that are only parts of others: those are missing that are dear to
    /// look for and could change nothing about what else hits.
    public func judge(
        _ message: Bytes, at time: Timestamp, worker: RuleWorker, answers: [DNSQuestion: DNSAnswer] = [:],
        isWhole: Bool = true
    ) -> RuleVerdict {
        let exhausted = worker.matcher.exhaustionCount
        let view = view(message, worker)
        var run = RuleRun(engine: self, message: view, worker: worker, time: time)
        run.all(answers, isWhole: isWhole)
        return run.verdict(exhausted: worker.matcher.exhaustionCount - exhausted)
    }

    func view(_ message: Bytes, _ worker: RuleWorker) -> RuleMessage {
        RuleMessage(
            message, settings: rules.settings, registries: registries, redirectors: redirectors, matcher: worker.matcher
        )
    }
}
