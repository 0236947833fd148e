import Authentication
import Mail
import Screening
import Values

/// The check of one checkpoint, with the keys at hand.
struct BackscatterCheck {
    let settings: Backscatter.Settings
    let site: Site
    let keyring: BATVKeyring
    let now: Timestamp
    /// Why the client's mail is outgoing; nil for mail from outside.
    let exemption: StageReport.Omission?

    /// MAIL: the reverse-path of outgoing mail gets a tag, unless it has one that will do.
    func outgoing(_ transaction: Transaction) -> StageReport {
        guard exemption != nil, let path = transaction.reversePath.value, isProtected(path) else { return .nothing }
        // What only begins like a tag would come back as a malformed one.
        if case .tagged = BATVTag.read(path.localPart) { return .nothing }
        guard let tagged = keyring.sign(path, now: now) else { return .nothing }
        return StageReport(effects: [.rewriteReversePath(tagged.address)])
    }

    /// RCPT: the tag of the recipient is looked at where the sender is one that answers, and taken off in any case.
    func recipient(_ recipient: Recipient, of transaction: Transaction) -> StageReport {
        guard let path = recipient.path.value else {
            return answers(transaction) == nil ? .nothing : .notEvaluated("recipient not known")
        }
        let outcome = keyring.verify(path, now: now)
        guard isProtected(outcome.original ?? path) else { return .nothing }
        var report = StageReport()
        if outcome.tag != nil, let original = outcome.original {
            report.effects.append(.rewriteRecipient(recipient: path.address, replacement: original.address))
        }
        guard let answers = answers(transaction) else {
            if transaction.reversePath.value == nil {
                report.notEvaluated.append(StageReport.Omission("reverse-path not known"))
            }
            return report
        }
        if let reason = reasonToSkip(transaction) {
            report.notEvaluated.append(reason)
        } else if recipient.path.source == nil || outcome.tag != nil {
            report.findings.append(Backscatter.finding(outcome, path, answers))
        }
        // An archive may name the recipient as it was delivered to, its tag gone: the message is looked at for it.
        return report
    }

    /// The final dot: the recipient that an archived bounce had, and what says of itself that it answers.
    func message(_ message: Message, of transaction: Transaction) -> StageReport {
        if let answers = answers(transaction) { return archived(message, of: transaction, answers) }
        guard settings.countsAutoresponders, let sender = transaction.reversePath.value else { return .nothing }
        let paths = transaction.recipients.compactMap(\.path.value) + originalRecipients(of: message, transaction)
        // People write as postmaster too: there it is the message that tells a bounce.
        if sender.localPart.equalsIgnoringASCIICase("postmaster"), BackscatterCheck.isReport(message) {
            return verdict(on: paths, transaction) { outcome, path in Backscatter.finding(outcome, path, .postmaster) }
        }
        guard BackscatterCheck.isAutomaticReply(message) else { return .nothing }
        return verdict(on: paths, transaction) { outcome, path in
            outcome.isValid
                ? Backscatter.finding(outcome, path, .automaticReply)
                : Finding(Backscatter.autoresponse, Backscatter.evidence(outcome, path, .automaticReply))
        }
    }

    private func archived(_ message: Message, of transaction: Transaction, _ answers: Answerer) -> StageReport {
        let known = transaction.recipients.map(\.path)
        // What the envelope told as it came was looked at at RCPT.
        guard known.isEmpty || known.contains(where: { $0.source != nil }) else { return .nothing }
        let isJudged = known.contains { fact in
            fact.value.map { BATVTag.read($0.localPart) != .untagged } ?? false
        }
        if isJudged { return .nothing }
        let paths = originalRecipients(of: message, transaction) + known.compactMap(\.value)
        if paths.isEmpty { return .notEvaluated("recipient not known") }
        return verdict(on: paths, transaction) { outcome, path in Backscatter.finding(outcome, path, answers) }
    }

    /// One finding for a message: about the first of its protected recipients with a valid tag, else the first with any
    /// tag, else the first.
    private func verdict(
        on paths: [SMTPPath], _ transaction: Transaction, _ finding: (BATVOutcome, SMTPPath) -> Finding
    ) -> StageReport {
        let outcomes = paths.map { ($0, keyring.verify($0, now: now)) }.filter { isProtected($1.original ?? $0) }
        guard
            let (path, outcome) = outcomes.first(where: { $1.isValid })
                ?? outcomes.first(where: { $1.result != .untagged }) ?? outcomes.first
        else { return .nothing }
        if let reason = reasonToSkip(transaction) { return .notEvaluated(reason) }
        return StageReport(findings: [finding(outcome, path)])
    }

