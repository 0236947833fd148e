/// What was seen in a message, by kind: for each the text that says so, as evidence.
struct Notes {
    private var texts: [String: [UInt8]] = [:]
    /// What is longer is cut: evidence is for people.
    private static let longest = 200

    /// What was seen of `kind`; nil for nothing.
    subscript(kind: String) -> [UInt8]? { texts[kind] }

    /// Notes that `kind` was seen, if nothing of it was before.
    mutating func note(_ kind: StaticString, _ text: some Sequence<UInt8>) {
        let key = kind.description
        if texts[key] == nil { texts[key] = Array(text.prefix(Notes.longest)) }
    }

    /// Notes that `kind` was seen, if nothing of it was before.
    mutating func note(_ kind: StaticString, _ text: String) { note(kind, text.utf8) }
}
