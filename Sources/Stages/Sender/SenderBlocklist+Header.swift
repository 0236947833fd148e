import Mail
import Policy
import Screening
import Values

/// The senders that the message's header names.
extension SenderBlocklist {
    /// The mailboxes of one kind of field that are looked at. Honest mail has one; more than a screenful is made to
    /// cost.
    static let maximumMailboxes = 100

    /// A sender in the header that an entry is about.
    private struct Hit {
        /// What the entry matched: the field's address, or its display name.
        let part: SenderList.Part
        let field: HeaderField
        let mailbox: Mailbox
        let name: ShownName?
        let entry: Placed<SenderList.Entry>
    }

    /// What the lists say of the From, Sender and Reply-To fields: one finding a field and kind of match, for all
    /// recipients or else for each one that an entry holds for.
    func headerReport(on message: Message, to recipients: [Recipient]) -> StageReport {
        var report = StageReport()
        let fields: [(SenderList.Part, String)] = [(.from, "From"), (.sender, "Sender"), (.replyTo, "Reply-To")]
        let addresses = recipients.map { $0.path.value.flatMap { SenderAddress($0) } }
        for (part, name) in fields {
            let mailboxes = self.mailboxes(of: name, in: message, noting: &report)
            var hits: [Hit] = []
            var isAllowanceTold = false
            for (field, mailbox) in mailboxes {
                if let address = SenderAddress(mailbox), let entry = settings.list.allowance(for: address) {
                    if !isAllowanceTold { report.findings.append(Self.allowed(part, field, mailbox, entry)) }
                    isAllowanceTold = true
                } else {
                    hits += self.hits(on: mailbox, in: field, part, noting: &report)
                }
            }
            for kind in [part, .displayName] {
                report.add(findings(for: hits.filter { $0.part == kind }, to: addresses))
            }
        }
        return report
    }

    private func mailboxes(
        of name: String, in message: Message, noting report: inout StageReport
    ) -> [(HeaderField, Mailbox)] {
        var mailboxes: [(HeaderField, Mailbox)] = []
        for field in message.header.all(name) {
            for mailbox in AddressList(field.rawValue).mailboxes {
                guard mailboxes.count < Self.maximumMailboxes else {
                    report.add(
                        .notEvaluated("more than \(Self.maximumMailboxes) addresses in the field", detail: name))
                    return mailboxes
                }
                mailboxes.append((field, mailbox))
            }
        }
        return mailboxes
    }

    /// The entries about one mailbox: by its address, by its display name, and by addresses that the name spells.
    private func hits(
        on mailbox: Mailbox, in field: HeaderField, _ part: SenderList.Part, noting report: inout StageReport
    ) -> [Hit] {
        var hits: [Hit] = []
        let address = SenderAddress(mailbox)
        func noteLength(_ count: Int) {
            guard settings.list.cannotCompare(byteCount: count) else { return }
            report.add(
                .notEvaluated("too long to compare with wildcards", detail: "\(field.name), \(count) bytes"))
        }
        if let address {
            noteLength(address.text.utf8.count)
            hits += settings.list.entries(about: address, in: part).map {
                Hit(part: part, field: field, mailbox: mailbox, name: nil, entry: $0)
            }
        }
        guard let shown = mailbox.decodedDisplayName else { return hits }
        let name = ShownName(shown)
        noteLength(name.text.utf8.count)
        var entries = settings.list.entries(about: name, in: part)
        for spelt in name.addresses(limit: 10) where spelt != address && settings.list.allowance(for: spelt) == nil {
            entries += settings.list.entries(about: spelt, in: .displayName)
        }
        return hits
            + entries.map { Hit(part: .displayName, field: field, mailbox: mailbox, name: name, entry: $0) }
    }

    private func findings(for hits: [Hit], to recipients: [SenderAddress?]) -> StageReport {
        if let hit = hits.first(where: { $0.entry.value.recipients == nil }) {
            return StageReport(findings: [Self.finding(hit)])
        }
        guard !hits.isEmpty else { return .nothing }
        var report = StageReport()
        if recipients.isEmpty || recipients.contains(nil) { report.add(.notEvaluated("recipient not known")) }
        for (index, recipient) in recipients.enumerated() {
            guard let recipient, let hit = hits.first(where: { $0.entry.value.holds(for: recipient) }) else { continue }
            report.findings.append(Self.finding(hit, to: recipient, scope: .recipient(index)))
        }
        return report
    }

    private static func finding(
        _ hit: Hit, to recipient: SenderAddress? = nil, scope: Finding.Scope = .transaction
    ) -> Finding {
        var evidence: Evidence = [
            "identity": .text(hit.part.rawValue), "field": .text(hit.field.name), "bytes": .span(hit.field.range),
            "sender": .text(hit.mailbox.address),
        ]
        evidence.add("name", hit.name.map { .text($0.text) })
        if let count = hit.name?.hiddenCount, count > 0 { evidence.add("hidden_characters", .number(count)) }
        evidence.add("entry", .text(hit.entry.value.text))
        evidence.add("listed_at", .text(hit.entry.place.description))
        evidence.add("recipient", recipient.map { .text($0.text) })
        return Finding(blockedHeader, evidence, scope: scope)
    }

    private static func allowed(
        _ part: SenderList.Part, _ field: HeaderField, _ mailbox: Mailbox, _ entry: Placed<SenderPattern>
    ) -> Finding {
        Finding(
            allowed,
            [
                "identity": .text(part.rawValue), "field": .text(field.name), "bytes": .span(field.range),
                "sender": .text(mailbox.address), "entry": .text(entry.value.description),
                "listed_at": .text(entry.place.description),
            ])
    }
}
