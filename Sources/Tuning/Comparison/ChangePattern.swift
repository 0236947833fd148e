import Screening

/// Changes that somebody asks for: `accept->reject`, `*->reject`, `reject->*`, or `changed` for all.
public struct ChangePattern: Sendable, Hashable {
    /// What the fate was; nil is any.
    public let from: Disposition?
    /// What the fate becomes; nil is any.
    public let to: Disposition?

    /// Reads a pattern; nil when `text` is none.
    public init?(_ text: some StringProtocol) {
        let text = String(text).filter { !$0.isWhitespace }
        if text == "changed" {
            (from, to) = (nil, nil)
            return
        }
        guard let arrow = text.firstRange(of: "->") else { return nil }
        let (left, right) = (text[..<arrow.lowerBound], text[arrow.upperBound...])
        guard let from = ChangePattern.fate(left), let to = ChangePattern.fate(right) else { return nil }
        (self.from, self.to) = (from, to)
    }

    /// Whether `change` is one of those asked for. A fate that stays is no change.
    public func matches(_ change: PolicyComparison.Change) -> Bool {
        change.from != change.to && (from ?? change.from) == change.from && (to ?? change.to) == change.to
    }

    private static func fate(_ text: Substring) -> Disposition?? {
        if text == "*" { return .some(nil) }
        return Disposition(rawValue: String(text)).map { .some($0) }
    }
}
