import Mail
import Screening
import Values

/// What a simulation adds up to: who is held up by how much, who is banned, and which wanted mail is hurt by that.
public struct SimulationTally: Sendable {
    /// Transactions by what they are.
    public struct Count: Sendable, Hashable {
        /// All of them.
        public private(set) var all = 0
        /// Those that are labelled spam.
        public private(set) var spam = 0
        /// Those that are wanted: labelled ham, or not labelled and vouched for.
        public private(set) var wanted = 0

        mutating func add(isSpam: Bool, isWanted: Bool) {
            all += 1
            if isSpam { spam += 1 }
            if isWanted { wanted += 1 }
        }
    }

    /// Wanted mail that is held up or refused.
    public struct Hurt: Sendable, Hashable {
        /// When it came.
        public let time: Timestamp?
        /// Where it comes from.
        public let source: String
        /// Who wrote.
        public let sender: String
        /// To whom.
        public let recipients: String
        /// Why it is thought to be wanted.
        public let virtue: String
        /// What is done to it, each thing once.
        fileprivate let harms: [String]
        /// Whether it is refused rather than held up.
        public let isLost: Bool

        /// What is done to it.
        public var harm: String { harms.joined(separator: "; ") }

        /// The same mail with what else is done to it.
        fileprivate func adding(_ other: Hurt) -> Hurt {
            Hurt(
                time: time, source: source, sender: sender, recipients: recipients, virtue: virtue,
                harms: harms + other.harms.filter { !harms.contains($0) }, isLost: isLost || other.isLost)
        }
    }

    /// A ban, and what it stops.
    public struct BanCount: Sendable, Hashable {
        /// Whom it is about.
        public let subject: String
        /// When it begins, ends, and why.
        public let since: String
        public let until: String
        public let reason: String
        /// The transactions that it refuses.
        public internal(set) var stopped = Count()
    }

    /// A wave of near-copies, and when it is caught.
    public struct WaveCount: Sendable, Hashable {
        /// What it is known by, and what of its copies is alike: `text`, `links`, `file`.
        public let name: String
        public let kind: String
        /// When its first copy came and when it is caught.
        public let first: String
        public let caught: String
        /// The copies that come before it is caught, and those from then on.
        public let before: Int
        public internal(set) var after = Count()
        /// The networks that its copies come from, at the most counted together.
        public internal(set) var networks: Int
        /// The subject of its first copy.
        public let subject: String
    }

    /// Delays of one sort, in milliseconds, in the order in which they came.
    public struct Delays: Sendable {
        private var values: [Int64] = []

        mutating func add(_ delay: Duration) { values.append(delay.milliseconds) }

        /// How many there are.
        public var count: Int { values.count }

        /// The delays that so many per cent of all do not exceed, the nearest rank of each.
        public func percentiles(_ shares: [Int]) -> [Duration] {
            let sorted = values.sorted()
            guard !sorted.isEmpty else { return shares.map { _ in .zero } }
            return shares.map { share in
                .milliseconds(sorted[min(sorted.count - 1, max(0, (sorted.count * share + 99) / 100 - 1))])
            }
        }
    }

    private struct Waiting {
        /// Which transaction it was held up in first.
        let number: Int
        let time: Timestamp?
        let source: String
        let sender: String
        let recipients: String
        var virtue: String?
        /// What somebody said that the message held up first is, which nothing else about the contact outweighs.
        var label: String?
        var waited: Duration?
        /// Whether it came as an attempt that may have been put off: of what an archive has, nothing was.
        let isAttempt: Bool
        /// How long after the first the last try was that came too early.
        var tooEarly: Duration?

        var isSpam: Bool { label == "spam" }

        /// Takes over what is known of another transaction of the contact.
        mutating func learn(_ other: SimulatedTransaction, _ virtue: String?) {
            if label == nil, other.isObserved, let told = other.label {
                // The message itself, tried again: it had not come when the contact was first turned away.
                (label, self.virtue) = (told, virtue)
            } else if label == nil, self.virtue == nil {
                self.virtue = virtue
            }
        }
    }

    /// Transactions.
    public private(set) var total = Count()
    /// Those that a ban refuses.
    public private(set) var banned = Count()
    /// Those that throttling puts off.
    public private(set) var putOff = Count()
    /// Those that throttling slows down.
    public private(set) var slowed = Count()
    /// Those that tarpitting holds up.
    public private(set) var tarpitted = Count()
    /// How long contacts waited whose retry is known.
    public private(set) var greylistDelays = Delays()
    /// How long replies were held back, for each transaction.
    public private(set) var tarpitDelays = Delays()
    /// How long messages took more than they would have.
    public private(set) var throttleDelays = Delays()
    /// What is done to wanted mail besides greylisting, and in which transaction.
    private var harms: [(number: Int, hurt: Hurt)] = []
    private var transactionCount = 0
    private var bans: [String: BanCount] = [:]
    private var waves: [String: WaveCount] = [:]
    private var waiting: [String: Waiting] = [:]
    private var settled: [Waiting] = []
    private var correspondents: Set<String> = []
    private let site: Site

