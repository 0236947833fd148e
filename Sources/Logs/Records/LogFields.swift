import Values

/// The fields of a record, each name at most once.
///
/// What the line says is kept as a place in the line, and is made a string when somebody asks for it: an import reads far
/// more than anybody wants to know.
public struct LogFields: Sendable {
    /// The line that places are in, without what stands before the program's words.
    private(set) var text: ArraySlice<UInt8>
    /// Who wrote it.
    var origin: LogOrigin
    /// Which names are there, a bit for each.
    private var names: UInt64 = 0
    private var count = 0
    private var slots = InlineArray<16, UInt64>(repeating: 0)
    /// What does not stand in the line, and slots beyond those.
    private var extras: [Extra] = []

    private enum Extra: Sendable {
        case value(String)
        /// What is no UTF-8, which a string could not hold.
        case octets([UInt8])
        case slot(UInt64)
    }

    /// No fields of a line.
    init(of text: ArraySlice<UInt8>, by origin: LogOrigin) { (self.text, self.origin) = (text, origin) }

    /// No fields.
    init() { self.init(of: [], by: .unknown) }

    /// Where a value is.
    private enum Source: UInt64 {
        /// In the line: at an offset, so many bytes long.
        case line
        /// In the program's name: the same.
        case program
        /// Among the extras, at a place.
        case extras
    }

    // A slot has the name in its lowest 6 bits, the source in 2, an offset or place in 28 and a length in 28.
    private static let mostOffset = 1 << 28

    private static func slot(_ name: LogField, _ source: Source, _ offset: Int, _ length: Int) -> UInt64 {
        UInt64(name.rank) | source.rawValue << 6 | UInt64(offset) << 8 | UInt64(length) << 36
    }

    /// Whether there are none.
    var isEmpty: Bool { names == 0 }

    /// Whether a field is there.
    func has(_ name: LogField) -> Bool { names & (1 << UInt64(name.rank)) != 0 }

    /// The slot of a name; nil where it is not there.
    private func slot(of name: LogField) -> UInt64? {
        guard has(name) else { return nil }
        let rank = UInt64(name.rank)
        for place in 0..<Swift.min(count, 16) where slots[place] & 63 == rank { return slots[place] }
        for case .slot(let slot) in extras where slot & 63 == rank { return slot }
        return nil
    }

    private mutating func put(_ name: LogField, _ slot: UInt64) {
        if has(name) { remove(name) }
        names |= 1 << UInt64(name.rank)
        if count < 16 { slots[count] = slot } else { extras.append(.slot(slot)) }
        count += 1
    }

    private mutating func remove(_ name: LogField) {
        let rank = UInt64(name.rank)
        names &= ~(1 << rank)
        count -= 1
        for (place, extra) in extras.enumerated() {
            if case .slot(let slot) = extra, slot & 63 == rank {
                // The places of values stay what they are.
                extras[place] = .value("")
                return
            }
        }
        // What lies beyond moves up, so that what is in line is without gaps.
        let beyond = extras.lastIndex { if case .slot = $0 { true } else { false } }
        for place in 0..<Swift.min(count + 1, 16) where slots[place] & 63 == rank {
            if let beyond, case .slot(let slot) = extras[beyond] {
                slots[place] = slot
                extras[beyond] = .value("")
            } else {
                slots[place] = slots[count]
            }
            return
        }
    }

    /// Sets a field to what stands in the line at `range`.
    mutating func set(_ name: LogField, in range: Range<Int>) {
        let offset = range.lowerBound - text.startIndex
        guard offset >= 0, range.upperBound <= text.endIndex, range.upperBound - text.startIndex < LogFields.mostOffset
        else { return }
        put(name, LogFields.slot(name, .line, offset, range.count))
    }

    /// Sets a field to the program's name from its byte `offset` on.
    mutating func setProgram(_ name: LogField, from offset: Int) {
        guard let program = origin.program, offset >= 0, offset <= program.utf8.count, offset < LogFields.mostOffset
        else { return }
        put(name, LogFields.slot(name, .program, offset, program.utf8.count - offset))
    }

