import Authentication
import Mail
import Policy
import Screening
import State
import Values

/// Asks unknown senders to come back: the first time a network writes from one address to another the recipient is
/// deferred, and a retry after the delay passes and is remembered. Software that never retries never gets in.
public struct Greylist: Stage {
    static let first: Symbol = "GREYLIST_FIRST"
    static let early: Symbol = "GREYLIST_EARLY"
    static let passed: Symbol = "GREYLIST_PASSED"

    public static let manifest = StageManifest(
        id: "greylist", title: "Greylisting",
        summary: "Defers recipients of senders that were never seen before, until they retry.",
        phases: [.rcpt],
        after: ["dnsbl", "spf"],
        needs: .state,
        exemptions: [.authenticated, .trusted, .lan],
        symbols: [
            SymbolDeclaration(
                first, "This network, sender and recipient were not seen together before.", action: .defer,
                reply: ReplyText(51, 7, 1, "Greylisted, please try again later")),
            SymbolDeclaration(
                early, "The retry came before the delay was over.", action: .defer,
                reply: ReplyText(51, 7, 1, "Greylisted, please try again later")),
            SymbolDeclaration(passed, "The retry came after the delay: the sender is remembered."),
        ],
        isEnabledByDefault: false, runsWhenExempt: true, runsWhenRefused: false)

    /// The delay, what is remembered for how long, and who need not wait.
    public struct Settings: StageSettings {
        /// What a pass of SPF changes.
        public enum SPFPass: String, Sendable, CaseIterable {
            /// The sender need not wait.
            case skip
            /// The sending domain stands for its whole pool of addresses.
            case pool
            /// Nothing.
            case ignore
        }

        let delay: Duration
        let pendingLifetime: Duration
        let lifetime: Duration
        let prefixV4: Int
        let prefixV6: Int
        let spfPass: SPFPass
        let skipsAllowListed: Bool
        let learnHostAfter: Int
        let learnFromOutgoing: Bool
        let allowClients: [AddressPattern]
        let allowSenders: [SenderPattern]
        let allowRecipients: [SenderPattern]
        let senderIndex: SenderIndex
        let recipientIndex: SenderIndex

        public init(from reader: inout PolicyReader) {
            let years: Duration = .seconds(86_400 * 3650)
            delay = reader.duration(
                "delay", default: .seconds(900), in: .zero...(.seconds(86_400)), "How long a first contact has to wait."
            )
            pendingLifetime = reader.duration(
                "pending", default: .seconds(86_400), in: .seconds(60)...years, "How long a retry is waited for.")
            if pendingLifetime <= delay {
                reader.warn(
                    "'pending' is not longer than 'delay', \(DurationText.render(delay)): a retry that has waited long "
                        + "enough is not known any more, and nobody passes",
                    at: reader.place(ofFirst: "pending", "delay"))
            }
            lifetime = reader.duration(
                "lifetime", default: .seconds(864_000), in: .seconds(60)...years,
                "How long a sender that passed is remembered after its last mail.")
            prefixV4 = reader.integer(
                "prefix_v4", default: 24, in: 8...32, "Bits of an IPv4 address that make the network; 32 is exact.")
            prefixV6 = reader.integer(
                "prefix_v6", default: 64, in: 16...128, "Bits of an IPv6 address that make the network; 128 is exact.")
            spfPass = reader.choice(
                "spf_pass", default: SPFPass.skip,
                "What a pass of SPF changes: skip the wait, let the domain stand for its pool of addresses, or nothing."
            )
            skipsAllowListed = reader.flag(
                "allow_listed", default: true, "Whether clients on an allow list of the stage dnsbl need not wait.")
            learnHostAfter = reader.integer(
                "learn_host_after", default: 5, in: 0...1_000_000,
                "A network whose retries passed this often need not wait any more; 0 is never.")
            learnFromOutgoing = reader.flag(
                "learn_from_outgoing", default: true, "Whether the people our users write to need not wait.")
            allowClients = reader.values(
                "allow_clients", default: [],
                expecting: "an address, a CIDR network, a range a-b, or an address with * and ?",
                "Clients that need not wait.", parse: { AddressPattern($0) }
            ).map(\.value)
            allowSenders = reader.values(
                "allow_senders", default: [], expecting: SenderPattern.expecting, "Senders that need not wait.",
                parse: { SenderPattern($0) }
            ).map(\.value)
            allowRecipients = reader.values(
                "allow_recipients", default: [], expecting: SenderPattern.expecting,
                "Recipients nobody has to wait for.", parse: { SenderPattern($0) }
            ).map(\.value)
            (senderIndex, recipientIndex) = (SenderIndex(allowSenders), SenderIndex(allowRecipients))
        }
    }

