/// How many lines each format was given, how many it knew, and what those look like that none did.
public struct LogTally: Sendable, Hashable {
    /// Lines of a format.
    public struct Count: Sendable, Hashable {
        /// How many there were.
        public var seen = 0
        /// How many were read, continuation lines among them.
        public var read = 0
    }

    /// Lines of one shape.
    public struct Shape: Sendable, Hashable {
        /// The format that was given them, or the program that wrote them.
        public let format: String
        /// What they look like.
        public let shape: String
        /// How many there are.
        public var count: Int
        /// Where the first stands.
        public let place: LogPlace
    }

    /// The name under which lines are counted that no format was given.
    public static let unrecognized = "unrecognized"
    /// The name under which lines are counted of programs that are not about mail.
    public static let others = "other programs"

    /// The formats that lines were of, by name.
    public private(set) var formats: [String: Count] = [:]
    /// Empty lines.
    public var emptyCount = 0
    /// Lines that were too long to be read whole: their beginning was.
    public var overlongCount = 0
    /// Lines that are earlier than the one before them by more than a second, of one host in one file.
    public var stepCount = 0
    /// Lines whose shape is not shown, as there are too many shapes.
    public private(set) var unshownCount = 0
    private var shapes: [String: Shape] = [:]

    /// How many shapes are kept.
    static let mostShapes = 500

    /// Counts nothing yet.
    public init() {}

    /// All lines, empty ones too.
    public var lineCount: Int { formats.values.reduce(emptyCount) { $0 + $1.seen } }

    /// How many lines no format knew.
    public var unknownCount: Int { formats.values.reduce(0) { $0 + $1.seen - $1.read } }

    /// Whether any line was read: of what none was, no format is the format. Lines of programs that are not about mail
    /// are those of a system's log.
    public var isOfKnownFormat: Bool { formats.contains { $0.value.read > 0 } }

    /// The counts of each format, by name.
    public var byFormat: [(name: String, count: Count)] {
        formats.sorted { $0.key < $1.key }.map { (name: $0.key, count: $0.value) }
    }

    /// The shapes, the most frequent first.
    public var unknown: [Shape] {
        shapes.values.sorted { ($1.count, $0.format, $0.shape) < ($0.count, $1.format, $1.shape) }
    }

    mutating func add(_ count: Count, to format: String) {
        guard count.seen > 0 else { return }
        formats[format, default: Count()].seen += count.seen
        formats[format, default: Count()].read += count.read
    }

    mutating func note(_ shape: String, of format: String, at place: LogPlace) {
        let key = "\(format)\0\(shape)"
        if shapes[key] != nil {
            shapes[key]?.count += 1
        } else if shapes.count < LogTally.mostShapes {
            shapes[key] = Shape(format: format, shape: shape, count: 1, place: place)
        } else {
            unshownCount += 1
        }
    }
}
