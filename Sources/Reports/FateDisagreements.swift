import Mail
import Replay
import SMTP
import Screening
import Tuning
import Values

/// Transactions that a server treated otherwise than a policy would: what it accepted and the policy refuses, and the
/// other way round. Memory is bounded.
public struct FateDisagreements: Sendable {
    /// A transaction that they disagree on.
    struct Item: Sendable {
        let time: Timestamp?
        let source: String
        let sender: String
        let recipients: String
        let virtue: String?
        let then: String
        let now: String
        /// Whether the server refused it for what the recipient's mailbox is, as it would again, whatever the policy.
        let isForRecipient: Bool
        /// Whom the message is from, where nothing else may say that it is wanted.
        fileprivate let unvouched: String?
    }

    private let site: Site?
    /// What was accepted then and is refused now, and how much of it at which checkpoint.
    private(set) var accepted: [Item] = []
    private var acceptedAt: [Phase: Int] = [:]
    private(set) var refused: [Item] = []
    private var (refusedCount, refusedForRecipientCount) = (0, 0)
    private var correspondents: Set<String> = []

    /// Items are kept so many of a sort, and listed so many.
    private static let (mostKept, mostListed) = (10_000, 50)
    private static let mostCorrespondents = 1_000_000

    init(_ site: Site?) { self.site = site }

    /// Looks at a transaction, and what the server did with it. `shown` is what is told of it, and `words` what of a reply,
    /// where that is not all.
    mutating func add(
        _ record: TransactionRecord, _ fate: RecordedFate, shown: TransactionRecord? = nil,
        words: (String) -> String = { $0 }
    ) {
        learn(record)
        guard fate.differs(from: record.judgement.verdict), let verdict = record.judgement.verdict else { return }
        let transaction = SimulatedTransaction(record)
        let virtue = record.label == "ham" ? "labelled ham" : record.label == nil ? transaction.virtue : nil
        let told = shown.map { SimulatedTransaction($0) } ?? transaction
        let item = Item(
            time: transaction.time, source: shown?.source ?? record.source, sender: told.sender ?? "",
            recipients: told.recipients.joined(separator: ", "), virtue: virtue,
            then: words(fate.reply?.description ?? ""),
            now: words(verdict.reply?.description ?? verdict.disposition.rawValue),
            isForRecipient: fate.isForRecipient,
            unvouched: record.label == nil ? transaction.sender?.asciiLowercased : nil)
        if verdict.disposition.isTerminal {
            acceptedAt[verdict.phase, default: 0] += 1
            if accepted.count < FateDisagreements.mostKept { accepted.append(item) }
        } else {
            refusedCount += 1
            if item.isForRecipient { refusedForRecipientCount += 1 }
            if refused.count < FateDisagreements.mostKept { refused.append(item) }
        }
    }

    /// Remembers whom people of the site write to: anybody can write their names.
    private mutating func learn(_ record: TransactionRecord) {
        guard let site, let domain = record.reversePath.value?.domain, site.isLocal(domain: domain),
            correspondents.count < FateDisagreements.mostCorrespondents,
            MailDirection(
                client: record.session.client.value, isAuthenticated: record.session.authenticated.value != nil,
                senderDomain: domain, recipientDomains: [], site: site) != .inbound
        else { return }
        for path in record.recipients.compactMap(\.value) where !(path.domain.map { site.isLocal(domain: $0) } ?? true)
        {
            correspondents.insert(path.description.asciiLowercased)
        }
    }

    /// Remembers that somebody wrote to somebody, in addresses without brackets.
    mutating func learn(from sender: String, to recipient: String) {
        func isLocal(_ address: String) -> Bool {
            guard let at = address.lastIndex(of: "@") else { return true }
            return site?.isLocal(domain: String(address[address.index(after: at)...])) ?? true
        }
        guard correspondents.count < FateDisagreements.mostCorrespondents, !sender.isEmpty, isLocal(sender),
            !isLocal(recipient)
        else { return }
        correspondents.insert("<\(recipient.asciiLowercased)>")
    }

    /// Why an item looks legitimate; nil where it does not.
    func virtue(of item: Item) -> String? {
        if let virtue = item.virtue { return virtue }
        let isKnown = item.unvouched.map { correspondents.contains($0) } ?? false
        return isKnown ? "somebody here writes to the sender" : nil
    }

    /// What they come to, for people, at a width of so many columns; empty when there are none.
    public func text(columns: Int?) -> String {
        var text = ""
        let count = acceptedAt.values.reduce(0, +)
        if count > 0 {
            let places = acceptedAt.sorted { $0.key < $1.key }.map {
                "\($0.value) at \(FateDisagreements.name($0.key))"
            }
            let wanted = accepted.filter { virtue(of: $0) != nil }
            text += "\nYour server accepted \(counted(count, "message")) that this policy would refuse: "
            text += places.joined(separator: ", ") + "; "
            switch wanted.count {
            case 0: text += "none of them looks legitimate\n"
            case 1: text += "this one looks legitimate\n"
            default: text += "these \(wanted.count) look legitimate\n"
            }
            if !wanted.isEmpty { text += list(wanted, said: "refused now with", \.now, columns) }
            let others = accepted.filter { virtue(of: $0) == nil }
            if !others.isEmpty { text += "\nThe others\n" + list(others, said: "refused now with", \.now, columns) }
        }
        if refusedCount > 0 {
            text += "\nYour server refused \(counted(refusedCount, "message")) that this policy would accept"
            if refusedForRecipientCount > 0 {
                let share = refusedForRecipientCount < refusedCount ? "\(refusedForRecipientCount) of them " : ""
                text += "; \(share)for the recipient's mailbox, as it would again"
            }
            text += "\n"
            let others = refused.filter { !$0.isForRecipient }
            if !others.isEmpty { text += list(others, said: "refused then with", \.then, columns) }
        }
        return text
    }

    private func list(
        _ items: [Item], said: String, _ reply: KeyPath<Item, String>, _ columns: Int?
    ) -> String {
        var table = TextTable([
            ("time", .left), ("source", .left), ("from", .left), ("to", .left), ("legitimate because", .left),
            (said, .left),
        ])
        for item in items.prefix(FateDisagreements.mostListed) {
            table.add([
                item.time?.rfc3339 ?? "not known", TerminalText.safe(item.source, limit: 60),
                TerminalText.safe(item.sender, limit: 60), TerminalText.safe(item.recipients, limit: 60),
                virtue(of: item) ?? "", TerminalText.safe(item[keyPath: reply], limit: 80),
            ])
        }
        let rest = items.count - FateDisagreements.mostListed
        return table.text(columns: columns) + (rest > 0 ? "  and \(rest) more (--format ndjson has all)\n" : "")
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// The checkpoint as SMTP has it.
    private static func name(_ phase: Phase) -> String {
        switch phase {
        case .connect: "connect"
        case .helo: "EHLO"
        case .tls: "STARTTLS"
        case .auth: "AUTH"
        case .mail: "MAIL"
        case .rcpt: "RCPT"
        case .message, .observe: "the end of data"
        }
    }
}
