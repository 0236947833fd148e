import Values

/// Something known, or not, about a session: the value together with how it came to be known.
///
/// Live, everything is observed. In an archive the same facts are read back from header fields, or are gone; a stage
/// that needs a fact that is absent says so instead of guessing.
public enum Fact<Value: Sendable & Hashable>: Sendable, Hashable {
    /// Seen on the wire, or recorded there.
    case observed(Value)
    /// Read back from a header field of the archived message.
    case reconstructed(Value, from: HeaderSource)
    /// Not known.
    case absent

    /// The value, when there is one.
    @inlinable public var value: Value? {
        switch self {
        case .observed(let value), .reconstructed(let value, _): value
        case .absent: nil
        }
    }

    /// The part of the message the value was read from, where it was.
    @inlinable public var source: HeaderSource? {
        switch self {
        case .reconstructed(_, let source): source
        case .observed, .absent: nil
        }
    }

    /// The provenance in the words of a replay line: `observed`, `reconstructed:Received[0]`, `absent`.
    public var provenance: String {
        switch self {
        case .observed: "observed"
        case .reconstructed(_, let source): source.isLog ? "observed(log)" : "reconstructed:\(source)"
        case .absent: "absent"
        }
    }

    /// The fact about something that `transform` derives from this one; absent when it derives nothing.
    public func map<Other>(_ transform: (Value) -> Other?) -> Fact<Other> {
        switch self {
        case .observed(let value): transform(value).map(Fact<Other>.observed) ?? .absent
        case .reconstructed(let value, let source):
            transform(value).map { .reconstructed($0, from: source) } ?? .absent
        case .absent: .absent
        }
    }
}

/// The part of an archived message that a fact was read from.
public struct HeaderSource: Sendable {
    /// Facts are copied with every transaction that a stage is asked about; their sources are seldom looked at.
    private let place: Place

    private final class Place: Sendable {
        let field: String
        let ordinal: Int
        let range: Range<Int>?
        let note: String?

        init(_ field: String, _ ordinal: Int, _ range: Range<Int>?, _ note: String?) {
            (self.field, self.ordinal, self.range, self.note) = (field, ordinal, range, note)
        }
    }

    /// The field's name, or `envelope line` for an mbox "From " line.
    public var field: String { place.field }
    /// Which of the fields of that name, topmost 0.
    public var ordinal: Int { place.ordinal }
    /// The bytes of the field in the message; nil where the source is no part of it.
    public var range: Range<Int>? { place.range }
    /// Why this one was believed, where there was a choice.
    public var note: String? { place.note }

    /// A source within a message.
    public init(field: String, ordinal: Int = 0, range: Range<Int>?, note: String? = nil) {
        place = Place(field, ordinal, range, note)
    }
}

extension HeaderSource: Hashable {
    /// Equal in all that is told.
    public static func == (left: HeaderSource, right: HeaderSource) -> Bool {
        left.place === right.place
            || left.field == right.field && left.ordinal == right.ordinal && left.range == right.range
                && left.note == right.note
    }

    /// Hashes all that is told.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(field)
        hasher.combine(ordinal)
        hasher.combine(range)
        hasher.combine(note)
    }
}

extension HeaderSource {
    /// The name of what is no field: the logs of the server that the message came to.
    public static let logs = "log"

    /// Whether the fact was read from a log: it was observed, by another program.
    public var isLog: Bool { range == nil && field.utf8.count == 3 && field == HeaderSource.logs }
}

extension HeaderSource: CustomStringConvertible {
    /// `Received[0]`, `Return-Path`.
    public var description: String {
        isNumbered ? "\(field)[\(ordinal)]" : field
    }

    /// Whether the place among fields of the same name is told.
    var isNumbered: Bool {
        // Most names have another length.
        ordinal > 0 || field.utf8.count == 8 && field.equalsIgnoringASCIICase("Received")
    }
}
