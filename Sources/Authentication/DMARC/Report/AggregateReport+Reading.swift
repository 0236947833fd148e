import Mail
import Values

extension AggregateReport {
    /// Why a document is no report that can be used.
    public struct ReadError: Error, Sendable, Hashable {
        /// The line, from 1, and the column in bytes, from 1.
        public let line: Int
        public let column: Int
        /// What is wrong, in words.
        public let message: String
    }

    /// The largest document that is read.
    public static let maximumSize = 64 << 20
    /// The most records that a report may have.
    public static let maximumRecords = 200_000
    /// Elements nested deeper than this are refused; a report has five levels.
    public static let maximumDepth = 32
    /// More errors, reasons and results than this are left out, with a word among the faults.
    static let maximumItems = 100

    /// Reads a report. Elements are known by their names without a prefix, in any order; those that are unknown are
    /// passed over. Mistakes that leave the rest readable are noted in `faults`. A report whose end is missing is not
    /// taken: nobody knows what it lost.
    public init(xml bytes: Bytes) throws(ReadError) {
        guard bytes.count <= AggregateReport.maximumSize else {
            throw ReadError(line: 1, column: 1, message: "larger than \(AggregateReport.maximumSize) bytes")
        }
        let (text, complaint) = AggregateReport.unicode(bytes)
        var reading = AggregateReading(XMLReader(text))
        if let complaint { reading.xml.note(complaint, at: 0) }
        do throws(XMLReader.Fault) {
            self = try reading.report()
        } catch {
            throw text.place(of: error)
        }
        faults = reading.xml.faults.map { fault in
            let place = text.place(of: fault)
            return "\(place.line):\(place.column): \(place.message)"
        }
    }

    /// Whether the bytes look like a report: they begin with a tag, and an element `feedback` soon follows.
    public static func isLikely(_ bytes: Bytes) -> Bool {
        let (head, _) = unicode(bytes[0..<min(bytes.count, 64 << 10)])
        guard head.first(where: { !$0.isFoldingWhitespace }) == .ascii("<") else { return false }
        var position = 0
        while let found = head.withSpan({ $0.firstIndex(of: "feedback", from: position) }) {
            position = found + 8
            // With a prefix or without one: `<feedback`, `<ns1:feedback`.
            var start = found - 1
            if start > 0, head[start] == .colon {
                start -= 1
                while start > 0, head[start].isAlphanumeric || head[start] == .hyphen { start -= 1 }
            }
            if start >= 0, head[start] == .ascii("<") { return true }
        }
        return false
    }

    /// The document in UTF-8, by its byte order mark or the encoding it declares (XML 1.0 §4.3.3).
    private static func unicode(_ bytes: Bytes) -> (Bytes, complaint: String?) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            let charset = bytes.first == 0xFF ? "utf-16le" : "utf-16be"
            return (Bytes(Charset.decode(bytes[2..<bytes.count], charset: charset).text), nil)
        }
        let document = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3..<bytes.count] : bytes
        let declared = encoding(document)
        if declared == nil || declared == "utf-8" || declared == "utf8" || declared == "us-ascii" {
            guard String(validating: document.array, as: UTF8.self) == nil else { return (document, nil) }
            return (Bytes(document.lossyString), "the document is not in UTF-8")
        }
        return (Bytes(Charset.decode(document, charset: declared ?? "utf-8").text), nil)
    }

    private static func encoding(_ document: Bytes) -> String? {
        guard document.starts(with: Array("<?xml".utf8)) else { return nil }
        let head = document[0..<min(document.count, 256)].lossyString
        guard let end = head.firstRange(of: "?>"), let key = head[..<end.lowerBound].firstRange(of: "encoding") else {
            return nil
        }
        let value = head[key.upperBound..<end.lowerBound].drop { $0 == " " || $0 == "=" }
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return value.dropFirst().prefix { $0 != quote }.asciiLowercased
    }
}

