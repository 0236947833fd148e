import Policy
import Screening
import Values

/// Entries about host names in order, of which the first or the last that matches decides. Entries without wildcards
/// are found by name; only the others are tried one after another.
struct HostList: Sendable {
    /// Which of several matching entries counts.
    enum Match: String, Sendable, CaseIterable { case first, last }
    /// What an entry says of its hosts.
    enum Ruling: String, Sendable, CaseIterable { case allow, refuse }
    /// Which names of a client an entry is about.
    enum Subject: String, Sendable, CaseIterable { case helo, ptr, both }

    /// One entry.
    struct Entry: Sendable {
        let pattern: HostPattern
        let ruling: Ruling
        let subject: Subject
        let listener: ListenerSet?
    }

    /// A name of a client: one of its address's, or the one it greets with.
    struct Name: Sendable {
        enum Identity: String, Sendable { case helo, ptr }

        /// The name in the form of `HostName.canonical`.
        let text: String
        let identity: Identity
        /// Whether a name of the address has the address in turn; nobody confirms a greeting.
        let isConfirmed: Bool

        init(_ text: String, _ identity: Identity, isConfirmed: Bool = false) {
            (self.text, self.identity, self.isConfirmed) = (text, identity, isConfirmed)
        }
    }

    /// The entry that decides, and the name it matches.
    struct Decision: Sendable {
        let entry: Placed<Entry>
        let name: Name
    }

    let entries: [Placed<Entry>]
    let match: Match
    /// Whether entries refuse unconfirmed names too.
    let refusesUnconfirmed: Bool
    /// Whether any entry is about the names of addresses.
    let looksAtReverseNames: Bool
    private let exact: [String: [Int]]
    private let wildcards: [(index: Int, pattern: [UInt8])]

    init(_ entries: [Placed<Entry>], match: Match, refusesUnconfirmed: Bool) {
        (self.entries, self.match, self.refusesUnconfirmed) = (entries, match, refusesUnconfirmed)
        looksAtReverseNames = entries.contains { $0.value.subject != .helo }
        var exact: [String: [Int]] = [:]
        var wildcards: [(index: Int, pattern: [UInt8])] = []
        for (index, entry) in entries.enumerated() {
            let pattern = entry.value.pattern
            if pattern.isWildcard {
                wildcards.append((index, Array(pattern.text.utf8)))
            } else {
                exact[pattern.text, default: []].append(index)
            }
        }
        (self.exact, self.wildcards) = (exact, wildcards)
    }

    /// What the list says of a client with these names in a session; nil when nothing. Of several names
    /// that the deciding entry matches the first is told.
    func decision(on names: [Name], in session: Session) -> Decision? {
        var best: (index: Int, name: Name)?
        for name in names {
            guard let index = index(for: name, in: session) else { continue }
            guard let sofar = best, !precedes(index, sofar.index) else {
                best = (index, name)
                continue
            }
        }
        return best.map { Decision(entry: entries[$0.index], name: $0.name) }
    }

    private func precedes(_ index: Int, _ other: Int) -> Bool { match == .first ? index < other : index > other }

    private func index(for name: Name, in session: Session) -> Int? {
        let text = Array(name.text.utf8)
        let found =
            (exact[name.text] ?? []) + wildcards.lazy.filter { Wildcard.matches($0.pattern, text) }.map(\.index)
        let applying = found.filter { applies(entries[$0].value, to: name, in: session) }
        return match == .first ? applying.min() : applying.max()
    }

    private func applies(_ entry: Entry, to name: Name, in session: Session) -> Bool {
        if let wanted = entry.listener, !wanted.matches(session) { return false }
        switch name.identity {
        case .helo: return entry.subject != .ptr
        case .ptr: return entry.subject != .helo && (name.isConfirmed || entry.ruling == .refuse && refusesUnconfirmed)
        }
    }
}

extension HostList.Entry {
    /// Reads an entry of the policy; nil, with the mistake noted, without a pattern.
    init?(from reader: inout PolicyReader) {
        let place = reader.place(of: "host")
        let pattern = reader.optionalValue(
            "host", expecting: HostPattern.expecting, "The names the entry is about.", parse: { HostPattern($0) })
        let ruling = reader.choice(
            "action", default: HostList.Ruling.refuse, "Whether their hosts are allowed or refused.")
        let subject = reader.choice(
            "applies_to", default: HostList.Subject.both,
            "Whether the name in HELO is meant, the name of the client's address, or both.")
        let listener = reader.optionalValue(
            "listener", expecting: "an address, a CIDR network, a range a-b, or an address with * and ?",
            ListenerSet.summary, parse: { ListenerSet($0) })
        _ = reader.optionalText("comment", "Why the entry is there.")
        guard let pattern else {
            if place.isBuiltIn, !reader.place.isBuiltIn { reader.report("an entry needs a 'host'", at: reader.place) }
            return nil
        }
        self.init(pattern: pattern.value, ruling: ruling, subject: subject, listener: listener?.value)
    }

    /// Reads a line of a list: `refuse NAME`, `allow NAME` or a name alone, which is refused.
    init?(line: String) {
        let words = line.split { $0 == " " || $0 == "\t" }
        guard let name = words.last, words.count <= 2, let pattern = HostPattern(name) else { return nil }
        var ruling = HostList.Ruling.refuse
        if words.count == 1, HostList.Ruling(rawValue: String(name)) != nil { return nil }
        if words.count == 2 {
            guard let word = HostList.Ruling(rawValue: String(words[0])) else { return nil }
            ruling = word
        }
        self.init(pattern: pattern, ruling: ruling, subject: .both, listener: nil)
    }
}
