import Expressions

/// What judging a message needs besides the rules: each thread has one of its own, and may use it again and again.
public final class RuleWorker {
    let matcher: Matcher
    let scan = PatternScan()

    public init(matchLimit: Int = RuleEngine.Options().matchLimit) { matcher = Matcher(matchLimit: matchLimit) }
}
