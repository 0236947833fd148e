import Cases
import Screening
import Tuning
import Values

/// What a run of a case adds up to: all that a report draws.
public struct CaseOverview: Sendable {
    private let path: String
    /// The run, and which time of it.
    private let part: String
    /// The case and the run.
    public private(set) var title: String
    /// The files of the run's policy.
    public let policy: String
    /// All messages, those among them that were refused before they came.
    public private(set) var total = LabelCounts()
    /// Sessions and transactions in which the client sent no message and nothing was refused.
    public private(set) var withoutMessage = 0
    /// Messages by what became of them.
    public private(set) var dispositions: [Disposition: LabelCounts] = [:]
    /// Messages by the checkpoint that ended them and what became of them there.
    public private(set) var flow: [Phase: [Disposition: LabelCounts]] = [:]
    /// Messages that did not simply pass, by what decided.
    public private(set) var decisions: [String: LabelCounts] = [:]
    /// Labelled messages by score.
    public private(set) var scores = ScoreHistogram([])
    /// Messages without a label by score, in thousandths of a point.
    public private(set) var unlabelledScores: [Int: Int] = [:]
    /// The thresholds of the policy.
    public let thresholds: [ScreeningPolicy.Threshold]
    /// What each symbol tells, the most telling first.
    public let symbols: [SymbolValue]
    /// Messages with each symbol.
    public private(set) var symbolCounts: [Symbol: LabelCounts] = [:]
    /// What each symbol weighs, in thousandths of a point.
    public let weights: [Symbol: Int]
    /// Messages by day, in days of the Unix epoch, and what became of them.
    public private(set) var days: [Int: [Disposition: Int]] = [:]
    /// Messages whose time is not known.
    public private(set) var undated = 0
    /// Messages by the domain of the From field.
    public private(set) var domains: [String: DomainCounts] = [:]
    /// Messages by the client's network (/24, /48).
    public private(set) var networks: [IPNetwork: LabelCounts] = [:]
    /// Messages that were refused, by the client's network.
    public private(set) var refusedNetworks: [IPNetwork: Int] = [:]
    /// Messages by the autonomous system of the client, and those that were refused; empty where no list of systems is
    /// known.
    public private(set) var systems: [AutonomousSystems.System: LabelCounts] = [:]
    public private(set) var refusedSystems: [AutonomousSystems.System: Int] = [:]
    private let routes: AutonomousSystems?
    /// Stages that could not look, why, and at how many messages.
    public let omissions: [(stage: String, reason: String, messages: Int)]
    /// The messages that a reader should look at first.
    public private(set) var telling: [Int] = []
    /// Transactions of recorded sessions, by what the server did with them and what the policy rules.
    public private(set) var recorded: [ThenAndNow: LabelCounts] = [:]
    /// Those that the one takes and the other refuses.
    public private(set) var differing: [Int] = []
    /// What servers did then, by the messages' numbers.
    public let fates: [Int: StoredFate]

    /// What became of a transaction when it was recorded, and what a policy rules.
    public struct ThenAndNow: Sendable, Hashable, Comparable {
        /// `accepted`, `refused 550`, `unfinished`.
        let then: String
        let now: Disposition

        public static func < (left: ThenAndNow, right: ThenAndNow) -> Bool {
            (left.then, left.now) < (right.then, right.now)
        }
    }

    /// Messages of one From domain.
    public struct DomainCounts: Sendable {
        /// The messages.
        public fileprivate(set) var messages = LabelCounts()
        /// Those refused.
        public fileprivate(set) var refused = 0
        /// Those that SPF passes.
        public fileprivate(set) var spf = 0
        /// Those with a valid signature.
        public fileprivate(set) var dkim = 0
        /// Those that pass DMARC: SPF or DKIM vouches for this very domain.
        public fileprivate(set) var dmarc = 0
        /// Those that fail it.
        public fileprivate(set) var dmarcFailed = 0
    }

