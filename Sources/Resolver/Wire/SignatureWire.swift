import CLDNS
import DNS
import Glibc
import Values

/// The binding to ldns's DNSSEC (RFC 4034, RFC 4035 §5.3). It frees what ldns allocates.
enum SignatureWire {
    /// The sets of class IN in the answer section of a message, each with its signatures; nil when it is malformed.
    static func sets(of message: [UInt8], inAuthority: Bool = false) -> [SignedSet]? {
        var packet: UnsafeMutablePointer<ldns_pkt>?
        let status = unsafe message.withUnsafeBufferPointer { unsafe ldns_wire2pkt(&packet, $0.baseAddress, $0.count) }
        defer { unsafe ldns_pkt_free(packet) }
        guard status == LDNS_STATUS_OK, let packet = unsafe packet else { return nil }
        var order: [Key] = []
        var found: [Key: (ttl: Int, records: [[UInt8]])] = [:]
        var signatures: [Key: [SignedSet.Signature]] = [:]
        let section = unsafe inAuthority ? ldns_pkt_authority(packet) : ldns_pkt_answer(packet)
        let records = unsafe DNSWire.records(of: section)
        for index in unsafe records.indices {
            let record = unsafe records[index]
            guard let owner = unsafe ldns_rr_owner(record),
                let name = unsafe WireRecord.domainName(WireRecord.bytes(of: owner))
            else { return nil }
            let type = unsafe UInt16(truncatingIfNeeded: ldns_rr_get_type(record).rawValue)
            let data = unsafe data(of: record)
            if type == rrsig {
                guard let signature = SignedSet.Signature(data) else { return nil }
                signatures[Key(name, signature.typeCovered), default: []].append(signature)
                continue
            }
            let key = Key(name, type)
            if found[key] == nil { order.append(key) }
            let earlier = found[key] ?? (Int.max, [])
            found[key] = unsafe (min(earlier.ttl, DNSWire.ttl(of: record)), earlier.records + [data])
        }
        return order.compactMap { key in
            found[key].map {
                SignedSet(
                    owner: key.owner, type: key.type, ttl: $0.ttl, records: $0.records,
                    signatures: signatures[key] ?? [])
            }
        }
    }

    private struct Key: Hashable {
        let owner: DomainName
        let type: UInt16

        init(_ owner: DomainName, _ type: UInt16) { (self.owner, self.type) = (owner, type) }
    }

    private static let rrsig: UInt16 = 46
    private static let dnskey: UInt16 = 48

    /// Whether `signature` over `set` was made with `key` of its signer, and holds at `time`, in seconds of the epoch
    /// (RFC 4035 §5.3.1, §5.3.3). Whether the key is to be believed, and the signer may sign, the caller knows.
    static func verifies(_ signature: SignedSet.Signature, of set: SignedSet, key: ZoneKey, at time: Int) -> Bool {
        guard signature.typeCovered == set.type, signature.algorithm == key.algorithm, signature.keyTag == key.tag,
            signature.labels <= set.signedLabels,
            ZoneKey.isSoundSignature(signature.signatureLength, algorithm: key.algorithm),
            let list = unsafe ldns_rr_list_new()
        else { return false }
        defer { unsafe ldns_rr_list_deep_free(list) }
        for data in set.records {
            guard let record = unsafe record(set.owner, set.type, ttl: signature.originalTTL, data) else {
                return false
            }
            guard unsafe ldns_rr_list_push_rr(list, record) else {
                unsafe ldns_rr_free(record)
                return false
            }
        }
        let signed = unsafe record(set.owner, rrsig, ttl: signature.originalTTL, signature.data)
        defer { unsafe ldns_rr_free(signed) }
        let signing = unsafe record(signature.signer, dnskey, ttl: 0, key.data)
        defer { unsafe ldns_rr_free(signing) }
        guard let signed = unsafe signed, let signing = unsafe signing, unsafe ldns_rr_rd_count(signed) == 9,
            unsafe ldns_rr_rd_count(signing) == 4
        else {
            return false
        }
        return unsafe ldns_verify_rrsig_time(list, signed, signing, time) == LDNS_STATUS_OK
    }

    /// The digest that a DS record of `zone` for the key has (RFC 4034 §5.1.4); nil for a digest type that is not
    /// known: SHA-256 (RFC 4509) and SHA-384 (RFC 6605 §2) are.
    static func digest(of key: ZoneKey, zone: DomainName, type: UInt8) -> [UInt8]? {
        let input = zone.wire + key.data
        let length = type == 2 ? 32 : type == 4 ? 48 : 0
        guard length > 0 else { return nil }
        var digest = [UInt8](repeating: 0, count: length)
        let isDone = unsafe digest.withUnsafeMutableBufferPointer { output in
            unsafe input.withUnsafeBufferPointer { input in
                unsafe type == 2
                    ? ldns_sha256(input.baseAddress, UInt32(input.count), output.baseAddress) != nil
                    : ldns_sha384(input.baseAddress, UInt32(input.count), output.baseAddress) != nil
            }
        }
        return isDone ? digest : nil
    }

    /// The hash of a name that NSEC3 records go by (RFC 5155 §5), by SHA-1, the one algorithm there is.
    static func nsec3Hash(of name: DomainName, iterations: Int, salt: [UInt8]) -> [UInt8]? {
        var digest = name.wire
        for _ in 0...iterations {
            let input = digest + salt
            var output = [UInt8](repeating: 0, count: 20)
            let isDone = unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe input.withUnsafeBufferPointer { input in
                    unsafe ldns_sha1(input.baseAddress, UInt32(input.count), output.baseAddress) != nil
                }
            }
            guard isDone else { return nil }
            digest = output
        }
        return digest
    }

    /// Reads a record in master-file form on one line; nil when it is malformed.
    static func record(presentation: String) -> (owner: DomainName, type: UInt16, data: [UInt8])? {
        var record: UnsafeMutablePointer<ldns_rr>?
        let status = unsafe ldns_rr_new_frm_str(&record, presentation, 3600, nil, nil)
        defer { unsafe ldns_rr_free(record) }
        guard status == LDNS_STATUS_OK, let record = unsafe record,
            unsafe ldns_rr_get_class(record) == LDNS_RR_CLASS_IN,
            let owner = unsafe ldns_rr_owner(record),
            let name = unsafe WireRecord.domainName(WireRecord.bytes(of: owner))
        else { return nil }
        return unsafe (name, UInt16(truncatingIfNeeded: ldns_rr_get_type(record).rawValue), data(of: record))
    }

    private static func data(of record: UnsafeMutablePointer<ldns_rr>) -> [UInt8] {
        unsafe (0..<ldns_rr_rd_count(record)).compactMap { unsafe ldns_rr_rdf(record, $0) }
            .flatMap { unsafe WireRecord.bytes(of: $0) }
    }

    private static func record(
        _ owner: DomainName, _ type: UInt16, ttl: Int, _ data: [UInt8]
    ) -> UnsafeMutablePointer<ldns_rr>? {
        guard data.count <= Int(UInt16.max) else { return nil }
        var wire = owner.wire
        for value in [UInt16(type), 1, UInt16(truncatingIfNeeded: ttl >> 16), UInt16(truncatingIfNeeded: ttl)] {
            wire += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        wire += [UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
        var record: UnsafeMutablePointer<ldns_rr>?
        var position = 0
        let status = unsafe wire.withUnsafeBufferPointer {
            unsafe ldns_wire2rr(&record, $0.baseAddress, $0.count, &position, LDNS_SECTION_ANSWER)
        }
        return unsafe status == LDNS_STATUS_OK ? record : nil
    }
}
