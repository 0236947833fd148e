import Screening
import State
import Values

/// What greylisting remembers, for people.
extension Greylist: TellsState {
    public static func meaning(of held: HeldEntry, _ settings: Settings) -> StateMeaning? {
        let (parts, entry) = (held.key.parts, held.entry)
        let (since, end) = (StateMeaning.time(entry.created), StateMeaning.time(entry.expires))
        switch (parts.first, parts.count) {
        case ("contact", 4):
            let pair = "\(address(parts[2])) → \(address(parts[3]))"
            let fields: [String: JSON] = [
                "network": .string(parts[1]), "recipient": .string(address(parts[3])),
                "sender": .string(address(parts[2])),
            ]
            guard entry.value == "passed" else {
                let pass = entry.created + settings.delay
                return StateMeaning(
                    kind: "greylisted",
                    text: "greylisted \(parts[1]) \(pair) since \(since), "
                        + "may pass from \(StateMeaning.timeFrom(pass)), expires \(end)",
                    fields: fields.merging(["may_pass": .string(pass.rfc3339)]) { $1 })
            }
            return StateMeaning(
                kind: "passed",
                text: "passed \(parts[1]) \(pair), known since \(since), expires \(end)",
                fields: fields)
        case ("host", 2):
            let passes = StateCount.value(entry.value)
            let waits =
                settings.learnHostAfter > 0 && passes >= settings.learnHostAfter ? ", need not wait any more" : ""
            return StateMeaning(
                kind: "network",
                text: "network \(parts[1]) has retried \(StateMeaning.times(passes)) since \(since)\(waits), "
                    + "expires \(end)",
                fields: ["network": .string(parts[1]), "passes": .integer(passes)])
        case ("correspondents", 3):
            return StateMeaning(
                kind: "correspondent",
                text: "correspondent \(address(parts[1])), to whom \(address(parts[2])) has written, since "
                    + "\(since), expires \(end)",
                fields: ["recipient": .string(address(parts[2])), "sender": .string(address(parts[1]))])
        default: return nil
        }
    }

    /// An address without its brackets; those of the null reverse-path stay.
    private static func address(_ path: String) -> String {
        path.count > 2 && path.hasPrefix("<") && path.hasSuffix(">") ? String(path.dropFirst().dropLast()) : path
    }
}
