import SMTP
import Screening
import Values

extension QuarantinedMessage {
    /// Reads a description; nil when it is none. With `findings` left out, as a list leaves them, reading is faster.
    init?(_ text: [UInt8], findings wantsFindings: Bool) {
        guard let object = try? JSON(reading: Bytes(text), maximumValues: .max), let fields = JSONFields(object),
            let read = try? QuarantinedMessage(fields, findings: wantsFindings)
        else { return nil }
        self = read
    }

    private init?(_ fields: JSONFields, findings wantsFindings: Bool) throws {
        guard let time = Timestamp(rfc3339: try fields.required("time", fields.text)) else { return nil }
        self.time = time
        id = try fields.required("id", fields.text)
        let client = try fields.required("client", fields.fields)
        self.client = try client.text("ip").flatMap { IPAddress($0) }
        listener = try client.text("listener").flatMap { IPAddress($0) }
        (helo, reverseName) = (try client.text("helo"), try client.text("ptr"))
        authenticated = try client.text("authenticated")
        sender = try fields.text("mail_from") ?? ""
        let forward = try fields.fields("forward")
        forwardedSender = try forward?.text("mail_from") ?? sender
        let forwarded = try forward.map { try $0.required("rcpt_to", $0.texts) } ?? []
        let asked = try forward?.texts("rcpt_parameters") ?? []
        recipients = try fields.required("rcpt_to", fields.texts).enumerated().map { index, address in
            let parameters = asked.indices.contains(index) ? ESMTPParameters(asked[index]) : nil
            return Recipient(
                address: address, forwarded: forwarded.indices.contains(index) ? forwarded[index] : address,
                notifications: NotificationRequest.recipient(of: parameters ?? .none))
        }
        let parameters = try forward?.text("mail_parameters").flatMap { ESMTPParameters($0) }
        notifications = NotificationRequest.sender(of: parameters ?? .none)
        let record = try fields.fields("record")
        content = (try fields.text("content") ?? record?.text("id")).flatMap(QuarantinedMessage.digest)
        (subject, headerFrom) = (try fields.text("subject"), try fields.texts("header_from") ?? [])
        size = try fields.required("size", fields.number)
        score = try fields.required("score", fields.thousandths)
        (symbols, why) = (try fields.required("symbols", fields.texts), try fields.required("why", fields.texts))
        parts = try (fields.objects("parts") ?? []).map { try SetAsideParts.Part($0) }
        (self.findings, edits) = ([], [])
        guard wantsFindings else { return }
        self.findings = try fields.required("findings", fields.objects).map { try Finding($0) }
        guard let effects = record?["effects"]?.items else { return nil }
        // What was asked for is done to the message that they were taken out of.
        guard parts.isEmpty else { return }
        edits = effects.compactMap { $0.members.flatMap(Effect.init(members:)) }
            .filter(\.changesMessage)
    }

    /// The digest that `sha256:…` names; nil when it is none, as one that a path could be made of must be.
    private static func digest(_ text: String) -> String? {
        let digest = text.dropFirst(7)
        guard text.hasPrefix("sha256:"), digest.utf8.count == 64,
            digest.utf8.allSatisfy({ $0.isDigit || (UInt8.ascii("a")...UInt8.ascii("f")).contains($0) })
        else { return nil }
        return String(digest)
    }

    /// What a list shows of the message, in the form in which descriptions are read.
    var summary: JSON {
        var members: [String: JSON] = [
            "id": .string(id), "time": .string(time.rfc3339),
            "client": .object([
                "ip": JSON(client?.description), "ptr": JSON(reverseName), "helo": JSON(helo),
                "authenticated": JSON(authenticated), "listener": JSON(listener?.description),
            ]),
            "mail_from": .string(sender), "rcpt_to": .array(recipients.map { .string($0.address) }),
            "forward": .object([
                "mail_from": .string(forwardedSender), "rcpt_to": .array(recipients.map { .string($0.forwarded) }),
            ]),
            "subject": JSON(subject), "header_from": .array(headerFrom.map(JSON.string)),
            "content": JSON(content.map { "sha256:" + $0 }), "size": .integer(size), "score": .thousandths(score),
            "symbols": .array(symbols.map(JSON.string)), "why": .array(why.map(JSON.string)),
        ]
        if !parts.isEmpty { members["parts"] = .array(parts.map(\.described)) }
        return .object(members)
    }
}

extension QuarantinedMessage.Finding {
    fileprivate init(_ fields: JSONFields) throws {
        self.init(
            stage: try fields.required("stage", fields.text), symbol: try fields.required("symbol", fields.text),
            checkpoint: try fields.required("checkpoint", fields.text),
            score: try fields.required("score", fields.thousandths),
            scoreBy: try fields.required("score_by", fields.text), action: try fields.required("action", fields.text),
            actionBy: try fields.required("action_by", fields.text),
            evidence: try fields.required("evidence", fields.fields).members.sorted { $0.key < $1.key }.map {
                key, item in
                if case .string(let text) = item { return "\(key): \(text)" }
                return "\(key): \(item.text)"
            })
    }
}

extension SetAsideParts.Part {
    fileprivate init(_ fields: JSONFields) throws {
        self.init(
            path: try fields.required("part", fields.text), name: try fields.text("file"),
            type: try fields.required("type", fields.text))
    }
}
