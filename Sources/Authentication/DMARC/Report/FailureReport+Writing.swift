import Values

extension FailureReport {
    /// Who sends a report, to whom, and when.
    public struct Envelope: Sendable {
        public let from: String
        public let to: [String]
        public let subject: String
        /// The Date field's value (RFC 5322 §3.3).
        public let date: String
        /// The Message-ID, without its angle brackets.
        public let messageID: String

        /// An envelope.
        public init(from: String, to: [String], subject: String, date: String, messageID: String) {
            (self.from, self.to, self.subject, self.date, self.messageID) = (from, to, subject, date, messageID)
        }
    }

    /// The report as a message: words for people, the fields, and what is reported (RFC 6591 §3, RFC 5965 §2). `text`
    /// is the first part's; `isWhole` says that `original` is a message and not its header alone.
    public func message(_ envelope: Envelope, text: String, isWhole: Bool) -> Bytes {
        let boundary = boundary(besides: original)
        var output = Bytes.Lines()
        output.add("From: <\(envelope.from)>")
        output.add("To: " + envelope.to.map { "<\($0)>" }.joined(separator: ",\r\n "))
        output.add("Subject: \(envelope.subject)")
        output.add("Date: \(envelope.date)")
        output.add("Message-ID: <\(envelope.messageID)>")
        output.add("Auto-Submitted: auto-generated")
        output.add("MIME-Version: 1.0")
        // RFC 5965 §2: multipart/report of the type feedback-report.
        output.add("Content-Type: multipart/report; report-type=feedback-report;\r\n boundary=\"\(boundary)\"")
        output.add("")
        output.add("--\(boundary)")
        output.add("Content-Type: text/plain; charset=utf-8")
        output.add("Content-Transfer-Encoding: 8bit")
        output.add("")
        output.add(text)
        output.add("--\(boundary)")
        output.add("Content-Type: message/feedback-report")
        output.add("")
        for field in fields { output.add("\(field.name): \(FailureReport.folded(field.value))") }
        output.add("")
        output.add("--\(boundary)")
        output.add("Content-Type: \(isWhole ? "message/rfc822" : "text/rfc822-headers")")
        output.add("")
        if let original { output.add(original) }
        output.add("--\(boundary)--")
        return Bytes(output.bytes)
    }

    /// A boundary that the original has not got.
    private func boundary(besides original: Bytes?) -> String {
        for number in 0..<1000 {
            let boundary = "assay-report-\(number)"
            let isFree = original?.withSpan { $0.firstIndex(of: Array(boundary.utf8), from: 0) } == nil
            if isFree { return boundary }
        }
        return "assay-report"
    }

    /// A value on one line: nothing in it can begin another field.
    private static func folded(_ value: String) -> String {
        String(
            String.UnicodeScalarView(
                value.unicodeScalars.prefix(2000).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}

extension Bytes {
    /// Lines that end with CR LF.
    fileprivate struct Lines {
        var bytes: [UInt8] = []

        mutating func add(_ line: String) {
            bytes += line.utf8
            bytes += [.cr, .lf]
        }

        /// Adds text as it is, its last line ended.
        mutating func add(_ text: Bytes) {
            bytes += text.array
            if text.last != .lf { bytes += [.cr, .lf] }
        }
    }
}