    /// Fields in which servers and list software keep the recipient as it was, and at last the author's own.
    private static let recipientFields = [
        "X-Original-To", "Envelope-To", "X-Envelope-To", "Delivered-To", "X-Delivered-To", "X-RcptTo", "To",
    ]

    /// The recipients that the header tells, where the envelope as it came does not.
    private func originalRecipients(of message: Message, _ transaction: Transaction) -> [SMTPPath] {
        let recipients = transaction.recipients
        guard recipients.isEmpty || recipients.contains(where: { $0.path.source != nil }) else { return [] }
        return BackscatterCheck.recipientFields.flatMap { name in
            message.header.all(name).prefix(10).flatMap { AddressList($0.rawValue).mailboxes.prefix(100) }
        }.filter { !$0.domain.isEmpty }.map { SMTPPath(localPart: $0.localPart, domain: $0.domain) }
    }
}

extension BackscatterCheck {
    /// Who a message that answers is from.
    enum Answerer: String {
        case null = "null reverse-path"
        case mailerDaemon = "mailer-daemon"
        case postmaster
        case automaticReply = "automatic reply"
    }

    /// Whom the sender of the transaction answers as; nil when it does not look like answering, or is not known.
    private func answers(_ transaction: Transaction) -> Answerer? {
        guard let path = transaction.reversePath.value else { return nil }
        // RFC 5321 §4.5.5: notifications have the null reverse-path.
        if path.isNull { return .null }
        guard settings.countsAutoresponders else { return nil }
        return path.localPart.equalsIgnoringASCIICase("mailer-daemon") ? .mailerDaemon : nil
    }

    /// RFC 3464 §2: a delivery status notification is a multipart/report.
    static func isReport(_ message: Message) -> Bool {
        message.header.first("Content-Type")?.text.asciiLowercased.hasPrefix("multipart/report") ?? false
    }

    /// RFC 3834 §5.2: `auto-replied` is what answers a message. `auto-generated` mail answers none, and needs no tag.
    static func isAutomaticReply(_ message: Message) -> Bool {
        message.header.all("Auto-Submitted").contains { field in
            field.text.prefix { $0 != ";" && $0 != " " && $0 != "(" }.equalsIgnoringASCIICase("auto-replied")
        }
    }

    private func reasonToSkip(_ transaction: Transaction) -> StageReport.Omission? {
        if let exemption { return exemption }
        guard let client = transaction.session.client.value,
            let entry = settings.exemptHosts.first(where: { $0.matches(client) })
        else { return nil }
        return StageReport.Omission("bounces of the client need no tag", detail: entry.description)
    }

    /// Whether an address, its tag taken off, is one of those whose mail is tagged.
    private func isProtected(_ path: SMTPPath) -> Bool {
        guard let domain = path.domain, (settings.domains ?? site).isLocal(domain: domain) else { return false }
        return settings.exemptAddresses.matches(SenderAddress(path)).isEmpty
    }
}

extension Backscatter {
    static func finding(_ outcome: BATVOutcome, _ path: SMTPPath, _ answers: BackscatterCheck.Answerer) -> Finding {
        let symbol =
            switch outcome.result {
            case .valid: valid
            case .untagged: missing
            case .expired: expired
            case .malformed, .unknownKey, .badSignature, .farAhead: invalid
            }
        return Finding(symbol, evidence(outcome, path, answers))
    }

    static func evidence(_ outcome: BATVOutcome, _ path: SMTPPath, _ answers: BackscatterCheck.Answerer) -> Evidence {
        var evidence: Evidence = ["recipient": .text(path.address), "sender": .text(answers.rawValue)]
        evidence.add("reason", outcome.reason.map(EvidenceValue.text))
        evidence.add("key_number", (outcome.tag?.keyNumber).map(EvidenceValue.number))
        switch outcome.result {
        case .valid(let days), .farAhead(let days): evidence.add("days_left", .number(days))
        case .expired(let days): evidence.add("days_ago", .number(days))
        case .untagged, .malformed, .unknownKey, .badSignature: break
        }
        return evidence
    }
}