    /// Nothing counted yet. `site` says whose mail goes out.
    public init(_ site: Site) { self.site = site }

    /// Counts a transaction; they are to come in the order of their times.
    public mutating func add(_ transaction: SimulatedTransaction) {
        transactionCount += 1
        let virtue = virtue(of: transaction)
        // Whatever is done to it: who is written to does not depend on that.
        defer { learn(transaction) }
        let isSpam = transaction.label == "spam"
        func count(_ place: WritableKeyPath<SimulationTally, Count>, _ tally: inout SimulationTally) {
            tally[keyPath: place].add(isSpam: isSpam, isWanted: virtue != nil)
        }
        for ban in transaction.newBans { note(ban) }
        for wave in transaction.waves { note(wave, isSpam: isSpam, isWanted: virtue != nil) }
        guard transaction.sender != nil || transaction.ban != nil || transaction.isPutOff else { return }
        count(\.total, &self)
        if let ban = transaction.ban {
            count(\.banned, &self)
            let key = note(ban)
            bans[key]?.stopped.add(isSpam: isSpam, isWanted: virtue != nil)
            if let virtue {
                harm(transaction, virtue, "refused: \(ban.subject) is banned for \(ban.reason)", isLost: true)
            }
            return
        }
        if transaction.isPutOff {
            count(\.putOff, &self)
            if let virtue { harm(transaction, virtue, "put off: too many from this client", isLost: false) }
        }
        if transaction.isSlowed {
            count(\.slowed, &self)
            throttleDelays.add(transaction.throttled)
            if let virtue, transaction.throttled >= .seconds(60) {
                harm(transaction, virtue, "slowed by \(SimulationTally.words(transaction.throttled))", isLost: false)
            }
        }
        if transaction.isTarpitted {
            count(\.tarpitted, &self)
            tarpitDelays.add(transaction.tarpitted)
            if let virtue, transaction.tarpitted >= .seconds(60) {
                harm(
                    transaction, virtue, "tarpitted for \(SimulationTally.words(transaction.tarpitted))", isLost: false)
            }
        }
        for contact in transaction.contacts { note(contact, transaction, virtue) }
    }

    private mutating func note(
        _ contact: SimulatedTransaction.Contact, _ transaction: SimulatedTransaction, _ virtue: String?
    ) {
        switch contact.standing {
        case .first:
            if let old = waiting[contact.key] { settled.append(old) }
            waiting[contact.key] = Waiting(
                number: transactionCount, time: transaction.time, source: transaction.source,
                sender: transaction.sender ?? "",
                recipients: transaction.recipients.joined(separator: ", "), virtue: virtue, label: transaction.label,
                waited: nil, isAttempt: transaction.isObserved)
        case .early:
            waiting[contact.key]?.learn(transaction, virtue)
            if isRetry(contact, transaction) { waiting[contact.key]?.tooEarly = contact.waited }
        case .passed:
            guard isRetry(contact, transaction) else { return }
            greylistDelays.add(contact.waited)
            guard var held = waiting.removeValue(forKey: contact.key) else { return }
            held.learn(transaction, virtue)
            held.waited = contact.waited
            settled.append(held)
        }
    }

    /// Whether a contact can be the one that was held up before, tried again: it is an attempt itself, or what came of one.
    private func isRetry(_ contact: SimulatedTransaction.Contact, _ transaction: SimulatedTransaction) -> Bool {
        transaction.isObserved || waiting[contact.key]?.isAttempt ?? false
    }

    /// Why mail is thought to be wanted; nil where it is not.
    private func virtue(of transaction: SimulatedTransaction) -> String? {
        if transaction.label == "ham" { return "labelled ham" }
        if transaction.label != nil { return nil }
        if let sender = transaction.sender, correspondents.contains(sender.asciiLowercased) {
            return "somebody here has written to the sender"
        }
        return isOwn(transaction) ? "sent by somebody here" : transaction.virtue
    }

    /// Whether people of the site sent it: anybody can write their names.
    private func isOwn(_ transaction: SimulatedTransaction) -> Bool {
        guard let domain = transaction.sender.flatMap({ SMTPPath($0)?.domain }), site.isLocal(domain: domain) else {
            return false
        }
        let direction = MailDirection(
            client: transaction.client.flatMap { IPAddress($0) }, isAuthenticated: transaction.isAuthenticated,
            senderDomain: domain, recipientDomains: [], site: site)
        return direction != .inbound
    }

