import Policy
import Values

/// Addresses under one name.
struct AddressGroup: Sendable {
    let name: String
    let members: SenderIndex

    /// Reads a group; nil, with the mistake noted, when it has no name.
    init?(from reader: inout PolicyReader) {
        let name = reader.optionalText("name", "What conditions call the group.")
        let members = reader.values(
            "members", default: [], expecting: SenderPattern.expecting, "The addresses.", parse: { SenderPattern($0) })
        let listed = reader.lists(
            "files", expecting: SenderPattern.expecting, "Files of further addresses, one a line.",
            parse: { SenderPattern($0) })
        guard let name, !name.isEmpty else {
            if !reader.place.isBuiltIn { reader.report("a group needs a 'name'", at: reader.place) }
            return nil
        }
        self.name = name
        self.members = SenderIndex((members + listed).map(\.value))
    }
}
