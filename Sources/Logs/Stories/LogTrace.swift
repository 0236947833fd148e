import Values

/// Gathers every record of the messages and sessions that somebody asks after.
///
/// The logs are read more than once: what one record says leads to others, before and after it. A message leads to its
/// session, to the bounces that were made of it, to what the next server calls it, and by its Message-ID to copies of it
/// elsewhere. Memory is bounded by what is found.
public struct LogTrace: Sendable {
    /// What is found: the records of one course of events, in the order of their times.
    public struct Story: Sendable, Hashable {
        /// The records.
        public var records: [LogRecord]
    }

    /// Whether more was found than is kept.
    public private(set) var isCut = false

    private let question: LogQuestion
    private var follows = Sessions()
    private var messages: Set<String> = []
    private var foreign: Set<String> = []
    private var messageIDs: Set<String> = []
    /// Sessions whose messages are wanted too, and sessions that are told for the sake of a message.
    private var wanted: Set<String> = [], context: Set<String> = []
    private var found: [LogRecord] = []
    private var keys: [[String]] = []
    private var hasGrown = false

    /// How many records and ids are kept.
    static let mostRecords = 200_000, mostKeys = 100_000, mostSessions = 1_000_000

    /// A trace of what is asked after.
    public init(_ question: LogQuestion) { self.question = question }

    /// Begins to read all logs, from the first.
    public mutating func begin() { (follows, found, keys, hasGrown) = (Sessions(), [], [], false) }

    /// Whether the logs are to be read once more: what was found led to more.
    public var isUnfinished: Bool { hasGrown }

    /// Takes the next record.
    public mutating func add(_ record: LogRecord) {
        let host = record.host ?? ""
        let session = follows.key(of: record, host)
        let message = record.message.map { "\(host)\u{0}\($0)" }
        let isDirect = question.matches(record)
        var isFound = isDirect
        if let message, messages.contains(message) { isFound = true }
        if let id = record.message, !foreign.isEmpty, foreign.contains(id) { isFound = true }
        if !messageIDs.isEmpty, let id = record[.messageID], messageIDs.contains(id) { isFound = true }
        if let session {
            if wanted.contains(session) { isFound = true }
            if message == nil, context.contains(session) { isFound = true }
        }
        guard isFound else { return }
        guard found.count < LogTrace.mostRecords, messages.count + wanted.count + context.count < LogTrace.mostKeys
        else {
            isCut = true
            return
        }
        var links: [String] = []
        if let message {
            LogTrace.grow(&messages, message, &hasGrown)
            links.append("m\(message)")
        }
        if let session {
            // Whoever is asked after by what the whole session has in common wants all of it.
            if isDirect, message == nil || record[.client] != nil, isAboutSession(record) {
                LogTrace.grow(&wanted, session, &hasGrown)
            } else if !wanted.contains(session) {
                LogTrace.grow(&context, session, &hasGrown)
            }
            links.append("s\(session)")
        }
        if let id = record[.messageID], id.utf8.count >= 3 {
            LogTrace.grow(&messageIDs, id, &hasGrown)
            links.append("i\(id)")
        }
        if let new = record[.newMessage] {
            // A next server's id is believed where it is long enough to be no other's by chance.
            let own = "\(host)\u{0}\(new)"
            let isLocal = record.kind == .notification || record[.nextHopAddress] == nil
            if isLocal {
                LogTrace.grow(&messages, own, &hasGrown)
                links.append("m\(own)")
            } else if new.utf8.count >= 8 {
                LogTrace.grow(&foreign, new, &hasGrown)
                links.append("f\(new)")
            }
        }
        if let id = record.message, foreign.contains(id) { links.append("f\(id)") }
        var kept = record
        kept.own()
        found.append(kept)
        keys.append(links)
    }

    /// Whether the record tells of the client rather than of a message.
    private func isAboutSession(_ record: LogRecord) -> Bool {
        guard
            record[.client] != nil || record[.clientName] != nil || record[.authenticated] != nil
                || record[.user] != nil
        else { return false }
        var client = LogRecord(record.kind, at: record.place)
        for name in [LogField.client, .clientName, .helo, .authenticated, .user] { client[name] = record[name] }
        client.session = record.session
        return question.matches(client)
    }

    private static func grow(_ set: inout Set<String>, _ key: String, _ hasGrown: inout Bool) {
        if set.insert(key).inserted { hasGrown = true }
    }

    /// What was found, each course of events for itself, the earliest first.
    public var stories: [Story] {
        var groups = Groups()
        for links in keys { groups.join(links) }
        var byGroup: [String: [Int]] = [:]
        var names: [String] = []
        for (index, links) in keys.enumerated() {
            let name = links.first.map { groups.find($0) } ?? "alone \(index)"
            if byGroup[name] == nil { names.append(name) }
            byGroup[name, default: []].append(index)
        }
        let stories = names.map { name in
            let members = (byGroup[name] ?? []).sorted { precedes($0, $1) }
            return Story(records: members.map { found[$0] })
        }
        return stories.enumerated().sorted { left, right in
            let (one, other) = (left.element.records.first?.instant?.time, right.element.records.first?.instant?.time)
            return (one?.milliseconds ?? .min, left.offset) < (other?.milliseconds ?? .min, right.offset)
        }.map(\.element)
    }

    /// Times order records of different files; within one, their places do, whatever steps the clock made.
    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let (one, other) = (found[left], found[right])
        if one.place.file == other.place.file { return (one.place.offset, left) < (other.place.offset, right) }
        let times = (one.instant?.time.milliseconds ?? .min, other.instant?.time.milliseconds ?? .min)
        return times.0 == times.1 ? left < right : times.0 < times.1
    }

    /// Tells sessions of one process apart: how many began before.
    private struct Sessions: Sendable {
        private var counts: [String: Int] = [:]

        mutating func key(of record: LogRecord, _ host: String) -> String? {
            guard let session = record.session else { return nil }
            let name = "\(host)\u{0}\(session)"
            if record.kind == .connect, counts.count < LogTrace.mostSessions { counts[name, default: 0] += 1 }
            defer {
                if record.kind == .disconnect, counts[name] != nil || counts.count < LogTrace.mostSessions {
                    counts[name, default: 0] += 1
                }
            }
            return "\(name)#\(counts[name] ?? 0)"
        }
    }

    /// Keys that belong together.
    private struct Groups {
        private var parents: [String: String] = [:]

        mutating func find(_ key: String) -> String {
            var root = key
            while let parent = parents[root], parent != root { root = parent }
            var key = key
            while let parent = parents[key], parent != root {
                parents[key] = root
                key = parent
            }
            return root
        }

        mutating func join(_ keys: [String]) {
            guard let first = keys.first else { return }
            let root = find(first)
            if parents[root] == nil { parents[root] = root }
            for key in keys.dropFirst() { parents[find(key)] = root }
        }
    }
}
