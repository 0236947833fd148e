import Cryptography
import DNS
import Mail
import Values

extension DKIMSignature {
    /// The readings of an ARC-Message-Signature: a DKIM-Signature whose `i=` is an instance and that has no `v=`
    /// (RFC 8617 §4.1.2).
    ///
    /// Without `c=` there are two: simple/simple as RFC 6376 §3.5 says, and relaxed/relaxed as sealers have meant it
    /// since the drafts of RFC 8617. Valid under either, the signature is its sealer's.
    static func messageSignatures(
        _ field: HeaderField, tags list: DKIMTagList
    ) throws(DKIMFault) -> [DKIMSignature] {
        guard let value = list["c"] else {
            return [
                try DKIMSignature(field, list, DKIMCanonicalization(header: .simple, body: .simple)),
                try DKIMSignature(field, list, DKIMCanonicalization(header: .relaxed, body: .relaxed)),
            ]
        }
        guard let canonicalization = DKIMCanonicalization(tag: value) else { throw .canonicalizationUnsupported }
        return [try DKIMSignature(field, list, canonicalization)]
    }

    private init(
        _ field: HeaderField, _ list: DKIMTagList, _ canonicalization: DKIMCanonicalization
    ) throws(DKIMFault) {
        let tags = DKIMSignatureTags(list: list)
        let algorithm = try DKIMSignature.algorithm(tags)
        try tags.checkQueryMethods(isDraft: false)
        let key = try ARCKeyName(tags)
        let signature = try tags.base64("b")
        let bodyHash = try tags.base64("bh")
        guard bodyHash.count == algorithm.digest.length else { throw .syntax("bh= is no digest of a=") }
        let signedHeaders = try tags.arcSignedHeaders()
        let bodyLength = try tags.number("l", digits: 76)
        let signedAt = try tags.number("t", digits: 12)
        let expiresAt = try tags.number("x", digits: 12)
        if let signedAt, let expiresAt, expiresAt <= signedAt { throw .syntax("x= is not after t=") }

        self.init(
            algorithm: algorithm, signature: signature, bodyHash: bodyHash, canonicalization: canonicalization,
            key: key, signedHeaders: signedHeaders, bodyLength: bodyLength, signedAt: signedAt, expiresAt: expiresAt,
            unsignedField: DKIMSignature.removingSignature(from: field, tags: list))
    }

    /// An ARC-Seal: a signature over the fields of sets alone, always in relaxed form (RFC 8617 §4.1.3, §5.1.1).
    init(seal field: HeaderField, tags list: DKIMTagList) throws(DKIMFault) {
        let tags = DKIMSignatureTags(list: list)
        // RFC 8617 §4.1.3: h= is not allowed, for what a seal covers is no choice of its sealer's; where it is found,
        // the chain fails.
        guard list["h"] == nil else { throw .syntax("h= in a seal") }
        let algorithm = try DKIMSignature.algorithm(tags)
        let key = try ARCKeyName(tags)
        let signature = try tags.base64("b")
        let signedAt = try tags.number("t", digits: 12)

        self.init(
            algorithm: algorithm, signature: signature, bodyHash: [],
            canonicalization: DKIMCanonicalization(header: .relaxed, body: .relaxed), key: key, signedHeaders: [],
            bodyLength: nil, signedAt: signedAt, expiresAt: nil,
            unsignedField: DKIMSignature.removingSignature(from: field, tags: list))
    }

    private static func algorithm(_ tags: DKIMSignatureTags) throws(DKIMFault) -> DKIMAlgorithm {
        guard let algorithm = DKIMAlgorithm(tag: try tags.required("a")) else { throw .algorithmUnsupported }
        return algorithm
    }

    private init(
        algorithm: DKIMAlgorithm, signature: [UInt8], bodyHash: [UInt8], canonicalization: DKIMCanonicalization,
        key: ARCKeyName, signedHeaders: [String], bodyLength: Int?, signedAt: Int?, expiresAt: Int?,
        unsignedField: Bytes
    ) {
        self.algorithm = algorithm
        self.signature = signature
        self.bodyHash = bodyHash
        self.canonicalization = canonicalization
        self.domain = key.domain
        self.selector = key.selector
        self.signedHeaders = signedHeaders
        self.identity = "@" + key.domain.relativeText
        self.identityDomain = key.domain
        self.bodyLength = bodyLength
        self.signedAt = signedAt.map { Timestamp(seconds: Int64($0)) }
        self.expiresAt = expiresAt.map { Timestamp(seconds: Int64($0)) }
        self.copiedHeaders = []
        self.isDraft = false
        self.keyQuestion = DNSQuestion(key.name, .txt)
        self.unsignedField = unsignedField
    }
}

/// Whose key a signature names.
private struct ARCKeyName {
    let domain: DomainName
    let selector: DomainName
    let name: DomainName

    init(_ tags: DKIMSignatureTags) throws(DKIMFault) {
        guard let domain = DKIMDomain.name(try tags.required("d"), minimumLabels: 2) else {
            throw .syntax("d= is no domain")
        }
        guard let selector = DKIMDomain.name(try tags.required("s"), minimumLabels: 1) else {
            throw .syntax("s= is no selector")
        }
        guard let name = DKIMDomain.keyName(selector: selector, domain: domain) else {
            throw .syntax("the key's name is too long")
        }
        (self.domain, self.selector, self.name) = (domain, selector, name)
    }
}

extension DKIMSignatureTags {
    /// `h=` of an ARC-Message-Signature. Empty names stand for no field: deployed sealers write them.
    fileprivate func arcSignedHeaders() throws(DKIMFault) -> [String] {
        let names = try required("h").colonSeparated.filter { !$0.isEmpty }
        guard names.allSatisfy({ $0.allSatisfy(\.isVisible) }) else { throw .syntax("h= is no list of field names") }
        let lowercased = names.map(\.lowercasedText)
        // RFC 6376 §5.4, §6.1.1, which RFC 8617 §4.1.2 takes over.
        guard lowercased.contains("from") else { throw .fromUnsigned }
        // RFC 8617 §4.1.2: seals are made after the signature, so none can be under it.
        guard !lowercased.contains("arc-seal") else { throw .syntax("h= names ARC-Seal") }
        return lowercased
    }
}
