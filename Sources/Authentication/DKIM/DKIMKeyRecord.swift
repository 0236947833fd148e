import Cryptography
import Values

/// A key as a domain publishes it (RFC 6376 §3.6.1, RFC 8463 §4).
public struct DKIMKeyRecord: Sendable {
    /// What `k=` and `p=` hold.
    public enum Key: Sendable {
        case usable(PublicKey)
        /// `p=` is empty.
        case revoked
        /// A kind of key that we do not know, or data that is no key.
        case unusable(DKIMFault)
    }

    public let key: Key
    /// `k=`, in lower case; `rsa` without one.
    public let keyType: String
    /// `h=`: the digests the key may be used with, names in lower case; nil for any.
    public let digests: [String]?
    /// `s=`: the services the key is for, in lower case; `*` without one.
    public let services: [String]
    /// `t=y`: the domain is testing DKIM.
    public let isTesting: Bool
    /// `t=s`: the domain of `i=` must be that of `d=`, not one below it.
    public let requiresSameDomain: Bool
    /// `n=`, a note to people, undecoded.
    public let notes: Bytes?
    /// `g=` of RFC 4871 §3.6.1, which RFC 6376 dropped: whose addresses the key is for.
    public let granularity: Bytes?
    /// Whether the record says `v=DKIM1`.
    public let hasVersion: Bool

    /// Reads a record: the strings of one TXT record joined without anything between (RFC 6376 §3.6.2.2).
    public static func parse(_ record: Bytes) -> Result<DKIMKeyRecord, DKIMFault> {
        Result { () throws(DKIMFault) in
            try DKIMKeyRecord(record)
        }
    }

    init(_ record: Bytes) throws(DKIMFault) {
        let list: DKIMTagList
        switch DKIMTagList.parse(record) {
        case .success(let tags): list = tags
        case .failure(.syntax(let detail)): throw .keySyntax(detail)
        case .failure(let fault): throw fault
        }
        // RFC 6376 §3.6.1: v= comes first, and a record of another version is discarded.
        if let version = list["v"] {
            guard list.tags.first?.name == "v" else { throw .keySyntax("v= is not first") }
            guard version.elementsEqual("DKIM1".utf8) else { throw .keySyntax("v= is not DKIM1") }
        }
        guard let data = list["p"] else { throw .keySyntax("no p=") }

        self.keyType = list["k"]?.lowercasedText ?? "rsa"
        self.digests = try DKIMKeyRecord.words(list, "h")
        self.services = try DKIMKeyRecord.words(list, "s") ?? ["*"]
        let flags = try DKIMKeyRecord.words(list, "t") ?? []
        self.isTesting = flags.contains("y")
        self.requiresSameDomain = flags.contains("s")
        self.notes = list["n"]
        self.granularity = list["g"]
        self.hasVersion = list["v"] != nil
        self.key = try DKIMKeyRecord.key(keyType, data)
    }

    private static func key(_ type: String, _ data: Bytes) throws(DKIMFault) -> Key {
        guard !data.isEmpty else { return .revoked }
        guard let bytes = DKIMBase64.decode(data) else { throw .keySyntax("p= is not base64") }
        switch type {
        case "rsa":
            // The base64 of a key of the greatest size we load takes less.
            guard bytes.count <= 4096 else { return .unusable(.keyTooLarge) }
            return PublicKey(rsa: bytes).map(Key.usable) ?? .unusable(.keyUnusable)
        case "ed25519":
            return PublicKey(ed25519: bytes).map(Key.usable) ?? .unusable(.keyUnusable)
        default:
            return .unusable(.keyTypeUnsupported)
        }
    }

    /// The words of a colon-separated tag in lower case, or nil without the tag. An empty `t=` has none.
    private static func words(_ list: DKIMTagList, _ name: String) throws(DKIMFault) -> [String]? {
        guard let value = list[name] else { return nil }
        return value.colonSeparated.filter { !$0.isEmpty }.map(\.lowercasedText)
    }
}

extension DKIMKeyRecord {
    /// The key, if the record allows it to verify `signature` (RFC 6376 §6.1.2 steps 5 to 9).
    func key(
        for signature: DKIMSignature, _ requirements: DKIMRequirements
    ) -> Result<PublicKey, DKIMFault> {
        if let digests, !digests.contains(signature.algorithm.digest.rawValue) { return .failure(.keyDigestNotAllowed) }
        guard services.contains("*") || services.contains("email") else { return .failure(.keyServiceMismatch) }
        if requiresSameDomain, signature.identityDomain != signature.domain { return .failure(.keyIdentityMismatch) }
        if requirements.honorsGranularity, !admits(signature.identity) { return .failure(.keyGranularityMismatch) }
        switch key {
        case .revoked: return .failure(.keyRevoked)
        case .unusable(let fault): return .failure(fault)
        case .usable(let key):
            return key.kind == signature.algorithm.key ? .success(key) : .failure(.keyTypeMismatch)
        }
    }

    /// RFC 4871 §3.6.1: `g=` is the local part of `i=`, where a star stands for any characters; an empty one is none's,
    /// but in the records of DomainKeys (RFC 4870 §3.2.3), which have no `v=`, everybody's.
    private func admits(_ identity: String) -> Bool {
        guard let granularity else { return true }
        if granularity.isEmpty { return !hasVersion }
        let local = identity.lastIndex(of: "@").map { identity[..<$0].utf8 } ?? identity[...].utf8
        guard let star = granularity.firstIndex(of: .ascii("*")) else { return local.elementsEqual(granularity) }
        let (head, tail) = (granularity[0..<star], granularity[star + 1..<granularity.count])
        return local.count >= head.count + tail.count && local.starts(with: head)
            && local.suffix(tail.count).elementsEqual(tail)
    }
}
