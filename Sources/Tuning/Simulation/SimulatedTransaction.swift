import Mail
import Policy
import Screening
import Values

/// A transaction as far as a simulation tells of it: who wrote to whom, and what the stages that remember did about it.
public struct SimulatedTransaction: Sendable {
    /// What greylisting made of a recipient.
    public struct Contact: Sendable, Hashable {
        /// How far it has got.
        public enum Standing: Sendable { case first, early, passed }

        let standing: Standing
        let key: String
        /// How long it has waited, where it was seen before.
        let waited: Duration
    }

    /// A ban, as far as it is told.
    public struct Ban: Sendable, Hashable {
        let subject: String
        let reason: String
        let since: String
        let until: String
    }

    /// A wave, as far as it has got.
    public struct Wave: Sendable, Hashable {
        let name: String
        let kind: String
        let first: String
        let caught: String
        let copies: Int
        let networks: Int
        let subject: String
    }

    /// Where it comes from.
    public var source: String
    /// When it began.
    public var time: Timestamp?
    /// The client's address.
    public var client: String?
    /// Whether the client has logged in.
    var isAuthenticated = false
    /// The reverse-path.
    public var sender: String?
    /// The recipients.
    public var recipients: [String]
    /// What somebody said that it is.
    public var label: String?
    /// Why it is thought to be wanted, where it is not labelled.
    public internal(set) var virtue: String?
    private(set) var contacts: [Contact] = []
    /// A recipient that is named twice is no retry.
    private var named: Set<String> = []
    /// The ban that refuses it.
    var ban: Ban?
    /// Bans that it has brought about.
    var newBans: [Ban] = []
    /// The symbol for which throttling put it off.
    var isPutOff = false
    var isSlowed = false
    var throttled = Duration.zero
    /// Waves that it is a copy of.
    var waves: [Wave] = []
    var isTarpitted = false
    var tarpitted = Duration.zero
    /// Whether a later contact can be an earlier one tried again. Archived messages were all taken at their first try:
    /// another of the same sender is another message.
    let isObserved: Bool

    /// A transaction of which nothing is known yet.
    init(source: String, time: Timestamp?, client: String?, label: String?, isObserved: Bool) {
        self.isObserved = isObserved
        (self.source, self.time, self.client, self.label) = (source, time, client, label)
        (sender, recipients) = (nil, [])
    }

    /// The transaction that a record tells of.
    public init(_ record: TransactionRecord) {
        let client = record.session.client
        // A log tells of attempts that were put off, too; an archived message was taken, whatever a log adds to it.
        let isLoggedAlone = (client.source?.isLog ?? false) && record.id == nil
        self.init(
            source: record.source, time: record.time.value, client: client.value?.description, label: record.label,
            isObserved: client.source == nil || isLoggedAlone)
        isAuthenticated = record.session.authenticated.value != nil
        sender = record.reversePath.value?.description
        recipients = record.recipients.compactMap { $0.value?.description }
        for finding in record.judgement.findings {
            add(finding.finding, refuses: !record.isOfRest && finding.action.value.disposition.isTerminal)
        }
        for effect in record.judgement.effects { add(effect) }
    }

    mutating func add(_ effect: Effect) {
        guard case .delayReply(let delay) = effect else { return }
        isTarpitted = true
        tarpitted += delay
    }

    private mutating func add(_ contact: Contact) {
        if named.insert(contact.key).inserted { contacts.append(contact) }
    }

    mutating func note(_ symbol: Symbol) {
        switch symbol.name {
        case "DKIM_PASS": virtue = "DKIM passes"
        case "SPF_PASS": virtue = virtue ?? "SPF passes"
        case "DMARC_PASS": virtue = virtue ?? "DMARC passes"
        default: break
        }
    }

    /// Takes a finding over; `refuses` says whether policy refuses something on it.
    mutating func add(_ finding: Finding, refuses: Bool) {
        let evidence = finding.evidence
        switch finding.symbol.name {
        case "GREYLIST_FIRST": add(Contact(evidence, .first))
        case "GREYLIST_EARLY": add(Contact(evidence, .early))
        case "GREYLIST_PASSED": add(Contact(evidence, .passed))
        case "DYNAMIC_SCREEN_BANNED", "DYNAMIC_SCREEN_ACCOUNT": if refuses { ban = ban ?? Ban(evidence, time) }
        case "DYNAMIC_SCREEN_LIMIT", "DYNAMIC_SCREEN_TRAPS":
            newBans.append(Ban(evidence, time))
            if refuses { ban = ban ?? Ban(evidence, time) }
        case "THROTTLE_CONNECTIONS", "THROTTLE_MESSAGES": isPutOff = isPutOff || refuses
        case "THROTTLE_SLOWED":
            isSlowed = true
            throttled += evidence.duration("wait")
        case "OUTBREAK_TEXT": waves.append(Wave(evidence, "text"))
        case "OUTBREAK_LINKS": waves.append(Wave(evidence, "links"))
        case "OUTBREAK_ATTACHMENT": waves.append(Wave(evidence, "file"))
        default: note(finding.symbol)
        }
    }
}

extension SimulatedTransaction.Contact {
    fileprivate init(_ evidence: Evidence, _ standing: Standing) {
        let parts = ["network", "sender", "recipient"].map { evidence.text($0) ?? "" }
        self.init(standing: standing, key: parts.joined(separator: "\t"), waited: evidence.duration("waited"))
    }
}

extension SimulatedTransaction.Ban {
    fileprivate init(_ evidence: Evidence, _ time: Timestamp?) {
        let account = evidence.text("account").map { "account \($0)" }
        let within = evidence.duration("within").milliseconds / 1000
        let reason = (evidence.text("counted") ?? "not told") + (within > 0 ? " in \(within) s" : "")
        self.init(
            subject: account ?? evidence.text("network") ?? "", reason: reason,
            since: evidence.text("since") ?? time.map(StateMeaning.time) ?? "", until: evidence.text("until") ?? "")
    }
}

extension SimulatedTransaction.Wave {
    fileprivate init(_ evidence: Evidence, _ kind: String) {
        self.init(
            name: evidence.text("wave") ?? "", kind: kind, first: evidence.text("first") ?? "",
            caught: evidence.text("caught") ?? "", copies: evidence.number("copies"),
            networks: evidence.number("networks"), subject: evidence.text("subject") ?? "")
    }
}

extension Evidence {
    fileprivate func number(_ key: String) -> Int {
        for item in items where item.key == key { if case .number(let number) = item.value { return number } }
        return 0
    }

    fileprivate func text(_ key: String) -> String? {
        for item in items where item.key == key { if case .text(let text) = item.value { return text } }
        return nil
    }

    fileprivate func duration(_ key: String) -> Duration {
        for item in items where item.key == key { if case .duration(let duration) = item.value { return duration } }
        return .zero
    }
}
