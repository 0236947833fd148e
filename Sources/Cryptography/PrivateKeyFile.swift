import Values

/// Why a file is no private key that can be signed with.
public enum PrivateKeyFault: Error, Sendable, Hashable {
    /// There is no PEM block of a private key, nor the base64 of an Ed25519 seed.
    case noKey
    /// A PEM block without its end, or with something other than base64 inside.
    case malformed
    /// The key is encrypted.
    case encrypted
    /// The file holds a public key or a certificate.
    case publicKey
    /// A private key of another kind than RSA and Ed25519, or in a form other than PKCS #1 and PKCS #8; the text is
    /// the block's label.
    case unsupported(String)
}

extension PrivateKeyFault: CustomStringConvertible {
    /// The fault in words, with what to do about it.
    public var description: String {
        switch self {
        case .noKey: "holds no private key (PEM: PKCS #1 or PKCS #8, RSA or Ed25519)"
        case .malformed: "the PEM block of the key is damaged"
        case .encrypted: "the key is encrypted; write it without a passphrase first (openssl pkey -in … -out …)"
        case .publicKey: "holds a public key; the private one is needed"
        case .unsupported(let label): "holds a key that mail is not signed with (\(label)): RSA or Ed25519 is needed"
        }
    }
}

/// Private keys as files hold them (RFC 7468, RFC 5958, RFC 8017 appendix A.1.2).
public enum PrivateKeyFile {
    /// Larger files hold no key.
    public static let maximumSize = 1 << 16

    /// The first private key in `contents`: PEM of PKCS #8 or PKCS #1, or the base64 of the 32 bytes of an Ed25519
    /// seed alone, as some signers keep it.
    public static func read(_ contents: Bytes) -> Result<PrivateKey, PrivateKeyFault> {
        guard contents.count <= maximumSize else { return .failure(.noKey) }
        let lines = contents.array.split(omittingEmptySubsequences: false) { $0 == .lf || $0 == .cr }
        var sawPublic = false
        for (number, line) in lines.enumerated() {
            guard let label = label(of: line, "BEGIN") else { continue }
            if label.hasSuffix("PUBLIC KEY") || label.hasSuffix("CERTIFICATE") { sawPublic = true }
            // EC PARAMETERS and the like may come before the key.
            guard label.hasSuffix("PRIVATE KEY") else { continue }
            return key(label, lines[(number + 1)...])
        }
        if let seed = Base64.decode(contents), let key = PrivateKey(ed25519: seed) { return .success(key) }
        return .failure(sawPublic ? .publicKey : .noKey)
    }

    private static func key(
        _ label: String, _ lines: ArraySlice<ArraySlice<UInt8>>
    ) -> Result<PrivateKey, PrivateKeyFault> {
        if label == "ENCRYPTED PRIVATE KEY" { return .failure(.encrypted) }
        guard label == "PRIVATE KEY" || label == "RSA PRIVATE KEY" else { return .failure(.unsupported(label)) }
        var base64: [UInt8] = []
        for line in lines {
            if self.label(of: line, "END") == label {
                guard let der = Base64.decode(base64) else { return .failure(.malformed) }
                return PrivateKey(der: der).map(Result.success)
                    ?? .failure(isKey(der) ? .unsupported(label) : .malformed)
            }
            // RFC 1421 §4.6: such a field stands in the block of an encrypted PKCS #1 key.
            if line.contains(.colon) {
                guard line.starts(with: "Proc-Type:".utf8), line.contains(.comma) else { continue }
                return .failure(.encrypted)
            }
            base64 += line
        }
        return .failure(.malformed)
    }

    /// Whether `der` is a sequence as long as it says: a key, if not one that we know.
    private static func isKey(_ der: [UInt8]) -> Bool { der.count > 2 && der[0] == 0x30 }

    /// The label of a line `-----BEGIN LABEL-----` (RFC 7468 §3).
    private static func label(of line: ArraySlice<UInt8>, _ word: String) -> String? {
        let text = String(decoding: line, as: UTF8.self)
        let head = "-----\(word) "
        guard line.count <= 80, text.hasPrefix(head) else { return nil }
        let rest = text.dropFirst(head.count)
        guard let end = rest.firstIndex(of: "-"), rest[end...].hasPrefix("-----") else { return nil }
        return String(rest[..<end])
    }

    /// `key` in PKCS #8 form, PEM, 64 characters a line (RFC 7468 §10).
    public static func text(of key: PrivateKey) -> String {
        var lines = ["-----BEGIN PRIVATE KEY-----"]
        var rest = Base64.text(key.privateKeyInfo).utf8[...]
        while !rest.isEmpty {
            lines.append(String(decoding: rest.prefix(64), as: UTF8.self))
            rest = rest.dropFirst(64)
        }
        return lines.joined(separator: "\n") + "\n-----END PRIVATE KEY-----\n"
    }
}
