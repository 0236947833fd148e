import Mail
import Values

/// The fields of a header by name, for choosing those that a signature covers.
struct SignedFields {
    private let header: HeaderBlock
    /// Where fields of each name stand, topmost first, names in lower case: for headers of so many fields that going
    /// through them for every name would take too long.
    private let places: [String: [Int]]?

    /// Headers of more fields get a table, which costs as much as going through this many for some dozens of names.
    private static let untabled = 256

    init(_ header: HeaderBlock) {
        self.header = header
        guard header.count > SignedFields.untabled else {
            places = nil
            return
        }
        var places: [String: [Int]] = [:]
        for index in header.indices { places[header[index].nameBytes.lowercasedText, default: []].append(index) }
        self.places = places
    }

    /// The fields that `names` (in lower case) choose, in signing order.
    ///
    /// RFC 6376 §5.4.2: the instances of a name are taken from the bottom up; a name beyond the last instance stands
    /// for no field. §3.5: the signature's own field is never among them.
    func selected(by names: [String], excluding own: Int) -> [HeaderField] {
        var fields: [HeaderField] = []
        fields.reserveCapacity(min(names.count, header.count))
        guard var left = places else {
            var isTaken = [Bool](repeating: false, count: header.count)
            isTaken[own] = true
            for name in names {
                guard let place = header.lastIndex(of: name, where: { !isTaken[$0] }) else { continue }
                isTaken[place] = true
                fields.append(header[place])
            }
            return fields
        }
        for name in names {
            var place = left[name]?.popLast()
            if place == own { place = left[name]?.popLast() }
            if let place { fields.append(header[place]) }
        }
        return fields
    }

    private func count(of name: HeaderName) -> Int {
        places.map { $0[name.text]?.count ?? 0 } ?? header.count(of: name)
    }

    /// A field signed once that the header has more often, among those a message has once (RFC 5322 §3.6); nil when
    /// there is none. Whoever shows the message may show the unsigned one (RFC 6376 §8.15).
    func addedField(besides names: [String]) -> String? {
        guard places != nil || header.hasRepeated(SignedFields.singular) else { return nil }
        for name in SignedFields.singular {
            let present = count(of: name)
            guard present > 1 else { continue }
            let signed = names.count { $0 == name.text }
            if signed > 0, present > signed { return name.text }
        }
        return nil
    }

    /// The fields shown to readers, or that say how the body is shown, that the header has and `names` leaves out.
    func unsignedFields(besides names: [String]) -> [String] {
        SignedFields.shown.filter { count(of: $0) > 0 && !names.contains($0.text) }.map(\.text)
    }

    private static let shown = [
        "sender", "reply-to", "to", "cc", "subject", "date", "mime-version", "content-type",
        "content-transfer-encoding",
    ].map { HeaderName($0) }
    private static let singular = [
        "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id",
    ].map { HeaderName($0) }
}
