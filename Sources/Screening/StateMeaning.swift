import State
import Values

/// What an entry of state means, in the words of the stage that keeps it.
public struct StateMeaning: Sendable, Hashable {
    /// What kind of entry it is, in one word: `greylisted`, `ban`, `counter`.
    public let kind: String
    /// What it says, on one line without a full stop.
    public let text: String
    /// What the key and the value are, by name.
    public let fields: [String: JSON]

    /// A time as people read it: to the second.
    public static func time(_ time: Timestamp) -> String { Timestamp(seconds: time.seconds).rfc3339 }

    /// A time from which something holds, as people read it: the first second that is not before it.
    public static func timeFrom(_ time: Timestamp) -> String { StateMeaning.time(time + .milliseconds(999)) }

    /// How often: `once`, `3 times`.
    public static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    /// A meaning in the stage's words.
    public init(kind: String, text: String, fields: [String: JSON]) {
        (self.kind, self.text, self.fields) = (kind, text, fields)
    }
}

/// A stage that can tell people what it remembers.
public protocol TellsState: Stage {
    /// What an entry under the stage's id means as its settings are; nil for one that it does not know.
    static func meaning(of held: HeldEntry, _ settings: Settings) -> StateMeaning?
}

extension ScreeningPolicy {
    /// What an entry means: in its stage's words, or else in general ones.
    public func meaning(of held: HeldEntry) -> StateMeaning {
        if let (teller, settings) = teller(of: held), let meaning = told(by: teller, held, settings) { return meaning }
        let entry = held.entry
        let isCount = !entry.value.isEmpty && String(StateCount.value(entry.value)) == entry.value
        let parts = held.key.parts.joined(separator: " ")
        return StateMeaning(
            kind: isCount ? "counter" : held.key.parts.count > 1 ? held.key.parts[0] : "entry",
            text: "\(held.key.space) \(parts): \(entry.value), since \(StateMeaning.time(entry.created)), "
                + "expires \(StateMeaning.time(entry.expires))",
            fields: [:])
    }

    /// Whether the stage that an entry belongs to knows it; true where the stage does not tell.
    public func understands(_ held: HeldEntry) -> Bool {
        guard let (teller, settings) = teller(of: held) else { return true }
        return told(by: teller, held, settings) != nil
    }

    /// The stage that an entry belongs to, as it is set up, where it can tell what the entry means.
    private func teller(of held: HeldEntry) -> (type: any TellsState.Type, settings: any StageSettings)? {
        guard let stage = stages.first(where: { $0.manifest.id == held.key.space }),
            let type = type(of: stage.stage) as? any TellsState.Type
        else { return nil }
        return (type, stage.settings)
    }

    private func told<S: TellsState>(
        by stage: S.Type, _ held: HeldEntry, _ settings: any StageSettings
    ) -> StateMeaning? {
        (settings as? S.Settings).flatMap { S.meaning(of: held, $0) }
    }
}
