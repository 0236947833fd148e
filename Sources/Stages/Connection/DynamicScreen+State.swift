import Screening
import State
import Values

/// What is counted and who is banned, for people.
extension DynamicScreen: TellsState {
    public static func meaning(of held: HeldEntry, _ settings: Settings) -> StateMeaning? {
        let (parts, entry) = (held.key.parts, held.entry)
        let (since, end) = (StateMeaning.time(entry.created), StateMeaning.time(entry.expires))
        switch (parts.first, parts.count) {
        case ("ban", 3):
            let grounds = Grounds(text: entry.value)
            var fields: [String: JSON] = [parts[1]: .string(parts[2]), "until": .string(end)]
            if let grounds {
                fields["counted"] = .string(grounds.behaviour.rawValue)
                fields["count"] = .integer(grounds.count)
                fields["within"] = .integer(Int(grounds.time.milliseconds / 1000))
                fields["sessions"] = .array(grounds.sessions.map(JSON.string))
            }
            let reason = grounds.map { " because \($0.words)" } ?? " (\(entry.value))"
            let who = parts[1] == "account" ? "account \(parts[2])" : parts[2]
            return StateMeaning(
                kind: "ban", text: "\(who) banned until \(end)\(reason)", fields: fields)
        case ("bans", 3):
            return StateMeaning(
                kind: "bans",
                text:
                    "\(parts[2]) was banned \(StateMeaning.times(StateCount.value(entry.value))) since \(since), forgotten \(end)",
                fields: [parts[1]: .string(parts[2]), "bans": .integer(StateCount.value(entry.value))])
        case ("count", 4):
            guard let behaviour = Behaviour(rawValue: parts[1]) else { return nil }
            let count = StateCount.value(entry.value)
            return StateMeaning(
                kind: "counter", text: "\(parts[3]): \(behaviour.words(count)) since \(since), counted until \(end)",
                fields: [
                    parts[2]: .string(parts[3]), "counted": .string(behaviour.rawValue), "count": .integer(count),
                ])
        case ("sessions", 4):
            return StateMeaning(
                kind: "sessions",
                text: "\(parts[3]): \(parts[1]) in session \(entry.value.replacing(",", with: ", ")), until \(end)",
                fields: [parts[2]: .string(parts[3]), "counted": .string(parts[1])])
        case ("spam-trap", 2), ("auth-failure", 2):
            let behaviour = parts[0] == "spam-trap" ? Behaviour.spamTraps : .failedAuthentications
            let count = StateCount.value(entry.value)
            return StateMeaning(
                kind: "counter",
                text: "\(parts[1]): \(behaviour.words(count)) since \(since), counted until \(end)",
                fields: [
                    "network": .string(parts[1]), "counted": .string(behaviour.rawValue), "count": .integer(count),
                ])
        case ("open", 2):
            return StateMeaning(
                kind: "session", text: "session \(parts[1]) of \(entry.value) began \(since)",
                fields: ["network": .string(entry.value), "session": .string(parts[1])])
        default: return nil
        }
    }
}
