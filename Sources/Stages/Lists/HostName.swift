import DNS
import Values

/// Host and domain names in the one form in which lists and mail are compared.
enum HostName {
    /// `name` in lower case, U-labels as A-labels (RFC 5890 §2.3.2.1), without final dots. A name that has no ASCII form
    /// stays as it is: no pattern names it.
    static func canonical(_ name: some StringProtocol) -> String {
        var bytes = Array(name.utf8)
        bytes = InternationalName.ascii(bytes) ?? bytes
        while bytes.last == .dot { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self).asciiLowercased
    }

    /// `pattern` in the form of `canonical`; nil where it has an internationalised label with `*` or `?` in it, which
    /// has no ASCII form that could be matched, or one that is too long.
    static func canonical(pattern: some StringProtocol) -> String? {
        let result = canonical(pattern)
        let isWildInside = Array(pattern.utf8).split(separator: .dot).contains { label in
            label.contains { $0 > 127 } && label.contains { $0 == .ascii("*") || $0 == .ascii("?") }
        }
        return isWildInside || result.utf8.contains { $0 > 127 } ? nil : result
    }
}
