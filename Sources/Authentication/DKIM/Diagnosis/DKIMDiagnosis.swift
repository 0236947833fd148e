import Values

/// Why a signature fails, as far as undoing what is often done to mail on its way can tell.
public struct DKIMDiagnosis: Sendable, Hashable {
    /// What seems to have been done; empty when nothing that was tried explains the failure.
    public var changes: [DKIMChange] = []
    /// Undoing the changes makes the signature verify: nothing else was changed.
    ///
    /// Without it, a change of the body is still certain, since undoing it gives the signed hash; a change of the
    /// header is what the signer's own copies (`z=`) say.
    public var isProved = false

    /// The changes in words, semicolons between; nil without any.
    public var text: String? {
        changes.isEmpty ? nil : changes.map(\.description).joined(separator: "; ")
    }
}

/// How much is tried for a signature that fails. Trying costs time that only failing mail takes.
public struct DKIMDiagnosisLimits: Sendable, Hashable {
    /// Larger bodies are looked at for appended lines only.
    public var bodyBytes: Int
    /// The bytes hashed for one message in all; looking at the hash of a prefix counts as 256.
    public var hashedBytes: Int
    /// The headers tried for one RSA signature; half as many for Ed25519.
    public var headers: Int
    /// The signatures of one message that are diagnosed.
    public var signatures: Int

    public init(
        bodyBytes: Int = 1 << 18, hashedBytes: Int = 8 << 20, headers: Int = 300, signatures: Int = 3
    ) {
        (self.bodyBytes, self.hashedBytes) = (bodyBytes, hashedBytes)
        (self.headers, self.signatures) = (headers, signatures)
    }

    /// Nothing is tried.
    public static let none = DKIMDiagnosisLimits(bodyBytes: 0, hashedBytes: 0, headers: 0, signatures: 0)
}
