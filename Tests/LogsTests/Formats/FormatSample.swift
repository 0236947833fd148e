import Foundation
import Logs
import Testing
import Values

/// Lines of a log, and what they tell, a line for each record.
struct FormatSample: CustomTestStringConvertible, Sendable {
    let name: String, format: String, lines: String, expected: String

    var testDescription: String { name }

    /// What the lines tell.
    var told: String {
        let (records, tally) = LogSuite.read(lines + "\n", reference: "2024-06-01T00:00:00Z")
        var output = records.map(Self.words)
        for shape in tally.unknown { output.append("unknown \(shape.format): \(shape.shape)") }
        return output.joined(separator: "\n")
    }

    /// The formats that the lines were given to.
    var formats: String {
        LogSuite.read(lines + "\n", reference: "2024-06-01T00:00:00Z").tally.byFormat.map(\.name).joined(separator: " ")
    }

    private static func words(_ record: LogRecord) -> String {
        var words = ["\(record.place.line) \(record.kind.rawValue)"]
        if let role = record.role { words.append(role.rawValue) }
        if let instant = record.instant {
            words.append("\(instant.time)\(instant.hasYear ? "" : " no-year")\(instant.hasZone ? "" : " no-zone")")
        }
        if let session = record.session { words.append("#\(session)") }
        if let message = record.message { words.append("@\(message)") }
        return words.joined(separator: " ") + ": "
            + record.fields.map { "\($0.name.rawValue)=\($0.value)" }.joined(separator: " | ")
    }

    /// Samples of a file: `### name format`, the lines, `---`, what they tell.
    static func all(_ text: String) -> [FormatSample] {
        text.components(separatedBy: "### ").dropFirst().map { part in
            let halves = part.components(separatedBy: "\n---\n")
            let head = halves[0].split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let title = head[0].split(separator: " ")
            return FormatSample(
                name: String(title[0]), format: title.dropFirst().joined(separator: " "), lines: String(head[1]),
                expected: halves.count > 1 ? halves[1].trimmingCharacters(in: .newlines) : "")
        }
    }
}
