import Cryptography
import Proxy
import Reports
import Screening
import Values

/// The mail that tells a recipient what is held for them.
struct QuarantineNotice {
    let recipient: String
    let messages: [QuarantinedMessage]
    /// Who writes, and whom to ask.
    let sender: String
    /// How long messages are kept; zero until somebody deletes them.
    let keepAge: Duration
    let time: Timestamp

    /// Messages that are told of; the rest are counted.
    private static let most = 200

    /// The notice as a message.
    var text: String {
        let count = messages.count == 1 ? "1 message is" : "\(messages.count) messages are"
        let digest = Bytes("\(time.milliseconds) \(recipient)").withSpan { Digest.hash($0, with: .sha256) }.prefix(12)
        let name = digest.map { String($0, radix: 16) }.joined()
        let domain = sender.split(separator: "@").last.map(String.init) ?? "localhost"
        // RFC 3834 §5: no program is to answer it.
        let header = [
            "From: Mail quarantine <\(sender)>", "To: <\(recipient)>", "Subject: \(count) held for you",
            "Date: \(time.mailDate)", "Message-ID: <\(name).quarantine@\(domain)>",
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ]
        let encoded = Array(Base64.text(Array(body.utf8)).utf8)
        let lines = stride(from: 0, to: encoded.count, by: 76).map {
            String(decoding: encoded[$0..<min($0 + 76, encoded.count)], as: UTF8.self)
        }
        return (header + [""] + lines).joined(separator: "\r\n") + "\r\n"
    }

    /// Why a message is held, without the line of the policy: recipients know nothing of that.
    private func reason(of message: QuarantinedMessage) -> String {
        guard let reason = message.why.first else { return message.symbols.joined(separator: ", ") }
        guard message.parts.isEmpty, let end = reason.ranges(of: " by ").last?.lowerBound else { return reason }
        return String(reason[..<end])
    }

    /// What it says, before it is encoded.
    var body: String {
        let these = messages.count == 1 ? "This message to you was" : "These messages to you were"
        var lines = ["\(these) held back, and not delivered to \(recipient):", ""]
        for message in messages.prefix(QuarantineNotice.most) {
            let from = message.headerFrom.first ?? (message.sender.isEmpty ? "nobody" : message.sender)
            lines += [
                "\(Timestamp(seconds: message.time.seconds).rfc3339)  from \(TerminalText.safe(from, limit: 100))",
                "    Subject: \(TerminalText.safe(message.subject ?? "", limit: 100))",
                "    Because: \(TerminalText.safe(reason(of: message), limit: 120))",
                "    Id:      \(message.id)", "",
            ]
        }
        let more = messages.count - QuarantineNotice.most
        if more > 0 { lines += ["… and \(more) more.", ""] }
        lines.append("To have one delivered, tell \(sender) its id. Nothing has to be done about the others.")
        if keepAge > .zero { lines.append("They are deleted after \(keepAge.milliseconds / 86_400_000) days.") }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}
