import Foundation
import Logs
import Testing
import Values

/// Logs of login servers, filters and Exchange with the fields that published parsers take from them.
@Suite(.enabled(if: LogSuite(name: "log-crowdsec").isPresent, "the shared suites are not here (set ASSAY_SHARED)"))
struct LoginSuiteTests {
    private static let suite = LogSuite(name: "log-crowdsec")

    /// Folders that other tests are about.
    private static func isOurs(_ folder: String) -> Bool { !folder.hasPrefix("postfix") && !folder.hasPrefix("exim") }

    /// The field that holds what the suite's does.
    private static let fields: [String: LogField] = [
        "source_ip": .client, "remote_ip": .client, "client_ip": .client, "client_port": .clientPort,
        "remote_port": .clientPort, "dovecot_remote_ip": .client, "dovecot_user": .user,
        "dovecot_user_backend": .transport,
        "username": .user, "from_email": .sender, "to_domain": .recipient, "protocol": .protocolName,
        "duration": .delay,
    ]

    /// Fields of which ours is a part, or the other way round.
    private static let parts: [String: LogField] = [
        "dovecot_local_ip": .listener, "server_ip": .listener, "server_port": .listener,
        "dovecot_login_message": .reason,
        "spam_reason": .reason, "ban_duration_min": .delay,
    ]

    private static let known = [
        "dovecot-logs[13].dovecot_login_message": "a password that was tried is not told",
        "dovecot-logs[14].dovecot_login_message": "a password that was tried is not told",
    ]

    @Test func fieldsAreThoseExpected() throws {
        var (passed, total) = (0, 0)
        let expression = /results\["s01-parse"\]\["([^"]+)"\]\[(\d+)\]\.Evt\.(?:Parsed|Meta)\["([^"]+)"\] == "(.*)"/
        for folder in try Self.suite.files() where Self.isOurs(folder) && !folder.contains(".") {
            let names = try Self.suite.files(in: folder)
            guard let log = names.first(where: { $0.hasSuffix(".log") }) else { continue }
            let text = try Self.suite.text(log).split(separator: "\n").map { "\($0)\n" }.joined()
            let (records, tally) = LogSuite.read(text)
            LogSuite.print("log-crowdsec/\(folder)", tally)
            guard names.contains("\(folder)/parser.assert") else { continue }
            for line in try Self.suite.text("\(folder)/parser.assert").split(separator: "\n") {
                guard let match = line.firstMatch(of: expression), let index = Int(match.2) else { continue }
                let (name, expected) = (String(match.3), String(match.4).replacing("\\\"", with: "\""))
                let found = records.filter { $0.place.line == index + 1 }
                guard let passes = Self.check(name, expected, found) else { continue }
                total += 1
                if passes { passed += 1 }
                let key = "\(folder)[\(index)].\(name)"
                if !passes, Self.known[key] == nil {
                    Issue.record("\(key): \(expected), but \(found.map { "\($0.kind) \($0.fields)" })")
                }
            }
        }
        print("suite log-crowdsec: \(passed)/\(total) fields of logins, filters and Exchange")
        #expect(total > 100)
    }

    /// Whether the value is ours; nil where it is none of ours.
    private static func check(_ name: String, _ expected: String, _ found: [LogRecord]) -> Bool? {
        if let field = fields[name] { return found.contains { $0[field] == expected } }
        if let field = parts[name] {
            // A level of the log is no part of what is said.
            let bare = expected.hasPrefix("Info: ") ? String(expected.dropFirst(6)) : expected
            return found.contains { $0[field]?.contains(bare) ?? false }
        }
        switch (name, expected) {
        case ("pid", _): return found.contains { $0.process.map(String.init) == expected }
        case ("machine", _): return found.contains { $0.host == expected }
        case ("session_id", _): return found.contains { $0.session == expected }
        case ("message_id", _): return found.contains { $0.message == expected }
        case ("dovecot_login_result", "auth_failed"), ("sub_type", "auth_fail"):
            return found.contains { $0.kind == .authentication && $0[.status] == "fail" }
        case ("log_type", "mailcow_f2b_ban"): return found.contains { $0[.status] == "banned" }
        case ("log_type", "mailu_admin_auth_attempt"): return found.contains { $0.kind == .authentication }
        case ("log_type", "mailscanner_spam"), ("log_type", "mailscanner_blacklist"):
            return found.contains { $0.kind == .scan && $0[.verdict] == "spam" }
        case ("spam_score", _):
            return found.contains { Double($0[.score]?.prefix { $0 != "/" } ?? "") == Double(expected) }
        case ("log_type", "smtp"): return found.contains { $0.kind == .authentication }
        default: return nil
        }
    }

    /// Who was reported for many failures has that many in the records.
    @Test func sourcesOfScenariosAreFound() throws {
        var (passed, total) = (0, 0)
        for folder in try Self.suite.files() where Self.isOurs(folder) && !folder.contains(".") {
            let names = try Self.suite.files(in: folder)
            guard names.contains("\(folder)/scenario.assert"), let log = names.first(where: { $0.hasSuffix(".log") })
            else {
                continue
            }
            let (records, _) = LogSuite.read([try Self.suite.bytes(log)])
            let text = try Self.suite.text("\(folder)/scenario.assert")
            for match in text.matches(of: /results\[(\d+)\]\.Overflow\.Sources\["([^"]+)"\]\.IP/) {
                total += 1
                let count = text.firstMatch(
                    of: try Regex("results\\[\(match.1)\\]\\.Overflow\\.Alert\\.GetEventsCount\\(\\) == (\\d+)"))
                let needed = count.flatMap { $0.output[1].substring }.flatMap { Int($0) } ?? 1
                let found = records.count {
                    $0[.client] == String(match.2)
                        && ($0.kind == .authentication && $0[.status] == "fail" || $0.kind == .reject
                            || $0.kind == .scan)
                }
                if found >= needed { passed += 1 }
                #expect(found >= needed, "\(folder): \(match.2): \(found) of \(needed)")
            }
        }
        print("suite log-crowdsec: \(passed)/\(total) sources of scenarios")
        #expect(total > 0)
    }
}
