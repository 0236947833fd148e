import Archives
import Authentication
import Mail
import Values

/// A DMARC report as it was found in a file or a message, or why one was not.
public enum ReceivedReport: Sendable {
    /// An aggregate report.
    case aggregate(AggregateReport)
    /// A report about one message.
    case failure(FailureReport)
    /// What looks like a report and cannot be read, with its place in the content where there is one.
    case problem(String)
}

extension ReceivedReport {
    /// Whether a report was read.
    public var isReadable: Bool { if case .problem = self { false } else { true } }

    /// Compressed files within compressed files are followed this far.
    private static let maximumNesting = 2

    /// What `content` holds, known by its bytes whatever its name and type say: XML, gzip or zip (RFC 7489 §7.2.1.1).
    /// Nil when it is neither.
    public static func reports(in content: Bytes) -> [ReceivedReport]? { reports(in: content, nesting: 0) }

    private static func reports(in content: Bytes, nesting: Int) -> [ReceivedReport]? {
        if content.starts(with: [0x1F, 0x8B]) {
            guard nesting < maximumNesting else { return [.problem("compressed more than \(maximumNesting) times")] }
            do throws(Inflation.Failure) {
                let plain = try Inflation.inflate(content, .gzip, limit: AggregateReport.maximumSize)
                return reports(in: plain, nesting: nesting + 1)
            } catch {
                return [.problem("\(error)")]
            }
        }
        if ZipFile.isLikely(content) {
            guard nesting < maximumNesting else { return [.problem("compressed more than \(maximumNesting) times")] }
            return zipped(content, nesting: nesting)
        }
        if isTLSReport(content) { return [.problem("is a report about TLS (RFC 8460), and none about DMARC")] }
        guard AggregateReport.isLikely(content) else { return nil }
        do throws(AggregateReport.ReadError) {
            return [.aggregate(try AggregateReport(xml: content))]
        } catch {
            return [.problem("\(error.line):\(error.column): \(error.message)")]
        }
    }

    /// Whether the content is what RFC 8460 §4.4 describes: JSON with policies and an organization's name.
    private static func isTLSReport(_ content: Bytes) -> Bool {
        guard content.first(where: { !$0.isFoldingWhitespace }) == .ascii("{") else { return false }
        let start = content[0..<min(content.count, 64 << 10)]
        return ["\"organization-name\"", "\"policies\""].allSatisfy { word in
            start.withSpan { $0.firstIndex(of: Array(word.utf8), from: 0) } != nil
        }
    }

    private static func zipped(_ content: Bytes, nesting: Int) -> [ReceivedReport]? {
        do throws(ZipFile.ReadError) {
            let file = try ZipFile(content)
            var found: [ReceivedReport] = []
            var room = AggregateReport.maximumSize
            for member in file.members where !member.isFolder {
                do throws(ZipFile.ReadError) {
                    let plain = try file.content(of: member, limit: room)
                    room -= plain.count
                    found += reports(in: plain, nesting: nesting + 1) ?? []
                } catch {
                    found.append(.problem(error.description))
                }
            }
            return found.isEmpty ? nil : found
        } catch {
            return [.problem(error.description)]
        }
    }

    /// The reports in a message: what it is itself (RFC 5965), and its parts that hold one, with their section numbers.
    public static func reports(in message: Message) -> [(part: String, report: ReceivedReport)] {
        if let failure = FailureReport(message) { return [("", .failure(failure))] }
        var found: [(part: String, report: ReceivedReport)] = []
        for part in message.mime.leaves {
            for report in reports(in: part.decodedBody(in: message)) ?? [] { found.append((part.path, report)) }
        }
        return found
    }
}
