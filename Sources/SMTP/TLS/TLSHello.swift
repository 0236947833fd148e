import Values

/// What the first message of either side of a TLS handshake says; it is sent in clear.
public enum TLSHello: Sendable, Hashable {
    /// The client's (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2): the host it wants to reach (RFC 6066 §3), in lower case.
    case client(serverName: String?)
    /// The server's (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3): the numbers of the version and the cipher suite it chose.
    case server(version: UInt16, cipherSuite: UInt16)

    /// Reads a handshake message without its header; nil when it is none of these or broken off.
    init?(type: UInt8, body: ArraySlice<UInt8>) {
        var cursor = Cursor(rest: body)
        switch type {
        case 1:
            guard cursor.skip(34), cursor.vector(lengthOctets: 1) != nil, cursor.vector(lengthOctets: 2) != nil,
                cursor.vector(lengthOctets: 1) != nil
            else { return nil }
            let name = cursor.extension(0).flatMap(TLSHello.serverName)
            self = .client(serverName: name)
        case 2:
            guard let legacy = cursor.number(octets: 2), cursor.skip(32), cursor.vector(lengthOctets: 1) != nil,
                let cipher = cursor.number(octets: 2), cursor.skip(1)
            else { return nil }
            // RFC 8446 §4.2.1: from 1.3 on the version stands in an extension.
            var version = legacy
            if var chosen = cursor.extension(43).map({ Cursor(rest: $0) }), let number = chosen.number(octets: 2) {
                version = number
            }
            self = .server(
                version: UInt16(truncatingIfNeeded: version), cipherSuite: UInt16(truncatingIfNeeded: cipher))
        default: return nil
        }
    }

    /// RFC 6066 §3: a list of names, of which the first host name counts; what is no host name is not told.
    private static func serverName(_ data: ArraySlice<UInt8>) -> String? {
        var list = Cursor(rest: data)
        guard let names = list.vector(lengthOctets: 2) else { return nil }
        var cursor = Cursor(rest: names)
        guard cursor.number(octets: 1) == 0, let name = cursor.vector(lengthOctets: 2), (1...253).contains(name.count),
            name.allSatisfy({ $0.isAlphanumeric || $0 == .hyphen || $0 == .dot || $0 == .ascii("_") })
        else { return nil }
        return String(decoding: name, as: UTF8.self).asciiLowercased
    }

    /// A place in the bytes of a message.
    private struct Cursor {
        var rest: ArraySlice<UInt8>

        mutating func skip(_ count: Int) -> Bool {
            guard rest.count >= count else { return false }
            rest = rest.dropFirst(count)
            return true
        }

        mutating func number(octets: Int) -> Int? {
            guard rest.count >= octets else { return nil }
            defer { rest = rest.dropFirst(octets) }
            return rest.prefix(octets).reduce(0) { $0 << 8 | Int($1) }
        }

        mutating func vector(lengthOctets: Int) -> ArraySlice<UInt8>? {
            guard let length = number(octets: lengthOctets), rest.count >= length else { return nil }
            defer { rest = rest.dropFirst(length) }
            return rest.prefix(length)
        }

        /// The data of the extension of this type among those that begin here.
        mutating func `extension`(_ type: Int) -> ArraySlice<UInt8>? {
            guard let all = vector(lengthOctets: 2) else { return nil }
            var cursor = Cursor(rest: all)
            while let found = cursor.number(octets: 2), let data = cursor.vector(lengthOctets: 2) {
                if found == type { return data }
            }
            return nil
        }
    }
}
