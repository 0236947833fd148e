import Values

/// The fields of a header, as rules ask for them.
struct FieldTable {
    struct Field {
        /// The name as the message has it.
        let name: [UInt8]
        /// What follows the colon, with folds and the last line end.
        let raw: [UInt8]
        /// The value unfolded and decoded to UTF-8, without white space around it.
        let value: [UInt8]

        /// The name and the value as one line.
        var line: [UInt8] {
            var line: [UInt8] = []
            line.reserveCapacity(name.count + value.count + 3)
            line += name
            line.append(.colon)
            line.append(.space)
            line += value
            line.append(.lf)
            return line
        }
    }

    /// More fields than this are not kept: each costs far more than the bytes it came in.
    private static let limit = 20_000

    private(set) var fields: [Field] = []
    private var places: [String: [Int]] = [:]

    mutating func append(name: [UInt8], raw: [UInt8], settings: RuleSettings) {
        guard fields.count < FieldTable.limit else { return }
        let key = FieldTable.key(name)
        places[key, default: []].append(fields.count)
        fields.append(Field(name: name, raw: raw, value: FieldText.value(raw, of: key, settings)))
    }

    private static func key(_ name: [UInt8]) -> String { String(decoding: name.map(\.lowercased), as: UTF8.self) }

    /// Whether there is a field of that name, given in lower case.
    func has(_ key: String) -> Bool { places[key] != nil }

    /// The fields of that name, given in lower case.
    func all(_ key: String) -> [Field] { places[key]?.map { fields[$0] } ?? [] }

    /// The last field of that name.
    func last(_ key: String) -> Field? { places[key]?.last.map { fields[$0] } }

    /// The value of the last field of that name; empty where there is none.
    func value(_ key: String) -> [UInt8] { last(key)?.value ?? [] }
}
