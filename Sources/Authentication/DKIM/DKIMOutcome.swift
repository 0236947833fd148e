import DNS
import Values

/// What verifying one DKIM-Signature field gave, with the evidence.
public struct DKIMOutcome: Sendable {
    /// Why the result is not pass; nil when it is.
    public var fault: DKIMFault?

    /// The bytes of the signature field in the message, line end included.
    public let fieldRange: Range<Int>

    /// `d=` in lower case; nil when the field was unreadable.
    public var domain: String?
    /// `s=`.
    public var selector: String?
    /// `i=`, or its default.
    public var identity: String?
    /// `a=` in lower case, as written, known or not.
    public var algorithm: String?
    /// `c=`.
    public var canonicalization: DKIMCanonicalization?
    /// `h=`: names in lower case, in the order signed.
    public var signedHeaders: [String] = []
    /// `t=`.
    public var signedAt: Timestamp?
    /// `x=`.
    public var expiresAt: Timestamp?

    /// What was asked for the key.
    public var keyQuestion: DNSQuestion?
    /// What DNS said.
    public var keyAnswer: DNSAnswer?
    /// The size of the key in bits; nil without a usable key.
    public var keyBits: Int?
    /// The key has `t=y`: RFC 6376 §3.6.1 asks that a failure be treated as no signature.
    public var isTesting = false

    /// The key's `n=`, what its publisher has to say to people; nil without one.
    public var keyNotes: String?

    /// SHA-1, or an RSA key under 1024 bits, whether or not that was accepted (RFC 8301).
    public var isWeak = false
    /// `x=` lies before the event.
    public var isExpired = false
    /// `t=` lies after the event. RFC 6376 §3.5 lets a verifier ignore such a signature; we say it and go on.
    public var isFromFuture = false

    /// Whether the body is the one signed; nil when that was not computed.
    public var bodyHashMatches: Bool?
    /// Whether the signature is the key's over the signed fields; nil when that was not computed, as without a key.
    public var headerHashMatches: Bool?
    /// What seems to have been done to the message, when body or fields are not those that were signed.
    public var diagnosis = DKIMDiagnosis()
    /// `l=`.
    public var signedBodyLength: Int?
    /// How many bytes of the canonical body lie beyond `l=`: anybody may have added them (RFC 6376 §8.2).
    public var unsignedBodyLength = 0

    /// Of a valid signature: the fields present and unsigned that say what a reader sees. Anybody may have written them
    /// (RFC 6376 §5.4.1, §8.15).
    public var unsignedFields: [String] { fields?.unsignedFields(besides: signedHeaders) ?? [] }
    /// The header of a valid signature: what it leaves unsigned is looked for when asked.
    var fields: SignedFields?

    /// The result in the words of RFC 8601 §2.7.1.
    public var result: DKIMResult { fault?.result ?? .pass }

    /// Why the result is not pass, in a few words that programs can compare.
    public var reason: String? { fault?.description }

    /// DNSSEC vouches for the key.
    public var isKeyAuthentic: Bool {
        guard case .records(_, authentic: true)? = keyAnswer else { return false }
        return true
    }

    /// The recording at hand has no answer for the key, so the signature was not evaluated.
    public var isUnrecorded: Bool { fault == .keyUnrecorded }

    init(fieldRange: Range<Int>, fault: DKIMFault? = nil) {
        (self.fieldRange, self.fault) = (fieldRange, fault)
    }
}

extension DKIMOutcome {
    /// The outcome to tell of a message: one that passes if any does; else one that still might (temperror, neutral);
    /// else the one that came closest, the topmost among equals. Nil without signatures.
    public static func bestOutcome(_ outcomes: [DKIMOutcome]) -> DKIMOutcome? {
        var best: DKIMOutcome?
        for outcome in outcomes where outcome.rank > best?.rank ?? -1 { best = outcome }
        return best
    }

    /// The result of `bestOutcome`; nil without signatures (RFC 8601 §2.7.1: `none`).
    public static func best(_ outcomes: [DKIMOutcome]) -> DKIMResult? { bestOutcome(outcomes)?.result }

    private var rank: Int {
        switch result {
        case .pass: 6
        case .temperror: 5
        case .neutral: 4
        case .policy, .fail, .permerror: fault?.progress ?? 0
        }
    }
}
