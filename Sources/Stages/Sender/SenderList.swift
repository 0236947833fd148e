import Policy
import Values

/// Blocked senders in order, of which the first that matches counts, and the senders that are let through all the same.
struct SenderList: Sendable {
    /// Where a sender stands.
    enum Part: String, Sendable, CaseIterable {
        case mailFrom = "mail_from"
        case from, sender
        case replyTo = "reply_to"
        case displayName = "display_name"
    }

    /// Whom an entry is about.
    enum Subject: Sendable {
        case sender(SenderPattern)
        /// A display name, in the form of `ShownName`.
        case name(String)
    }

    /// One entry.
    struct Entry: Sendable {
        let subject: Subject
        let parts: Set<Part>
        /// The recipients it holds for; nil for all.
        let recipients: SenderIndex?

        /// The entry's subject as evidence shows it.
        var text: String {
            switch subject {
            case .sender(let pattern): pattern.description
            case .name(let pattern): pattern
            }
        }

        /// Whether the entry holds for mail to `recipient`.
        func holds(for recipient: SenderAddress) -> Bool { recipients.map { !$0.matches(recipient).isEmpty } ?? true }
    }

    let entries: [Placed<Entry>]
    let allowed: [Placed<SenderPattern>]
    private let senders: SenderIndex
    private let names: [String: [Int]]
    private let nameWildcards: [(index: Int, pattern: [UInt8])]
    private let allowedSenders: SenderIndex

    init(_ entries: [Placed<Entry>], allowing allowed: [Placed<SenderPattern>]) {
        var senders = SenderIndex()
        var names: [String: [Int]] = [:]
        var nameWildcards: [(index: Int, pattern: [UInt8])] = []
        for (index, entry) in entries.enumerated() {
            switch entry.value.subject {
            case .sender(let pattern): senders.add(pattern, index)
            case .name(let name) where Wildcard.isPattern(name): nameWildcards.append((index, Array(name.utf8)))
            case .name(let name): names[name, default: []].append(index)
            }
        }
        (self.entries, self.allowed) = (entries, allowed)
        (self.senders, self.names, self.nameWildcards) = (senders, names, nameWildcards)
        allowedSenders = SenderIndex(allowed.lazy.map(\.value))
    }

    /// Whether a text of `count` bytes is too long to be compared with every entry.
    func cannotCompare(byteCount count: Int) -> Bool {
        count > SenderIndex.longestAddress && (senders.hasWildcards || !nameWildcards.isEmpty)
    }

    /// The entry that lets `address` through; nil for the address stands for the null path.
    func allowance(for address: SenderAddress?) -> Placed<SenderPattern>? {
        allowedSenders.matches(address).first.map { allowed[$0] }
    }

    /// The entries about `address` where it stands in `part`, in order.
    func entries(about address: SenderAddress?, in part: Part) -> [Placed<Entry>] {
        senders.matches(address).lazy.map { entries[$0] }.filter { $0.value.parts.contains(part) }
    }

    /// The entries about a display name in the field that `part` stands for, in order.
    func entries(about name: ShownName, in part: Part) -> [Placed<Entry>] {
        var found = names[name.text] ?? []
        if !nameWildcards.isEmpty, !cannotCompare(byteCount: name.text.utf8.count) {
            let text = Array(name.text.utf8)
            found += nameWildcards.lazy.filter { Wildcard.matches($0.pattern, text) }.map(\.index)
        }
        return found.sorted().lazy.map { entries[$0] }.filter { $0.value.parts.contains(part) }
    }
}

extension SenderList.Entry {
    /// The parts of the header that hold mailboxes.
    private static let fields: Set<SenderList.Part> = [.from, .sender, .replyTo]

    /// Reads an entry of the policy; nil, with the mistake noted, when it is about nobody.
    init?(from reader: inout PolicyReader) {
        let places = (reader.place(of: "sender"), reader.place(of: "name"))
        let sender = reader.optionalValue(
            "sender", expecting: SenderPattern.expecting, "The senders the entry is about.",
            parse: { SenderPattern($0) })
        let name = reader.optionalValue(
            "name", expecting: "a display name, with * and ? for any characters",
            "The display names the entry is about, whatever the address.", parse: { Self.name($0) })
        let parts = reader.values(
            "applies_to", default: SenderList.Part.allCases.map(\.rawValue),
            expecting: "one of \(SenderList.Part.allCases.map(\.rawValue).joined(separator: ", "))",
            "Where the sender may stand: the reverse-path, the From, Sender or Reply-To field, or, as an address that "
                + "a display name spells, in the name.",
            parse: { SenderList.Part(rawValue: $0) })
        let recipients = reader.values(
            "recipients", default: [], expecting: SenderPattern.expecting,
            "The recipients that the entry holds for; all when none is named.", parse: { SenderPattern($0) })
        _ = reader.optionalText("comment", "Why the entry is there.")
        if sender != nil, name != nil {
            reader.report("an entry has a 'sender' or a 'name', not both", at: reader.place)
        }
        if places.0.isBuiltIn, places.1.isBuiltIn, !reader.place.isBuiltIn {
            reader.report("an entry needs a 'sender' or a 'name'", at: reader.place)
        }
        guard let subject = sender.map({ .sender($0.value) }) ?? name.map({ SenderList.Subject.name($0.value) }) else {
            return nil
        }
        self.init(
            subject, in: Set(parts.map(\.value)),
            for: recipients.isEmpty ? nil : SenderIndex(recipients.map(\.value)))
    }

    /// Reads a line of a list: a pattern of addresses, or `name` and a display name.
    init?(line: String) {
        let words = line.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
        if words.count == 2 {
            guard words[0] == "name", let name = Self.name(words[1]) else { return nil }
            self.init(.name(name), in: Set(SenderList.Part.allCases), for: nil)
        } else {
            guard let word = words.first, word != "name", let pattern = SenderPattern(word) else { return nil }
            self.init(.sender(pattern), in: Set(SenderList.Part.allCases), for: nil)
        }
    }

    private init(_ subject: SenderList.Subject, in parts: Set<SenderList.Part>, for recipients: SenderIndex?) {
        self.subject = subject
        self.recipients = recipients
        // A name stands in a field: with no field named, in any.
        if case .name = subject, parts.isDisjoint(with: Self.fields) {
            self.parts = parts.union(Self.fields)
        } else {
            self.parts = parts
        }
    }

    private static func name(_ text: some StringProtocol) -> String? {
        let name = ShownName(text).text
        return name.isEmpty || name.utf8.count > 512 ? nil : name
    }
}