extension Bytes {
    fileprivate func place(of fault: XMLReader.Fault) -> AggregateReport.ReadError {
        var line = 1
        var start = 0
        while let end = withSpan({ $0.firstIndex(of: .lf, in: start..<Swift.min(fault.offset, count)) }) {
            line += 1
            start = end + 1
        }
        return AggregateReport.ReadError(line: line, column: fault.offset - start + 1, message: fault.message)
    }
}

/// Builds a report from the events of its document.
private struct AggregateReading {
    var xml: XMLReader
    private var built = AggregateReport()
    private var record = AggregateReport.Record()
    private var reason = AggregateReport.Reason()
    private var result = AggregateReport.MechanismResult()
    /// The open elements, the document's own first.
    private var path: [String] = []
    private var text = ""
    private var isInReport = false
    private var isComplete = false

    init(_ xml: XMLReader) { self.xml = xml }

    mutating func report() throws(XMLReader.Fault) -> AggregateReport {
        while !isComplete, let event = try xml.next() {
            switch event {
            case .start(let name): try start(name)
            case .text(let part):
                if text.utf8.count < XMLReader.maximumText { text += part }
            case .end(let name): end(name)
            }
        }
        guard isInReport else { throw XMLReader.Fault(offset: 0, message: "there is no 'feedback' element") }
        guard isComplete else {
            throw XMLReader.Fault(offset: xml.offset, message: "the report is cut off: 'feedback' is not closed")
        }
        if built.records.isEmpty { xml.note("there is no record in the report", at: xml.offset) }
        return built
    }

    private mutating func start(_ name: String) throws(XMLReader.Fault) {
        text = ""
        // What stands around the report, such as a schema's element left open, is passed over.
        if !isInReport {
            isInReport = name == "feedback"
            if isInReport { path = [name] }
            return
        }
        guard path.count < AggregateReport.maximumDepth else {
            throw XMLReader.Fault(
                offset: xml.offset, message: "elements are nested deeper than \(AggregateReport.maximumDepth)")
        }
        path.append(name)
        if path.count == 2, name == "record" {
            guard built.records.count < AggregateReport.maximumRecords else {
                throw XMLReader.Fault(
                    offset: xml.offset, message: "more than \(AggregateReport.maximumRecords) records")
            }
            record = AggregateReport.Record()
        }
        switch name {
        case "reason": reason = AggregateReport.Reason()
        case "dkim", "spf": result = AggregateReport.MechanismResult()
        default: break
        }
    }

    private mutating func end(_ name: String) {
        guard isInReport else { return }
        guard let place = path.lastIndex(of: name) else {
            xml.note("'\(name)' is closed and was not open", at: xml.offset)
            return
        }
        while path.count > place + 1 {
            xml.note("'\(path[path.count - 1])' is not closed", at: xml.offset)
            close()
        }
        close()
    }

    /// Ends the innermost element.
    private mutating func close() {
        guard let name = path.last else { return }
        let parent = path.count > 1 ? path[path.count - 2] : ""
        let value = trimmed
        if path.count == 1 {
            isComplete = true
        } else if path.count == 2, name == "record" {
            built.records.append(record)
        } else if path.count == 2, name == "version" {
            built.version = value
        } else if path[1] == "report_metadata" {
            metadata(name, parent, value)
        } else if path[1] == "policy_published" {
            policy(name, value)
        } else if path[1] == "record" {
            row(name, parent, value)
        }
        path.removeLast()
        text = ""
    }

    /// The text so far without white space at its ends; nil when there is none left.
    private var trimmed: String? {
        let bytes = Bytes(text)
        var lower = 0
        var upper = bytes.count
        while lower < upper, bytes[lower].isFoldingWhitespace { lower += 1 }
        while upper > lower, bytes[upper - 1].isFoldingWhitespace { upper -= 1 }
        return lower < upper ? bytes[lower..<upper].lossyString : nil
    }