    let settings: Settings
    let site: Site

    public init(settings: Settings, site: Site) {
        (self.settings, self.site) = (settings, site)
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .rcpt(let transaction, let recipient) = checkpoint else { return .nothing }
        guard let to = recipient.path.value else { return .notEvaluated("recipient not known") }
        guard let from = transaction.reversePath.value else { return .notEvaluated("reverse-path not known") }
        let contact = Contact(sender: Greylist.key(of: from), recipient: Greylist.key(of: to))
        if let reason = surroundings.exemption {
            try await noteOutgoing(from, to, contact, in: surroundings)
            return .notEvaluated(reason)
        }
        guard let client = transaction.session.client.value else { return .notEvaluated("client address not known") }
        if let reason = listed(client, Greylist.untagged(from), Greylist.untagged(to)) { return .notEvaluated(reason) }
        if let reason = try await reasonToSkip(client, contact, in: surroundings) { return .notEvaluated(reason) }

        let network = self.network(of: client, from: from, in: surroundings)
        return try await judgeContact(contact, network: network, host: masked(client), in: surroundings)
    }

    /// The address of a path as it is remembered: in lower case, its domain in ASCII, without the tag of BATV.
    static func key(of path: SMTPPath) -> String {
        let path = untagged(path)
        let text = path.description.asciiLowercased
        guard let domain = path.domain, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        return SMTPPath(localPart: path.localPart, domain: HostName.canonical(domain)).description.asciiLowercased
    }

    /// A path without the tag of BATV (draft-levine-smtp-batv-01), which is another each day, and with some senders each
    /// time.
    private static func untagged(_ path: SMTPPath) -> SMTPPath {
        guard case .tagged(let tag) = BATVTag.read(path.localPart) else { return path }
        return SMTPPath(localPart: tag.localPart, domain: path.domain)
    }

    /// A pair that is greylisted together with a network.
    struct Contact {
        let sender: String
        let recipient: String
    }

    private func judgeContact(
        _ contact: Contact, network: String, host: String, in surroundings: Surroundings
    ) async throws -> StageReport {
        let (state, now) = (surroundings.state, surroundings.now)
        let key = StateKey("greylist", "contact", network, contact.sender, contact.recipient)
        let (entry, isNew) = try await state.insertIfAbsent(
            key, Standing.waiting.rawValue, expires: now + settings.pendingLifetime, at: now)
        if isNew { return StageReport(findings: [Greylist.first(contact, network, delay: settings.delay)]) }
        switch Standing(rawValue: entry.value) {
        case .passed:
            try await state.put(key, Standing.passed.rawValue, expires: now + settings.lifetime, at: now)
            return .nothing
        case .waiting, nil:
            guard entry.created <= now else {
                // The clock was set back since: the wait begins anew, so that nobody waits for longer than the delay.
                try await state.remove(key, at: now)
                _ = try await state.insertIfAbsent(
                    key, Standing.waiting.rawValue, expires: now + settings.pendingLifetime, at: now)
                return StageReport(findings: [Greylist.first(contact, network, delay: settings.delay)])
            }
            let waited = now.since(entry.created)
            guard waited >= settings.delay else {
                return StageReport(findings: [Greylist.early(contact, network, waited, delay: settings.delay)])
            }
            try await state.put(key, Standing.passed.rawValue, expires: now + settings.lifetime, at: now)
            if settings.learnHostAfter > 0 {
                _ = try await state.increment(
                    StateKey("greylist", "host", host), by: 1, window: settings.lifetime, at: now)
            }
            return StageReport(findings: [Greylist.passed(contact, network, waited)])
        }
    }

    private enum Standing: String { case waiting, passed }

