import Mail
import Policy
import SMTP
import Screening
import Values

extension QuarantineFolder {
    /// What the file beside a kept message says of it; where only `parts` of what was delivered are kept, which they are.
    static func description(
        of delivery: Delivery, _ parts: [SetAsideParts.Part], size: Int, digest: String, id: String
    ) -> JSON {
        let (transaction, judgement) = (delivery.transaction, delivery.judgement)
        var record = TransactionRecord(
            source: transaction.session.id, session: transaction.session, judgement: judgement)
        record.time = .observed(delivery.time)
        record.reversePath = transaction.reversePath
        record.recipients = transaction.recipients.map(\.path)
        record.describe(delivery.message)
        let places = delivery.accepted.filter(transaction.recipients.indices.contains)
        let taken = places.map { transaction.recipients[$0].path.value?.address ?? "" }
        let sender = transaction.reversePath.value?.address
        var passedSender = sender
        for case .rewriteReversePath(let path) in delivery.effects { passedSender = path }
        let passed = taken.map { address in
            var result = address
            for case .rewriteRecipient(let recipient, let replacement) in delivery.effects where recipient == address {
                result = replacement
            }
            return result
        }
        // The envelope in the form in which the next hop knows it.
        var forward: [String: JSON] = ["mail_from": JSON(passedSender), "rcpt_to": .array(passed.map(JSON.string))]
        let asked = delivery.notifications
        if !asked.sender.isEmpty { forward["mail_parameters"] = .string(asked.sender.description) }
        if places.contains(where: { asked.recipients[$0] != nil }) {
            forward["rcpt_parameters"] = .array(
                places.map { .string((asked.recipients[$0] ?? .none).description) })
        }
        var symbols: [String] = []
        for name in judgement.findings.map(\.finding.symbol.name) where !symbols.contains(name) { symbols.append(name) }
        var members: [String: JSON] = [
            "id": .string(id), "time": .string(delivery.time.rfc3339),
            "client": .object([
                "ip": JSON(transaction.session.client.value?.description),
                "ptr": JSON(transaction.session.reverseName.value), "helo": JSON(transaction.session.helo.value),
                "authenticated": JSON(transaction.session.authenticated.value),
                "listener": JSON(transaction.session.listener.value?.description),
            ]),
            "mail_from": JSON(sender), "rcpt_to": .array(taken.map(JSON.string)),
            "forward": .object(forward),
            "subject": JSON(record.subject), "header_from": .array(record.headerFrom.map(JSON.string)),
            "content": .string("sha256:" + digest),
            "size": .integer(size), "score": .thousandths(judgement.decidingScore),
            "symbols": .array(symbols.map(JSON.string)),
            "why": .array(
                (parts.map(\.reason) + (judgement.verdict?.grounds ?? []).map(\.reason)).map(JSON.string)),
            "findings": .array(judgement.findings.map(\.described)), "record": record.json,
        ]
        if !parts.isEmpty { members["parts"] = .array(parts.map(\.described)) }
        return .object(members)
    }
}

extension SetAsideParts.Part {
    var described: JSON {
        .object(["part": .string(path), "file": JSON(name), "type": .string(type)])
    }

    /// Why it is there, in words.
    fileprivate var reason: String {
        "part \(path), \(name ?? type), was taken out; the rest of the message was passed on"
    }
}

extension WeighedFinding {
    /// The finding with the policy lines that weighed it.
    fileprivate var described: JSON {
        .object([
            "stage": .string(stage), "symbol": .string(finding.symbol.name), "checkpoint": .string(phase.rawValue),
            "score": .thousandths(weight.value), "score_by": .string(weight.place.description),
            "action": .string(action.value.rawValue), "action_by": .string(action.place.description),
            "evidence": finding.evidence.json,
        ])
    }
}

extension Verdict.Ground {
    /// The ground in words, with its policy line.
    fileprivate var reason: String {
        switch self {
        case .action(let action, let symbol, let place): "\(symbol.name): \(action.rawValue) by \(place)"
        case .threshold(let disposition, let score, let place):
            "score: \(disposition.rawValue) from \(JSON.decimal(thousandths: score)) by \(place)"
        case .recipientsRefused: "no recipient was left"
        }
    }
}
