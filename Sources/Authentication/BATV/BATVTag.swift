import Values

/// A tagged local part of Bounce Address Tag Validation (draft-levine-smtp-batv-01): `prvs=KDDDSSSSSS=local`, where K is
/// the number of a key, DDD the day on which the tag expires and SSSSSS the start of a keyed hash.
public struct BATVTag: Sendable, Hashable {
    /// How the parts are put together. The draft has the first; the others are met in mail.
    public enum Form: String, Sendable, Hashable, CaseIterable {
        /// `prvs=KDDDSSSSSS=local`.
        case standard
        /// `prvs=local=KDDDSSSSSS`.
        case reversed
        /// `prvs=local/KDDDSSSSSS`, from an early draft.
        case slash
    }

    /// K: the number of the key.
    public let keyNumber: Int
    /// DDD: the day on which the tag expires, in days since 1970 modulo 1000.
    public let day: Int
    /// SSSSSS: the first three bytes of the hash.
    public let hash: [UInt8]
    /// The local part that was tagged, quotes and escapes taken off.
    public let localPart: String
    /// How the parts were put together.
    public let form: Form

    /// A tag in the draft's form.
    init(keyNumber: Int, day: Int, hash: [UInt8], localPart: String) {
        (self.keyNumber, self.day, self.hash) = (keyNumber, day, hash)
        (self.localPart, form) = (localPart, .standard)
    }

    /// What a local part is.
    public enum Reading: Sendable, Hashable {
        /// No tag.
        case untagged
        /// It begins like one, and is none: another product's, or damaged.
        case malformed
        case tagged(BATVTag)
    }

    /// Reads a local part, quotes and escapes taken off. The scheme and the hash may come back in either case.
    public static func read(_ localPart: some StringProtocol) -> Reading {
        let bytes = Array(localPart.utf8)
        guard bytes.count > scheme.count, bytes[..<scheme.count].map(\.lowercased) == scheme else { return .untagged }
        let rest = bytes[scheme.count...]
        if let end = rest.firstIndex(of: .equals), let tag = BATVTag(rest[..<end], rest[(end + 1)...], .standard) {
            return .tagged(tag)
        }
        for (separator, form) in [(UInt8.equals, Form.reversed), (.ascii("/"), .slash)] {
            if let end = rest.lastIndex(of: separator), let tag = BATVTag(rest[(end + 1)...], rest[..<end], form) {
                return .tagged(tag)
            }
        }
        return .malformed
    }

    /// `tag-val = K DDD SSSSSS` before or behind a local part that is not empty.
    private init?(_ value: ArraySlice<UInt8>, _ localPart: ArraySlice<UInt8>, _ form: Form) {
        let value = Array(value)
        guard value.count == 10, value[..<4].allSatisfy(\.isDigit), !localPart.isEmpty else { return nil }
        let digits = value[4...].compactMap(\.hexDigitValue)
        guard digits.count == 6 else { return nil }
        keyNumber = Int(value[0] - 0x30)
        day = value[1..<4].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        hash = stride(from: 0, to: 6, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        (self.localPart, self.form) = (String(decoding: localPart, as: UTF8.self), form)
    }

    private static let scheme = Array("prvs=".utf8)
}

extension BATVTag {
    /// K and DDD as the tag and the hash have them.
    static func prefix(keyNumber: Int, day: Int) -> String {
        "\(keyNumber % 10)" + String(1000 + day % 1000).dropFirst()
    }

    /// The local part with its tag in the draft's form, the hash in lower case.
    public var taggedLocalPart: String {
        var text = Array("prvs=\(BATVTag.prefix(keyNumber: keyNumber, day: day))".utf8)
        let digits = Array("0123456789abcdef".utf8)
        for byte in hash { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self) + "=" + localPart
    }
}
