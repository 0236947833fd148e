import Values

/// What a virus scanner made of some content.
public enum ScanOutcome: Sendable, Hashable {
    /// It looked, and found nothing.
    case clean
    /// It found what it calls `name`.
    case infected(name: String)
    /// It could not look into the content: encrypted, or damaged.
    case unscannable(reason: String)
    /// The content is more than it looks at.
    case tooLarge(reason: String)
    /// There is no answer: it is away, or it failed.
    case failed(reason: String)

    /// The outcomes by name.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case clean, infected, unscannable
        case tooLarge = "too-large"
        case failed = "error"
    }

    /// Which outcome it is.
    public var kind: Kind {
        switch self {
        case .clean: .clean
        case .infected: .infected
        case .unscannable: .unscannable
        case .tooLarge: .tooLarge
        case .failed: .failed
        }
    }

    /// The name of what was found, or the reason; nil where there is nothing to say.
    public var detail: String? {
        switch self {
        case .clean: nil
        case .infected(let name): name
        case .unscannable(let reason), .tooLarge(let reason), .failed(let reason): reason
        }
    }

    /// The outcome of this kind.
    public init(_ kind: Kind, detail: String = "") {
        switch kind {
        case .clean: self = .clean
        case .infected: self = .infected(name: detail)
        case .unscannable: self = .unscannable(reason: detail)
        case .tooLarge: self = .tooLarge(reason: detail)
        case .failed: self = .failed(reason: detail)
        }
    }
}
