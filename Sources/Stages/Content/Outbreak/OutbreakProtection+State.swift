import Screening
import State
import Values

/// What is remembered of waves, for people.
extension OutbreakProtection: TellsState {
    public static func meaning(of held: HeldEntry, _ settings: Settings) -> StateMeaning? {
        let (parts, entry) = (held.key.parts, held.entry)
        let (since, end) = (StateMeaning.time(entry.created), StateMeaning.time(entry.expires))
        switch (parts.first, parts.count) {
        case ("wave", 3):
            return StateMeaning(
                kind: "wave",
                text:
                    "wave \(parts[2]) of the same \(parts[1]), caught \(since), \(entry.value) copies when last counted, "
                    + "known until \(end)",
                fields: [
                    "alike": .string(parts[1]), "wave": .string(parts[2]),
                    "copies": .integer(StateCount.value(entry.value)),
                ])
        case ("first", 3):
            guard let first = FirstCopy(text: entry.value) else { return nil }
            return StateMeaning(
                kind: "first-copy",
                text:
                    "first copy of \(parts[2]) at \(StateMeaning.time(first.time)) from \(first.network ?? "?"), subject "
                    + "'\(first.subject)', expires \(end)",
                fields: ["alike": .string(parts[1]), "wave": .string(parts[2]), "subject": .string(first.subject)])
        case ("copies", 3), ("recent", 3):
            let count = StateCount.value(entry.value)
            return StateMeaning(
                kind: "counter",
                text: "\(parts[2]): \(count) copies of the same \(parts[1]) since \(since), until \(end)",
                fields: ["alike": .string(parts[1]), "wave": .string(parts[2]), "count": .integer(count)])
        case ("networks", 4), ("senders", 4), ("recipients", 4):
            let count = StateCount.value(entry.value)
            return StateMeaning(
                kind: "counter", text: "\(parts[2]): \(count) \(parts[0]) since \(since), until \(end)",
                fields: ["alike": .string(parts[1]), "wave": .string(parts[2]), "count": .integer(count)])
        case ("band", 3):
            return StateMeaning(
                kind: "band", text: "band \(parts[2]) of \(entry.value), expires \(end)",
                fields: ["alike": .string(parts[1]), "wave": .string(entry.value)])
        default: return nil
        }
    }
}