    /// Why the policy's own lists have nobody wait; nil where they do not.
    private func listed(_ client: IPAddress, _ from: SMTPPath, _ to: SMTPPath) -> StageReport.Omission? {
        if let entry = settings.allowClients.first(where: { $0.matches(client) }) {
            return StageReport.Omission("client need not wait", detail: entry.description)
        }
        if let place = settings.senderIndex.matches(SenderAddress(from)).first {
            return StageReport.Omission("sender need not wait", detail: settings.allowSenders[place].description)
        }
        if let place = settings.recipientIndex.matches(SenderAddress(to)).first {
            return StageReport.Omission(
                "recipient nobody waits for", detail: settings.allowRecipients[place].description)
        }
        return nil
    }

    private func reasonToSkip(
        _ client: IPAddress, _ contact: Contact, in surroundings: Surroundings
    ) async throws -> StageReport.Omission? {
        if settings.spfPass == .skip, surroundings.earlier.contains(SPFStage.pass) {
            return StageReport.Omission("SPF passed")
        }
        if settings.skipsAllowListed,
            let listing = surroundings.earlier.findings.first(where: { DNSBlocklist.isAllowListing($0.symbol) })
        {
            return StageReport.Omission("client on a DNS allow list", detail: listing.symbol.name)
        }
        let (state, now) = (surroundings.state, surroundings.now)
        let network = StateKey("greylist", "host", masked(client))
        if settings.learnHostAfter > 0, let host = try await state.get(network, at: now),
            let passes = Int(host.value), passes >= settings.learnHostAfter
        {
            try await keep(host, as: network, in: surroundings)
            return StageReport.Omission("network known to retry", detail: "\(masked(client)), passes: \(passes)")
        }
        if settings.learnFromOutgoing {
            let key = Greylist.correspondents(outside: contact.sender, inside: contact.recipient)
            if let entry = try await state.get(key, at: now) {
                try await keep(entry, as: key, in: surroundings)
                return StageReport.Omission("recipient has written to the sender")
            }
        }
        return nil
    }

    /// What is made use of is kept: entries expire that nobody had use of. That is written down now and then.
    private func keep(_ entry: StateEntry, as key: StateKey, in surroundings: Surroundings) async throws {
        let now = surroundings.now
        guard entry.expires.since(now) < settings.lifetime / 2 else { return }
        try await surroundings.state.put(key, entry.value, expires: now + settings.lifetime, at: now)
    }

    /// Remembers who our users write to.
    private func noteOutgoing(_ from: SMTPPath, _ to: SMTPPath, _ contact: Contact, in surroundings: Surroundings)
        async throws
    {
        guard settings.learnFromOutgoing, let sender = from.domain, let recipient = to.domain,
            site.isLocal(domain: sender), !site.isLocal(domain: recipient)
        else { return }
        let key = Greylist.correspondents(outside: contact.recipient, inside: contact.sender)
        try await surroundings.state.put(
            key, "wrote", expires: surroundings.now + settings.lifetime, at: surroundings.now)
    }

    static func correspondents(outside: String, inside: String) -> StateKey {
        StateKey("greylist", "correspondents", outside, inside)
    }

    private func network(of client: IPAddress, from: SMTPPath, in surroundings: Surroundings) -> String {
        if settings.spfPass == .pool, surroundings.earlier.contains(SPFStage.pass), let domain = from.domain {
            return "spf:" + domain.asciiLowercased
        }
        return masked(client)
    }

    private func masked(_ client: IPAddress) -> String {
        let prefix = client.isV4 ? settings.prefixV4 : settings.prefixV6
        return IPNetwork(client, prefixLength: prefix)?.description ?? client.description
    }

    private static func first(_ contact: Contact, _ network: String, delay: Duration) -> Finding {
        Finding(first, evidence(contact, network, [("delay", .duration(delay))]))
    }

    private static func early(_ contact: Contact, _ network: String, _ waited: Duration, delay: Duration) -> Finding {
        Finding(early, evidence(contact, network, [("waited", .duration(waited)), ("delay", .duration(delay))]))
    }

    private static func passed(_ contact: Contact, _ network: String, _ waited: Duration) -> Finding {
        Finding(passed, evidence(contact, network, [("waited", .duration(waited))]))
    }

    private static func evidence(_ contact: Contact, _ network: String, _ times: [(String, EvidenceValue)]) -> Evidence
    {
        var evidence: Evidence = [
            "network": .text(network), "sender": .text(contact.sender), "recipient": .text(contact.recipient),
        ]
        for (key, value) in times { evidence.add(key, value) }
        return evidence
    }
}
