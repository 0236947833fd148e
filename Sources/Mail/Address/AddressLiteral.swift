import Values

/// Address literals (RFC 5321 §4.1.3) and the looser forms that trace fields carry.
enum AddressLiteral {
    /// The address in `[192.0.2.1]` or `[IPv6:2001:db8::1]`, also without the tag; nil without brackets.
    static func read(_ text: some StringProtocol) -> IPAddress? {
        guard text.utf8.first == .ascii("["), text.first == "[", text.last == "]" else { return nil }
        return bare(text.dropFirst().dropLast())
    }

    /// The address in `192.0.2.1`, `2001:db8::1` or `IPv6:2001:db8::1`.
    static func bare(_ text: some StringProtocol) -> IPAddress? {
        // Most words are names, which their first letter tells from addresses.
        guard let first = text.utf8.first, first.hexDigitValue != nil || first == .colon || first | 0x20 == .ascii("i"),
            text.utf8.count <= 100
        else { return nil }
        if first | 0x20 == .ascii("i") {
            guard text.prefix(5).equalsIgnoringASCIICase("IPv6:") else { return nil }
            return IPAddress(text.dropFirst(5))
        }
        return IPAddress(text)
    }

    /// The same of the bytes of a text.
    static func bare(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
        guard let first = bytes.first, first.hexDigitValue != nil || first == .colon || first | 0x20 == .ascii("i"),
            bytes.count <= 100
        else { return nil }
        guard first | 0x20 == .ascii("i") else { return IPAddress(ascii: bytes) }
        return bytes.prefix(5).isText("ipv6:") ? IPAddress(ascii: bytes.dropFirst(5)) : nil
    }

    /// The address in `[192.0.2.1:4711]`, or in what `read` takes.
    static func withPort(_ text: some StringProtocol) -> IPAddress? {
        guard text.utf8.first == .ascii("[") else { return nil }
        if let address = read(text) { return address }
        guard text.first == "[", text.last == "]" else { return nil }
        let parts = text.dropFirst().dropLast().split(separator: ":")
        return parts.count == 2 && parts[1].utf8.allSatisfy(\.isDigit) ? IPAddress(parts[0]) : nil
    }
}
