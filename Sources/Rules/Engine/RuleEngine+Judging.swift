import Expressions
import Values

extension RuleEngine {
    /// Judges `message` as of `time`. The same message, rules and time give the same verdict.
    public func judge(_ message: Bytes, at time: Timestamp, worker: RuleWorker) -> RuleVerdict {
        let exhausted = worker.matcher.exhaustionCount
        let view = view(message, worker)
        var run = RuleRun(engine: self, message: view, worker: worker, time: time)
        run.all()
        return run.verdict(exhausted: worker.matcher.exhaustionCount - exhausted)
    }

    func view(_ message: Bytes, _ worker: RuleWorker) -> RuleMessage {
        RuleMessage(
            message, settings: rules.settings, registries: registries, redirectors: redirectors, matcher: worker.matcher
        )
    }
}
