import Values

/// The attributes of a start tag, the first of each name. Their values are read when they are asked for: of most tags
/// none is.
struct HTMLAttributes {
    private let bytes: [UInt8]
    /// Where each name and value is; of an attribute that has its name alone, no value.
    private var places: [(name: Range<Int>, value: Range<Int>?)] = []
    /// How many attributes of one tag are kept.
    private static let limit = 200

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func removeAll() { places.removeAll(keepingCapacity: true) }

    mutating func append(name: Range<Int>, value: Range<Int>?) {
        guard places.count < HTMLAttributes.limit else { return }
        let isKnown = places.contains { other, _ in
            other.count == name.count && bytes[other].elementsEqual(bytes[name], by: { $0.lowercased == $1.lowercased })
        }
        if !isKnown { places.append((name, value)) }
    }

    /// The value of the attribute of that name, given in lower case.
    subscript(_ name: String) -> [UInt8]? {
        places.first { bytes[$0.name].equalsIgnoringCase(name) }.map { value(at: $0) }
    }

    /// The value as text.
    func text(_ name: String) -> String? { self[name].map { String(decoding: $0, as: UTF8.self) } }

    /// The value of the last attribute of which the name ends so, and does not begin there.
    func last(endingIn ending: String) -> [UInt8]? {
        places.last { $0.name.count > ending.utf8.count && bytes[$0.name].hasSuffixIgnoringCase(ending) }
            .map { value(at: $0) }
    }

    /// Calls `body` with those that change how text looks.
    func eachLook(_ body: (HTMLLook, () -> [UInt8]) -> Void) {
        for place in places { if let look = HTMLLook(bytes[place.name]) { body(look) { value(at: place) } } }
    }

    /// All of them, names in lower case.
    var pairs: [(name: String, value: [UInt8])] {
        places.map { (String(decoding: bytes[$0.name].map(\.lowercased), as: UTF8.self), value(at: $0)) }
    }

    private func value(at place: (name: Range<Int>, value: Range<Int>?)) -> [UInt8] {
        guard let range = place.value else { return bytes[place.name].map(\.lowercased) }
        guard bytes[range].contains(.ascii("&")) else { return Array(bytes[range]) }
        return HTMLReferences.decode(bytes, in: range, isAttribute: true)
    }
}
