/// Why a signature did not pass.
public enum DKIMFault: Error, Sendable, Hashable {
    /// The signature field is not one that RFC 6376 §3.5 describes; the text names the tag.
    case syntax(String)
    /// `v=` is not `1`.
    case versionUnsupported
    /// `a=` names an algorithm nobody verifies.
    case algorithmUnsupported
    /// `c=` names a canonicalization nobody knows.
    case canonicalizationUnsupported
    /// `q=` offers no query method we know.
    case queryUnsupported
    /// `h=` does not name From.
    case fromUnsigned
    /// The domain of `i=` is neither that of `d=` nor below it.
    case identityOutsideDomain
    /// `x=` lies before the time of the event.
    case expired

    /// The key's name does not exist or has no TXT record.
    case keyMissing
    /// `p=` is empty.
    case keyRevoked
    /// The record is not a key record (RFC 6376 §3.6.1); the text names the tag.
    case keySyntax(String)
    /// The data of `p=` is no key of the kind that `k=` says, or one too small to mean anything.
    case keyUnusable
    /// An RSA key over the size we verify.
    case keyTooLarge
    /// `k=` names a kind of key nobody knows.
    case keyTypeUnsupported
    /// The key is of another kind than the signature's algorithm.
    case keyTypeMismatch
    /// The key's `h=` leaves out the signature's digest.
    case keyDigestNotAllowed
    /// The key's `s=` is for other services than mail.
    case keyServiceMismatch
    /// The key's `g=` is not the local part of `i=` (RFC 4871 §3.6.1; not looked at by today's rules).
    case keyGranularityMismatch
    /// The key's `t=s` wants the domains of `i=` and `d=` to be the same.
    case keyIdentityMismatch
    /// DNS gave no answer for now.
    case keyUnavailable
    /// The recording at hand has no answer to the question for the key: nothing is known about the signature.
    case keyUnrecorded

    /// `l=` counts more bytes than the body has.
    case bodyLengthBeyondBody
    /// The body is not the one that was signed.
    case bodyHashMismatch
    /// The signed fields or the signature are not those that were signed.
    case signatureMismatch

    /// Valid, but made with SHA-1.
    case weakAlgorithm
    /// Valid, but made with an RSA key under 1024 bits.
    case weakKey
    /// Valid, but with the `v=` of a draft of RFC 4871: none, or `0.5`.
    case draftVersion
    /// Valid, but the header has an unsigned field besides the signed one of the same name, of those that a message
    /// has once; the text names it.
    case addedField(String)
    /// Valid, but `l=` leaves the end of the body unsigned, and that is not accepted.
    case partialBody
    /// One signature more than a message is verified for.
    case tooManySignatures
    /// The header is larger than what was indexed of it, so the signed fields cannot be told.
    case headerTooLarge

    /// What RFC 8601 §2.7.1 calls this.
    ///
    /// RFC 6376 §6.1 knows only PERMFAIL and TEMPFAIL. We say `fail` where the verification itself failed, `permerror`
    /// where it could not be done or its algorithm is forbidden, `policy` where a valid signature is unacceptable.
    public var result: DKIMResult {
        switch self {
        case .bodyHashMismatch, .signatureMismatch, .expired: .fail
        case .keyUnavailable: .temperror
        case .keyUnrecorded: .neutral
        case .addedField, .partialBody, .tooManySignatures, .headerTooLarge: .policy
        // RFC 8301 §3.1, §3.2: signatures with rsa-sha1 or a short key "have permanently failed evaluation".
        case .weakAlgorithm, .weakKey: .permerror
        case .syntax, .versionUnsupported, .algorithmUnsupported, .canonicalizationUnsupported, .queryUnsupported,
            .fromUnsigned, .identityOutsideDomain, .keyMissing, .keyRevoked, .keySyntax, .keyUnusable, .keyTooLarge,
            .keyTypeUnsupported, .keyTypeMismatch, .keyDigestNotAllowed, .keyServiceMismatch, .keyIdentityMismatch,
            .keyGranularityMismatch,
            .bodyLengthBeyondBody, .draftVersion:
            .permerror
        }
    }
}

extension DKIMFault {
    /// How far the verification came: 0 not to the computation, 1 to a mismatch, 2 to a signature that is valid and yet
    /// does not count.
    var progress: Int {
        switch self {
        case .weakAlgorithm, .weakKey, .expired, .addedField, .partialBody, .draftVersion: 2
        case .bodyHashMismatch, .signatureMismatch, .bodyLengthBeyondBody: 1
        default: 0
        }
    }
}

extension DKIMFault: CustomStringConvertible {
    /// The fault in a few words that programs can compare: `body-hash-mismatch`, `syntax: no b=`.
    public var description: String {
        switch self {
        case .syntax(let detail): "syntax: \(detail)"
        case .versionUnsupported: "version-unsupported"
        case .algorithmUnsupported: "algorithm-unsupported"
        case .canonicalizationUnsupported: "canonicalization-unsupported"
        case .queryUnsupported: "query-unsupported"
        case .fromUnsigned: "from-unsigned"
        case .identityOutsideDomain: "identity-outside-domain"
        case .expired: "expired"
        case .keyMissing: "key-missing"
        case .keyRevoked: "key-revoked"
        case .keySyntax(let detail): "key-syntax: \(detail)"
        case .keyUnusable: "key-unusable"
        case .keyTooLarge: "key-too-large"
        case .keyTypeUnsupported: "key-type-unsupported"
        case .keyTypeMismatch: "key-type-mismatch"
        case .keyDigestNotAllowed: "key-digest-not-allowed"
        case .keyServiceMismatch: "key-service-mismatch"
        case .keyIdentityMismatch: "key-identity-mismatch"
        case .keyGranularityMismatch: "key-granularity-mismatch"
        case .keyUnavailable: "key-unavailable"
        case .keyUnrecorded: "key-unrecorded"
        case .bodyLengthBeyondBody: "body-length-beyond-body"
        case .bodyHashMismatch: "body-hash-mismatch"
        case .signatureMismatch: "signature-mismatch"
        case .weakAlgorithm: "weak-algorithm"
        case .weakKey: "weak-key"
        case .draftVersion: "draft-version"
        case .addedField(let name): "added-field: \(name)"
        case .partialBody: "partial-body"
        case .tooManySignatures: "too-many-signatures"
        case .headerTooLarge: "header-too-large"
        }
    }
}