    /// Gathers a run of `file`, or what of it is from `since` on and from before `until`; of its messages `limit` are chosen
    /// for a look. `routes` tells whose networks are whose.
    public init(
        _ file: CaseFile, run: Int, looks limit: Int, routes: AutonomousSystems? = nil, since: Timestamp? = nil,
        until: Timestamp? = nil
    ) throws {
        self.routes = routes
        path = file.path
        part =
            "run \(run)" + (try file.unfinishedRuns().contains(run) ? ", not finished" : "")
            + (since.map { ", from \($0.rfc3339) on" } ?? "") + (until.map { ", before \($0.rfc3339)" } ?? "")
        title = "\(path), \(part)"
        let names = try file.policyFiles(run: run).map(\.name)
        policy = names.isEmpty ? "the built-in defaults" : names.joined(separator: ", ")
        let findings = try file.findings(run: run).messages(since: since, until: until)
        thresholds = try file.thresholds(run: run)
        weights = try file.weights(run: run)
        omissions = try file.omissions(run: run, since: since, until: until)
        fates = try file.recordedFates(run: run)
        var counts = LabelledCounts(profiles: findings.profiles.count)
        for message in findings.messages { counts.add(message) }
        symbols = findings.symbolValues(counts)
        let present = findings.profiles.map { profile in
            Set(profile.kinds.map { findings.kinds[Int($0)].symbol })
        }
        var scored: [(score: Int, ham: Int, spam: Int)] = []
        var choice = TellingMessages(limit: limit)
        var messages = findings.messages[...]
        try file.fates(run: run) { fate in
            while let next = messages.first, next.number < fate.number { messages.removeFirst() }
            guard let message = messages.first, message.number == fate.number else { return }
            guard fate.hasMessage || fate.disposition?.isTerminal ?? false else {
                withoutMessage += 1
                return
            }
            add(fate, message.label, present[Int(message.profile)])
            scored.append((fate.score, message.label == .ham ? 1 : 0, message.label == .spam ? 1 : 0))
            choice.add(fate, message.label)
        }
        scores = ScoreHistogram(scored)
        telling = choice.numbers
    }

    /// The overview with nothing that a name of a file tells.
    public func redacted(by redactor: Redactor) -> CaseOverview {
        var copy = self
        copy.title = "\(redactor.place(path)), \(part)"
        return copy
    }

    private mutating func add(_ fate: CaseFile.MessageFate, _ label: RunFindings.Label, _ present: Set<Symbol>) {
        let disposition = fate.disposition ?? .accept
        if let then = fates[fate.number] {
            let code = then.outcome == .refused ? then.reply.map { " \($0.prefix(3))" } ?? "" : ""
            let pair = ThenAndNow(then: then.outcome.rawValue + code, now: disposition)
            recorded[pair, default: LabelCounts()].add(label)
            if then.differs(from: disposition) { differing.append(fate.number) }
        }
        total.add(label)
        dispositions[disposition, default: LabelCounts()].add(label)
        flow[fate.checkpoint ?? .message, default: [:]][disposition, default: LabelCounts()].add(label)
        if disposition > .accept { decisions[fate.decidedBy ?? "score", default: LabelCounts()].add(label) }
        if label == .unlabelled { unlabelledScores[fate.score, default: 0] += 1 }
        for symbol in present { symbolCounts[symbol, default: LabelCounts()].add(label) }
        if let time = fate.time {
            let day = Int((Double(time) / 86_400_000).rounded(.down))
            days[day, default: [:]][disposition, default: 0] += 1
        } else {
            undated += 1
        }
        if let domain = CaseOverview.domain(fate.headerFrom) {
            domains[domain, default: DomainCounts()].add(disposition, label, present)
        }
        if let network = fate.client?.neighbourhood {
            networks[network, default: LabelCounts()].add(label)
            if disposition.isTerminal { refusedNetworks[network, default: 0] += 1 }
        }
        if let routes, let system = fate.client.flatMap({ routes.system(of: $0) }) {
            systems[system, default: LabelCounts()].add(label)
            if disposition.isTerminal { refusedSystems[system, default: 0] += 1 }
        }
    }

    /// The domain of the first address in a From field.
    private static func domain(_ headerFrom: String?) -> String? {
        guard let first = headerFrom?.split(separator: ",").first, let at = first.lastIndex(of: "@") else { return nil }
        let domain = first[first.index(after: at)...].filter { !$0.isWhitespace && $0 != ">" }
        return domain.isEmpty ? nil : domain.asciiLowercased
    }
}

extension CaseOverview.DomainCounts {
    fileprivate mutating func add(_ disposition: Disposition, _ label: RunFindings.Label, _ present: Set<Symbol>) {
        messages.add(label)
        if disposition.isTerminal { refused += 1 }
        if present.contains("SPF_PASS") { spf += 1 }
        if present.contains("DKIM_PASS") { dkim += 1 }
        if present.contains("DMARC_PASS") { dmarc += 1 }
        if !present.isDisjoint(with: ["DMARC_FAIL", "DMARC_QUARANTINE", "DMARC_REJECT"]) { dmarcFailed += 1 }
    }
}

extension IPAddress {
    /// The network that an address is counted under: its /24, or its /48.
    fileprivate var neighbourhood: IPNetwork? { IPNetwork(self, prefixLength: isV4 ? 24 : 48) }
}
