import Mail
import Values

/// The fields of a header by name, for choosing those that a signature covers.
struct SignedFields {
    private let header: HeaderBlock
    /// Where fields of each name stand, topmost first; names in lower case.
    private let places: [String: [Int]]

    init(_ header: HeaderBlock) {
        var places: [String: [Int]] = [:]
        for index in header.indices { places[header[index].nameBytes.lowercasedText, default: []].append(index) }
        (self.header, self.places) = (header, places)
    }

    /// The fields that `names` (in lower case) choose, in signing order.
    ///
    /// RFC 6376 §5.4.2: the instances of a name are taken from the bottom up; a name beyond the last instance stands
    /// for no field. §3.5: the signature's own field is never among them.
    func selected(by names: [String], excluding own: Int) -> [HeaderField] {
        var taken: [String: Int] = [:]
        var fields: [HeaderField] = []
        for name in names {
            guard let places = places[name] else { continue }
            var next = places.count - 1 - taken[name, default: 0]
            if next >= 0, places[next] == own {
                taken[name, default: 0] += 1
                next -= 1
            }
            guard next >= 0 else { continue }
            taken[name, default: 0] += 1
            fields.append(header[places[next]])
        }
        return fields
    }

    /// A field signed once that the header has more often, among those a message has once (RFC 5322 §3.6); nil when
    /// there is none. Whoever shows the message may show the unsigned one (RFC 6376 §8.15).
    func addedField(besides names: [String]) -> String? {
        SignedFields.singular.first { name in
            guard let places = places[name], places.count > 1 else { return false }
            let signed = names.count { $0 == name }
            return signed > 0 && places.count > signed
        }
    }

    /// The fields shown to readers, or that say how the body is shown, that the header has and `names` leaves out.
    func unsignedFields(besides names: [String]) -> [String] {
        let signed = Set(names)
        return SignedFields.shown.filter { places[$0] != nil && !signed.contains($0) }
    }

    private static let shown = [
        "sender", "reply-to", "to", "cc", "subject", "date", "mime-version", "content-type",
        "content-transfer-encoding",
    ]
    private static let singular = ["from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id"]
}
