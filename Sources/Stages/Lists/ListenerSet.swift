import Policy
import Screening
import Values

/// The listeners that an entry of a list is for: by their local addresses, their ports, or both.
enum ListenerSet: Sendable {
    case addresses(AddressPattern)
    case listener(ListenerPattern)

    init?(_ text: String) {
        if let addresses = AddressPattern(text) {
            self = .addresses(addresses)
        } else if let listener = ListenerPattern(text) {
            self = .listener(listener)
        } else {
            return nil
        }
    }

    /// What the key says of itself.
    static let summary =
        "The listener the entry is for, by its local address, its port as in :587, or both; every one when left out."

    /// Whether the session came in at one of them.
    func matches(_ session: Session) -> Bool {
        switch self {
        case .addresses(let pattern): session.listener.value.map(pattern.matches) ?? false
        case .listener(let pattern): pattern.matches(session)
        }
    }
}

extension ListenerSet: PolicyPitfall {
    static func pitfall(of text: String) -> String? {
        AddressPattern(text) == nil ? nil : AddressPattern.pitfall(of: text)
    }
}
