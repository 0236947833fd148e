import CLDNS
import DNS
import Glibc
import Values

/// The binding to ldns's master file parser, one record at a time. It owns what ldns allocates and frees it.
@safe struct MasterFileReader: ~Copyable {
    enum Item {
        /// A record, and where ldns began to read it: `lineOfText(from:)` tells the line that it is on.
        case record(ResourceRecord, line: Int)
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
        _ = unsafe buffer.initialize(from: contents)
        guard let stream = unsafe fmemopen(buffer.baseAddress, buffer.count, "r") else {
            unsafe buffer.deallocate()
            return nil
        }
        self.contents = contents
        unsafe self.buffer = unsafe buffer
        unsafe self.stream = unsafe stream
        unsafe self.origin = unsafe ldns_dname_new_frm_str(".")
    }

    deinit {
        unsafe fclose(stream)
        unsafe buffer.deallocate()
        unsafe ldns_rdf_deep_free(origin)
        unsafe ldns_rdf_deep_free(previous)
    }

    /// The next record or mistake; nil at the end.
    mutating func next() -> Item? {
        while unsafe feof(stream) == 0 {
            var record: UnsafeMutablePointer<ldns_rr>?
            let line = nextLine
            let status = unsafe ldns_rr_new_frm_fp_l(&record, stream, &ttl, &origin, &previous, &nextLine)
            defer { unsafe ldns_rr_free(record) }
            switch status {
            case LDNS_STATUS_OK:
                // ldns reads a type it does not know as type 0, which RFC 6895 §3.1 reserves.
                if let record = unsafe record, unsafe ldns_rr_get_type(record).rawValue == 0 {
                    return .mistake(line: lineOfText(from: Int(line)), message: "unknown record type")
                }
                // RFC 1035 §5.2: all records have one class; here it is the Internet's, whose answers are asked for.
                if let record = unsafe record, unsafe ldns_rr_get_class(record) != LDNS_RR_CLASS_IN {
                    return .mistake(line: lineOfText(from: Int(line)), message: "a record of another class than IN")
                }
                if let record = unsafe record, let read = unsafe WireRecord.read(record) {
                    return .record(read, line: Int(line))
                }
                return .mistake(line: lineOfText(from: Int(line)), message: "a record that cannot be used")
            case LDNS_STATUS_SYNTAX_EMPTY, LDNS_STATUS_SYNTAX_TTL, LDNS_STATUS_SYNTAX_ORIGIN:
                continue
            case LDNS_STATUS_SYNTAX_INCLUDE:
                return .mistake(
                    line: lineOfText(from: Int(line)),
                    message: "$INCLUDE is not supported; put the records in this file")
            default:
                let place = lineOfText(from: Int(line))
                if isDirective("$generate", at: offset) {
                    return .mistake(line: place, message: "$GENERATE is not supported; write the records out")
                }
                let message =
                    unsafe ldns_get_errorstr_by_id(status).map { unsafe String(cString: $0) } ?? "syntax error"
                return .mistake(line: place, message: message)
            }
        }
        return nil
    }

    /// Whether the directive `name`, in lower case, stands at an offset.
    private func isDirective(_ name: String, at start: Int) -> Bool {
        contents[min(start, contents.count)..<contents.count].prefix(name.utf8.count)
            .elementsEqual(name.utf8) { $0.lowercased == $1 }
    }

    /// The first line from `line` on that holds more than a comment: ldns counts empty lines as part of the record
    /// that follows them.
    mutating func lineOfText(from line: Int) -> Int {
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
