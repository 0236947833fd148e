import Mail
import Policy
import Screening
import Values

/// Finds mail of senders that are not wanted: by the reverse-path at MAIL, or RCPT where an entry is for some
/// recipients only, and by the From, Sender and Reply-To fields of the message. An allow list goes before all entries.
public struct SenderBlocklist: Stage {
    static let blocked: Symbol = "SENDER_BLOCKED"
    static let blockedHeader: Symbol = "SENDER_BLOCKED_HEADER"
    static let allowed: Symbol = "SENDER_ALLOWED"

    public static let manifest = StageManifest(
        id: "sender-blocklist", title: "Sender Blocklist",
        summary: "Refuses mail of listed senders.",
        phases: [.mail, .rcpt, .message],
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                blocked, "The reverse-path is on the block list.", action: .reject,
                reply: ReplyText(50, 7, 1, "Mail from this sender is not accepted")),
            SymbolDeclaration(
                blockedHeader, "A sender that the message's header names is on the block list.", action: .reject,
                reply: ReplyText(50, 7, 1, "Mail from the sender this message names is not accepted")),
            SymbolDeclaration(allowed, "A sender is on the allow list, which goes before the block list."),
        ])

    /// The lists, and when the reverse-path is held against them.
    public struct Settings: StageSettings {
        /// When a blocked reverse-path is found.
        public enum When: String, Sendable, CaseIterable { case mail, message }

        let when: When
        let list: SenderList

        public init(from reader: inout PolicyReader) {
            when = reader.choice(
                "phase", default: When.mail,
                "Whether a blocked reverse-path is found at once or after the message, when more can be said of it.")
            let entries = reader.entries("entries", "Senders whose mail is not wanted.") { SenderList.Entry(from: &$0) }
            let listed = reader.lists(
                "files", expecting: SenderPattern.expecting + ", or `name` and a display name",
                "Files of further entries, one a line: `spam.example`, `name Prize Office*`; # starts a comment.",
                parse: { SenderList.Entry(line: $0) })
            let allowed = reader.values(
                "allow", default: [], expecting: SenderPattern.expecting,
                "Senders that no entry blocks, each address for itself.", parse: { SenderPattern($0) })
            let allowedListed = reader.lists(
                "allow_files", expecting: SenderPattern.expecting, "Files of further such senders, one a line.",
                parse: { SenderPattern($0) })
            list = SenderList(entries + listed, allowing: allowed + allowedListed)
        }
    }

    let settings: Settings
    private let looksAtReversePath: Bool
    private let looksAtRecipients: Bool

    public init(settings: Settings, site: Site) {
        self.settings = settings
        let aboutReversePath = settings.list.entries.filter { entry in
            guard case .sender = entry.value.subject else { return false }
            return entry.value.parts.contains(.mailFrom)
        }
        looksAtReversePath = !aboutReversePath.isEmpty || !settings.list.allowed.isEmpty
        looksAtRecipients = aboutReversePath.contains { $0.value.recipients != nil }
    }

    public var idlePhases: Set<Phase> {
        settings.list.entries.isEmpty && settings.list.allowed.isEmpty ? SenderBlocklist.manifest.phases : []
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        switch checkpoint {
        case .mail(let transaction):
            guard looksAtReversePath, settings.when == .mail else { return .nothing }
            guard let path = transaction.reversePath.value else { return .notEvaluated("reverse-path not known") }
            return report(on: path)
        case .rcpt(let transaction, let recipient):
            guard looksAtRecipients, settings.when == .mail else { return .nothing }
            guard let path = transaction.reversePath.value else { return .notEvaluated("reverse-path not known") }
            guard let to = recipient.path.value.flatMap({ SenderAddress($0) }) else {
                return .notEvaluated("recipient not known")
            }
            return report(on: path, to: to)
        case .message(let transaction, let message):
            var report = headerReport(on: message, to: transaction.recipients)
            if looksAtReversePath, settings.when == .message { report.add(messageReport(on: transaction)) }
            return report
        case .connect, .helo, .tls, .auth, .observe:
            return .nothing
        }
    }

    /// What the entries for all recipients say of the reverse-path.
    private func report(on path: SMTPPath) -> StageReport {
        let address = SenderAddress(path)
        if let entry = settings.list.allowance(for: address) {
            return StageReport(findings: [SenderBlocklist.allowed(path, entry)])
        }
        let entry = settings.list.entries(about: address, in: .mailFrom).first { $0.value.recipients == nil }
        return StageReport(findings: entry.map { [SenderBlocklist.blocked(path, $0)] } ?? [])
    }

    /// What the entries for single recipients say of it.
    private func report(
        on path: SMTPPath, to recipient: SenderAddress, scope: Finding.Scope = .transaction
    ) -> StageReport {
        let address = SenderAddress(path)
        guard settings.list.allowance(for: address) == nil else { return .nothing }
        let entry = settings.list.entries(about: address, in: .mailFrom).first {
            $0.value.recipients != nil && $0.value.holds(for: recipient)
        }
        return StageReport(
            findings: entry.map { [SenderBlocklist.blocked(path, $0, to: recipient, scope: scope)] } ?? [])
    }

    /// Both, after the message.
    private func messageReport(on transaction: Transaction) -> StageReport {
        guard let path = transaction.reversePath.value else { return .notEvaluated("reverse-path not known") }
        var report = report(on: path)
        guard report.findings.isEmpty, looksAtRecipients else { return report }
        let recipients = transaction.recipients.map { $0.path.value.flatMap { SenderAddress($0) } }
        if recipients.isEmpty || recipients.contains(nil) {
            report.add(.notEvaluated("recipient not known"))
        }
        for (index, recipient) in recipients.enumerated() {
            guard let recipient else { continue }
            report.add(self.report(on: path, to: recipient, scope: .recipient(index)))
        }
        return report
    }

    private static func blocked(
        _ path: SMTPPath, _ entry: Placed<SenderList.Entry>, to recipient: SenderAddress? = nil,
        scope: Finding.Scope = .transaction
    ) -> Finding {
        var evidence: Evidence = [
            "identity": .text(SenderList.Part.mailFrom.rawValue), "sender": .text(path.isNull ? "<>" : path.address),
            "entry": .text(entry.value.text), "listed_at": .text(entry.place.description),
        ]
        evidence.add("recipient", recipient.map { .text($0.text) })
        return Finding(blocked, evidence, scope: scope)
    }

    private static func allowed(_ path: SMTPPath, _ entry: Placed<SenderPattern>) -> Finding {
        Finding(
            allowed,
            [
                "identity": .text(SenderList.Part.mailFrom.rawValue),
                "sender": .text(path.isNull ? "<>" : path.address),
                "entry": .text(entry.value.description), "listed_at": .text(entry.place.description),
            ])
    }
}

extension StageReport {
    /// Takes over what another report says.
    mutating func add(_ other: StageReport) {
        findings += other.findings
        effects += other.effects
        for omission in other.notEvaluated where !notEvaluated.contains(omission) { notEvaluated.append(omission) }
    }
}
