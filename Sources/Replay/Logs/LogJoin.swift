import Logs
import Mail
import Synchronization
import Values

/// The messages of logs, to be found by what archived messages tell of themselves.
///
/// A queue id in a Received field together with the host that wrote it, and the Message-ID, name a message; where one of them
/// is missing or names several, times, addresses and sizes decide. Where they do not, nothing is joined: the candidates
/// are told.
public final class LogJoin: Sendable {
    /// What is known of an archived message by logs.
    public enum Outcome: Sendable, Hashable {
        /// It is this one, and by what that was seen.
        case joined(LogMessage, by: [Evidence])
        /// It is one of these, or none.
        case ambiguous([LogMessage])
        /// The logs do not have it.
        case absent
    }

    /// What two tellings of a message have alike.
    public enum Evidence: String, Sendable, Hashable, CaseIterable {
        case queueID = "queue-id", messageID = "message-id", host, time, sender, recipient, size
    }

    /// How many archived messages were looked for, and what became of them.
    public struct Counts: Sendable, Hashable {
        /// Found, of several, and not found.
        public var joined = 0, ambiguous = 0, absent = 0
    }

    /// The most messages of logs that are held.
    public static let most = 2_000_000

    private let messages: [LogMessage]
    private let byID: [String: [Int]], byMessageID: [String: [Int]]
    private let state = Mutex(Counts())

    /// An index of these messages.
    public init(_ messages: [LogMessage]) {
        self.messages = messages
        var (ids, messageIDs): ([String: [Int]], [String: [Int]]) = ([:], [:])
        for (index, message) in messages.enumerated() {
            ids[message.id, default: []].append(index)
            if let id = message.messageID, !id.isEmpty { messageIDs[id, default: []].append(index) }
        }
        (byID, byMessageID) = (ids, messageIDs)
    }

    /// What has been looked for so far.
    public var counts: Counts { state.withLock { $0 } }

    /// How many messages of logs there are.
    public var count: Int { messages.count }

    /// Looks for an archived message.
    public func find(_ keys: LogKeys) -> Outcome {
        let outcome = search(keys)
        state.withLock { counts in
            switch outcome {
            case .joined: counts.joined += 1
            case .ambiguous: counts.ambiguous += 1
            case .absent: counts.absent += 1
            }
        }
        return outcome
    }

    private struct Candidate {
        let index: Int
        var evidence: Set<Evidence> = []
        /// The hop of the message that it is, the last 0.
        var hop: Int?
    }

    private func search(_ keys: LogKeys) -> Outcome {
        var candidates: [Int: Candidate] = [:]
        for (place, hop) in keys.hops.enumerated() {
            for index in byID[hop.id, default: []].prefix(LogJoin.mostCandidates) where candidates[index]?.hop == nil {
                var candidate = Candidate(index: index, evidence: [.queueID], hop: place)
                let message = messages[index]
                // The same id of another server is another message's.
                if let one = message.host, let other = hop.host {
                    guard LogJoin.isSameHost(one, other) else {
                        guard message.messageID != nil, message.messageID == keys.messageID else { continue }
                        candidates[index] = candidate
                        continue
                    }
                    candidate.evidence.insert(.host)
                }
                candidates[index] = candidate
            }
        }
        if let id = keys.messageID {
            for index in byMessageID[id, default: []].prefix(LogJoin.mostCandidates) {
                candidates[index, default: Candidate(index: index)].evidence.insert(.messageID)
            }
        }
        var found = candidates.values.compactMap { weigh($0, keys) }.sorted { $0.index < $1.index }
        // What the message itself names is believed before what only bears the same Message-ID.
        if found.contains(where: { $0.hop != nil }) { found.removeAll { $0.hop == nil } }
        guard !found.isEmpty else { return .absent }
        found = entry(found)
        // Copies of one message on its way, none of which is named: the first in line is how it came.
        if found.count > 1 { found = chain(found) }
        if found.count > 1 { found = best(found) }
        guard let only = found.first, found.count == 1 else { return .ambiguous(found.map { messages[$0.index] }) }
        return .joined(messages[only.index], by: Evidence.allCases.filter(only.evidence.contains))
    }

