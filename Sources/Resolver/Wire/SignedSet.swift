import DNS
import Values

/// The records of one name and type in an answer, with the signatures over them (RFC 4035 §2.2).
struct SignedSet: Sendable, Hashable {
    let owner: DomainName
    /// The type's number.
    let type: UInt16
    /// In seconds, the smallest of the set.
    let ttl: Int
    /// The data of each record in uncompressed wire form.
    let records: [[UInt8]]
    let signatures: [Signature]

    /// A signature over a set (RFC 4034 §3.1).
    struct Signature: Sendable, Hashable {
        /// The data of the RRSIG record in uncompressed wire form.
        let data: [UInt8]
        let signer: DomainName

        /// Reads the data of an RRSIG record; nil when it is malformed.
        init?(_ data: [UInt8]) {
            guard data.count > 19, let (signer, length) = DomainName.reading(data[18...]), data.count > 18 + length
            else { return nil }
            (self.data, self.signer) = (data, signer)
        }

        var typeCovered: UInt16 { UInt16(data[0]) << 8 | UInt16(data[1]) }
        var algorithm: UInt8 { data[2] }
        var labels: Int { Int(data[3]) }
        var originalTTL: Int { Int(number(at: 4)) }
        var expiration: UInt32 { number(at: 8) }
        var keyTag: UInt16 { UInt16(data[16]) << 8 | UInt16(data[17]) }
        /// The octets of the signature itself.
        var signatureLength: Int { data.count - 18 - signer.wire.count }

        private func number(at offset: Int) -> UInt32 {
            data[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    /// The labels that count in a signature: neither the root nor a leading asterisk (RFC 4034 §3.1.3).
    var signedLabels: Int { owner.labelCount - (owner.text.hasPrefix("*.") ? 1 : 0) }
}

extension DomainName {
    /// The uncompressed wire form, in lower case.
    var wire: [UInt8] { labels.flatMap { [UInt8(truncatingIfNeeded: $0.count)] + $0.array } + [0] }

    /// A name from the start of `data` in uncompressed wire form, and its octets there; nil when there is none.
    static func reading(_ data: ArraySlice<UInt8>) -> (DomainName, Int)? {
        var end = data.startIndex
        while end < data.endIndex, data[end] > 0 {
            guard data[end] <= 63 else { return nil }
            end += 1 + Int(data[end])
        }
        guard end < data.endIndex else { return nil }
        return WireRecord.domainName(Array(data[data.startIndex...end])).map { ($0, end + 1 - data.startIndex) }
    }
}
