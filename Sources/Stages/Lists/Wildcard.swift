import Values

/// Shell-like patterns over short texts: `*` is any run of characters, `?` any one.
public enum Wildcard {
    /// Whether all of `text` matches `pattern`, ASCII case aside. Linear in practice and never worse than the product
    /// of the lengths: only the last `*` is ever tried again.
    public static func matches(_ pattern: some StringProtocol, _ text: some StringProtocol) -> Bool {
        matches(Array(pattern.utf8), Array(text.utf8))
    }

    /// Whether `text` has a wildcard in it.
    public static func isPattern(_ text: some StringProtocol) -> Bool {
        text.utf8.contains { $0 == .ascii("*") || $0 == .ascii("?") }
    }

    /// The same on bytes of UTF-8, for patterns that are matched again and again.
    static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var p = 0
        var t = 0
        var retry: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == .ascii("*") {
                retry = (p + 1, t)
                p += 1
            } else if p < pattern.count,
                pattern[p] == .ascii("?") || pattern[p].lowercased == text[t].lowercased
            {
                p += 1
                t += 1
            } else if let last = retry {
                retry = (last.pattern, last.text + 1)
                (p, t) = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == .ascii("*") }
    }
}
