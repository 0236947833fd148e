import Values

/// A version of SSL or TLS, the oldest first.
public enum TLSProtocolVersion: Int, Sendable, Hashable, CaseIterable, Comparable {
    case ssl2, ssl3, tls10, tls11, tls12, tls13

    /// The version as mail servers write it: `TLSv1.3`, `TLS1_3`, `TLS1.3`, `TLSv1`, `SSLv3`. Nil for what names none,
    /// and for `TLSv1/SSLv3`, which OpenSSL wrote for all versions up to 1.2.
    public init?(written text: some StringProtocol) {
        var name = text.asciiLowercased[...]
        let isSSL = name.hasPrefix("ssl")
        guard isSSL || name.hasPrefix("tls") else { return nil }
        name = name.dropFirst(3).drop { $0 == "v" || $0 == " " || $0 == "_" || $0 == "-" }
        switch (isSSL, String(name.map { $0 == "_" ? "." : $0 })) {
        case (true, "2"), (true, "2.0"): self = .ssl2
        case (true, "3"), (true, "3.0"): self = .ssl3
        case (false, "1"), (false, "1.0"): self = .tls10
        case (false, "1.1"): self = .tls11
        case (false, "1.2"): self = .tls12
        case (false, "1.3"): self = .tls13
        default: return nil
        }
    }

    /// The version with this number on the wire (RFC 8446 §4.1.2, RFC 5246 Appendix A.1); nil for none of these.
    public init?(wire number: UInt16) {
        switch number {
        case 0x0002: self = .ssl2
        case 0x0300: self = .ssl3
        case 0x0301: self = .tls10
        case 0x0302: self = .tls11
        case 0x0303: self = .tls12
        case 0x0304: self = .tls13
        default: return nil
        }
    }

    /// The version as OpenSSL and Postfix write it.
    public var text: String {
        switch self {
        case .ssl2: "SSLv2"
        case .ssl3: "SSLv3"
        case .tls10: "TLSv1"
        case .tls11: "TLSv1.1"
        case .tls12: "TLSv1.2"
        case .tls13: "TLSv1.3"
        }
    }

    public static func < (left: TLSProtocolVersion, right: TLSProtocolVersion) -> Bool {
        left.rawValue < right.rawValue
    }
}
