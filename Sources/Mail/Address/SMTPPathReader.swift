import Values

/// Reads RFC 5321 §4.1.2 paths, a little more generously than it writes them.
struct SMTPPathReader {
    private var rest: ArraySlice<UInt8>
    private var conforms = true

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func read() -> SMTPPath? {
        guard rest.count <= 2048 else { return nil }
        while let byte = rest.first, byte.isWhitespace { rest.removeFirst() }
        while let byte = rest.last, byte.isWhitespace { rest.removeLast() }
        if rest.first == .ascii("<") {
            guard rest.count >= 2, rest.last == .ascii(">") else { return nil }
            rest = rest.dropFirst().dropLast()
        }
        if rest.isEmpty { return .null }
        guard let route = sourceRoute(), let local = localPart() else { return nil }
        guard rest.first == .at else {
            // RFC 5321 §4.1.1.3: only Postmaster may stand without a domain.
            guard rest.isEmpty, !local.isEmpty else { return nil }
            return SMTPPath(
                localPart: local, domain: nil, sourceRoute: route,
                isConforming: conforms && route.isEmpty && local.equalsIgnoringASCIICase("postmaster"))
        }
        rest.removeFirst()
        guard let domain = domain(), rest.isEmpty else { return nil }
        return SMTPPath(localPart: local, domain: domain, sourceRoute: route, isConforming: conforms)
    }

    /// A-d-l ":"; empty when there is none, nil when one starts and does not end.
    private mutating func sourceRoute() -> [String]? {
        guard rest.first == .at else { return [] }
        var route: [String] = []
        while rest.first == .at {
            rest.removeFirst()
            guard let domain = domain() else { return nil }
            route.append(domain)
            if rest.first == .comma { rest.removeFirst() }
        }
        guard rest.first == .colon else { return nil }
        rest.removeFirst()
        return route
    }

    private mutating func localPart() -> String? {
        if rest.first == .quote { return quotedString() }
        let local = rest.prefix { $0 > .space && !SMTPPathReader.endsLocalPart($0) }
        guard !local.isEmpty else { return nil }
        rest = rest.dropFirst(local.count)
        if !Mailbox.isDotAtom(local) || local.count > 64 { conforms = false }
        return String(decoding: local, as: UTF8.self)
    }

    private static func endsLocalPart(_ byte: UInt8) -> Bool {
        switch byte {
        case .at, 0x7F, .ascii("<"), .ascii(">"), .ascii("("), .ascii(")"), .quote, .comma, .semicolon, .colon,
            .ascii("["), .ascii("]"), .backslash:
            true
        default: false
        }
    }

    private mutating func quotedString() -> String? {
        var content: [UInt8] = []
        var position = rest.startIndex + 1
        while position < rest.endIndex {
            let byte = rest[position]
            position += 1
            switch byte {
            case .quote:
                if position - rest.startIndex > 64 { conforms = false }
                rest = rest[position...]
                return String(decoding: content, as: UTF8.self)
            case .backslash:
                guard position < rest.endIndex, rest[position] >= .space, rest[position] != 0x7F else { return nil }
                content.append(rest[position])
                position += 1
            default:
                // RFC 5321 §4.1.2 qtextSMTP: printable ASCII.
                guard byte >= .space, byte != 0x7F else { return nil }
                content.append(byte)
            }
        }
        return nil
    }

    private mutating func domain() -> String? {
        if rest.first == .ascii("[") {
            guard let close = rest.firstIndex(of: .ascii("]")) else { return nil }
            let literal = rest[...close]
            guard literal.allSatisfy({ $0 > .space && $0 < 0x7F }) else { return nil }
            rest = rest[(close + 1)...]
            let text = String(decoding: literal, as: UTF8.self)
            if AddressLiteral.read(text) == nil { conforms = false }
            return text
        }
        let domain = rest.prefix { $0.isAlphanumeric || $0 == .dot || $0 == .hyphen || $0 == .ascii("_") || $0 > 127 }
        guard !domain.isEmpty else { return nil }
        rest = rest.dropFirst(domain.count)
        var isHostName = true
        // RFC 5321 §4.1.2 sub-domain = Let-dig [Ldh-str]: no label is empty, or has a hyphen at either end.
        var previous = UInt8.dot
        for byte in domain {
            if byte == .ascii("_") || previous == .dot && (byte == .dot || byte == .hyphen)
                || previous == .hyphen && byte == .dot
            {
                isHostName = false
            }
            previous = byte
        }
        if previous == .dot || previous == .hyphen { isHostName = false }
        if !isHostName || domain.count > 255 { conforms = false }
        return String(decoding: domain, as: UTF8.self)
    }
}
