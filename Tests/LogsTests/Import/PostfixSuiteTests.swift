import Foundation
import Logs
import Testing
import Values
import Yams

/// Lines of Postfix with the fields that a published set of patterns takes from them.
@Suite(.enabled(if: LogSuite(name: "log-postfix-grok").isPresent, "the shared suites are not here (set ASSAY_SHARED)"))
struct PostfixSuiteTests {
    private static let suite = LogSuite(name: "log-postfix-grok")

    /// The field that holds what the suite's does. Of those with several, the value is a part of one of them.
    private static let fields: [String: [LogField]] = [
        "postfix_client_ip": [.client], "postfix_client_hostname": [.clientName], "postfix_client_port": [.clientPort],
        "postfix_relay_hostname": [.nextHop], "postfix_relay_ip": [.nextHopAddress],
        "postfix_relay_port": [.nextHopPort],
        "postfix_status": [.status], "postfix_status_code": [.code], "postfix_status_code_enhanced": [.enhancedCode],
        "postfix_status_message": [.reason], "postfix_status_data": [.reply], "postfix_action": [.verdict],
        "postfix_from": [.sender], "postfix_message-id": [.messageID], "postfix_message": [.reason, .recipient],
        "postfix_message_level": [.status, .verdict], "postfix_smtp_response": [.reply],
        "postfix_local_response": [.reply],
        "postfix_pipe_response": [.reply], "postfix_error_response": [.reply], "postfix_bounce_queueid": [.newMessage],
        "postfix_bounce_recipient": [.reason], "postfix_bounce_reason": [.reason], "postfix_smtp_stage": [.stage],
        "postfix_postscreen_access": [.verdict], "postfix_postscreen_violation": [.verdict],
        "postfix_postscreen_violation_time": [.reason], "postfix_postscreen_dnsbl_rank": [.reason],
        "postfix_postscreen_toobusy_data": [.reason], "postfix_dnsbl_domain": [.list], "postfix_dnsbl_result": [.reply],
        "postfix_command_counter_data": [.command], "postfix_tls_version": [.tlsVersion],
        "postfix_tls_cipher": [.cipher],
        "postfix_tls_trustlevel": [.status], "postfix_tls_cipher_size": [.reply], "postfix_tls_key_exchange": [.reply],
        "postfix_tls_server_signature": [.reply], "postfix_tls_server_signature_size": [.reply],
        "postfix_tls_server_signature_curve": [.reply], "postfix_tls_server_digest": [.reply],
        "postfix_tls_security_level": [.tlsLevel], "postfix_tls_downgrade_level": [.tlsLevel],
        "postfix_proxy_result": [.verdict], "postfix_proxy_smtp_stage": [.stage], "postfix_proxy_message": [.reply],
        "postfix_proxy_status_code": [.code], "postfix_proxy_status_code_enhanced": [.enhancedCode],
        "postfix_service": [.listener], "postfix_milter_result": [.verdict], "postfix_milter_message": [.reason],
        "postfix_milter_data": [.reply], "postfix_prepend_type": [.reason], "postfix_prepend_trigger": [.reason],
        "postfix_prepend_value": [.reply], "postfix_smtpd_lostconn_data": [.reason],
        "postfix_smtp_lostconn_data": [.reason],
        "postfix_smtp_lostconn_reason": [.reason], "postfix_relay_service": [.nextHop],
    ]

    /// Fields whose values are parts of what is told whole.
    private static let parts: Set<String> = [
        "postfix_status_data", "postfix_message", "postfix_bounce_recipient", "postfix_bounce_reason",
        "postfix_postscreen_violation_time", "postfix_postscreen_dnsbl_rank", "postfix_tls_cipher_size",
        "postfix_tls_key_exchange", "postfix_tls_server_signature", "postfix_tls_server_signature_size",
        "postfix_tls_server_signature_curve", "postfix_tls_server_digest", "postfix_tls_security_level",
        "postfix_tls_downgrade_level", "postfix_milter_message", "postfix_prepend_type", "postfix_prepend_trigger",
        "postfix_smtp_lostconn_data", "postfix_smtp_lostconn_reason", "postfix_relay_service", "postfix_status_message",
        "postfix_message_level", "postfix_relay_hostname", "postfix_smtpd_lostconn_data", "postfix_action",
        "postfix_milter_result", "postfix_proxy_result",
    ]

    @Test func fieldsAreThoseExpected() throws {
        var (passed, total) = (0, 0)
        for file in try Self.suite.files() where file.hasSuffix(".yaml") {
            total += 1
            let node = try #require(try Yams.compose(yaml: Self.suite.text(file)))
            let pattern = node["pattern"]?.string ?? ""
            let data = node["data"]?.string ?? ""
            let (program, line) = Self.line(pattern, data)
            var records: [LogRecord] = []
            var format = PostfixFormat()
            let time = LogInstant(Timestamp(seconds: 1_700_000_000))
            let bytes = Array(line.utf8)[...]
            var entry = LogEntry(
                bytes, at: LogPlace(file: 0, offset: 0, line: 1, length: bytes.count), time,
                clock: LogClock(reference: time.time))
            (entry.program, entry.process) = (program, 1)
            let recognition = format.read(entry, into: &records)
            guard recognition == .read, let record = records.first else {
                Issue.record("\(file): not read: \(line)")
                continue
            }
            var differences: [String] = []
            for (key, value) in node["results"]?.mapping ?? [:] {
                guard let name = key.string, let expected = value.string else { continue }
                if let difference = Self.difference(name, expected, record) { differences.append(difference) }
            }
            if differences.isEmpty {
                passed += 1
            } else {
                Issue.record("\(file): \(differences.joined(separator: "; ")) in \(line)")
            }
        }
        print("suite log-postfix-grok: \(passed)/\(total)")
        #expect(total == 127 || total > 127)
    }

