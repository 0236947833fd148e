/// A key as a reader asked for it: its documentation, its default and its value in effect. The settings of a whole
/// policy stand in the order they were asked for, a section before what is in it.
public struct PolicySetting: Sendable, Hashable {
    /// What a setting takes.
    public enum Kind: Sendable, Hashable {
        /// The version of the policy language.
        case version
        case flag
        case integer(ClosedRange<Int>)
        case text
        case score
        case duration(ClosedRange<Duration>)
        case size(ClosedRange<Int>)
        case choice([String])
        /// A list; `of` says what each item is, with its article.
        case list(of: String)
        /// Keys and values of its own; they follow with longer paths.
        case section
        /// A list of entries, each with keys and values of its own.
        case entries
        /// One entry of such a list; its keys follow.
        case entry
        /// Free names (`keyed`: `symbol`), each with a value (`of`, with its article).
        case table(keyed: String, of: String)
        /// One name of such a table.
        case member
    }

    /// The keys from the top of the policy. An entry of a list is `[1]`, `[2]`, …, and `[]` where it stands for any:
    /// each list of entries carries one such template, for documentation.
    public let path: [String]
    public let kind: Kind
    /// The default as YAML on one line; `null` for none.
    public let defaultText: String
    /// The value in effect as YAML on one line.
    public let valueText: String
    /// Where the value comes from.
    public let place: PolicyPlace
    /// What the setting is for.
    public let summary: String
    /// Whether the setting documents the keys of an entry rather than telling one's value.
    public internal(set) var isTemplate = false
    /// The items of a list as YAML, for writing one on a line.
    let defaultItems: [String]
    let valueItems: [String]

    init(
        _ path: [String], _ kind: Kind, default defaultText: String, value: String,
        at place: PolicyPlace,
        _ summary: String, defaultItems: [String] = [], valueItems: [String] = []
    ) {
        (self.path, self.kind, self.defaultText, self.valueText) = (path, kind, defaultText, value)
        (self.place, self.summary) = (place, summary)
        (self.defaultItems, self.valueItems) = (defaultItems, valueItems)
    }

    /// The path as messages and man pages write it: `stages.spf.lookups`, `rules[1].action`.
    public var name: String { PolicySetting.name(of: path) }

    static func name(of path: [String]) -> String {
        path.reduce(into: "") { name, step in
            if !name.isEmpty, !step.hasPrefix("[") { name += "." }
            name += step
        }
    }
}

extension PolicySetting.Kind: CustomStringConvertible {
    /// What the setting takes, in words for the man page.
    public var description: String {
        switch self {
        case .version: "version number"
        case .flag: "true or false"
        case .integer(let range): "whole number" + words(range)
        case .text: "text"
        case .score: "score"
        case .duration(let range): "duration" + words(range)
        case .size(let range): "size" + words(range, SizeText.render)
        case .choice(let names): "one of " + alternatives(names)
        case .list(let item): "list, each item \(item)"
        case .section: "section"
        case .entries: "list of entries"
        case .entry: "entry"
        case .table(let key, let value): "\(key): \(value)"
        case .member: "value"
        }
    }
}

/// ` from 1 to 10`, or as much of it as bounds anything.
func words(_ range: ClosedRange<Int>, _ render: (Int) -> String = { String($0) }) -> String {
    switch (range.lowerBound == .min, range.upperBound == .max) {
    case (false, false): " from \(render(range.lowerBound)) to \(render(range.upperBound))"
    case (false, true): " of at least \(render(range.lowerBound))"
    case (true, false): " of at most \(render(range.upperBound))"
    case (true, true): ""
    }
}

func words(_ range: ClosedRange<Duration>) -> String {
    " from \(DurationText.render(range.lowerBound)) to \(DurationText.render(range.upperBound))"
}

/// `accept, tag or reject`.
func alternatives(_ names: [String]) -> String {
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
}
