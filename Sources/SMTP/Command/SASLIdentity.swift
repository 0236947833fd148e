import Mail
import Values

/// Watches an AUTH exchange for the identity the client claims. Passwords and proofs are looked at by nobody here.
public struct SASLIdentity: Sendable {
    /// The identity, once the exchange has named one.
    public private(set) var name: String?
    private let mechanism: String
    private var answers = 0

    /// An exchange with `mechanism`, in upper case, and its initial response.
    public init(mechanism: String, initial: InitialResponse?) {
        self.mechanism = mechanism
        if let initial { add(initial) }
    }

    /// The client's next response.
    public mutating func add(_ response: InitialResponse) {
        defer { answers += 1 }
        guard name == nil, response.base64.utf8.count <= 12_288 else { return }
        let encoded = response.base64 == "=" ? "" : response.base64
        name = identity(in: Base64Decoder.decode(Bytes(encoded)).bytes).flatMap(SASLIdentity.printable)
    }

    private func identity(in bytes: [UInt8]) -> ArraySlice<UInt8>? {
        switch mechanism {
        case "PLAIN":
            // RFC 4616 §2: [authzid] NUL authcid NUL passwd.
            let parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
            return parts.count == 3 ? parts[1] : nil
        case "LOGIN":
            return answers == 0 ? bytes[...] : nil
        case "CRAM-MD5":
            // RFC 2195 §2: user name, space, digest.
            return bytes.lastIndex(of: .space).map { bytes[..<$0] }
        case "XOAUTH2", "OAUTHBEARER":
            return value(of: "user=", in: bytes, separator: 1) ?? value(of: "a=", in: bytes, separator: .comma)
        default:
            // RFC 5802 §7: gs2-header "n=" saslname "," …
            guard mechanism.hasPrefix("SCRAM-"), answers == 0 else { return nil }
            return value(of: "n=", in: bytes, separator: .comma)
        }
    }

    private func value(of key: String, in bytes: [UInt8], separator: UInt8) -> ArraySlice<UInt8>? {
        bytes.split(separator: separator).first { $0.starts(with: key.utf8) }.map { $0.dropFirst(key.utf8.count) }
    }

    private static func printable(_ bytes: ArraySlice<UInt8>) -> String? {
        guard (1...320).contains(bytes.count), let text = String(validating: bytes, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return nil }
        return text
    }
}
