import Values

/// Names of domains as features see them.
enum DomainShape {
    /// The last two labels of `host`, or three where the second-last is short and the last is a country's: near enough to
    /// the registered domain, and without a list that changes.
    static func registered(_ host: String) -> String {
        let labels = host.split(separator: ".", omittingEmptySubsequences: true).suffix(3)
        guard labels.count > 2 else { return labels.joined(separator: ".").asciiLowercased }
        let last = labels[labels.endIndex - 1].utf8.count
        let second = labels[labels.endIndex - 2].utf8.count
        let isDeep = last == 2 && second <= 3
        return labels.suffix(isDeep ? 3 : 2).joined(separator: ".").asciiLowercased
    }

    /// `bytes` with each run of letters, of digits and of other bytes made one character: the shape of what a program
    /// makes up.
    static func pattern(_ bytes: some Collection<UInt8>) -> String {
        var result: [UInt8] = []
        for byte in bytes {
            guard result.count < 24 else { break }
            let kind: UInt8 =
                byte.isDigit
                ? .ascii("0") : byte >= 0x41 && byte <= 0x5A ? .ascii("A") : byte.isLetter ? .ascii("a") : byte
            if result.last != kind { result.append(kind >= 0x80 ? .ascii("?") : kind) }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
