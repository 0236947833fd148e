import Screening

/// A symbol and the weight that was found for it.
public struct TunedSymbol: Sendable {
    /// The symbol.
    public let symbol: Symbol
    /// What it weighs so far, in thousandths of a point.
    public let was: Int
    /// What it should weigh.
    public let now: Int
    /// Why.
    public let ground: Ground

    /// Why a symbol weighs what it does.
    public enum Ground: Sendable, Hashable {
        /// It was learned.
        case learned
        /// It was learned, and reached the cap.
        case capped
        /// Too few messages have it.
        case tooFewHits
        /// It weighs nothing so far: it informs.
        case neutral
        /// Weights were not to be learned.
        case kept
    }

    /// Whether it should weigh something else.
    public var isChanged: Bool { was != now }
}

/// The score from which on a fate begins.
public struct TunedThreshold: Sendable {
    /// The fate.
    public let disposition: Disposition
    /// Where it begins so far, in thousandths of a point; nil is never.
    public let was: Int?
    /// Where it should begin.
    public let now: Int
    /// Whether it catches what it did so far, since nothing else is sure to cost less.
    public let isKept: Bool
}

/// A symbol whose action refuses too much ham.
public struct TunedAction: Sendable {
    /// The symbol.
    public let symbol: Symbol
    /// What happens on it so far.
    public let was: Action
    /// Ham with it in the mail that was learned from.
    public let ham: Share
    /// Spam with it.
    public let spam: Share
}
