import Policy
import Screening
import Values

/// A client or a set of them, as lists write it: by address or by host name.
enum ClientPattern: Sendable, Hashable {
    case address(AddressPattern)
    case host(HostPattern)

    /// What a list expects, for messages.
    static let expecting =
        "an address, a CIDR network, a range a-b, or a host name, with * and ? for any characters"

    init?(_ text: some StringProtocol) {
        if let address = AddressPattern(text) {
            self = .address(address)
        } else if let host = HostPattern(text) {
            self = .host(host)
        } else {
            return nil
        }
    }
}

/// Clients by their addresses and names.
struct ClientList: Sendable {
    /// The entry that a client is on.
    struct Hit: Sendable {
        let entry: String
        let place: PolicyPlace
        /// The client's name or address that the entry stands for.
        let matched: String
    }

    private let addresses: [Placed<AddressPattern>]
    private let hosts: HostIndex

    init(_ patterns: [Placed<ClientPattern>]) {
        addresses = patterns.compactMap { pattern in
            if case .address(let address) = pattern.value { Placed(address, at: pattern.place) } else { nil }
        }
        hosts = HostIndex(
            patterns.compactMap { pattern in
                if case .host(let host) = pattern.value { Placed(host, at: pattern.place) } else { nil }
            })
    }

    var isEmpty: Bool { addresses.isEmpty && hosts.isEmpty }
    /// Whether names have to be known to tell who is on the list.
    var namesHosts: Bool { !hosts.isEmpty }

    /// The entry for a client at `address` that goes by `names`, in the form of `HostName.canonical`; nil without one.
    func hit(address: IPAddress?, names: [String]) -> Hit? {
        if let address, let entry = addresses.first(where: { $0.value.matches(address) }) {
            return Hit(entry: entry.value.description, place: entry.place, matched: address.description)
        }
        for name in names {
            if let entry = hosts.first(for: name) {
                return Hit(entry: entry.value.text, place: entry.place, matched: name)
            }
        }
        return nil
    }
}
