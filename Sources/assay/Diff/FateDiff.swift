import Cases
import Policy
import Reports
import Screening
import Tuning
import Values

/// The messages of a case whose fate differs between two policies, or between two runs.
struct FateDiff {
    /// The case and what is compared, for the head of the report.
    let title: String
    let baseName: String
    let trialName: String
    /// How many messages meet which two fates.
    let counts: ChangeCounts
    /// The messages that are listed, the gravest change first, ham before spam.
    let changed: [ChangedMessage]
    /// What the user should know before trusting it.
    let notes: [String]
    /// Whether stages would have found something else under one of the policies, which the case does not tell.
    var isIncomplete = false
    /// What servers did then and the policy does not, told for people; nil where policies or runs are compared.
    var disagreements: FateDisagreements?

    /// Which of the changed messages are listed.
    struct Selection {
        var patterns: [ChangePattern] = []
        var label: RunFindings.Label?
        var symbol: Symbol?

        func takes(_ change: PolicyComparison.Change, _ label: RunFindings.Label, symbols: Set<Symbol>) -> Bool {
            (patterns.isEmpty || patterns.contains { $0.matches(change) }) && (self.label ?? label) == label
                && (symbol.map { symbols.contains($0) } ?? true)
        }
    }

    /// One fate of a message.
    struct Fate {
        let disposition: Disposition
        let checkpoint: Phase?
        /// In thousandths of a point; nil for what a server did, which tells no score.
        let score: Int?

        var json: JSON {
            .object([
                "disposition": .string(disposition.rawValue), "checkpoint": JSON(checkpoint?.rawValue),
                "score": score.map { .thousandths($0) } ?? .null,
            ])
        }
    }

    /// A message whose fate differs.
    struct ChangedMessage {
        let head: CaseFile.MessageHead
        let label: RunFindings.Label
        let change: PolicyComparison.Change
        let base: Fate
        let trial: Fate
        let reasons: [DiffReason]
    }

    /// Compares `policies` (one, with the policy of the run; or two) on what a run found. With a `redactor` nobody is
    /// named.
    init(
        path: String, run number: Int?, policies: [String], selection: Selection, redactor: Redactor? = nil
    ) throws {
        let file = try CaseFile(reading: path)
        let run = try file.run(number)
        var notes = try file.unfinishedNotes(behind: run, askedFor: number)
        let own = RunPolicy(of: file, run: run)
        let names = policies.map { DiffPolicy($0) }
        guard let trialName = names.last else { throw Failure(.usage, "name a policy: --policy FILE") }
        let trial = try trialName.load()
        let base: ScreeningPolicy
        if names.count == 2 {
            base = try names[0].load()
            baseName = names[0].name
        } else {
            base = try own.policy()
            baseName = "the policy of run \(run)" + (own.names.isEmpty ? " (defaults)" : " (\(own.names))")
        }
        self.trialName = trialName.name
        let limits = FateDiff.limits(of: run, own: own, base: names.count == 2 ? base : nil, trial: trial)
        notes += limits

        let comparison = PolicyComparison(try file.findings(run: run), base: base, trial: trial)
        counts = comparison.counts
        isIncomplete = !limits.isEmpty || !comparison.unknown.isEmpty
        title = "\(redactor?.place(path) ?? path), run \(run)"
        self.notes =
            notes
            + comparison.unknown.map { what, count in
                "\(what), in \(count == 1 ? "1 message" : "\(count) messages"); replay the archives under both policies "
                    + "into the case and compare two --run"
            }
        let kinds = comparison.findings.kinds
        let symbols = comparison.findings.profiles.map { Set($0.kinds.map { kinds[Int($0)].symbol }) }
        let listed = comparison.changed.filter {
            selection.takes(comparison.change(of: Int($0.profile)), $0.label, symbols: symbols[Int($0.profile)])
        }
        let heads = try file.heads(of: listed.map(\.number), run: run)
        var reasons: [Int32: [DiffReason]] = [:]
        changed = FateDiff.sorted(
            listed.compactMap { message in
                guard let head = heads[message.number] else { return nil }
                let profile = Int(message.profile)
                let told = reasons[message.profile] ?? comparison.differences(of: profile).map(DiffReason.init)
                reasons[message.profile] = told
                return ChangedMessage(
                    head: head.shown(by: redactor), label: message.label, change: comparison.change(of: profile),
                    base: Fate(comparison.base[profile]), trial: Fate(comparison.trial[profile]), reasons: told)
            })
    }

    /// A run of a case.
    struct Side {
        let path: String
        /// The run; nil is the last finished one.
        let run: Int?
    }

