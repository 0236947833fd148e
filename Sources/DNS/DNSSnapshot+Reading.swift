import Values

extension DNSSnapshot {
    /// The most octets a line may have: a full TXT record set in presentation form, four characters an octet.
    static let maximumLineLength = 1 << 20

    /// Reads a snapshot: NDJSON as DESIGN §7 has it. Empty lines are skipped; records of types that mail policy does
    /// not look at only make their name exist; a name longer than DNS has (RFC 1035 §2.3.4), which whatever made the
    /// snapshot was asked for, cannot be asked for and needs no answer. Throws every mistake with its line.
    public init(lines: Bytes, file: String) throws(DNSProblems) {
        self.init()
        var problems = DNSProblemCollector(file: file)
        var number = 0
        var start = 0
        while start < lines.count, !problems.isFull {
            number += 1
            let end = lines.withSpan { $0.firstIndex(of: .lf, from: start) } ?? lines.count
            let line = lines[start..<end]
            start = end + 1
            if line.allSatisfy(\.isFoldingWhitespace) { continue }
            guard line.count <= DNSSnapshot.maximumLineLength else {
                problems.add(line: number, "the line is longer than \(DNSSnapshot.maximumLineLength) octets")
                continue
            }
            do throws(SnapshotLine.Mistake) {
                try add(SnapshotLine(line))
            } catch {
                problems.add(line: number, error.message)
            }
        }
        try problems.check()
        sortCaptures()
    }

    /// Whether nothing but the length of `text` or of its labels keeps it from being a domain name.
    private static func isTooLong(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: UInt8.dot, omittingEmptySubsequences: false)
        let named = labels.last?.isEmpty == true ? labels.dropLast() : labels[...]
        return named.allSatisfy { !$0.isEmpty } && !text.utf8.contains(.backslash)
            && (text.utf8.count > 253 || named.contains { $0.count > 63 })
    }

    private mutating func add(_ line: SnapshotLine) throws(SnapshotLine.Mistake) {
        let name = DomainName(line.name)
        guard name != nil || DNSSnapshot.isTooLong(line.name) else {
            throw SnapshotLine.Mistake("'\(line.name)' is not a domain name")
        }
        guard (1...24).contains(line.type.utf8.count),
            line.type.utf8.allSatisfy({ $0.isAlphanumeric || $0 == .hyphen })
        else { throw SnapshotLine.Mistake("'\(line.type)' is not a record type") }
        var captured: Timestamp?
        if let text = line.captured {
            captured = Timestamp(rfc3339: text)
            guard captured != nil else {
                throw SnapshotLine.Mistake("'captured' must be an RFC 3339 time, not '\(text)'")
            }
        }
        if let ttl = line.ttl, ttl < 0 { throw SnapshotLine.Mistake("'ttl' must not be negative") }
        let type = RecordType(mnemonic: line.type)
        let answer = try line.answer(type: type)
        guard let name else { return }
        if let type {
            let isProven = line.authentic && (answer == .noData || answer == .nameError)
            guard
                let capture = DNSCapture(
                    DNSQuestion(name, type), answer, ttl: line.ttl, captured: captured, isProvenAbsence: isProven)
            else { return }
            append(capture)
        } else if case .records = answer {
            appendOtherType(at: name)
        }
    }
}

/// The members of one line, as they are spelt in the file.
private struct SnapshotLine {
    let name: String
    let type: String
    let rcode: String
    let rdata: [String]
    let ttl: Int?
    let authentic: Bool
    let captured: String?

    struct Mistake: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    init(_ text: Bytes) throws(Mistake) {
        guard let object = try? JSON(reading: text), let fields = JSONFields(object) else {
            throw Mistake("not a JSON object")
        }
        do throws(JSONFields.Fault) {
            (name, type) = (try fields.required("name", fields.text), try fields.required("type", fields.text))
            (rcode, rdata) = (try fields.required("rcode", fields.text), try fields.texts("rdata") ?? [])
            (ttl, authentic) = (try fields.number("ttl"), try fields.flag("authentic") ?? false)
            captured = try fields.text("captured")
        } catch {
            throw Mistake(error.description)
        }
    }

    func answer(type: RecordType?) throws(Mistake) -> DNSAnswer {
        switch rcode {
        case "NOERROR":
            var records: [RecordData] = []
            for text in rdata {
                guard let type else {
                    records.append(.other(text))
                    continue
                }
                guard let data = RecordData(presentation: text, type: type) else {
                    throw Mistake("malformed \(type) data '\(text.prefix(80))'")
                }
                records.append(data)
            }
            return records.isEmpty ? .noData : .records(records, authentic: authentic)
        case "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT":
            guard rdata.isEmpty else { throw Mistake("'rdata' must be empty when 'rcode' is \(rcode)") }
            return rcode == "NXDOMAIN" ? .nameError : rcode == "TIMEOUT" ? .timeout : .serverFailure
        default:
            throw Mistake("unknown 'rcode' '\(rcode)': NOERROR, NXDOMAIN, SERVFAIL, REFUSED or TIMEOUT")
        }
    }
}