    private mutating func metadata(_ name: String, _ parent: String, _ value: String?) {
        switch name {
        case "org_name": built.organization = value
        case "email": built.email = value
        case "extra_contact_info": built.contact = value
        case "report_id": built.reportID = value
        case "generator": built.generator = value
        case "error":
            if let value, hasRoom(built.errors.count) { built.errors.append(value) }
        case "begin" where parent == "date_range": built.begin = time(value)
        case "end" where parent == "date_range": built.end = time(value)
        default: break
        }
    }

    private mutating func policy(_ name: String, _ value: String?) {
        switch name {
        case "domain": built.policy.domain = value
        case "version_published": built.policy.version = value
        case "adkim": built.policy.adkim = value?.asciiLowercased
        case "aspf": built.policy.aspf = value?.asciiLowercased
        case "p": built.policy.p = value?.asciiLowercased
        case "sp": built.policy.sp = value?.asciiLowercased
        case "np": built.policy.np = value?.asciiLowercased
        case "pct": built.policy.pct = number(value, name)
        case "fo": built.policy.fo = value
        case "testing": built.policy.testing = value?.asciiLowercased
        case "discovery_method": built.policy.discoveryMethod = value?.asciiLowercased
        default: break
        }
    }

    private mutating func row(_ name: String, _ parent: String, _ value: String?) {
        switch (parent, name) {
        case ("row", "source_ip"):
            let address = value.flatMap { IPAddress($0) }
            if address == nil { xml.note("'source_ip' is no address", at: xml.offset) }
            record.sourceIP = address?.description ?? value
        case ("row", "count"): record.count = number(value, name) ?? 0
        case ("policy_evaluated", "disposition"): record.disposition = value?.asciiLowercased
        case ("policy_evaluated", "dkim"): record.dkim = value?.asciiLowercased
        case ("policy_evaluated", "spf"): record.spf = value?.asciiLowercased
        case ("policy_evaluated", "reason"):
            if hasRoom(record.reasons.count) { record.reasons.append(reason) }
        case ("reason", "type"): reason.type = value?.asciiLowercased
        case ("reason", "comment"): reason.comment = value
        case (_, "envelope_to"): record.envelopeTo = value
        case (_, "envelope_from"): record.envelopeFrom = value
        case (_, "header_from"): record.headerFrom = value
        case ("auth_results", "dkim"):
            if hasRoom(record.dkimResults.count) { record.dkimResults.append(result) }
        case ("auth_results", "spf"):
            if hasRoom(record.spfResults.count) { record.spfResults.append(result) }
        case ("dkim", "domain"), ("spf", "domain"): result.domain = value
        case ("dkim", "selector"): result.selector = value
        case ("spf", "scope"): result.scope = value?.asciiLowercased
        case ("dkim", "result"), ("spf", "result"): result.result = value?.asciiLowercased
        case ("dkim", "human_result"), ("spf", "human_result"): result.humanResult = value
        default: break
        }
    }

    private mutating func hasRoom(_ count: Int) -> Bool {
        if count < AggregateReport.maximumItems { return true }
        xml.note("more than \(AggregateReport.maximumItems) of a kind; the rest were left out", at: xml.offset)
        return false
    }

    /// A whole number; some write `1337270400.0`.
    private mutating func number(_ value: String?, _ name: String) -> Int? {
        guard let value else { return nil }
        let whole = value.prefix { $0 != "." }
        let rest = value.dropFirst(whole.count + 1)
        if rest.utf8.allSatisfy(\.isDigit), let number = Int(whole), number >= 0 { return number }
        xml.note("'\(name)' is no number", at: xml.offset)
        return nil
    }

    private mutating func time(_ value: String?) -> Timestamp? {
        guard let value else { return nil }
        // Some write a date instead of seconds.
        if value.utf8.contains(.hyphen), let time = Timestamp(rfc3339: value) { return time }
        guard let seconds = number(value, "date_range"), seconds < 1 << 40 else { return nil }
        return Timestamp(seconds: Int64(seconds))
    }
}
