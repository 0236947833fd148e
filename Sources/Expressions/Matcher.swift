import CPCRE2
import Values

/// What one thread needs to match expressions, with the limits that keep any of them from running on.
@safe public final class Matcher {
    private let data: OpaquePointer?
    private let context: OpaquePointer?
    private let stack: OpaquePointer?
    private static let groupLimit: UInt32 = 64

    /// How many matches were given up because of a limit since the matcher was made.
    public private(set) var exhaustionCount = 0

    /// A matcher that gives up an expression after `matchLimit` steps of backtracking.
    public init(matchLimit: Int = 200_000) {
        unsafe data = unsafe pcre2_match_data_create_8(Matcher.groupLimit, nil)
        unsafe context = unsafe pcre2_match_context_create_8(nil)
        unsafe stack = unsafe pcre2_jit_stack_create_8(32 << 10, 1 << 20, nil)
        unsafe pcre2_set_match_limit_8(context, UInt32(clamping: matchLimit))
        unsafe pcre2_set_depth_limit_8(context, 20_000)
        unsafe pcre2_set_heap_limit_8(context, 16 << 10)
        unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
    }

    deinit {
        unsafe pcre2_match_data_free_8(data)
        unsafe pcre2_match_context_free_8(context)
        unsafe pcre2_jit_stack_free_8(stack)
    }

    /// Whether `expression` matches somewhere in `subject`.
    public func matches(_ expression: Expression, _ subject: Bytes) -> Bool {
        run(expression, subject, from: 0, options: 0) > 0
    }

    /// Where `expression` matches first in `subject`, at `start` or after it.
    public func firstRange(of expression: Expression, in subject: Bytes, from start: Int = 0) -> Range<Int>? {
        run(expression, subject, from: start, options: 0) > 0 ? group(0) : nil
    }

    /// What the groups of the first match caught, the whole match first; nil when there is none.
    public func groups(of expression: Expression, in subject: Bytes, from start: Int = 0) -> [Range<Int>?]? {
        guard run(expression, subject, from: start, options: 0) > 0 else { return nil }
        return (0...min(expression.groupCount, Int(Matcher.groupLimit) - 1)).map { group($0) }
    }

    /// The bytes of group `number` of the first match; nil when there is no match or the group took no part in it.
    public func capture(_ number: Int, of expression: Expression, in subject: Bytes) -> Bytes? {
        guard run(expression, subject, from: 0, options: 0) > 0 else { return nil }
        return group(number).map { subject[$0] }
    }

    /// Calls `body` with each match in turn, as Perl's `//g` finds them, until it says false. A match may be empty.
    public func eachRange(of expression: Expression, in subject: Bytes, _ body: (Range<Int>) -> Bool) {
        var (position, options): (Int, UInt32) = (0, 0)
        while position <= subject.count, run(expression, subject, from: position, options: options) > 0,
            let range = group(0)
        {
            guard body(range) else { return }
            // perlop: after a match of no length, the next one at the same place may not be empty too.
            options = range.isEmpty ? UInt32(PCRE2_NOTEMPTY_ATSTART) : 0
            position = max(range.upperBound, position)
        }
    }

    /// Each match with what its groups caught, the whole match first.
    public func eachMatch(of expression: Expression, in subject: Bytes, _ body: ([Range<Int>?]) -> Bool) {
        eachRange(of: expression, in: subject) { _ in
            body((0...min(expression.groupCount, Int(Matcher.groupLimit) - 1)).map { group($0) })
        }
    }

    private func run(_ expression: Expression, _ subject: Bytes, from start: Int, options: UInt32) -> Int32 {
        guard unsafe expression.code != nil, start <= subject.count else { return -1 }
        let result = subject.withSpan { span in
            unsafe span.withUnsafeBytes { bytes in
                let first = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? Expression.nothing
                // The translated code does not need what the general function looks after.
                return unsafe expression.isTranslated
                    ? pcre2_jit_match_8(expression.code, first, bytes.count, start, options, data, context)
                    : pcre2_match_8(expression.code, first, bytes.count, start, options, data, context)
            }
        }
        // More groups than there is room for is a match nonetheless.
        if result == 0 { return 1 }
        if result < -1 { exhaustionCount += 1 }
        return result
    }

    private func group(_ number: Int) -> Range<Int>? {
        guard number < Int(Matcher.groupLimit), let offsets = unsafe pcre2_get_ovector_pointer_8(data) else {
            return nil
        }
        let (start, end) = unsafe (offsets[2 * number], offsets[2 * number + 1])
        // A group that took no part has the largest number there is; \K can set a start after the end.
        guard start != Int.max, start >= 0, start <= end else { return nil }
        return start..<end
    }
}
