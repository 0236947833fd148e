import Mail
import Values

/// A change to what a message holds, as stages ask for it.
public enum ContentEdit: Sendable, Hashable {
    /// Put a disclaimer into the text that a reader is shown first.
    case disclaimer(Disclaimer)
    /// Put all that the message holds, untouched, into one part of it, and a disclaimer into another beside it.
    case enclose(Disclaimer)
    /// Take out the part with this section number, whose bytes in the message are `span`. `note` stands in its place;
    /// nothing does where it is empty. With `isKept` the part goes into quarantine: where it cannot, the message is not
    /// passed on.
    case takeOut(path: String, span: Range<Int>, note: String, isKept: Bool = false)
    /// Give the part with this section number, whose bytes in the message are `span`, this content.
    case rewrite(path: String, span: Range<Int>, content: Bytes)

    /// The edit as the members of a JSON object.
    var members: [String: JSON] {
        switch self {
        case .disclaimer(let disclaimer): ContentEdit.members("add-disclaimer", disclaimer)
        case .enclose(let disclaimer): ContentEdit.members("enclose", disclaimer)
        case .takeOut(let path, let span, let note, let isKept):
            ContentEdit.members("take-out", path, span).merging(
                isKept ? ["note": .string(note), "keep": .bool(true)] : ["note": .string(note)]
            ) { $1 }
        case .rewrite(let path, let span, let content):
            ContentEdit.members("rewrite-part", path, span).merging(["content": .string(Base64.text(content))]) { $1 }
        }
    }

    private static func members(_ effect: String, _ path: String, _ span: Range<Int>) -> [String: JSON] {
        [
            "effect": .string(effect), "part": .string(path),
            "span": .array([.integer(span.lowerBound), .integer(span.upperBound)]),
        ]
    }

    private static func members(_ effect: String, _ disclaimer: Disclaimer) -> [String: JSON] {
        [
            "effect": .string(effect), "text": .string(disclaimer.text), "html": .string(disclaimer.html),
            "place": .string(disclaimer.place.rawValue),
        ]
    }
}
