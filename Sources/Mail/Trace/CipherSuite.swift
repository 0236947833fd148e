import Synchronization
import Values

/// What the name of a cipher suite tells, be it OpenSSL's, GnuTLS's or IANA's.
public struct CipherSuite: Sendable, Hashable {
    /// Why the suite protects little, such as `RC4 (RFC 7465)`; nil where nothing is held against it.
    public let weakness: String?
    /// The length of the key in bits; nil where the name does not tell.
    public let bits: Int?
    /// The oldest version that has such suites; nil where any may have it.
    public let oldestVersion: TLSProtocolVersion?

    /// Reads a name such as `ECDHE-RSA-AES256-GCM-SHA384`, `TLS_RSA_WITH_3DES_EDE_CBC_SHA` or `RSA_ARCFOUR_MD5`.
    public init(_ name: some StringProtocol) {
        let text = name.asciiLowercased
        if let known = CipherSuite.known.withLock({ $0[text] }) {
            self = known
            return
        }
        let words = text.utf8.split { !$0.isAlphanumeric }.prefix(24).map { String(Substring($0)) }
        func has(_ names: String...) -> Bool { names.contains(where: words.contains) }
        bits = CipherSuite.bits(text, words)
        if has("null") {
            weakness = "no encryption"
        } else if has("exp", "export", "exp1024", "export1024") {
            weakness = "export-grade keys"
        } else if has("adh", "aecdh", "anon") {
            weakness = "no certificate"
        } else if has("rc4", "arcfour") {
            weakness = "RC4 (RFC 7465)"
        } else if has("3des", "cbc3") || has("des") && has("ede") {
            weakness = "3DES, blocks of 64 bits"
        } else if has("des", "des40") {
            weakness = "DES"
        } else if has("rc2", "idea") {
            weakness = "blocks of 64 bits"
        } else if has("md5") {
            weakness = "MD5 (RFC 6151)"
        } else {
            weakness = nil
        }
        if text.hasPrefix("tls_aes_") || text.hasPrefix("tls_chacha20_") {
            oldestVersion = .tls13
        } else if has("gcm", "ccm", "ccm8", "chacha20", "sha256", "sha384") {
            // RFC 5246 §1.2: suites with these came with TLS 1.2.
            oldestVersion = .tls12
        } else {
            oldestVersion = nil
        }
        let suite = self
        CipherSuite.known.withLock { if $0.count < CipherSuite.knownLimit { $0[text] = suite } }
    }

    /// The suites whose names were read before: a few dozen are all that servers agree on.
    private static let known = Mutex<[String: CipherSuite]>([:])
    private static let knownLimit = 256

    private static func bits(_ text: String, _ words: [String]) -> Int? {
        if words.contains("chacha20") { return 256 }
        for (length, mark) in [(256, "256"), (192, "192"), (128, "128")] {
            for cipher in ["aes", "camellia", "aria"] {
                if words.contains(cipher + mark) || words.contains(cipher) && words.contains(mark) { return length }
            }
        }
        return words.contains("seed") ? 128 : nil
    }
}
