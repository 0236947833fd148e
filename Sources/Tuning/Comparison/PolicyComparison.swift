import Policy
import Screening

/// Two policies over the findings of one run: whose fate differs, and what tips it.
public struct PolicyComparison: Sendable {
    /// The findings that both rule on.
    public let findings: RunFindings
    /// What the first policy comes to for each profile.
    public let base: [Ruling]
    /// What the second policy comes to for each profile.
    public let trial: [Ruling]

    private let basePolicy: ScreeningPolicy
    private let trialPolicy: ScreeningPolicy

    /// A fate that turns into another.
    public struct Change: Sendable, Hashable, Comparable {
        /// What becomes of the message under the first policy.
        public let from: Disposition
        /// What becomes of it under the second.
        public let to: Disposition

        /// `from` that turns into `to`.
        public init(from: Disposition, to: Disposition) { (self.from, self.to) = (from, to) }

        /// The gravest outcomes first.
        public static func < (left: Change, right: Change) -> Bool {
            (right.to, left.from) < (left.to, right.from)
        }
    }

    /// Compares `base` with `trial` on `findings`.
    public init(_ findings: RunFindings, base: ScreeningPolicy, trial: ScreeningPolicy) {
        (self.findings, self.basePolicy, self.trialPolicy) = (findings, base, trial)
        self.base = findings.rulings(under: base)
        self.trial = findings.rulings(under: trial)
    }

    /// What cannot be told of some messages without a look at them, and of how many, in the order of the words.
    public var unknown: [(what: String, messages: Int)] { findings.unknown(in: [base, trial]) }

    /// What becomes of the messages with this profile, before and after.
    public func change(of profile: Int) -> Change {
        Change(from: base[profile].disposition, to: trial[profile].disposition)
    }

    /// The messages whose fate changes, in the order of their numbers.
    public var changed: [RunFindings.Message] {
        let isChanged = findings.profiles.indices.map { base[$0].disposition != trial[$0].disposition }
        return findings.messages.filter { isChanged[Int($0.profile)] }
    }

    /// How many messages meet which two fates.
    public var counts: ChangeCounts {
        var counts = ChangeCounts()
        for (profile, byLabel) in findings.countsByProfile.enumerated() {
            for label in RunFindings.Label.allCases where byLabel[Int(label.rawValue)] > 0 {
                counts.add(change(of: profile), label, count: byLabel[Int(label.rawValue)])
            }
        }
        return counts
    }

    /// What the two policies make of a finding differently, or of the score.
    public enum Difference: Sendable, Hashable {
        /// The symbol weighs something else, in thousandths of a point.
        case weight(Symbol, was: Int, now: Int, PolicyPlace)
        /// Something else happens on the symbol.
        case action(Symbol, was: Action, now: Action, PolicyPlace)
        /// The stage that found the symbol is off.
        case stageOff(String, Symbol)
        /// The stage that found the symbol was off, and is on.
        case stageOn(String, Symbol)
        /// A fate begins at another score; nil is never.
        case threshold(Disposition, was: Int?, now: Int?, PolicyPlace)
        /// The outcomes of several recipients become one reply in another way.
        case mixedRecipients(MixedRecipients, MixedRecipients)
    }

    /// What tips messages with this profile: what the two policies differ in that concerns them.
    public func differences(of profile: Int) -> [Difference] {
        var differences: [Difference] = []
        var seen: Set<Symbol> = []
        let (before, after) = (basePolicy.enabledStages, trialPolicy.enabledStages)
        for position in findings.profiles[profile].kinds {
            let kind = findings.kinds[Int(position)]
            guard seen.insert(kind.symbol).inserted else { continue }
            switch (before.contains(kind.stage), after.contains(kind.stage)) {
            case (true, false): differences.append(.stageOff(kind.stage, kind.symbol))
            case (false, true): differences.append(.stageOn(kind.stage, kind.symbol))
            case (false, false): continue
            case (true, true): break
            }
            let (was, now) = (basePolicy.weight(of: kind.symbol), trialPolicy.weight(of: kind.symbol))
            if was.value != now.value {
                differences.append(
                    .weight(kind.symbol, was: was.value, now: now.value, place(now.place, else: was.place)))
            }
            let (did, does) = (basePolicy.action(of: kind.symbol), trialPolicy.action(of: kind.symbol))
            if did.value != does.value {
                differences.append(
                    .action(kind.symbol, was: did.value, now: does.value, place(does.place, else: did.place)))
            }
        }
        for disposition in [Disposition.tag, .quarantine, .reject] {
            let (was, now) = (basePolicy.threshold(of: disposition), trialPolicy.threshold(of: disposition))
            guard was?.value != now?.value,
                matters(disposition, was?.value, to: base[profile])
                    || matters(disposition, now?.value, to: trial[profile])
            else { continue }
            let place = place(now?.place ?? .builtIn, else: was?.place ?? .builtIn)
            differences.append(.threshold(disposition, was: was?.value, now: now?.value, place))
        }
        if basePolicy.mixedRecipients != trialPolicy.mixedRecipients, findings.profiles[profile].recipientCount > 1 {
            differences.append(.mixedRecipients(basePolicy.mixedRecipients, trialPolicy.mixedRecipients))
        }
        return differences
    }

    /// The line that differs: a default of the one is a line of the other.
    private func place(_ place: PolicyPlace, else other: PolicyPlace) -> PolicyPlace {
        place.isBuiltIn ? other : place
    }

    private func matters(_ disposition: Disposition, _ score: Int?, to ruling: Ruling) -> Bool {
        guard let score else { return false }
        return ruling.disposition == disposition && ruling.score >= score
    }
}

extension ScreeningPolicy {
    /// The score from which on `disposition` applies, in thousandths of a point.
    func threshold(of disposition: Disposition) -> Placed<Int>? {
        thresholds.first { $0.disposition == disposition }?.score
    }
}
