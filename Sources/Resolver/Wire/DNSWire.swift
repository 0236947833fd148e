import CLDNS
import DNS
import Glibc
import Values

/// The binding to ldns's codec of messages (RFC 1035 §4). It frees what ldns allocates.
enum DNSWire {
    /// A query in wire form; nil when there is no memory.
    static func encode(_ query: DNSQuery) -> [UInt8]? {
        let name = query.question.name
        let code = query.question.bytes.suffix(4).prefix(2).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let field = unsafe name.withUnsafeBytes {
            unsafe ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, $0.count, $0.baseAddress)
        }
        guard let field = unsafe field else { return nil }
        let packet = unsafe ldns_pkt_query_new(field, ldns_rr_type(code), LDNS_RR_CLASS_IN, UInt16(LDNS_RD))
        guard let packet = unsafe packet else {
            unsafe ldns_rdf_deep_free(field)
            return nil
        }
        defer { unsafe ldns_pkt_free(packet) }
        unsafe ldns_pkt_set_id(packet, query.id)
        unsafe ldns_pkt_set_ad(packet, query.wantsAuthenticity)
        unsafe ldns_pkt_set_cd(packet, query.wantsSignatures)
        if query.usesEDNS {
            unsafe ldns_pkt_set_edns_udp_size(packet, DNSQuery.payloadSize)
            unsafe ldns_pkt_set_edns_do(packet, query.wantsSignatures)
        }
        var wire: UnsafeMutablePointer<UInt8>?
        var size = 0
        let status = unsafe ldns_pkt2wire(&wire, packet, &size)
        defer { unsafe free(wire) }
        guard status == LDNS_STATUS_OK, let wire = unsafe wire else { return nil }
        return unsafe Array(UnsafeBufferPointer(start: wire, count: size))
    }

    /// Reads an answer; nil when it is malformed in any part that is looked at. Of a truncated one only header and
    /// question are read: the rest may end anywhere (RFC 2181 §9).
    static func decode(_ message: [UInt8]) -> DNSMessage? {
        guard let header = DNSMessage.Header(message), header.questions <= 1 else { return nil }
        let question = header.questions == 1 ? WireQuestion(ofMessage: message) : nil
        guard (question != nil) == (header.questions == 1) else { return nil }
        if header.isTruncated {
            return DNSMessage(
                header: header, responseCode: DNSMessage.ResponseCode(rawValue: header.responseCode),
                question: question, answers: [], negativeTTL: nil, namesServers: false, wire: message)
        }
        var packet: UnsafeMutablePointer<ldns_pkt>?
        let status = unsafe message.withUnsafeBufferPointer { unsafe ldns_wire2pkt(&packet, $0.baseAddress, $0.count) }
        defer { unsafe ldns_pkt_free(packet) }
        guard status == LDNS_STATUS_OK, let packet = unsafe packet, let answers = unsafe answers(of: packet) else {
            return nil
        }
        let authority = unsafe records(of: ldns_pkt_authority(packet))
        let code = unsafe Int(ldns_pkt_edns_extended_rcode(packet)) << 4 | header.responseCode
        return unsafe DNSMessage(
            header: header, responseCode: DNSMessage.ResponseCode(rawValue: code), question: question,
            answers: answers, negativeTTL: authority.lazy.compactMap(unsafe negativeTTL).first,
            namesServers: unsafe authority.contains { unsafe ldns_rr_get_type($0) == LDNS_RR_TYPE_NS }, wire: message)
    }

    /// The records of class IN in a section.
    static func records(of section: UnsafeMutablePointer<ldns_rr_list>?) -> [UnsafeMutablePointer<ldns_rr>] {
        guard let section = unsafe section else { return unsafe [] }
        return unsafe (0..<ldns_rr_list_rr_count(section)).compactMap { unsafe ldns_rr_list_rr(section, $0) }
            .filter { unsafe ldns_rr_get_class($0) == LDNS_RR_CLASS_IN }
    }

    /// Nil when one of a type that is looked at is malformed.
    private static func answers(of packet: UnsafeMutablePointer<ldns_pkt>) -> [DNSMessage.Answer]? {
        var answers: [DNSMessage.Answer] = []
        let records = unsafe records(of: ldns_pkt_answer(packet))
        for index in unsafe records.indices {
            let record = unsafe records[index]
            guard unsafe knownTypes.contains(ldns_rr_get_type(record).rawValue) else { continue }
            guard let read = unsafe WireRecord.read(record) else { return nil }
            unsafe answers.append(DNSMessage.Answer(record: read, ttl: ttl(of: record)))
        }
        return answers
    }

    private static let knownTypes = Set(RecordType.allCases.map { UInt32($0.code) })

    static func ttl(of record: UnsafeMutablePointer<ldns_rr>) -> Int {
        // RFC 2181 §8: a time to live with the topmost bit set counts as zero.
        let ttl = unsafe ldns_rr_ttl(record)
        return ttl >> 31 == 0 ? Int(ttl) : 0
    }

    private static func negativeTTL(_ record: UnsafeMutablePointer<ldns_rr>) -> Int? {
        guard unsafe ldns_rr_get_type(record) == LDNS_RR_TYPE_SOA, let field = unsafe ldns_rr_rdf(record, 6) else {
            return nil
        }
        let minimum = unsafe WireRecord.bytes(of: field)
        guard minimum.count == 4 else { return nil }
        return unsafe min(ttl(of: record), minimum.reduce(0) { $0 << 8 | Int($1) })
    }
}