    /// Compares what two runs found and ruled on the messages that both have: runs of one case, or of two. With a
    /// `redactor` nobody is named.
    init(_ base: Side, _ trial: Side, selection: Selection, redactor: Redactor? = nil) throws {
        let files = (try CaseFile(reading: base.path), try CaseFile(reading: trial.path))
        let runs = (try files.0.run(base.run), try files.1.run(trial.run))
        let (left, right) = (try files.0.findings(run: runs.0), try files.1.findings(run: runs.1))
        let isOneCase = base.path == trial.path
        let paths = (redactor?.place(base.path) ?? base.path, redactor?.place(trial.path) ?? trial.path)
        let names = (
            isOneCase ? "run \(runs.0)" : "\(paths.0), run \(runs.0)",
            isOneCase ? "run \(runs.1)" : "\(paths.1), run \(runs.1)"
        )
        (baseName, trialName) = names
        title = isOneCase ? paths.0 : "\(paths.0) and \(paths.1)"

        let pairs = try FateDiff.pairs(
            left, right, isOneCase ? nil : (try files.0.identities(run: runs.0), try files.1.identities(run: runs.1)))
        let symbols = (left.profiles.map { left.symbols(of: $0) }, right.profiles.map { right.symbols(of: $0) })
        var counts = ChangeCounts()
        var listed: [(Pair, PolicyComparison.Change)] = []
        for pair in pairs {
            let (was, now) = (Int(pair.base.profile), Int(pair.trial.profile))
            let change = PolicyComparison.Change(
                from: left.profiles[was].disposition ?? .accept, to: right.profiles[now].disposition ?? .accept)
            // A label that only one of them has holds for both.
            let label = pair.trial.label == .unlabelled ? pair.base.label : pair.trial.label
            counts.add(change, label)
            let found = Set(symbols.0[was] + symbols.1[now])
            guard change.from != change.to, selection.takes(change, label, symbols: found) else { continue }
            listed.append((pair, change))
        }
        self.counts = counts
        notes = [(right, left, names.1, names.0), (left, right, names.0, names.1)].compactMap { these, _, here, there in
            let alone = these.messages.count - pairs.count
            return alone > 0 ? "\(alone) messages of \(here) are not in \(there)" : nil
        }
        let heads = (
            try files.0.heads(of: listed.map(\.0.base.number), run: runs.0),
            try files.1.heads(of: listed.map(\.0.trial.number), run: runs.1)
        )
        changed = FateDiff.sorted(
            listed.compactMap { pair, change in
                guard let before = heads.0[pair.base.number], let after = heads.1[pair.trial.number] else { return nil }
                let label = pair.trial.label == .unlabelled ? pair.base.label : pair.trial.label
                return ChangedMessage(
                    head: after.shown(by: redactor), label: label, change: change, base: Fate(before),
                    trial: Fate(after),
                    reasons: DiffReason.between(
                        symbols.0[Int(pair.base.profile)], symbols.1[Int(pair.trial.profile)]))
            })
    }

    /// A message in two runs.
    private typealias Pair = (base: RunFindings.Message, trial: RunFindings.Message)

    /// The messages that both have: of one case by their numbers, of two by their ids, several with one id in order.
    private static func pairs(
        _ left: RunFindings, _ right: RunFindings, _ ids: (base: [Int: String], trial: [Int: String])?
    ) throws -> [Pair] {
        func key(_ number: Int, _ ids: [Int: String]?) -> String? { ids.map { $0[number] } ?? String(number) }
        var waiting: [String: [RunFindings.Message]] = [:]
        for message in left.messages.reversed() {
            if let key = key(message.number, ids?.base) { waiting[key, default: []].append(message) }
        }
        return right.messages.compactMap { message in
            guard let key = key(message.number, ids?.trial), let base = waiting[key]?.popLast() else { return nil }
            return (base, message)
        }
    }

    static func sorted(_ messages: [ChangedMessage]) -> [ChangedMessage] {
        messages.sorted { left, right in
            if left.change != right.change { return left.change < right.change }
            if left.label != right.label { return left.label.rawValue < right.label.rawValue }
            return left.head.number < right.head.number
        }
    }

    /// What the comparison cannot tell, since stages would have found something else.
    static func limits(
        of run: Int, own: RunPolicy, base: ScreeningPolicy?, trial: ScreeningPolicy
    ) -> [String] {
        guard let policy = try? own.policy() else {
            return [
                "the policy of run \(run) cannot be read any more: whether its stages found by the same settings is not "
                    + "known"
            ]
        }
        var notes: [String] = []
        for compared in [base, trial].compactMap(\.self) {
            let settings = compared.findingSettings(differingFrom: policy)
            let stages = compared.enabledStages.subtracting(policy.enabledStages).sorted()
            let others = settings.map(\.name).filter { name in !stages.contains { name.hasPrefix("stages.\($0).") } }
            let names = stages.map { "stages.\($0)" } + others
            guard !names.isEmpty else { continue }
            let shown =
                names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
            notes.append(
                "\(shown): set otherwise than in run \(run), and what that changes in what is found is not in the case; "
                    + "replay the archives under that policy into it and compare two --run")
        }
        return notes.count == 2 && notes[0] == notes[1] ? [notes[0]] : notes
    }
}

extension FateDiff.Fate {
    init(_ ruling: Ruling) {
        self.init(disposition: ruling.disposition, checkpoint: ruling.checkpoint, score: ruling.score)
    }

    init(_ head: CaseFile.MessageHead) {
        self.init(disposition: head.disposition ?? .accept, checkpoint: head.checkpoint, score: head.score)
    }
}

extension RunFindings {
    /// The symbols of a profile, each once, in the order in which they were found.
    func symbols(of profile: FindingProfile) -> [Symbol] {
        var seen: Set<Symbol> = []
        return profile.kinds.map { kinds[Int($0)].symbol }.filter { seen.insert($0).inserted }
    }
}
