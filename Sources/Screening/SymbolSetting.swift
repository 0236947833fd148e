import Policy

/// What the settings of a stage say of a symbol: one that they bring into being, such as one a list of zones gives each
/// of its zones, or one of the manifest's that they set otherwise. The policy weighs by it as if it stood in the
/// tables of weights, actions and replies, which have the last word.
public struct SymbolSetting: Sendable {
    public let symbol: Symbol
    /// What the symbol means, in a sentence.
    public let summary: String
    /// The setting that the symbol is from: where a mistake about it is told.
    public let place: PolicyPlace
    /// The weight in thousandths of a point and the line that sets it; nil leaves what the manifest says.
    public let weight: Placed<Int>?
    /// The action and the line that sets it; nil leaves what the manifest says.
    public let action: Placed<Action>?
    /// The words of a refusal; nil leaves what the manifest says.
    public let reply: ReplyText?

    /// A symbol as a setting at `place` has it. `weight` is in thousandths of a point.
    public init(
        _ symbol: Symbol, _ summary: String, at place: PolicyPlace, weight: Placed<Int>? = nil,
        action: Placed<Action>? = nil, reply: ReplyText? = nil
    ) {
        (self.symbol, self.summary, self.place) = (symbol, summary, place)
        (self.weight, self.action, self.reply) = (weight, action, reply)
    }
}
