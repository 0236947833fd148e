import CLDNS
import DNS
import Glibc
import Values

/// The binding to ldns's master file parser, one record at a time. It owns what ldns allocates and frees it.
struct MasterFileReader: ~Copyable {
    enum Item {
        case record(ResourceRecord)
        case mistake(line: Int, message: String)
    }

    private let contents: Bytes
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private let stream: UnsafeMutablePointer<FILE>
    private var origin: UnsafeMutablePointer<ldns_rdf>?
    private var previous: UnsafeMutablePointer<ldns_rdf>?
    private var ttl: UInt32 = 3600
    private var nextLine: Int32 = 1
    /// Where line `lineAtOffset` starts: kept to find the line a mistake is on.
    private var offset = 0
    private var lineAtOffset = 1

    /// A reader of `contents`, which must not be empty; nil when there is no memory.
    init?(_ contents: Bytes) {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: contents.count)
        _ = buffer.initialize(from: contents)
        guard let stream = fmemopen(buffer.baseAddress, buffer.count, "r") else {
            buffer.deallocate()
            return nil
        }
        self.contents = contents
        self.buffer = buffer
        self.stream = stream
        self.origin = ldns_dname_new_frm_str(".")
    }

    deinit {
        fclose(stream)
        buffer.deallocate()
        ldns_rdf_deep_free(origin)
        ldns_rdf_deep_free(previous)
    }

    /// The next record or mistake; nil at the end.
    mutating func next() -> Item? {
        while feof(stream) == 0 {
            var record: UnsafeMutablePointer<ldns_rr>?
            let line = nextLine
            let status = ldns_rr_new_frm_fp_l(&record, stream, &ttl, &origin, &previous, &nextLine)
            defer { ldns_rr_free(record) }
            switch status {
            case LDNS_STATUS_OK:
                // ldns reads a type it does not know as type 0, which RFC 6895 §3.1 reserves.
                if let record, ldns_rr_get_type(record).rawValue == 0 {
                    return .mistake(line: lineOfText(from: Int(line)), message: "unknown record type")
                }
                if let record, let read = MasterFileReader.read(record) { return .record(read) }
                return .mistake(line: lineOfText(from: Int(line)), message: "a record that cannot be used")
            case LDNS_STATUS_SYNTAX_EMPTY, LDNS_STATUS_SYNTAX_TTL, LDNS_STATUS_SYNTAX_ORIGIN:
                continue
            case LDNS_STATUS_SYNTAX_INCLUDE:
                return .mistake(line: lineOfText(from: Int(line)), message: "$INCLUDE is not supported")
            default:
                let message = ldns_get_errorstr_by_id(status).map { String(cString: $0) } ?? "syntax error"
                return .mistake(line: lineOfText(from: Int(line)), message: message)
            }
        }
        return nil
    }

    /// The first line from `line` on that holds more than a comment: ldns counts empty lines as part of the record
    /// that follows them.
    private mutating func lineOfText(from line: Int) -> Int {
        let count = contents.count
        while offset < count {
            let end = contents.withSpan { $0.firstIndex(of: .lf, from: offset) } ?? count
            let first = contents[offset..<end].first { !$0.isFoldingWhitespace }
            if lineAtOffset >= line, let first, first != .semicolon { return lineAtOffset }
            offset = end + 1
            lineAtOffset += 1
        }
        return line
    }
}

extension MasterFileReader {
    /// Copies a parsed record out of ldns's memory; nil when its parts are not what its type says.
    private static func read(_ record: UnsafeMutablePointer<ldns_rr>) -> ResourceRecord? {
        guard let owner = ldns_rr_owner(record), let name = domainName(bytes(of: owner)) else { return nil }
        let fields = (0..<ldns_rr_rd_count(record)).compactMap { ldns_rr_rdf(record, $0) }
        let mnemonic = text(ldns_rr_type2str(ldns_rr_get_type(record)))
        guard let type = RecordType(mnemonic: mnemonic) else {
            return ResourceRecord(name, otherType: mnemonic, presentation(of: fields))
        }
        let data: RecordData? =
            switch type {
            case .a:
                fields.first.flatMap { IPAddress(networkBytes: bytes(of: $0)) }.map { .address($0) }
            case .aaaa:
                fields.first.flatMap { IPAddress(networkBytes: bytes(of: $0)) }.map { .address($0.asAAAA) }
            case .mx:
                mailExchange(fields.map(bytes))
            case .cname, .ns, .ptr:
                fields.first.flatMap { domainName(bytes(of: $0)) }.map { .name($0) }
            case .txt:
                .txt(fields.map { Bytes(Array(bytes(of: $0).dropFirst())) })
            case .soa, .srv, .tlsa:
                .other(presentation(of: fields))
            }
        return data.map { ResourceRecord(name, type, $0) }
    }

    private static func mailExchange(_ fields: [[UInt8]]) -> RecordData? {
        guard fields.count == 2, fields[0].count == 2, let exchange = domainName(fields[1]) else { return nil }
        return .mx(preference: UInt16(fields[0][0]) << 8 | UInt16(fields[0][1]), exchange: exchange)
    }

    /// The wire form of a record field.
    private static func bytes(of field: UnsafeMutablePointer<ldns_rdf>) -> [UInt8] {
        guard let data = ldns_rdf_data(field) else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: ldns_rdf_size(field)))
    }

    /// A name from its uncompressed wire form (RFC 1035 §3.1).
    private static func domainName(_ wire: [UInt8]) -> DomainName? {
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

    private static func presentation(of fields: [UnsafeMutablePointer<ldns_rdf>]) -> String {
        fields.map { text(ldns_rdf2str($0)) }.joined(separator: " ")
    }

    /// A C string of ldns's, freed.
    private static func text(_ string: UnsafeMutablePointer<CChar>?) -> String {
        guard let string else { return "" }
        defer { free(string) }
        return String(cString: string)
    }
}
