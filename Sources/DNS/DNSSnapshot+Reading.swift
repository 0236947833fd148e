import Foundation
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
        let decoder = JSONDecoder()
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
            do {
                try add(decoder.decode(SnapshotLine.self, from: Data(line.array)))
            } catch let mistake as SnapshotLine.Mistake {
                problems.add(line: number, mistake.message)
            } catch let error as DecodingError {
                problems.add(line: number, SnapshotLine.message(of: error))
            } catch {
                problems.add(line: number, "not a JSON object")
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
            let isProven = line.authentic == true && (answer == .noData || answer == .nameError)
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
private struct SnapshotLine: Decodable {
    var name: String
    var type: String
    var rcode: String
    var rdata: [String]?
    var ttl: Int?
    var authentic: Bool?
    var captured: String?

    struct Mistake: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    func answer(type: RecordType?) throws(Mistake) -> DNSAnswer {
        let rdata = rdata ?? []
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
            return records.isEmpty ? .noData : .records(records, authentic: authentic ?? false)
        case "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT":
            guard rdata.isEmpty else { throw Mistake("'rdata' must be empty when 'rcode' is \(rcode)") }
            return rcode == "NXDOMAIN" ? .nameError : rcode == "TIMEOUT" ? .timeout : .serverFailure
        default:
            throw Mistake("unknown 'rcode' '\(rcode)': NOERROR, NXDOMAIN, SERVFAIL, REFUSED or TIMEOUT")
        }
    }

    static func message(of error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            context.codingPath.first.map { "'\($0.stringValue)' must be \(name(of: type))" } ?? "not a JSON object"
        case .dataCorrupted(let context):
            context.codingPath.first.map { "'\($0.stringValue)' is malformed" } ?? "not a JSON object"
        @unknown default: "not a JSON object"
        }
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Int.Type: "a whole number"
        case is Bool.Type: "true or false"
        default: "a list of strings"
        }
    }
}
