/// What a signature must be for its being valid to count (RFC 8301, RFC 6376 §8).
public struct DKIMRequirements: Sendable, Hashable {
    /// Shorter RSA keys give `weak-key`. RFC 8301 §3.2: 1024.
    public var minimumRSABits: Int
    /// Longer RSA keys give `key-too-large`. RFC 8301 §3.2 asks for 4096 at least.
    public var maximumRSABits: Int
    /// Whether rsa-sha1 counts. RFC 8301 §3.1: no.
    public var acceptsSHA1: Bool
    /// Whether signatures in the form of a draft of RFC 4871 (no `v=`, or `v=0.5`) count. RFC 6376 §6.1.1: no.
    public var acceptsDrafts: Bool
    /// Whether an unsigned second From, Subject or other field that a message has once is tolerated. RFC 6376 §8.15
    /// advises against a positive result then.
    public var acceptsAddedFields: Bool
    /// Whether a signature with `l=` counts that leaves the end of the body unsigned. RFC 6376 §8.2 leaves it to the
    /// verifier; anybody may have written that end.
    public var acceptsPartialBody: Bool
    /// Whether a key's `g=` must be the local part of `i=`, as RFC 4871 §3.6.1 asked. RFC 6376 dropped the tag.
    public var honorsGranularity: Bool

    public init(
        minimumRSABits: Int = 1024, maximumRSABits: Int = 8192, acceptsSHA1: Bool = false,
        acceptsDrafts: Bool = false, acceptsAddedFields: Bool = false, acceptsPartialBody: Bool = true,
        honorsGranularity: Bool = false
    ) {
        self.minimumRSABits = minimumRSABits
        self.maximumRSABits = maximumRSABits
        self.acceptsSHA1 = acceptsSHA1
        self.acceptsDrafts = acceptsDrafts
        self.acceptsAddedFields = acceptsAddedFields
        self.acceptsPartialBody = acceptsPartialBody
        self.honorsGranularity = honorsGranularity
    }

    /// RFC 8301.
    public static let standard = DKIMRequirements()
    /// As verifiers did before 2018: rsa-sha1, keys from 512 bits and drafts count, and `g=` is looked at. For archives
    /// of that time.
    public static let legacy = DKIMRequirements(
        minimumRSABits: 512, acceptsSHA1: true, acceptsDrafts: true, honorsGranularity: true)
}

/// How messages are verified.
public struct DKIMOptions: Sendable {
    public var requirements: DKIMRequirements
    /// How many well-formed signatures of one message are verified, topmost first; the rest is reported as
    /// `too-many-signatures`. Each costs a DNS question and up to a pass over the body (RFC 6376 §6.1).
    public var maximumSignatures: Int
    /// Keys read before; share one among all messages.
    public var keys: DKIMKeyCache
    /// How much is tried to find out what was done to a message whose signature fails.
    public var diagnosis: DKIMDiagnosisLimits

    public init(
        requirements: DKIMRequirements = .standard, maximumSignatures: Int = 10, keys: DKIMKeyCache = DKIMKeyCache(),
        diagnosis: DKIMDiagnosisLimits = DKIMDiagnosisLimits()
    ) {
        (self.requirements, self.maximumSignatures, self.keys) = (requirements, maximumSignatures, keys)
        self.diagnosis = diagnosis
    }
}