    /// The value of a field; setting nil removes it.
    public subscript(_ name: LogField) -> String? {
        get { slot(of: name).map { value(of: $0) } }
        set {
            if let newValue {
                put(name, LogFields.slot(name, .extras, keep(newValue), 0))
            } else if has(name) {
                remove(name)
            }
        }
    }

    private func value(of slot: UInt64) -> String {
        let (offset, length) = (Int(slot >> 8 & 0xFFF_FFFF), Int(slot >> 36))
        switch Source(rawValue: slot >> 6 & 3) {
        case .line: return text.string(text.startIndex + offset..<text.startIndex + offset + length)
        case .program: return String(decoding: (origin.program ?? "").utf8.dropFirst(offset), as: UTF8.self)
        case .extras: return extra(at: offset)
        case nil: return ""
        }
    }

    /// Sets a field to these bytes. As a string they are read as UTF-8; `octets(_:)` gives them as they are.
    mutating func set(_ name: LogField, octets: ArraySlice<UInt8>) {
        if let text = String(validating: octets, as: UTF8.self) {
            self[name] = text
        } else {
            extras.append(.octets(Array(octets)))
            put(name, LogFields.slot(name, .extras, extras.count - 1, 0))
        }
    }

    /// The bytes of a field, as the log has them.
    func octets(_ name: LogField) -> Bytes? {
        guard let slot = slot(of: name) else { return nil }
        if let bytes = bytes(name) { return Bytes(Array(bytes)) }
        let place = Int(slot >> 8 & 0xFFF_FFFF)
        if slot >> 6 & 3 == Source.extras.rawValue, extras.indices.contains(place),
            case .octets(let octets) = extras[place]
        {
            return Bytes(octets)
        }
        return Bytes(value(of: slot))
    }

    /// Keeps a string that is no field; its place.
    mutating func keep(_ string: String) -> Int {
        extras.append(.value(string))
        return extras.count - 1
    }

    /// The string that is kept at a place.
    func extra(at place: Int) -> String {
        guard extras.indices.contains(place) else { return "" }
        switch extras[place] {
        case .value(let value): return value
        case .octets(let octets): return octets[...].string
        case .slot: return ""
        }
    }

    /// The first bytes of the line, as a string.
    func head(_ length: Int) -> String { text.prefix(length).string }

    /// The bytes of a field that stands in the line; nil where it is not there, or is made of something else.
    func bytes(_ name: LogField) -> ArraySlice<UInt8>? {
        guard let slot = slot(of: name) else { return nil }
        guard slot >> 6 & 3 == Source.line.rawValue else { return nil }
        let start = text.startIndex + Int(slot >> 8 & 0xFFF_FFFF)
        return text[start..<start + Int(slot >> 36)]
    }

    /// Whether a field is there and is `text`.
    func `is`(_ name: LogField, _ text: StaticString) -> Bool {
        guard let slot = slot(of: name) else { return false }
        guard let bytes = bytes(name) else { return value(of: slot).utf8.isEqual(to: text) }
        return bytes.count == text.utf8CodeUnitCount && bytes.has(text, at: bytes.startIndex)
    }

    /// Lets go of what the line was read from, and keeps the line: for records that outlive the reading.
    mutating func own() { text = LogText(Array(text)) }
}

extension String.UTF8View {
    /// Whether these are the bytes of `text`.
    func isEqual(to text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { unsafe elementsEqual($0) }
    }
}

extension LogFields: Sequence {
    /// The fields in the order of their names.
    public func makeIterator() -> AnyIterator<LogRecord.Field> {
        var rest = names
        return AnyIterator {
            guard rest != 0 else { return nil }
            let rank = rest.trailingZeroBitCount
            rest &= rest - 1
            let name = LogField.allCases[rank]
            return self[name].map { LogRecord.Field(name, $0) }
        }
    }
}

extension LogFields: Hashable {
    public static func == (left: LogFields, right: LogFields) -> Bool {
        left.names == right.names && left.elementsEqual(right)
    }

    public func hash(into hasher: inout Hasher) {
        for field in self { hasher.combine(field) }
    }
}
