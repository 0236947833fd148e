import Values

/// A mailbox (RFC 5322 §3.4): an address with the name shown for it.
public struct Mailbox: Sendable, Hashable {
    /// What stands before the `@`, quotes and escapes taken off.
    public var localPart: String
    /// What stands after the `@`, as written; a domain literal keeps its brackets. Empty when the field gave none, as
    /// in `From: root` or a name without an address.
    public var domain: String
    /// The phrase before the address, or else the comment after it. Quotes are taken off; encoded words are kept as
    /// they are.
    public var displayName: String?

    public init(localPart: String, domain: String, displayName: String? = nil) {
        (self.localPart, self.domain, self.displayName) = (localPart, domain, displayName)
    }

    /// The address in its canonical form, the local part quoted where it must be; without `@` when there is no
    /// domain, empty when there is no address at all.
    public var address: String {
        domain.isEmpty ? localPart : Mailbox.quotedIfNeeded(localPart) + "@" + domain
    }

    /// RFC 5321 §4.1.2: a local part is quoted when it is not a dot-string.
    static func quotedIfNeeded(_ localPart: String) -> String {
        isDotAtom(localPart) ? localPart : quoted(localPart)
    }

    private static func isDotAtom(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var afterDot = true
        for offset in 0..<bytes.count {
            let isDot = bytes[offset] == .dot
            if isDot ? afterDot : !bytes[offset].isAtomText { return false }
            afterDot = isDot
        }
        return !afterDot
    }

    static func isDotAtom(_ bytes: some Collection<UInt8>) -> Bool {
        var afterDot = true
        for byte in bytes {
            if byte == .dot {
                if afterDot { return false }
                afterDot = true
            } else {
                guard byte.isAtomText else { return false }
                afterDot = false
            }
        }
        return !afterDot
    }

    private static func quoted(_ text: String) -> String {
        var output: [UInt8] = [.quote]
        for byte in text.utf8 {
            if byte == .quote || byte == .backslash { output.append(.backslash) }
            output.append(byte)
        }
        output.append(.quote)
        return String(decoding: output, as: UTF8.self)
    }
}

extension Mailbox: CustomStringConvertible {
    /// `"Name" <address>`, or the address alone.
    public var description: String {
        guard let displayName else { return address }
        return Mailbox.quoted(displayName) + " <" + address + ">"
    }
}
