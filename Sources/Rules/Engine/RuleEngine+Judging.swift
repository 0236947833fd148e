import DNS
import Expressions
import Values

extension RuleEngine {
    /// Judges `message` as of `time`. The same message, rules, time and answers to `questions` give the same verdict.
    public func judge(
        _ message: Bytes, at time: Timestamp, worker: RuleWorker, answers: [DNSQuestion: DNSAnswer] = [:]
    ) -> RuleVerdict {
        let exhausted = worker.matcher.exhaustionCount
        let view = view(message, worker)
        var run = RuleRun(engine: self, message: view, worker: worker, time: time)
        run.all(answers)
        return run.verdict(exhausted: worker.matcher.exhaustionCount - exhausted)
    }

    func view(_ message: Bytes, _ worker: RuleWorker) -> RuleMessage {
        RuleMessage(
            message, settings: rules.settings, registries: registries, redirectors: redirectors, matcher: worker.matcher
        )
    }
}