    /// A whole line for what is a part of one.
    private static func line(_ pattern: String, _ data: String) -> (String, String) {
        let name = pattern.drop { $0 != "_" }.dropFirst().prefix { $0.isUppercase || $0 == "_" }.lowercased()
        let delivery = "7EE668039: to=<user@example.com>, "
        switch name {
        case "delays":
            return ("postfix/smtp", "\(delivery)relay=none, delay=1, delays=\(data), dsn=2.0.0, status=sent (ok)")
        case "relay":
            return ("postfix/lmtp", "\(delivery)relay=\(data), delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (ok)")
        case "tls_features":
            return (
                "postfix/smtp",
                "\(delivery)relay=none, delay=1, delays=1/0/0/0, tls=\(data), dsn=2.0.0, status=sent (ok)"
            )
        case "command_counter_data": return ("postfix/smtpd", "disconnect from a.example[192.0.2.1] \(data)")
        case "script": return ("postfix/postfix-script", data)
        default: return ("postfix/\(name)", data)
        }
    }

    /// What of the record differs from what is expected of a field; nil where nothing does.
    private static func difference(_ name: String, _ expected: String, _ record: LogRecord) -> String? {
        let shown = record.fields.map { "\($0.name.rawValue)=\($0.value)" }.joined(separator: " ")
        let expected = expected.trimmingCharacters(in: .whitespacesAndNewlines)
        switch name {
        case "postfix_queueid":
            return (record.message ?? "NOQUEUE") == expected ? nil : "\(name): \(record.message ?? "-")"
        case "postfix_client_ip_unknown": return record[.client] == nil ? nil : name
        case "postfix_keyvalue_data": return pairs(expected, record)
        case "postfix_message" where expected == "removed": return record.kind == .removed ? nil : name
        case "postfix_status" where record.kind == .delivery: return record[.status] == expected ? nil : name
        default: break
        }
        if name.hasPrefix("postfix_delay_") {
            let order = ["before_qmgr", "in_qmgr", "conn_setup", "transmission"]
            let delays = (record[.delays] ?? "").split(separator: "/").map(String.init)
            let index = order.firstIndex { name.hasSuffix($0) } ?? 0
            return delays.count == 4 && delays[index] == expected ? nil : "\(name): \(delays)"
        }
        if name.hasPrefix("postfix_cmd_") {
            // `count` is the commands' own; `x_accepted` the first of two numbers.
            var command = String(name.dropFirst("postfix_cmd_".count))
            let isAccepted = command.hasSuffix("_accepted")
            if isAccepted { command.removeLast("_accepted".count) }
            if command == "count" { command = "commands" }
            let counts = (record[.command] ?? "").split(separator: " ").first { $0.hasPrefix("\(command)=") }
            let numbers = counts?.dropFirst(command.count + 1).split(separator: "/") ?? []
            let value = isAccepted ? numbers.first : numbers.last
            return value.map(String.init) == expected ? nil : "\(name): \(record[.command] ?? "-")"
        }
        guard let fields = fields[name] else {
            // What is told as words: they are there whole.
            return (record[.reason] ?? "").contains(expected) ? nil : "\(name)=\(expected) is not in [\(shown)]"
        }
        let values = fields.map { record[$0] ?? "" }
        let isEqual = values.contains {
            parts.contains(name)
                ? $0.lowercased().contains(expected.lowercased())
                : $0.trimmingCharacters(in: .whitespacesAndNewlines) == expected
        }
        return isEqual ? nil : "\(name)=\(expected) is not in [\(shown)]"
    }

    /// `from=<a@a.example> to=<…>, size=1`: each is a field of its own.
    private static func pairs(_ text: String, _ record: LogRecord) -> String? {
        let names: [String: LogField] = [
            "from": .sender, "to": .recipient, "orig_to": .originalRecipient, "proto": .protocolName, "helo": .helo,
            "size": .size,
            "nrcpt": .recipientCount, "delay": .delay, "delays": .delays, "dsn": .enhancedCode, "uid": .user,
            "tls": .tlsLevel,
        ]
        for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return "\(word)" }
            let value = parts[1].hasPrefix("<") ? String(parts[1].dropFirst().dropLast()) : parts[1]
            let found: Bool
            switch parts[0] {
            case "relay":
                let address = record[.nextHopAddress].map { "[\($0)]" } ?? ""
                let port = record[.nextHopPort].map { ":\($0)" } ?? ""
                found = (record[.nextHop] ?? "") + address + port == value
            case "client": found = "\(record[.clientName] ?? "")[\(record[.client] ?? "")]" == value
            default: found = names[parts[0]].map { record[$0] == value } ?? false
            }
            if !found { return "\(word) is not there" }
        }
        return nil
    }
}
