import Expressions
import Synchronization
import Values

/// Expressions that rules give as arguments, each compiled once.
final class ArgumentExpressions: Sendable {
    static let shared = ArgumentExpressions()
    private let known = Mutex<[[UInt8]: Expression]>([:])
    private static let limit = 10_000

    func expression(_ pattern: [UInt8]) -> Expression {
        known.withLock { known in
            if let expression = known[pattern] { return expression }
            let made = Expression(unchecked: PerlExpression(pattern: pattern))
            if known.count < ArgumentExpressions.limit { known[pattern] = made }
            return made
        }
    }
}
