import DNS
import Values

/// Names of hosts as URIs and addresses have them.
enum HostName {
    /// `name` in lower case, its labels of other scripts in their ASCII form (RFC 5891).
    static func ascii(_ name: some StringProtocol) -> String {
        let bytes = name.utf8Array
        guard bytes.contains(where: { $0 >= 0x80 }) else { return name.asciiLowercased }
        return String(decoding: ascii(bytes), as: UTF8.self)
    }

    static func ascii(_ name: [UInt8]) -> [UInt8] {
        guard name.contains(where: { $0 >= 0x80 }), let text = String(validating: name, as: UTF8.self) else {
            return name.map(\.lowercased)
        }
        if let ascii = InternationalName.ascii(name) { return ascii }
        // Browsers open names that IDNA2008 has no place for, such as those of emoji.
        // UTS #46 §4: the full stops of other scripts part labels too.
        let dotted = String(text.map { ["\u{3002}", "\u{FF0E}", "\u{FF61}"].contains($0) ? "." : $0 })
        var labels: [[UInt8]] = []
        for label in dotted.utf8Array.split(separator: .dot, omittingEmptySubsequences: false) {
            guard label.contains(where: { $0 >= 0x80 }) else {
                labels.append(label.map(\.lowercased))
                continue
            }
            let lower = String(decoding: label, as: UTF8.self).lowercased()
            guard let ascii = Punycode.asciiLabel(Bytes(lower)) else { return name.map(\.lowercased) }
            labels.append(ascii.array)
        }
        return Array(labels.joined(separator: [.dot]))
    }

    /// Whether `name` is one that a host can have: two labels or more, of letters, digits, hyphens and, but for the
    /// last two, underscores.
    static func isQualified(_ name: [UInt8]) -> Bool {
        var text = name[...]
        while text.last == .dot { text.removeLast() }
        guard text.count <= 253 else { return false }
        let labels = text.split(separator: .dot, omittingEmptySubsequences: false)
        guard labels.count > 1 else { return false }
        for (index, label) in labels.enumerated() {
            guard (1...63).contains(label.count), label.first != .hyphen, label.last != .hyphen,
                label.allSatisfy({ $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") })
            else { return false }
            if index + 2 >= labels.count, label.contains(.ascii("_")) { return false }
        }
        return true
    }
}
