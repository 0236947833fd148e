import Cases
import Policy
import Screening
import Tuning
import Values

/// What tips a message, in words and as JSON.
struct DiffReason {
    /// A line for people.
    let text: String
    /// The same for programs.
    let json: JSON

    init(_ difference: PolicyComparison.Difference) {
        switch difference {
        case .weight(let symbol, let was, let now, let place):
            text =
                "\(symbol) weighs \(JSON.decimal(thousandths: now)), was \(JSON.decimal(thousandths: was)) (\(place))"
            json = .object([
                "symbol": .string(symbol.name), "weight": .thousandths(now), "was": .thousandths(was),
                "place": .string(place.description),
            ])
        case .action(let symbol, let was, let now, let place):
            text = "\(symbol) leads to \(now.rawValue), was \(was.rawValue) (\(place))"
            json = .object([
                "symbol": .string(symbol.name), "action": .string(now.rawValue), "was": .string(was.rawValue),
                "place": .string(place.description),
            ])
        case .stageOff(let stage, let symbol):
            text = "\(symbol) is not found: the stage \(stage) is off"
            json = .object(["symbol": .string(symbol.name), "stage": .string(stage), "enabled": .bool(false)])
        case .stageOn(let stage, let symbol):
            text = "\(symbol) is found: the stage \(stage) is on"
            json = .object(["symbol": .string(symbol.name), "stage": .string(stage), "enabled": .bool(true)])
        case .threshold(let disposition, let was, let now, let place):
            func words(_ score: Int?) -> String { score.map { "from \(JSON.decimal(thousandths: $0)) on" } ?? "never" }
            text = "\(disposition.rawValue) \(words(now)), was \(words(was)) (\(place))"
            json = .object([
                "threshold": .string(disposition.rawValue), "score": now.map(JSON.thousandths) ?? .null,
                "was": was.map(JSON.thousandths) ?? .null, "place": .string(place.description),
            ])
        case .mixedRecipients(let was, let now):
            text = "mixed_recipients is \(now.rawValue), was \(was.rawValue)"
            json = .object(["mixed_recipients": .string(now.rawValue), "was": .string(was.rawValue)])
        }
    }

    /// What one run found and another did not.
    static func between(_ base: [Symbol], _ trial: [Symbol]) -> [DiffReason] {
        trial.filter { !base.contains($0) }.map { DiffReason($0, isFound: true) }
            + base.filter { !trial.contains($0) }.map { DiffReason($0, isFound: false) }
    }

    /// What a server said when it was recorded; with a `redactor` whom it names is left out.
    init(then fate: StoredFate, redactor: Redactor?) {
        func shown(_ text: String) -> String { redactor?.addresses(in: text) ?? text }
        text = "then \(shown(fate.words))"
        json = .object([
            "then": .string(fate.outcome.rawValue), "checkpoint": JSON(fate.checkpoint?.rawValue),
            "reply": JSON(fate.reply.map(shown)),
        ])
    }

    /// What decides now.
    init(now decidedBy: String) {
        text = "now by \(decidedBy)"
        json = .object(["decided_by": .string(decidedBy)])
    }

    private init(_ symbol: Symbol, isFound: Bool) {
        text = isFound ? "\(symbol) is found" : "\(symbol) is not found any more"
        json = .object(["symbol": .string(symbol.name), "found": .bool(isFound)])
    }
}
