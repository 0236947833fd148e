import Foundation
import Logs
import Testing
import Values

/// Published logs of Exim, Sendmail and Postfix, with what their lines are about.
@Suite struct ServerSuiteTests {
    private static let exim = LogSuite(name: "log-exim")

    /// Exim's own tests: every line of a main log has its place, and messages that came are finished or stay.
    @Test(.enabled(if: exim.isPresent, "the shared suites are not here (set ASSAY_SHARED)"))
    func eximsLogsAreRead() throws {
        var (lines, read, arrivals, deliveries) = (0, 0, 0, 0)
        var log = LogImport(clock: LogClock(reference: Timestamp(seconds: 1_800_000_000)))
        for file in try Self.exim.files(in: "log") + Self.exim.files(in: "rejectlog") {
            let bytes = try Self.exim.bytes(file)
            var records: [LogRecord] = []
            log.begin(file: 0, clock: LogClock(reference: Timestamp(seconds: 1_800_000_000)))
            log.add(bytes[...], into: &records)
            log.finish(into: &records)
            let dated = bytes.split(separator: 0x0A).filter {
                String(decoding: $0.prefix(14), as: UTF8.self).contains(/^\d{4}-\d\d-\d\d \d\d:/)
            }
            lines += dated.count
            // Each line with a time gives a record, but for the second that tells whose bounce a message is.
            let told = records.count { $0.kind != .notification }
            read += told
            #expect(told == dated.count, "\(file): \(told) of \(dated.count)")
            for line in dated {
                let text = String(decoding: line, as: UTF8.self)
                let words = text.split(separator: " ", omittingEmptySubsequences: false)
                guard words.count > 3, words[2].count == 23, words[2].split(separator: "-").map(\.count) == [6, 11, 4]
                else { continue }
                switch words[3] {
                case "<=":
                    arrivals += 1
                    let found = records.first {
                        $0.kind == .message && $0.message == String(words[2]) && $0[.sender] != nil
                    }
                    #expect(found != nil, "\(file): \(text)")
                case "=>", "->", ">>", "**", "==", "*>":
                    deliveries += 1
                    #expect(
                        records.contains { $0.kind == .delivery && $0.message == String(words[2]) }, "\(file): \(text)")
                default: break
                }
            }
        }
        print("suite log-exim: \(read)/\(lines) dated lines, \(arrivals) arrivals, \(deliveries) deliveries")
        LogSuite.print("log-exim", log.tally)
        #expect(lines > 3_000 && arrivals > 500 && deliveries > 400)
    }

    private static let crowdsec = LogSuite(name: "log-crowdsec")

    /// `results["s01-parse"]["crowdsecurity/exim-logs"][3].Evt.Parsed["source_ip"] == "192.0.2.1"`
    @Test(
        .enabled(if: crowdsec.isPresent, "the shared suites are not here (set ASSAY_SHARED)"),
        arguments: ["postfix-logs", "exim-logs", "exim-syslog-logs"])
    func fieldsAreThoseOfCrowdSec(folder: String) throws {
        let file = try #require(try Self.crowdsec.files(in: folder).first { $0.hasSuffix(".log") })
        let (records, tally) = LogSuite.read([try Self.crowdsec.bytes(file)])
        LogSuite.print("log-crowdsec/\(folder)", tally)
        let names: [String: [LogField]] = [
            "source_ip": [.client], "remote_addr": [.client], "source_port": [.clientPort], "source_helo": [.helo],
            "helo": [.helo],
            "target_user": [.user, .recipient], "username": [.user, .recipient], "remote_host": [.clientName],
            "command": [.stage, .command],
            "reason": [.reason],
            "smtp_basic_status_code": [.code], "smtp_enhanced_status_code": [.enhancedCode], "action": [.verdict],
            "source_host": [.clientName],
        ]
        var compared = 0
        let expression = /results\["s01-parse"\]\["[^"]+"\]\[(\d+)\]\.Evt\.(?:Parsed|Meta)\["([^"]+)"\] == "(.*)"/
        for line in try Self.crowdsec.text("\(folder)/parser.assert").split(separator: "\n") {
            guard let match = line.firstMatch(of: expression), let index = Int(match.1),
                let fields = names[String(match.2)]
            else { continue }
            let expected = String(match.3).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
            // Of some refusals, the address that is refused is called a greeting there.
            guard !expected.isEmpty, index < records.count, match.2 != "helo" || !expected.contains("@") else {
                continue
            }
            compared += 1
            let values = fields.map { records[index][$0] ?? "" }
            #expect(
                values.contains { $0 == expected || ($0.contains(expected) && match.2 == "reason") },
                "\(folder)[\(index)] \(match.2): \(values)")
        }
        print("suite log-crowdsec/\(folder): \(compared) fields, \(records.count) records")
        #expect(compared > 10)
    }

    private static let fail2ban = LogSuite(name: "log-fail2ban")

    /// `# failJSON: {"time": …, "match": true, "host": …}` before a line that tells of an attack.
    @Test(
        .enabled(if: fail2ban.isPresent, "the shared suites are not here (set ASSAY_SHARED)"),
        arguments: ["postfix.log", "exim-spam.log", "sendmail-auth.log", "sendmail-reject.log"])
    func attacksAreFound(file: String) throws {
        var (passed, total) = (0, 0)
        // A line may be an attack in one mode and none in another.
        var attacks: Set<Substring> = []
        let lines = try Self.fail2ban.text(file).split(separator: "\n").filter { !$0.hasPrefix("# filterOptions") }
        for (mark, line) in zip(lines, lines.dropFirst())
        where mark.contains("failJSON") && mark.contains(/"match": *true/) { attacks.insert(line) }
        let text = lines.filter { !$0.hasPrefix("#") }.joined(separator: "\n") + "\n"
        let (records, tally) = LogSuite.read(text, reference: "2005-08-14T11:59:59Z")
        LogSuite.print("log-fail2ban/\(file)", tally)
        var number = 0
        for (index, line) in lines.enumerated() where !line.hasPrefix("#") {
            number += 1
            guard index > 0, lines[index - 1].contains("failJSON") else { continue }
            let mark = lines[index - 1]
            let told = records.filter { $0.place.line == number && Self.isAttack($0) }
            total += 1
            if mark.contains(/"match": *true/) {
                let host = mark.firstMatch(of: /"host": *"([^"]+)"/).map { String($0.1) } ?? ""
                let time = mark.firstMatch(of: /"time": *"([^"]+)"/).map { String($0.1) }
                let found = told.first { $0[.client]?.lowercased() == host.lowercased() }
                #expect(found != nil, "\(file): \(line)")
                // The suite's years are assumed as ours are: the last that fits its own present.
                if let time, let at = found?.instant?.time {
                    let padded = time.replacing(/-(\d)T/) { "-0\($0.output.1)T" }
                    #expect("\(at)".hasPrefix(padded), "\(file): \(at) for \(line)")
                }
                if found != nil { passed += 1 }
            } else if !attacks.contains(line), !mark.contains("jail for too many errors only") {
                #expect(told.isEmpty, "\(file): no attack: \(line)")
                if told.isEmpty { passed += 1 }
            } else {
                passed += 1
            }
        }
        print("suite log-fail2ban/\(file): \(passed)/\(total)")
        #expect(total > 5)
    }

    private static func isAttack(_ record: LogRecord) -> Bool {
        guard record[.client] != nil else { return false }
        switch record.kind {
        case .reject, .defer: return true
        case .authentication: return record[.status] == "fail"
        case .scan, .note:
            return record[.verdict] != nil
                && !(record[.verdict] == "lost-connection" && ["AUTH", "DATA"].contains(record[.stage]))
        case .disconnect: return record[.command]?.contains("auth=0/") ?? false
        default: return false
        }
    }
}
