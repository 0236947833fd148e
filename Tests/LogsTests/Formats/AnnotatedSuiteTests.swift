import Foundation
import Logs
import Testing
import Values

/// Logs whose lines are annotated with what was to be found in them: a failure, of which host, when.
@Suite(.enabled(if: LogSuite(name: "log-fail2ban").isPresent, "the shared suites are not here (set ASSAY_SHARED)"))
struct AnnotatedSuiteTests {
    private static let suite = LogSuite(name: "log-fail2ban")

    /// Files whose lines are of programs that other tests are about.
    private static let others = ["postfix.log", "sendmail-auth.log", "sendmail-reject.log", "exim-spam.log"]

    /// Lines that differ, with the reason.
    private static let known: [String: String] = [:]

    private struct Annotation: Decodable {
        var time: String?, match: Bool, host: String?, user: String?
    }

    /// Whether a record tells of somebody who failed or was turned away.
    private static func isFailure(_ record: LogRecord) -> Bool {
        switch record.kind {
        case .authentication, .tls: record[.status] == "fail"
        case .reject, .defer: true
        default: false
        }
    }

    @Test func failuresAreThoseAnnotated() throws {
        let files = try Self.suite.files().filter { $0.hasSuffix(".log") && !Self.others.contains($0) }
        var (passed, total) = (0, 0)
        var differing: Set<String> = []
        for file in files {
            var annotations: [Annotation?] = []
            var lines: [String] = []
            var next: Annotation?
            for line in try Self.suite.text(file).split(separator: "\n", omittingEmptySubsequences: false) {
                if let mark = line.range(of: "failJSON: ") {
                    next = try JSONDecoder().decode(Annotation.self, from: Data(line[mark.upperBound...].utf8))
                } else if !line.hasPrefix("#"), !line.isEmpty {
                    annotations.append(next)
                    lines.append(String(line))
                    next = nil
                }
            }
            let text = lines.joined(separator: "\n") + "\n"
            let (records, tally) = LogSuite.read(text, reference: "2005-08-14T13:00:00Z")
            LogSuite.print("log-fail2ban/\(file)", tally)
            for (index, annotation) in annotations.enumerated() {
                guard let annotation else { continue }
                total += 1
                let found = records.filter { $0.place.line == index + 1 && Self.isFailure($0) }
                let difference = Self.difference(annotation, found)
                let name = "\(file):\(index + 1)"
                guard let difference else {
                    passed += 1
                    continue
                }
                differing.insert(name)
                print(
                    "suite log-fail2ban: differs: \(name): \(difference) [\(Self.known[name] ?? "-")]: \(lines[index])")
                if Self.known[name] == nil { Issue.record("\(name): \(difference): \(lines[index])") }
            }
        }
        print("suite log-fail2ban: \(passed)/\(total) annotated lines of \(files.count) files")
        #expect(total > 0)
        for name in Self.known.keys.sorted() where !differing.contains(name) {
            Issue.record("\(name) is listed as a difference but agrees")
        }
    }

    private static func difference(_ annotation: Annotation, _ found: [LogRecord]) -> String? {
        guard annotation.match else { return found.isEmpty ? nil : "a failure was found" }
        guard let record = found.first(where: { $0[.client] == annotation.host }) else {
            return "no failure of \(annotation.host ?? "-"), but \(found.map { $0[.client] ?? "-" })"
        }
        if let user = annotation.user, record[.user] != user { return "user \(record[.user] ?? "-")" }
        guard let expected = annotation.time else { return nil }
        guard let instant = record.instant else { return "no time" }
        // The suite has its times in Zurich; a line without a zone is taken as written there.
        let local =
            instant.hasZone
            ? instant.time
                + .seconds(
                    TimeZone(identifier: "Europe/Zurich")?
                        .secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.time.seconds))) ?? 0)
            : instant.time
        return "\(local)".hasPrefix(expected) ? nil : "time \(local)"
    }
}
