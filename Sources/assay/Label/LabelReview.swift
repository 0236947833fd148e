import Tuning

/// Where a review stands: the messages in their order, what was said of them, and what can be taken back.
struct LabelReview {
    /// A message under review.
    struct Entry: Hashable {
        let number: Int
        let id: String
        let reasons: [String]
        /// Whether it came up: a later choice leaves it where it is.
        var wasSeen = false
        /// What was said of it here.
        var label: String?
    }

    /// What a key asks the program to do.
    enum Action: Hashable {
        case nothing
        /// Put a label into the case, or take it out.
        case set(id: String, label: String?)
        case quit, suspend
    }

    private(set) var entries: [Entry]
    private(set) var place = 0
    var scroll = 0
    var showsHelp = false
    private var history: [(place: Int, label: String?)] = []

    init(_ entries: [Entry]) {
        self.entries = entries
        if !entries.isEmpty { self.entries[0].wasSeen = true }
    }

    /// The message at hand; nil when all were seen.
    var current: Entry? { entries.indices.contains(place) ? entries[place] : nil }

    /// How many were labelled here.
    var labelled: Int { entries.count { $0.label != nil } }

    /// The numbers of messages that came up.
    var seen: Set<Int> { Set(entries.filter(\.wasSeen).map(\.number)) }

    /// Puts other messages in place of those that have not come up yet.
    mutating func replaceRest(_ others: [Entry]) {
        let numbers = seen
        entries = entries.filter(\.wasSeen) + others.filter { !numbers.contains($0.number) }
        if let current { entries[place] = current }
    }

    /// Takes a key, where a page has `page` lines.
    mutating func take(_ key: LabelKey, page: Int) -> Action {
        if showsHelp, key != .quit, key != .suspend {
            showsHelp = false
            return .nothing
        }
        switch key {
        case .ham: return label("ham")
        case .spam: return label("spam")
        case .undo:
            guard let last = history.popLast() else { return .nothing }
            move(to: last.place)
            entries[last.place].label = last.label
            return .set(id: entries[last.place].id, label: last.label)
        case .skip: move(to: min(place + 1, entries.count))
        case .back: move(to: max(place - 1, 0))
        case .quit: return .quit
        case .suspend: return .suspend
        case .help: showsHelp = true
        case .down: scroll += 1
        case .up: scroll = max(0, scroll - 1)
        case .pageDown: scroll += max(1, page - 1)
        case .pageUp: scroll = max(0, scroll - max(1, page - 1))
        case .top: scroll = 0
        case .other: break
        }
        return .nothing
    }

    private mutating func label(_ label: String) -> Action {
        guard let current else { return .nothing }
        history.append((place, current.label))
        entries[place].label = label
        move(to: place + 1)
        return .set(id: current.id, label: label)
    }

    private mutating func move(to place: Int) {
        self.place = place
        scroll = 0
        if entries.indices.contains(place) { entries[place].wasSeen = true }
    }
}
