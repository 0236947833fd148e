import Mail
import SMTP
import Values

extension TransactionRecord {
    /// The record as one line of a replay: the same bytes for the same facts, live or not.
    public var json: JSON {
        .object([
            "id": JSON(id),
            "source": .string(source),
            "offset": offset.map(JSON.integer) ?? .null,
            "time": JSON(time.value?.rfc3339),
            "client": .object([
                "ip": JSON(session.client.value?.description), "ptr": JSON(session.reverseName.value),
                "helo": JSON(session.helo.value),
            ]),
            "mail_from": JSON(reversePath.value?.plainText),
            "rcpt_to": .array(recipients.map { JSON($0.value?.plainText) }),
            "header_from": headerFrom.isEmpty ? .null : .string(headerFrom.joined(separator: ", ")),
            "subject": JSON(subject),
            "size": size.map(JSON.integer) ?? .null,
            "label": JSON(label),
            "defects": .array(defects.map(JSON.string)),
            "verdict": judgement.verdict?.json ?? .null,
            "findings": .array(judgement.findings.map(\.json)),
            "effects": .array(judgement.effects.map(\.json)),
            "not_evaluated": .array(judgement.notEvaluated.map(\.json)),
            "provenance": .object([
                "client": .string(session.client.provenance), "ptr": .string(session.reverseName.provenance),
                "helo": .string(session.helo.provenance), "tls": .string(session.tls.provenance),
                "authenticated": .string(session.authenticated.provenance),
                "mail_from": .string(reversePath.provenance),
                "rcpt_to": .string(recipients.first?.provenance ?? "absent"), "time": .string(time.provenance),
            ]),
        ])
    }
}

extension SMTPPath {
    /// The address as people write it; `<>` for the null path.
    var plainText: String { isNull ? "<>" : address }
}
