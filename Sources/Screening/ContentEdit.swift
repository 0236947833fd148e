import Mail
import Values

/// A change to what a message holds, as stages ask for it.
public enum ContentEdit: Sendable, Hashable {
    /// Put a disclaimer into the text that a reader is shown first.
    case disclaimer(Disclaimer)
    /// Take out the part with this section number, whose bytes in the message are `span`. `note` stands in its place;
    /// nothing does where it is empty.
    case takeOut(path: String, span: Range<Int>, note: String)

    /// The edit as the members of a JSON object.
    var members: [String: JSON] {
        switch self {
        case .disclaimer(let disclaimer):
            [
                "effect": "add-disclaimer", "text": .string(disclaimer.text), "html": .string(disclaimer.html),
                "place": .string(disclaimer.place.rawValue),
            ]
        case .takeOut(let path, let span, let note):
            [
                "effect": "take-out", "part": .string(path),
                "span": .array([.integer(span.lowerBound), .integer(span.upperBound)]), "note": .string(note),
            ]
        }
    }
}
