import Screening
import Values

/// Where the facts about a session were read from. Many messages share one: only the byte ranges differ, and these
/// stand in a list of their own.
struct Origin: Hashable {
    /// Where one fact comes from.
    enum Provenance: Hashable {
        case observed
        case absent
        /// A field; `range` is its place in the list of ranges.
        case reconstructed(field: String, ordinal: Int, note: String?, range: Int?)
    }

    /// Recipients in a row that share a provenance.
    struct Stretch: Hashable {
        let provenance: Provenance
        var count: Int
    }

    /// Client, PTR, HELO, TLS, authenticated identity, reverse-path, time.
    var facts: [Provenance] = []
    var recipients: [Stretch] = []

    /// The origin of what `record` knows, and the ranges in it.
    static func of(_ record: TransactionRecord) -> (origin: Origin, ranges: [Range<Int>]) {
        var origin = Origin()
        var ranges: [Range<Int>] = []
        func provenance<Value>(_ fact: Fact<Value>) -> Provenance {
            switch fact {
            case .observed: return .observed
            case .absent: return .absent
            case .reconstructed(_, let source):
                var place: Int?
                if let range = source.range {
                    place = ranges.firstIndex(of: range) ?? ranges.count
                    if place == ranges.count { ranges.append(range) }
                }
                return .reconstructed(field: source.field, ordinal: source.ordinal, note: source.note, range: place)
            }
        }
        let session = record.session
        origin.facts = [
            provenance(session.client), provenance(session.reverseName), provenance(session.helo),
            provenance(session.tls), provenance(session.authenticated), provenance(record.reversePath),
            provenance(record.time),
        ]
        for recipient in record.recipients {
            let provenance = provenance(recipient)
            if let last = origin.recipients.indices.last, origin.recipients[last].provenance == provenance {
                origin.recipients[last].count += 1
            } else {
                origin.recipients.append(Stretch(provenance: provenance, count: 1))
            }
        }
        return (origin, ranges)
    }
}

extension Origin {
    /// The origin as JSON.
    var text: String {
        JSON.array([
            .array(facts.map(\.json)), .array(recipients.map { .array([$0.provenance.json, .integer($0.count)]) }),
        ]).text
    }

    /// Reads what `text` gave; nil when it is something else.
    init?(_ text: String) {
        guard let parts = JSON(stored: text)?.items, parts.count == 2, let facts = parts[0].items, facts.count == 7,
            let recipients = parts[1].items
        else { return nil }
        for fact in facts {
            guard let provenance = Provenance(fact) else { return nil }
            self.facts.append(provenance)
        }
        for stretch in recipients {
            guard let pair = stretch.items, pair.count == 2, let provenance = Provenance(pair[0]),
                let count = pair[1].number
            else { return nil }
            self.recipients.append(Stretch(provenance: provenance, count: count))
        }
    }
}

extension Origin.Provenance {
    fileprivate var json: JSON {
        switch self {
        case .observed: "observed"
        case .absent: "absent"
        case .reconstructed(let field, let ordinal, let note, let range):
            .array([.string(field), .integer(ordinal), JSON(note), range.map(JSON.integer) ?? .null])
        }
    }

    fileprivate init?(_ json: JSON) {
        switch json {
        case "observed": self = .observed
        case "absent": self = .absent
        case .array(let parts):
            guard parts.count == 4, let field = parts[0].string, let ordinal = parts[1].number else { return nil }
            self = .reconstructed(field: field, ordinal: ordinal, note: parts[2].string, range: parts[3].number)
        default: return nil
        }
    }

    /// The words of a replay line for it.
    var words: String {
        switch self {
        case .observed: "observed"
        case .absent: "absent"
        case .reconstructed(let field, let ordinal, _, _):
            "reconstructed:\(HeaderSource(field: field, ordinal: ordinal, range: nil))"
        }
    }

    /// The fact that has this provenance and `value`; absent without a value.
    func fact<Value>(_ value: Value?, ranges: [Range<Int>]) -> Fact<Value> {
        guard let value else { return .absent }
        switch self {
        case .observed: return .observed(value)
        case .absent: return .absent
        case .reconstructed(let field, let ordinal, let note, let range):
            let range = range.flatMap { ranges.indices.contains($0) ? ranges[$0] : nil }
            return .reconstructed(value, from: HeaderSource(field: field, ordinal: ordinal, range: range, note: note))
        }
    }
}
