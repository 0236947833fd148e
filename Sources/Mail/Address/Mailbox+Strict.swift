import Values

extension Mailbox {
    /// Reads exactly one mailbox as RFC 5322 §3.4 writes it, with RFC 6532's UTF-8: `a@example.org` or
    /// `Name <a@example.org>`, comments and folds where they are allowed, no obsolete syntax. Nil for anything else,
    /// and for parts longer than RFC 5321 §4.5.3.1 lets travel: 64 octets of local part, 255 of domain.
    public init?(strict text: some StringProtocol) {
        var reader = StrictMailboxReader(Array(text.utf8))
        guard let mailbox = reader.read() else { return nil }
        self = mailbox
    }
}

/// A recursive-descent reader of the RFC 5322 §3.4 grammar without its obsolete half.
private struct StrictMailboxReader {
    let bytes: [UInt8]
    var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func read() -> Mailbox? {
        guard bytes.count <= 4096 else { return nil }
        if let bare = addressSpec(), position == bytes.count { return bare }
        position = 0
        // name-addr = [display-name] angle-addr; display-name = phrase = 1*word.
        var words: [String] = []
        while true {
            guard skipSpace() else { return nil }
            guard let byte = current else { return nil }
            if byte == .ascii("<") { break }
            if byte == .quote {
                guard let word = quotedString() else { return nil }
                words.append(String(decoding: word.content, as: UTF8.self))
            } else {
                guard let word = atom() else { return nil }
                words.append(String(decoding: word, as: UTF8.self))
            }
        }
        position += 1
        guard var mailbox = addressSpec(), take(.ascii(">")), skipSpace(), position == bytes.count else { return nil }
        mailbox.displayName = words.isEmpty ? nil : words.joined(separator: " ")
        return mailbox
    }

    /// addr-spec = local-part "@" domain, with the CFWS that either side may have.
    private mutating func addressSpec() -> Mailbox? {
        guard skipSpace() else { return nil }
        let start = position
        let local: [UInt8]
        if current == .quote {
            guard let quoted = quotedString() else { return nil }
            local = quoted.content
        } else {
            guard let atom = dotAtom() else { return nil }
            local = Array(atom)
        }
        guard position - start <= 64, skipSpace(), take(.at), skipSpace() else { return nil }
        let domainStart = position
        if current == .ascii("[") {
            guard domainLiteral() else { return nil }
        } else {
            guard dotAtom() != nil else { return nil }
        }
        let domain = bytes[domainStart..<position]
        guard domain.count <= 255, skipSpace() else { return nil }
        return Mailbox(
            localPart: String(decoding: local, as: UTF8.self), domain: String(decoding: domain, as: UTF8.self))
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func atom() -> ArraySlice<UInt8>? {
        let start = position
        while let byte = current, byte.isAtomText { position += 1 }
        return position > start ? bytes[start..<position] : nil
    }

    private mutating func dotAtom() -> ArraySlice<UInt8>? {
        let start = position
        repeat {
            guard atom() != nil else { return nil }
        } while take(.dot)
        return bytes[start..<position]
    }

    private mutating func quotedString() -> (content: [UInt8], end: Int)? {
        guard take(.quote) else { return nil }
        var content: [UInt8] = []
        while let byte = current {
            switch byte {
            case .quote:
                position += 1
                return (content, position)
            case .backslash:
                // quoted-pair = "\" (VCHAR / WSP).
                guard position + 1 < bytes.count, bytes[position + 1].isVisible || bytes[position + 1].isWhitespace
                else { return nil }
                content.append(bytes[position + 1])
                position += 2
            case .cr:
                guard fold() else { return nil }
            default:
                guard byte.isVisible || byte.isWhitespace || byte > 127 else { return nil }
                content.append(byte)
                position += 1
            }
        }
        return nil
    }

    /// domain-literal = "[" *([FWS] dtext) [FWS] "]"; dtext is visible but for the brackets and the backslash.
    private mutating func domainLiteral() -> Bool {
        guard take(.ascii("[")) else { return false }
        while let byte = current {
            switch byte {
            case .ascii("]"):
                position += 1
                return true
            case .ascii("["), .backslash:
                return false
            case .cr:
                guard fold() else { return false }
            default:
                guard byte.isVisible || byte.isWhitespace || byte > 127 else { return false }
                position += 1
            }
        }
        return false
    }

    /// FWS: a line end counts only when white space follows it.
    private mutating func fold() -> Bool {
        guard position + 2 < bytes.count, bytes[position + 1] == .lf, bytes[position + 2].isWhitespace else {
            return false
        }
        position += 3
        return true
    }

    /// Skips CFWS; false when a comment in it is not closed or nests too deep.
    private mutating func skipSpace() -> Bool {
        while let byte = current {
            switch byte {
            case .space, .tab:
                position += 1
            case .cr:
                guard fold() else { return false }
            case .ascii("("):
                guard let end = Comment.end(in: bytes, openedAt: position) else { return false }
                position = end
            default:
                return true
            }
        }
        return true
    }
}
