import Policy
import SMTP
import Screening
import Values

/// A verdict without its score, as a case keeps it: few of them hold for all messages of a run.
enum StoredVerdict {
    /// The grounds as JSON, the deciding one first.
    static func grounds(_ grounds: [Verdict.Ground]) -> String {
        JSON.array(
            grounds.map { ground in
                switch ground {
                case .action(let action, let symbol, let place):
                    .object([
                        "action": .string(action.rawValue), "symbol": .string(symbol.name),
                        "place": .string(place.description),
                    ])
                case .threshold(let disposition, let score, let place):
                    .object([
                        "disposition": .string(disposition.rawValue), "score": .thousandths(score),
                        "place": .string(place.description),
                    ])
                case .recipientsRefused: .object(["recipients": "refused"])
                }
            }
        ).text
    }

    /// The reply as JSON: code, enhanced status or null, lines.
    static func parts(of reply: SMTPReply) -> String {
        JSON.array([
            .integer(reply.code), JSON(reply.enhanced?.description), .array(reply.lines.map(JSON.string)),
        ]).text
    }

    /// The reply that `parts` is; nil when it is none.
    static func reply(_ parts: String) -> SMTPReply? {
        guard let cells = JSON(stored: parts)?.items, cells.count == 3, let code = cells[0].number,
            let lines = cells[2].items?.compactMap(\.string)
        else { return nil }
        return SMTPReply(code: code, enhanced: cells[1].string.flatMap { EnhancedStatus($0) }, lines: lines)
    }

    /// The grounds that `text` holds; nil when it holds something else.
    static func grounds(_ text: String) -> [Verdict.Ground]? {
        guard let items = JSON(stored: text)?.items else { return nil }
        var grounds: [Verdict.Ground] = []
        for members in items.map({ $0.members ?? [:] }) {
            let place = members["place"]?.string.flatMap { PolicyPlace(told: $0) }
            if let symbol = members["symbol"]?.string, let place,
                let action = members["action"]?.string.flatMap(Action.init(rawValue:))
            {
                grounds.append(.action(action, Symbol(symbol), place))
            } else if let score = members["score"]?.inThousandths, let place,
                let disposition = members["disposition"]?.string.flatMap(Disposition.init(rawValue:))
            {
                grounds.append(.threshold(disposition, thousandths: score, place))
            } else if members["recipients"] == "refused" {
                grounds.append(.recipientsRefused)
            } else {
                return nil
            }
        }
        return grounds
    }
}

extension Verdict.Ground {
    /// The symbol that is the ground; nil where it is none.
    var symbol: Symbol? { if case .action(_, let symbol, _) = self { symbol } else { nil } }

    /// The policy line behind the ground; nil where there is none.
    var place: PolicyPlace? {
        switch self {
        case .action(_, _, let place), .threshold(_, _, let place): place
        case .recipientsRefused: nil
        }
    }
}

extension PolicyPlace {
    /// The place that `text` describes: `policy.yaml:12:5`, or `(default)`; nil when it is neither.
    init?(told text: String) {
        if text == PolicyPlace.builtIn.description {
            self = .builtIn
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, let column = Int(parts[parts.count - 1]), let line = Int(parts[parts.count - 2]) else {
            return nil
        }
        self.init(file: parts.dropLast(2).joined(separator: ":"), line: line, column: column)
    }
}
