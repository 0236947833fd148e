import Authentication
import Testing
import Values

private let suite = SharedSuite(name: "spf-jspf")

/// The record parser vectors of jSPF. Each `rec-in` is a record, its `err-msg` the verdict: "no
/// errors", "Could not find a valid SPF record" (not a record at all), or anything else (a syntax error).
@Suite(.enabled(if: suite.isPresent, "the shared suite spf-jspf is not here"))
struct JSPFSuiteTests {
    enum Verdict: String { case parses, error, noRecord = "no record" }

    @Test func records() throws {
        var tally = SuiteTally("spf-jspf", known: known)
        var number = 0
        for stanza in try stanzas() {
            number += 1
            let verdict: Verdict
            let bytes = Array(stanza.record.utf8)
            if !SPFRecord.isRecord(bytes) {
                verdict = .noRecord
            } else {
                verdict = (try? SPFRecord(bytes)) == nil ? .error : .parses
            }
            tally.note(
                stanza.record, passes: verdict == stanza.expected, "\(verdict.rawValue), expected \(stanza.message)")
        }
        tally.finish()
    }

    private let known: [String: String] = [:]

    private struct Stanza {
        var record = ""
        var message = ""
        var expected: Verdict {
            if message == "no errors" { return .parses }
            return message.hasPrefix("Could not find a valid SPF record") ? .noRecord : .error
        }
    }

    /// One case a `rec-in` line. Where a stanza gives implementations records of their own, each has its own `err-msg`;
    /// else the first, which is jSPF's, counts.
    private func stanzas() throws -> [Stanza] {
        var cases: [Stanza] = []
        var records: [(implementation: String, text: String)] = []
        var messages: [(implementation: String, text: String)] = []
        func finish() {
            for record in records {
                let own = records.count > 1 ? messages.first { $0.implementation == record.implementation } : nil
                let message = own ?? messages.first
                cases.append(Stanza(record: record.text, message: message?.text ?? ""))
            }
            (records, messages) = ([], [])
        }
        for line in try suite.text("test_parser.txt").split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2, !line.hasPrefix("#") else { continue }
            let rest = words[1].drop { $0 == " " }.split(separator: " ", maxSplits: 1).map(String.init)
            switch words[0] {
            case "spftest": finish()
            case "rec-in": records.append((rest[0], String(rest[1].dropFirst("SPF record in:  ".count))))
            case "err-msg": messages.append((rest[0], rest[1]))
            default: continue
            }
        }
        finish()
        return cases
    }
}
