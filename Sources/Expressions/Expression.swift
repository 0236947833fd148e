import CPCRE2
import Values

/// A compiled Perl-compatible expression over bytes.
///
/// Patterns and subjects are bytes, not characters: that is what rule files written for Perl without `use utf8` mean.
/// An expression is made once and shared by all threads; what a match needs besides it is in a ``Matcher``.
@safe public final class Expression: Sendable {
    /// How a pattern is read: Perl's modifiers of the same names.
    public struct Options: OptionSet, Sendable, Hashable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `i`
        public static let ignoringCase = Options(rawValue: 1)
        /// `m`: `^` and `$` match at line ends.
        public static let multiline = Options(rawValue: 2)
        /// `s`: a dot matches line ends too.
        public static let dotMatchesAll = Options(rawValue: 4)
        /// `x`: white space and comments in the pattern do not count.
        public static let extended = Options(rawValue: 8)
        /// `xx`: neither do spaces and tabs in a class.
        public static let extendedMore = Options(rawValue: 16)
        /// `n`: plain parentheses capture nothing.
        public static let capturingNothing = Options(rawValue: 32)
    }

    /// The longest pattern that is compiled.
    public static let longestPattern = 64 << 10

    public let pattern: [UInt8]
    public let options: Options
    /// How many groups the pattern captures.
    public let groupCount: Int
    /// Whether the pattern has been translated to the machine's code.
    let isTranslated: Bool
    // Compiled code is never changed after it is made, so threads may share it.
    nonisolated(unsafe) let code: OpaquePointer?

    /// Compiles `pattern`. Time and memory are bounded by its length and by the depth of its parentheses.
    ///
    /// What is not `translated` to the machine's code is matched more slowly, and compiled several times faster: for
    /// patterns that are only to be checked.
    public init(_ pattern: [UInt8], _ options: Options = [], translated: Bool = true) throws(ExpressionError) {
        let (made, groups) = unsafe try Expression.compiled(pattern, options)
        // Where the machine has no compiler for it, matches are interpreted.
        isTranslated = unsafe translated && Expression.translate(made)
        (self.pattern, self.options, groupCount) = (pattern, options, groups)
        unsafe code = unsafe made
    }

    private static func translate(_ code: OpaquePointer) -> Bool {
        // A pattern that begins with (*NO_JIT) gives success and no code.
        var size = 0
        return unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE)) == 0
            && pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_JITSIZE), &size) == 0 && size > 0
    }

    private static func compiled(
        _ pattern: [UInt8], _ options: Options
    ) throws(ExpressionError) -> (code: OpaquePointer, groupCount: Int) {
        guard pattern.count <= Expression.longestPattern else {
            throw ExpressionError("the pattern has more than \(Expression.longestPattern) bytes")
        }
        var flags: UInt32 = UInt32(PCRE2_NEVER_BACKSLASH_C)
        if options.contains(.ignoringCase) { flags |= UInt32(PCRE2_CASELESS) }
        if options.contains(.multiline) { flags |= UInt32(PCRE2_MULTILINE) }
        if options.contains(.dotMatchesAll) { flags |= UInt32(PCRE2_DOTALL) }
        if options.contains(.extended) { flags |= UInt32(PCRE2_EXTENDED) }
        if options.contains(.extendedMore) { flags |= UInt32(PCRE2_EXTENDED_MORE) }
        if options.contains(.capturingNothing) { flags |= UInt32(PCRE2_NO_AUTO_CAPTURE) }
        var failure: Int32 = 0
        var offset = 0
        let compiled = unsafe pattern.withUnsafeBufferPointer {
            unsafe pcre2_compile_8($0.baseAddress ?? Expression.nothing, $0.count, flags, &failure, &offset, nil)
        }
        guard let compiled = unsafe compiled else {
            throw ExpressionError(Expression.message(failure), offset: min(offset, pattern.count))
        }
        var groups: UInt32 = 0
        _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &groups)
        return unsafe (compiled, Int(groups))
    }

    /// An expression of the program's own. One that does not compile, which a test would show, matches nothing.
    public convenience init(known pattern: String, _ options: Options = []) {
        self.init(known: Array(pattern.utf8), options)
    }

    /// An expression that is known to compile. One that does not matches nothing.
    public init(known pattern: [UInt8], _ options: Options = []) {
        (self.pattern, self.options) = (pattern, options)
        guard let (made, groups) = unsafe try? Expression.compiled(pattern, options) else {
            unsafe (groupCount, isTranslated, code) = (0, false, nil)
            return
        }
        isTranslated = unsafe Expression.translate(made)
        groupCount = groups
        unsafe code = unsafe made
    }

    deinit { unsafe pcre2_code_free_8(code) }

    /// The number of the group called `name`; nil where there is none, or more than one.
    public func groupNumber(of name: String) -> Int? {
        guard unsafe code != nil else { return nil }
        let number = unsafe (Array(name.utf8) + [0]).withUnsafeBufferPointer {
            unsafe pcre2_substring_number_from_name_8(code, $0.baseAddress ?? Expression.nothing)
        }
        return number > 0 ? Int(number) : nil
    }

    /// Whether the pattern was understood.
    public var isUsable: Bool { unsafe code != nil }

    // PCRE2 wants an address even where there are no bytes.
    nonisolated(unsafe) static let nothing: UnsafePointer<UInt8> = {
        let place = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
        unsafe place.pointee = 0
        return unsafe UnsafePointer(place)
    }()

    private static func message(_ code: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 256)
        let count = unsafe text.withUnsafeMutableBufferPointer {
            unsafe pcre2_get_error_message_8(code, $0.baseAddress, $0.count)
        }
        return count > 0 ? String(decoding: text.prefix(Int(count)), as: UTF8.self) : "the pattern is malformed"
    }
}