    private static let mostCandidates = 50

    /// Adds what else is alike; nil where something cannot be.
    private func weigh(_ candidate: Candidate, _ keys: LogKeys) -> Candidate? {
        var candidate = candidate
        let message = messages[candidate.index]
        if let one = message.messageID, let other = keys.messageID, !one.isEmpty, one != other { return nil }
        if message.messageID != nil, message.messageID == keys.messageID { candidate.evidence.insert(.messageID) }
        let time = candidate.hop.flatMap { keys.hops[$0].time } ?? keys.time
        if let time, let other = message.time {
            var difference = abs(Int(time.since(other.time).milliseconds))
            // A zone that is not told may be any number of quarters of an hour away.
            if !other.hasZone {
                let hours = difference % 900_000
                if difference <= 14 * 3_600_000 { difference = min(hours, 900_000 - hours) }
            }
            if difference <= 120_000 { candidate.evidence.insert(.time) }
            // An id is used anew after a while.
            if candidate.evidence.isDisjoint(with: [.messageID]), difference > 3_600_000 { return nil }
        }
        if let sender = keys.sender, let other = message.sender?.asciiLowercased, sender == other {
            candidate.evidence.insert(.sender)
        }
        let names = keys.recipients + (candidate.hop.flatMap { keys.hops[$0].recipient }.map { [$0] } ?? [])
        let isNamed = message.recipients.contains { recipient in
            names.contains(recipient.address.asciiLowercased)
                || recipient.original.map { names.contains($0.asciiLowercased) } ?? false
        }
        if isNamed { candidate.evidence.insert(.recipient) }
        if let size = message.size, abs(size - keys.size) <= 2_000 + size / 50 { candidate.evidence.insert(.size) }
        return candidate
    }

    /// Of several hops of one message, the one at which it came in from outside: the first with a client that is not this
    /// host itself.
    private func entry(_ candidates: [Candidate]) -> [Candidate] {
        let hops = Set(candidates.compactMap(\.hop))
        guard hops.count > 1 else { return candidates }
        for hop in hops.sorted(by: >) {
            let here = candidates.filter { $0.hop == hop }
            let isOutside = here.contains { candidate in
                guard let text = messages[candidate.index].session?.client, let address = IPAddress(text) else {
                    return false
                }
                return !address.isLoopback
            }
            if isOutside { return here }
        }
        return candidates.filter { $0.hop == hops.max() }
    }

    /// Those for which most speaks.
    private func best(_ candidates: [Candidate]) -> [Candidate] {
        func score(_ candidate: Candidate) -> Int {
            candidate.evidence.reduce(0) { sum, evidence in
                switch evidence {
                case .queueID: sum + 8
                case .messageID: sum + 8
                case .host: sum + 4
                case .time, .recipient: sum + 3
                case .sender: sum + 2
                case .size: sum + 1
                }
            }
        }
        let most = candidates.map(score).max() ?? 0
        return candidates.filter { score($0) == most }
    }

    /// Of messages that were made of one another, the first.
    private func chain(_ candidates: [Candidate]) -> [Candidate] {
        let first = candidates.filter { candidate in
            guard let parent = messages[candidate.index].parent else { return true }
            return !candidates.contains { messages[$0.index].id == parent }
        }
        return first.isEmpty ? candidates : first
    }

    /// Logs have a host's first label where Received fields have its whole name.
    private static func isSameHost(_ one: String, _ other: String) -> Bool {
        let (left, right) = (one.asciiLowercased, other.asciiLowercased)
        return left == right || left.prefix { $0 != "." } == right.prefix { $0 != "." }
    }
}

extension IPAddress {
    /// Whether it is the host itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    fileprivate var isLoopback: Bool { LogJoin.loopbacks.contains { $0.contains(self) } }
}

extension LogJoin {
    fileprivate static let loopbacks = ["127.0.0.0/8", "::1/128"].compactMap { IPNetwork($0) }
}
