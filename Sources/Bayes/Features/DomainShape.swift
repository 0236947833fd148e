import Values

/// Names of domains as features see them.
enum DomainShape {
    /// The last two labels of `host`, or three where the second-last is short and the last is a country's: near enough to
    /// the registered domain, and without a list that changes.
    static func registered(_ host: String) -> String {
        let labels = host.utf8Array.split(separator: .dot).suffix(3)
        let isDeep = labels.count > 2 && labels.last?.count == 2 && labels[labels.endIndex - 2].count <= 3
        return Bytes(labels.suffix(isDeep ? 3 : 2).joinedBytes(by: .dot)).lowercasedText
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
