import Mail
import Values

/// A change to what a message holds, as stages ask for it.
public enum ContentEdit: Sendable, Hashable {
    /// Put a disclaimer into the text that a reader is shown first.
    case disclaimer(Disclaimer)
    /// Put all that the message holds, untouched, into one part of it, and a disclaimer into another beside it.
    case enclose(Disclaimer)
    /// Take out the part with this section number, whose bytes in the message are `span`. `note` stands in its place;
    /// nothing does where it is empty.
    case takeOut(path: String, span: Range<Int>, note: String)

    /// The edit as the members of a JSON object.
    var members: [String: JSON] {
        switch self {
        case .disclaimer(let disclaimer): ContentEdit.members("add-disclaimer", disclaimer)
        case .enclose(let disclaimer): ContentEdit.members("enclose", disclaimer)
        case .takeOut(let path, let span, let note):
            [
                "effect": "take-out", "part": .string(path),
                "span": .array([.integer(span.lowerBound), .integer(span.upperBound)]), "note": .string(note),
            ]
        }
    }

    private static func members(_ effect: String, _ disclaimer: Disclaimer) -> [String: JSON] {
        [
            "effect": .string(effect), "text": .string(disclaimer.text), "html": .string(disclaimer.html),
            "place": .string(disclaimer.place.rawValue),
        ]
    }
}
