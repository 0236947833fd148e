import Values

/// Rows for the tables of a case as bytes, one after another, until they are written: a dozen rows a message as arrays
/// of values would each be an allocation.
struct RowBytes {
    /// A value of a row: itself, or what stands for a number that only the case knows.
    enum Value {
        case null
        case integer(Int64)
        case text(Range<Int>)
        /// A text with a NUL in it, as SQLite's text would end there.
        case blob(Range<Int>)
        /// The run's number.
        case run
        /// The number of the row's message.
        case message
        /// The number of something that messages share, by its place among those of its sort.
        case shared(SharedRows, Int)
    }

    private enum Tag {
        static let null: UInt8 = 0
        static let integer: UInt8 = 1
        static let text: UInt8 = 2
        static let blob: UInt8 = 3
        static let run: UInt8 = 4
        static let message: UInt8 = 5
        static let shared: UInt8 = 16
    }

    private(set) var bytes: [UInt8] = []

    var count: Int { bytes.count }

    /// Begins a row of `table`; as many values as it has columns follow.
    mutating func begin(_ table: CaseTable) { bytes.append(table.rawValue) }

    /// Appends what is no value of its own: null, or the run's or message's number.
    mutating func appendNull() { bytes.append(Tag.null) }
    mutating func appendRun() { bytes.append(Tag.run) }
    mutating func appendMessage() { bytes.append(Tag.message) }

    mutating func append(_ sort: SharedRows, _ place: Int) {
        bytes.append(Tag.shared + sort.rawValue)
        append(word: UInt64(place))
    }

    mutating func append(_ number: Int?) {
        guard let number else { return appendNull() }
        bytes.append(Tag.integer)
        append(word: UInt64(bitPattern: Int64(number)))
    }

    mutating func append(_ text: String?) {
        guard let text else { return appendNull() }
        let start = beginText()
        bytes.append(utf8Of: text)
        endText(start)
    }

    /// Appends what `write` writes as a text.
    mutating func append(writing write: (inout [UInt8]) -> Void) {
        let start = beginText()
        write(&bytes)
        endText(start)
    }

    private mutating func beginText() -> Int {
        bytes.append(Tag.text)
        append(word: 0)
        return bytes.count
    }

    private mutating func endText(_ start: Int) {
        let length = UInt64(bytes.count - start)
        for index in 0..<8 { bytes[start - 8 + index] = UInt8(truncatingIfNeeded: length >> (8 * UInt64(index))) }
        let hasNUL = Bytes(bytes, in: start..<bytes.count).withSpan { $0.firstIndex(of: 0) } != nil
        if hasNUL { bytes[start - 9] = Tag.blob }
    }

    private mutating func append(word: UInt64) {
        for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(index)))) }
    }

    /// The table of the row that begins at `position`, which is moved behind it.
    func table(at position: inout Int) -> CaseTable? {
        defer { position += 1 }
        return CaseTable(rawValue: bytes[position])
    }

    /// The value at `position`, which is moved behind it.
    func value(at position: inout Int) -> Value {
        let tag = bytes[position]
        position += 1
        switch tag {
        case Tag.integer: return .integer(Int64(bitPattern: word(at: &position)))
        case Tag.text, Tag.blob:
            let length = Int(word(at: &position))
            let range = position..<position + length
            position += length
            return tag == Tag.text ? .text(range) : .blob(range)
        case Tag.run: return .run
        case Tag.message: return .message
        default:
            guard let sort = SharedRows(rawValue: tag &- Tag.shared) else { return .null }
            return .shared(sort, Int(word(at: &position)))
        }
    }

    private func word(at position: inout Int) -> UInt64 {
        defer { position += 8 }
        return (0..<8).reduce(0) { $0 | UInt64(bytes[position + $1]) << (8 * UInt64($1)) }
    }
}

/// The tables with rows of single messages.
enum CaseTable: UInt8, CaseIterable {
    case fates, results, fields, recipients, findings, notes, omissions, effects, weights, answers

    /// The statement that adds a row, and how many values it takes.
    var insertion: (sql: String, values: Int) {
        switch self {
        case .fates: ("INSERT INTO recorded_fates VALUES (?, ?, ?, ?, ?)", 5)
        case .results:
            (
                "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                21
            )
        // The message's own: another run has them already.
        case .fields: ("INSERT OR IGNORE INTO recorded_fields VALUES (?, ?, ?, ?, ?)", 5)
        case .recipients: ("INSERT INTO recipients VALUES (?, ?, ?, ?)", 4)
        case .findings: ("INSERT INTO findings VALUES (?, ?, ?, ?, ?)", 5)
        case .notes: ("INSERT INTO reply_notes VALUES (?, ?, ?, ?)", 4)
        case .omissions: ("INSERT INTO omission_details VALUES (?, ?, ?, ?)", 4)
        case .effects: ("INSERT INTO effects VALUES (?, ?, ?, ?)", 4)
        case .weights: ("INSERT OR IGNORE INTO weights VALUES (?, ?, ?, ?, ?, ?)", 6)
        case .answers:
            (
                """
                INSERT OR IGNORE INTO dns_answers (told, name, type, rcode, rdata, authentic) VALUES (?, ?, ?, ?, ?, ?)
                """, 6
            )
        }
    }
}

/// The tables with rows that messages share.
enum SharedRows: UInt8, CaseIterable {
    case kinds, outcomes, courses, origins, labelSets, profiles

    /// The table's name.
    var table: String {
        switch self {
        case .kinds: "kinds"
        case .outcomes: "outcomes"
        case .courses: "courses"
        case .origins: "origins"
        case .labelSets: "label_sets"
        case .profiles: "profiles"
        }
    }
}