    /// Remembers whom people of the site write to.
    private mutating func learn(_ transaction: SimulatedTransaction) {
        guard correspondents.count < 1_000_000, isOwn(transaction) else { return }
        for recipient in transaction.recipients {
            guard let other = SMTPPath(recipient)?.domain, !site.isLocal(domain: other) else { continue }
            correspondents.insert(recipient.asciiLowercased)
        }
    }

    @discardableResult private mutating func note(_ ban: SimulatedTransaction.Ban) -> String {
        let key = "\(ban.subject)\t\(ban.until)"
        if bans[key] == nil {
            bans[key] = BanCount(subject: ban.subject, since: ban.since, until: ban.until, reason: ban.reason)
        }
        return key
    }

    private mutating func note(_ wave: SimulatedTransaction.Wave, isSpam: Bool, isWanted: Bool) {
        // A wave that was forgotten and comes again is caught again.
        let key = "\(wave.kind)\t\(wave.name)\t\(wave.caught)"
        var known =
            waves[key]
            ?? WaveCount(
                name: wave.name, kind: wave.kind, first: wave.first, caught: wave.caught,
                before: max(0, wave.copies - 1), networks: 0, subject: wave.subject)
        known.after.add(isSpam: isSpam, isWanted: isWanted)
        known.networks = max(known.networks, wave.networks)
        waves[key] = known
    }

    private mutating func harm(_ transaction: SimulatedTransaction, _ virtue: String, _ harm: String, isLost: Bool) {
        let hurt = Hurt(
            time: transaction.time, source: transaction.source, sender: transaction.sender ?? "",
            recipients: transaction.recipients.joined(separator: ", "), virtue: virtue, harms: [harm], isLost: isLost)
        harms.append((transactionCount, hurt))
    }

    /// The contacts that greylisting held up, by whether their retry is known.
    public var greylisted: (retried: Count, unknown: Count) {
        var (retried, unknown) = (Count(), Count())
        for contact in settled + Array(waiting.values) {
            let isWanted = contact.virtue != nil
            if contact.waited != nil {
                retried.add(isSpam: contact.isSpam, isWanted: isWanted)
            } else {
                unknown.add(isSpam: contact.isSpam, isWanted: isWanted)
            }
        }
        return (retried, unknown)
    }

    /// The bans, those first that stop most.
    public var banCounts: [BanCount] {
        bans.values.sorted {
            ($1.stopped.all, $0.since, $0.subject, $0.until) < ($0.stopped.all, $1.since, $1.subject, $1.until)
        }
    }

    /// The waves, in the order in which they are caught.
    public var waveCounts: [WaveCount] {
        waves.values.sorted { ($0.caught, $0.first, $0.kind, $0.name) < ($1.caught, $1.first, $1.kind, $1.name) }
    }

    /// Wanted mail that is hurt, each once however much is done to it: what is refused first, then in the order of time.
    public var hurt: [Hurt] {
        var hurt: [Int: Hurt] = [:]
        for (number, harm) in harms { hurt[number] = hurt[number]?.adding(harm) ?? harm }
        for (number, harm) in contactsHurt { hurt[number] = hurt[number]?.adding(harm) ?? harm }
        return hurt.sorted { $0.key < $1.key }.map(\.value).sorted { left, right in
            if left.isLost != right.isLost { return left.isLost }
            let (a, b) = (left.time?.milliseconds ?? .max, right.time?.milliseconds ?? .max)
            return (a, left.source, left.recipients, left.harm) < (b, right.source, right.recipients, right.harm)
        }
    }

    /// What greylisting does to wanted mail, a contact each.
    private var contactsHurt: [(number: Int, hurt: Hurt)] {
        var all: [(number: Int, hurt: Hurt)] = []
        for contact in settled + Array(waiting.values) {
            guard let virtue = contact.virtue else { continue }
            let harm =
                contact.waited.map { "greylisted for \(SimulationTally.words($0))" }
                ?? contact.tooEarly.map {
                    "greylisted; sent again after \(SimulationTally.words($0)), too early, and not known to have come later"
                } ?? "greylisted; whether it was sent again is not known"
            let hurt = Hurt(
                time: contact.time, source: contact.source, sender: contact.sender, recipients: contact.recipients,
                virtue: virtue, harms: [harm], isLost: contact.waited == nil && contact.tooEarly != nil)
            all.append((contact.number, hurt))
        }
        // `waiting` has no order.
        return all.sorted { ($0.number, $0.hurt.harm) < ($1.number, $1.hurt.harm) }
    }

    /// A time in words: `12 s`, `15 min`, `3 h`.
    public static func words(_ time: Duration) -> String {
        let seconds = time.milliseconds / 1000
        return switch seconds {
        case ..<1: "\(time.milliseconds) ms"
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}
