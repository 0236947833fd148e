import Cryptography
import DNS
import Mail
import Values

/// A DKIM-Signature field, read and found well-formed (RFC 6376 §3.5).
public struct DKIMSignature: Sendable {
    /// `a=`.
    public let algorithm: DKIMAlgorithm
    /// `b=`.
    public let signature: [UInt8]
    /// `bh=`.
    public let bodyHash: [UInt8]
    /// `c=`; simple/simple without one.
    public let canonicalization: DKIMCanonicalization
    /// `d=`, the signing domain.
    public let domain: DomainName
    /// `s=`.
    public let selector: DomainName
    /// `h=`: field names in lower case, in the order in which they were signed. A name stands once for each instance.
    public let signedHeaders: [String]
    /// `i=`, decoded; `@` and the signing domain without one.
    public let identity: String
    /// The domain of `i=`.
    public let identityDomain: DomainName
    /// `l=`: how many bytes of the canonical body are signed; nil for all.
    public let bodyLength: Int?
    /// `t=`.
    public let signedAt: Timestamp?
    /// `x=`.
    public let expiresAt: Timestamp?
    /// `z=`, decoded: what the signer says the fields were. For people only: RFC 6376 §3.5 forbids verifying with it.
    public let copiedHeaders: [Bytes]

    /// Whether `v=` is that of a draft of RFC 4871, not `1`: none, or `0.` and a digit. Signers of 2005 to 2007 wrote
    /// these.
    public let isDraft: Bool

    /// What is asked for the key: TXT at `selector._domainkey.domain` (RFC 6376 §3.6.2.1).
    public let keyQuestion: DNSQuestion

    /// The field with the value of `b=` and the white space around it removed, without its line end: what the
    /// signature signs last (RFC 6376 §3.7).
    public let unsignedField: Bytes

    /// Reads a field, or says what RFC 6376 objects to.
    public static func parse(_ field: HeaderField) -> Result<DKIMSignature, DKIMFault> {
        Result { () throws(DKIMFault) in
            let tags = try DKIMTagList(field.rawValue)
            return try DKIMSignature(field, tags: tags)
        }
    }
}

extension DKIMSignature {
    init(_ field: HeaderField, tags list: DKIMTagList) throws(DKIMFault) {
        let tags = DKIMSignatureTags(list: list)
        let isDraft = try tags.isDraft()
        guard let algorithm = DKIMAlgorithm(tag: try tags.required("a")) else { throw .algorithmUnsupported }
        let canonicalization = list["c"].map { DKIMCanonicalization(tag: $0) }
        guard let canonicalization = canonicalization ?? DKIMCanonicalization(header: .simple, body: .simple) else {
            throw .canonicalizationUnsupported
        }
        try tags.checkQueryMethods(isDraft: isDraft)

        guard let domain = DKIMDomain.name(try tags.required("d"), minimumLabels: 2) else {
            throw .syntax("d= is no domain")
        }
        guard let selector = DKIMDomain.name(try tags.required("s"), minimumLabels: 1) else {
            throw .syntax("s= is no selector")
        }
        guard let keyName = DKIMDomain.keyName(selector: selector, domain: domain) else {
            throw .syntax("the key's name is too long")
        }
        let signature = try tags.base64("b")
        let bodyHash = try tags.base64("bh")
        // RFC 6376 §3.7: the hash is the digest whole.
        guard bodyHash.count == algorithm.digest.length else { throw .syntax("bh= is no digest of a=") }
        let signedHeaders = try tags.signedHeaders()
        let (identity, identityDomain) = try tags.identity(below: domain)
        let bodyLength = try tags.number("l", digits: 76)
        let signedAt = try tags.number("t", digits: 12)
        let expiresAt = try tags.number("x", digits: 12)
        // RFC 6376 §3.5: x= must be greater than t=.
        if let signedAt, let expiresAt, expiresAt <= signedAt { throw .syntax("x= is not after t=") }

        self.algorithm = algorithm
        self.signature = signature
        self.bodyHash = bodyHash
        self.canonicalization = canonicalization
        self.domain = domain
        self.selector = selector
        self.signedHeaders = signedHeaders
        self.identity = identity
        self.identityDomain = identityDomain
        self.bodyLength = bodyLength
        self.signedAt = signedAt.map { Timestamp(seconds: Int64($0)) }
        self.expiresAt = expiresAt.map { Timestamp(seconds: Int64($0)) }
        self.copiedHeaders = tags.copiedHeaders
        self.isDraft = isDraft
        self.keyQuestion = DNSQuestion(keyName, .txt)
        self.unsignedField = DKIMSignature.removingSignature(from: field, tags: list)
    }

    /// The field without the value of `b=` and its line end.
    static func removingSignature(from field: HeaderField, tags: DKIMTagList) -> Bytes {
        let bytes = field.unterminatedBytes
        guard let tag = tags.tag("b") else { return bytes }
        let offset = bytes.offset(of: field.rawValue)
        var unsigned: [UInt8] = []
        unsigned.reserveCapacity(bytes.count)
        unsigned += bytes[0..<offset + tag.range.lowerBound]
        unsigned += bytes[offset + tag.range.upperBound..<bytes.count]
        return Bytes(unsigned)
    }
}
