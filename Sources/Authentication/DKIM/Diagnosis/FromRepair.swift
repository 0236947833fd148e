import Mail
import Values

/// The From that a list may have replaced with its own address.
enum FromRepair {
    private static let originals = [
        "x-original-from", "original-from", "old-from", "x-mailman-original-from", "x-from",
    ]

    /// Values that From may have had, the likeliest first.
    static func candidates(_ header: HeaderBlock, _ signed: SignedHeader) -> [Bytes] {
        var candidates: [Bytes] = []
        func add(_ value: Bytes) { if !candidates.contains(value) { candidates.append(value) } }
        for name in originals { header.first(name).map { add($0.rawValue) } }
        guard let from = header.fromMailboxes.first else { return candidates }
        for name in ["Reply-To", "Cc"] {
            guard let field = header.first(name) else { continue }
            let mailboxes = AddressList(field.rawValue).mailboxes
            if mailboxes.count == 1 { add(field.rawValue) }
            for mailbox in mailboxes.prefix(4) where !mailbox.domain.isEmpty {
                let address = "\(mailbox.localPart)@\(mailbox.domain)"
                for shown in [mailbox.displayName, from.displayName.map(withoutList)].compactMap(\.self)
                where !shown.isEmpty {
                    add(Bytes("\(shown) <\(address)>"))
                    add(Bytes("\"\(shown)\" <\(address)>"))
                }
                add(Bytes(address))
                add(Bytes("<\(address)>"))
            }
        }
        return Array(candidates.prefix(24))
    }

    /// `Ann via list` is what lists make of `Ann`.
    private static func withoutList(_ name: String) -> String {
        for word in [" via ", " (via "] {
            if let place = name.firstRange(of: word) { return String(name[..<place.lowerBound]) }
        }
        return name
    }

    /// A field of addresses with the quotation marks around the first name put or taken away; empty where there is no
    /// such name.
    static func requoted(_ value: Bytes) -> [Bytes] {
        guard value.count <= 4096, let angle = value.firstIndex(of: .ascii("<")) else { return [] }
        var start = 0
        while start < angle, value[start].isFoldingWhitespace { start += 1 }
        var end = angle
        while end > start, value[end - 1].isFoldingWhitespace { end -= 1 }
        guard end > start else { return [] }
        let name = value[start..<end]
        let rest = value[end..<value.count].array
        if name.first == .quote, name.last == .quote, name.count > 2 {
            return [Bytes(value[0..<start].array + name[1..<name.count - 1].array + rest)]
        }
        guard !name.contains(.quote) else { return [] }
        return [Bytes(value[0..<start].array + [.quote] + name.array + [.quote] + rest)]
    }
}
