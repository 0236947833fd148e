import Values

/// How much happened when: counts of records by kind, for each hour or day.
public struct LogTimeline: Sendable {
    /// How long a row is.
    public enum Step: String, Sendable, Hashable, CaseIterable {
        case minute, hour, day

        var milliseconds: Int64 {
            switch self {
            case .minute: 60_000
            case .hour: 3_600_000
            case .day: 86_400_000
            }
        }
    }

    /// A row.
    public struct Row: Sendable, Hashable {
        /// When it begins.
        public let start: Timestamp
        /// How many messages came: lines that tell of one for the first time.
        public var messages = 0
        /// How many records there are of each kind.
        public var kinds: [LogRecord.Kind: Int] = [:]
        /// Deliveries that came about, were put off, and failed.
        public var sent = 0, deferred = 0, failed = 0
        /// Authentications that failed.
        public var guesses = 0
    }

    /// Records without a time.
    public private(set) var timelessCount = 0
    private let step: Step
    private var rows: [Int64: Row] = [:]
    private static let mostRows = 200_000

    /// Of nothing yet, in rows of this length.
    public init(step: Step) { self.step = step }

    /// Adds a record.
    public mutating func add(_ record: LogRecord) {
        guard let time = record.instant?.time else {
            timelessCount += 1
            return
        }
        let length = step.milliseconds
        let value = time.milliseconds
        let index = (value >= 0 ? value : value - length + 1) / length
        if rows[index] == nil, rows.count >= LogTimeline.mostRows {
            timelessCount += 1
            return
        }
        rows[index, default: Row(start: Timestamp(milliseconds: index * length))].note(record)
    }

    /// The rows in order; where nothing happened in between, there is none.
    public var inOrder: [Row] { rows.sorted { $0.key < $1.key }.map(\.value) }
}

extension LogTimeline.Row {
    fileprivate mutating func note(_ record: LogRecord) {
        kinds[record.kind, default: 0] += 1
        switch record.kind {
        case .message:
            // Of the lines that a message has, one names the client, the user or, elsewhere, everything.
            if record[.client] != nil || record[.user] != nil || record[.protocolName] != nil
                || record[.clientName] != nil
            {
                messages += 1
            }
        case .delivery:
            switch record[.status] {
            case "sent": sent += 1
            case "deferred": deferred += 1
            default: failed += 1
            }
        case .authentication:
            if record[.status] == "fail" { guesses += 1 }
        default: break
        }
    }
}
