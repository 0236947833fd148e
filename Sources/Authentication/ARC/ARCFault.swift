/// Why a chain fails. All failures are permanent (RFC 8617 §5.2.1).
public enum ARCFault: Error, Sendable, Hashable {
    /// More than 50 sets, or an instance beyond 50 (RFC 8617 §5.2 step 1), or more than are validated here.
    case tooManySets
    /// The header is larger than what was indexed of it, so the sets cannot be told.
    case headerTooLarge
    /// The newest seal says `cv=fail` (RFC 8617 §5.2 step 2).
    case chainFailed(instance: Int)
    /// A field's list of tags cannot be read.
    case unreadable(ARCFieldKind, DKIMFault)
    /// A field has no instance, or one that is none.
    case noInstance(ARCFieldKind)
    /// A set lacks a field (RFC 8617 §5.2 step 3A, 3B).
    case missing(ARCFieldKind, instance: Int)
    /// A set has a field twice (RFC 8617 §5.2 step 3A).
    case duplicate(ARCFieldKind, instance: Int)
    /// A seal's `cv=` cannot be where it stands; the text is what it says (RFC 8617 §5.2 step 3C).
    case chainValue(String?, instance: Int)
    /// The newest ARC-Message-Signature does not validate (RFC 8617 §5.2 step 4).
    case messageSignature(DKIMFault, instance: Int)
    /// A seal does not validate (RFC 8617 §5.2 step 6).
    case seal(DKIMFault, instance: Int)
}

extension ARCFault {
    /// The set at fault; nil when the fault is not one set's.
    public var instance: Int? {
        switch self {
        case .tooManySets, .headerTooLarge, .unreadable, .noInstance: nil
        case .chainFailed(let instance), .missing(_, let instance), .duplicate(_, let instance),
            .chainValue(_, let instance), .messageSignature(_, let instance), .seal(_, let instance):
            instance
        }
    }
}

extension ARCFault: CustomStringConvertible {
    /// The fault in a few words that programs can compare: `message-signature 2: body-hash-mismatch`.
    public var description: String {
        switch self {
        case .tooManySets: "too-many-sets"
        case .headerTooLarge: "header-too-large"
        case .chainFailed(let instance): "chain-failed: cv=fail at \(instance)"
        case .unreadable(let kind, let fault): "structure: \(kind.rawValue): \(fault)"
        case .noInstance(let kind): "structure: \(kind.rawValue) without an instance"
        case .missing(let kind, let instance): "structure: no \(kind.rawValue) \(instance)"
        case .duplicate(let kind, let instance): "structure: \(kind.rawValue) \(instance) twice"
        case .chainValue(nil, let instance): "structure: no cv= at \(instance)"
        case .chainValue(let value?, let instance): "structure: cv=\(value) at \(instance)"
        case .messageSignature(let fault, let instance): "message-signature \(instance): \(fault)"
        case .seal(let fault, let instance): "seal \(instance): \(fault)"
        }
    }
}
