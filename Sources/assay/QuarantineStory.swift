import Mail
import Proxy
import Reports
import Values

/// What is known of a message in quarantine, for people or for programs.
struct QuarantineStory {
    private let message: QuarantinedMessage
    private let content: Message
    private let releases: [QuarantineFolder.Release]

    /// The most header fields, recipients and findings that are told.
    private static let limit = 1000

    init(_ message: QuarantinedMessage, _ content: Message, _ releases: [QuarantineFolder.Release]) {
        (self.message, self.content, self.releases) = (message, content, releases)
    }

    var text: String {
        var lines = ["Message"]
        func add(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines.append(
                "  " + name + String(repeating: " ", count: max(1, 15 - name.count)) + QuarantineStory.safe(value))
        }
        add("id", message.id)
        add("time", message.time.rfc3339)
        add("From", message.headerFrom.joined(separator: ", "))
        add("Subject", message.subject)
        add("size", "\(message.size) bytes")
        for part in message.parts.prefix(QuarantineStory.limit) {
            add("only part", "\(part.path), \(part.name ?? "without a name"), \(part.type)")
        }
        lines += ["", "Session and envelope"]
        add("client", message.client?.description ?? "not known")
        add("PTR name", message.reverseName)
        add("HELO name", message.helo)
        add("authenticated", message.authenticated)
        add("reverse-path", QuarantineStory.path(message.sender, as: message.forwardedSender))
        for recipient in message.recipients.prefix(QuarantineStory.limit) {
            add("recipient", QuarantineStory.path(recipient.address, as: recipient.forwarded))
        }
        lines += ["", "Why it is here"]
        for reason in message.why.prefix(QuarantineStory.limit) { lines.append("  " + QuarantineStory.safe(reason)) }
        lines.append("  score \(JSON.decimal(thousandths: message.score))")
        lines += ["", "Findings"]
        for finding in message.findings.prefix(QuarantineStory.limit) {
            let action = finding.action == "score" ? "" : ", \(finding.action) by \(finding.actionBy)"
            let points = JSON.decimal(thousandths: finding.score)
            lines.append(
                QuarantineStory.safe(
                    "  \(finding.stage) at \(finding.checkpoint): \(finding.symbol)  "
                        + "\(points) \(abs(finding.score) == 1000 ? "point" : "points") by \(finding.scoreBy)\(action)")
            )
            lines += finding.evidence.prefix(QuarantineStory.limit).map { "      " + QuarantineStory.safe($0) }
        }
        for edit in message.edits.prefix(QuarantineStory.limit) {
            lines.append("  asks for: " + QuarantineStory.safe(edit.text))
        }
        lines += ["", "Released"]
        lines += releases.prefix(QuarantineStory.limit).map { release in
            "  "
                + QuarantineStory.safe(
                    "\(release.time.rfc3339) to \(release.recipients.joined(separator: ", ")) by \(release.server)")
        }
        if releases.isEmpty { lines.append("  to nobody") }
        lines += ["", "Header"]
        lines += fields.map { "  | " + $0 }
        let attachments = attachments
        if !attachments.isEmpty {
            lines += ["", "Attachments"] + attachments.map { "  " + QuarantineStory.safe($0.words) }
        }
        lines += ["", "Text"]
        lines += shownText.map { "  | " + $0 }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The header's lines.
    private var fields: [String] {
        content.header.prefix(QuarantineStory.limit).flatMap { field in
            field.bytes.lossyString.split(whereSeparator: \.isNewline).prefix(100).map {
                QuarantineStory.safe(String($0).replacing("\t", with: "    "))
            }
        }
    }

    /// What a reader of the message would see first, HTML as text, its lines made safe.
    private var shownText: [String] {
        let text = content.mime.visibleText(limit: 64 << 10)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).lazy.map {
            QuarantineStory.safe(String($0.prefix(1000)).replacing("\t", with: "    "))
        }
        return Array(lines.prefix(QuarantineStory.textLines)) + (lines.count > QuarantineStory.textLines ? ["…"] : [])
    }

    private static let textLines = 200

    private struct Attachment {
        let name: String?
        let type: String
        let size: Int

        var words: String { "\(name ?? "without a name"), \(type), \(size) bytes" }
    }

    private var attachments: [Attachment] {
        content.mime.attachments.prefix(100).map { part in
            Attachment(
                name: part.filename.map { String($0.prefix(200)) }, type: part.contentType.mediaType,
                size: part.decodedBody(in: content).count)
        }
    }

    var json: JSON {
        var members: [String: JSON] = [
            "id": .string(message.id), "time": .string(message.time.rfc3339),
            "client": .object([
                "ip": JSON(message.client?.description), "ptr": JSON(message.reverseName), "helo": JSON(message.helo),
                "authenticated": JSON(message.authenticated),
            ]),
            "from": .string(message.sender), "to": .array(message.recipients.map { .string($0.address) }),
            "forward": .object([
                "mail_from": .string(message.forwardedSender),
                "rcpt_to": .array(message.recipients.map { .string($0.forwarded) }),
            ]),
            "header_from": .array(message.headerFrom.map(JSON.string)), "subject": JSON(message.subject),
            "size": .integer(message.size), "score": .thousandths(message.score),
            "symbols": .array(message.symbols.map(JSON.string)), "why": .array(message.why.map(JSON.string)),
            "findings": .array(
                message.findings.map { finding in
                    .object([
                        "stage": .string(finding.stage), "symbol": .string(finding.symbol),
                        "checkpoint": .string(finding.checkpoint), "score": .thousandths(finding.score),
                        "score_by": .string(finding.scoreBy), "action": .string(finding.action),
                        "action_by": .string(finding.actionBy),
                        "evidence": .array(finding.evidence.map(JSON.string)),
                    ])
                }),
            "header": .array(
                content.header.prefix(QuarantineStory.limit).map { field in
                    .object(["name": .string(field.name), "value": .string(field.text)])
                }),
            "released": .array(releases.map(\.json)),
            "text": .string(shownText.joined(separator: "\n")),
            "attachments": .array(
                attachments.map { file in
                    .object([
                        "name": JSON(file.name), "type": .string(file.type), "size": .integer(file.size),
                    ])
                }),
        ]
        if !message.parts.isEmpty {
            members["parts"] = .array(
                message.parts.map { part in
                    .object(["part": .string(part.path), "file": JSON(part.name), "type": .string(part.type)])
                })
        }
        return .object(members)
    }

    private static func path(_ address: String, as forwarded: String) -> String {
        "<\(address)>" + (forwarded == address ? "" : ", passed on as <\(forwarded)>")
    }

    private static func safe(_ text: String) -> String { TerminalText.safe(text, limit: 1000) }
}
