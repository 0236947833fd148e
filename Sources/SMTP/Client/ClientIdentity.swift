import Values

/// The client that a proxy speaks for, as it tells the server behind it.
public struct ClientIdentity: Sendable, Hashable {
    /// The client's address; nil where the proxy does not know it.
    public var address: IPAddress?
    /// The client's port.
    public var port: Int?
    /// The confirmed name of the address.
    public var reverseName: String?
    /// The argument of HELO or EHLO.
    public var helo: String
    /// Whether the client said EHLO.
    public var isExtended: Bool

    /// A client that greeted with `helo`.
    public init(
        address: IPAddress? = nil, port: Int? = nil, reverseName: String? = nil, helo: String, isExtended: Bool = true
    ) {
        (self.address, self.port, self.reverseName) = (address, port, reverseName)
        (self.helo, self.isExtended) = (helo, isExtended)
    }

    /// Postfix's XCLIENT command with those of its attributes that `offered` names; nil where none is.
    public func xclient(offered: [String]) -> String? {
        let values: [(String, String)] = [
            ("NAME", reverseName.map(ClientIdentity.xtext) ?? "[UNAVAILABLE]"),
            ("ADDR", address.map { $0.isV4 ? $0.description : "IPV6:\($0)" } ?? "[UNAVAILABLE]"),
            ("PORT", port.map(String.init) ?? "[UNAVAILABLE]"),
            ("PROTO", isExtended ? "ESMTP" : "SMTP"),
            ("HELO", ClientIdentity.xtext(helo)),
        ]
        let told = values.filter { offered.contains($0.0) }
        return told.isEmpty ? nil : "XCLIENT " + told.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
    }

    /// RFC 3461 §4: what is not visible, and `+` and `=`, as hexadecimal.
    private static func xtext(_ text: String) -> String {
        var output = ""
        for byte in text.utf8.prefix(255) {
            if byte.isVisible, byte != .ascii("+"), byte != .equals {
                output.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                output += "+" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return output.isEmpty ? "[UNAVAILABLE]" : output
    }
}
