import Values

/// MailScanner: `Message 4bsM5k4 from 192.0.2.1 (ann@far.example) to company.example is spam, SpamAssassin (not cached,
/// score=7.181, required 4, BAYES_40 -0.20, …)`.
struct MailScannerFormat: LogFormat {
    static let name = "mailscanner"

    static func owns(program: String) -> Bool { program.asciiLowercased == "mailscanner" }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        let text = line.text
        var record = line.record(.note)
        record[.reason] = text.value
        var isKnown = true
        if let rest = text.after("Message ") {
            MailScannerFormat.message(rest, &record)
        } else if let rest = text.after("Infected message ") {
            var rest = rest
            record.kind = .scan
            record.message = rest.takeWord().value
            record[.verdict] = "infected"
            record[.client] = rest.after("came from ")?.prefix { $0 != .space }.address?.description
        } else if let rest = text.after("Requeue: ") {
            // `4F2A1.A1B2C to 5F3B2`: Postfix's id, with a part of MailScanner's own behind.
            var rest = rest
            record.message = rest.takeWord().value
            record[.newMessage] = rest.after("to ")?.value
        } else if let rest = text.after("Spam Actions: message ") ?? text.after("Non-spam Actions: message ")
            ?? text.after("High-Scoring Spam Actions: message ")
        {
            var rest = rest
            record.message = rest.takeWord().value
            record[.verdict] = rest.after("actions are ")?.value
        } else if let mark = text.first(": Logged to MailWatch SQL") {
            record.message = text[..<mark.lowerBound].value
        } else if let rest = text.after("Logging message ") {
            record.message = rest.prefix { $0 != .space }.value
        } else {
            isKnown = MailScannerFormat.known.contains { text.begins($0) }
        }
        records.append(record)
        return isKnown ? .read : .unknown
    }

    private static func message(_ text: LogText, _ record: inout LogRecord) {
        var rest = text
        record.message = rest.takeWord().value
        guard var from = rest.after("from ") else { return }
        record.kind = .scan
        record[.client] = from.takeWord().address?.description
        // The sender is an outsider's: where what follows it stands twice, it ends at neither.
        if from.first == .ascii("(") {
            if from.occurrences(of: ") to ") == 1, let sender = from.dropFirst().first(") to ") {
                record[.sender] = from[(from.startIndex + 1)..<sender.lowerBound].string
                from = from[sender.upperBound...]
                record[.recipient] = from.prefix { $0 != .space }.value
            } else {
                record[.doubt] = LogField.sender.rawValue
            }
        }
        let isSpam = from.first(" is spam") != nil
        let isHam = from.first(" is not spam") != nil
        if isSpam != isHam {
            record[.verdict] = isSpam ? "spam" : "ham"
        } else if isSpam {
            record[.doubt] = LogField.verdict.rawValue
        }
        guard let open = from.last("SpamAssassin (") else {
            if let open = from.last(" ("), from.last == .ascii(")") {
                record[.reason] = from[open.upperBound...].dropLast().value
            }
            return
        }
        let result = from[open.upperBound...]
        func number(_ mark: String) -> String? {
            result.first(mark).flatMap {
                result[$0.upperBound...].prefix { $0.isDigit || $0 == .dot || $0 == .hyphen }.value
            }
        }
        if let score = number("score=") { record[.score] = number("required ").map { "\(score)/\($0)" } ?? score }
        let tests = result.split(separator: .comma).map { $0.trimmed }.filter { part in
            part.first.map { $0 >= 0x41 && $0 <= 0x5A } ?? false
        }
        record[.symbols] =
            tests.isEmpty
            ? nil : tests.map { $0.prefix { $0 != .space }.string }.joined(separator: ",")
    }

    private static let known = [
        "New Batch:", "Uninfected:", "Spam Checks:", "Virus Scanning:", "Virus and Content Scanning:",
        "Content Checks:",
        "Filename Checks:", "Filetype Checks:", "Other Checks:", "Deleted ", "Delivered ", "Batch ", "MailScanner ",
        "Using ", "Read ", "Config:", "Connected to", "SpamAssassin ", "Sender Address", "Expired ", "Found ",
        "Started ",
        "Cleaned:", "Silent:", "Notices:", "Saved ", "Enabling", "Reading ", "Initialising", "Closing", "MCP Checks:",
        "RBL checks:",
        "Whitelist", "Blacklist", "Message Content Protection", "I have found", "Phishing", "Tried to", "Unrar",
        "ClamAV", "Clamd",
    ]
}
