import CLDNS
import DNS
import Glibc
import Values

/// Records as ldns holds them, copied out of its memory: shared by the reader of master files and that of answers.
enum WireRecord {
    /// A record; nil when its parts are not what its type says.
    static func read(_ record: UnsafeMutablePointer<ldns_rr>) -> ResourceRecord? {
        guard let owner = unsafe ldns_rr_owner(record), let name = unsafe domainName(bytes(of: owner)) else {
            return nil
        }
        let fields = unsafe (0..<ldns_rr_rd_count(record)).compactMap { unsafe ldns_rr_rdf(record, $0) }
        let mnemonic = unsafe text(ldns_rr_type2str(ldns_rr_get_type(record)))
        guard let type = RecordType(mnemonic: mnemonic) else {
            return unsafe ResourceRecord(name, otherType: mnemonic, presentation(of: fields))
        }
        let data: RecordData? =
            switch type {
            case .a:
                unsafe fields.first.flatMap { unsafe IPAddress(networkBytes: bytes(of: $0)) }.map { .address($0) }
            case .aaaa:
                unsafe fields.first.flatMap { unsafe IPAddress(networkBytes: bytes(of: $0)) }.map {
                    .address($0.asAAAA)
                }
            case .mx:
                unsafe mailExchange(fields.map(unsafe bytes))
            case .cname, .ns, .ptr:
                unsafe fields.first.flatMap { unsafe domainName(bytes(of: $0)) }.map { .name($0) }
            case .txt:
                unsafe .txt(fields.map { unsafe Bytes(Array(bytes(of: $0).dropFirst())) })
            case .soa, .srv, .tlsa:
                unsafe fields.isEmpty ? nil : .other(presentation(of: fields))
            }
        return data.map { ResourceRecord(name, type, $0) }
    }

    private static func mailExchange(_ fields: [[UInt8]]) -> RecordData? {
        guard fields.count == 2, fields[0].count == 2, let exchange = domainName(fields[1]) else { return nil }
        return .mx(preference: UInt16(fields[0][0]) << 8 | UInt16(fields[0][1]), exchange: exchange)
    }

    /// The wire form of a record field.
    static func bytes(of field: UnsafeMutablePointer<ldns_rdf>) -> [UInt8] {
        guard let data = unsafe ldns_rdf_data(field) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: data, count: ldns_rdf_size(field)))
    }

    /// A name from its uncompressed wire form (RFC 1035 §3.1).
    static func domainName(_ wire: [UInt8]) -> DomainName? {
        var labels: [Bytes] = []
        var position = 0
        while position < wire.count, wire[position] > 0 {
            let end = position + 1 + Int(wire[position])
            guard end < wire.count else { return nil }
            labels.append(Bytes(Array(wire[position + 1..<end])))
            position = end
        }
        return DomainName(labels: labels)
    }

    /// Names in it are in lower case, as all names are: a server may point for them to the question, whose case is thrown
    /// anew each time.
    private static func presentation(of fields: [UnsafeMutablePointer<ldns_rdf>]) -> String {
        unsafe fields.map { field in
            let text = unsafe text(ldns_rdf2str(field))
            return unsafe ldns_rdf_get_type(field) == LDNS_RDF_TYPE_DNAME ? text.asciiLowercased : text
        }.joined(separator: " ")
    }

    /// A C string of ldns's, freed.
    private static func text(_ string: UnsafeMutablePointer<CChar>?) -> String {
        guard let string = unsafe string else { return "" }
        defer { unsafe free(string) }
        return unsafe String(cString: string)
    }
}
