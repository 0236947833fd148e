import Cases
import Policy
import Reports
import Screening
import Tuning
import Values

extension FateDiff {
    /// Compares what servers did with the transactions of recorded sessions with what the policy of the run rules, or the
    /// one that `policies` names. Transactions whose client went no further are left out. With a `redactor` nobody is named.
    init(
        path: String, run number: Int?, recordedAgainst policies: [String], selection: Selection,
        redactor: Redactor? = nil
    ) throws {
        let file = try CaseFile(reading: path)
        let run = try file.run(number)
        let fates = try RecordedFates.of(file, run: run)
        let own = RunPolicy(of: file, run: run)
        let named = try policies.first.map { try DiffPolicy($0).load() }
        var notes = try file.unfinishedNotes(behind: run, askedFor: number)
        let limits = named.map { FateDiff.limits(of: run, own: own, base: nil, trial: $0) } ?? []
        notes += limits
        let findings = try file.findings(run: run)
        let rulings = named.map { findings.rulings(under: $0) }

        var counts = ChangeCounts()
        var listed: [(RunFindings.Message, PolicyComparison.Change)] = []
        var differing: [Int] = []
        var left = 0
        for message in findings.messages {
            let profile = Int(message.profile)
            guard let fate = fates[message.number], let did = fate.disposition else {
                left += 1
                continue
            }
            let ruled = rulings.map { $0[profile].disposition } ?? findings.profiles[profile].disposition ?? .accept
            let change = PolicyComparison.Change(from: did, to: ruled)
            counts.add(change, message.label)
            if fate.differs(from: ruled) { differing.append(message.number) }
            guard did != ruled,
                selection.takes(change, message.label, symbols: Set(findings.symbols(of: findings.profiles[profile])))
            else { continue }
            listed.append((message, change))
        }
        if left > 0 { notes.append("\(left) messages are left out: what became of them then is not recorded") }
        let heads = try file.heads(of: listed.map(\.0.number), run: run)
        var decided: [Int: String] = [:]
        if rulings == nil { try file.fates(run: run) { decided[$0.number] = $0.decidedBy } }
        let changed = listed.compactMap { message, change -> ChangedMessage? in
            guard let head = heads[message.number], let fate = fates[message.number] else { return nil }
            let trial = rulings.map { Fate($0[Int(message.profile)]) } ?? Fate(head)
            var reasons = [DiffReason(then: fate, redactor: redactor)]
            if let decidedBy = decided[message.number] { reasons.append(DiffReason(now: decidedBy)) }
            return ChangedMessage(
                head: head.shown(by: redactor), label: message.label, change: change,
                base: Fate(disposition: change.from, checkpoint: fate.checkpoint, score: nil), trial: trial,
                reasons: reasons)
        }
        let site = named?.site ?? (try? own.policy())?.site
        let trialName =
            policies.first
            ?? "the policy of run \(run)" + (own.names.isEmpty ? " (defaults)" : " (\(own.names))")
        self.init(
            title: "\(redactor?.place(path) ?? path), run \(run)", baseName: "what the server did then",
            trialName: trialName, counts: counts,
            changed: FateDiff.sorted(changed), notes: notes,
            disagreements: try FateDisagreements(
                file, run: run, fates: fates, differing: differing, site: site, policy: named,
                shown: { redactor?.record($0) ?? $0 }, words: { redactor?.addresses(in: $0) ?? $0 }))
        isIncomplete = !limits.isEmpty
    }

    private init(
        title: String, baseName: String, trialName: String, counts: ChangeCounts, changed: [ChangedMessage],
        notes: [String], disagreements: FateDisagreements
    ) {
        (self.title, self.baseName, self.trialName, self.counts) = (title, baseName, trialName, counts)
        (self.changed, self.notes, self.disagreements) = (changed, notes, disagreements)
    }
}
