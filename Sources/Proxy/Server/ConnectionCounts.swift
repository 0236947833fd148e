import Values

/// Counts connections by where they come from, and says when there are too many.
struct ConnectionCounts: Sendable {
    /// Why a connection is not taken.
    enum Refusal: String, Sendable, Hashable, CaseIterable {
        case total, address, network, stopping

        /// What the client is told.
        var text: String {
            switch self {
            case .total: "too many connections, try again later"
            case .address: "too many connections from your address, try again later"
            case .network: "too many connections from your network, try again later"
            case .stopping: "service is stopping, try again later"
            }
        }
    }

    /// What a connection counts for.
    struct Place: Sendable, Hashable {
        fileprivate let address: IPAddress?
        fileprivate let network: IPNetwork?
    }

    private(set) var total = 0
    private var byAddress: [IPAddress: Int] = [:]
    private var byNetwork: [IPNetwork: Int] = [:]

    init() {}

    /// Counts a connection of `address`, or says why there are too many. One that `isExempt` counts for the total only.
    mutating func enter(
        _ address: IPAddress?, isExempt: Bool, limits: ConnectionLimits
    ) -> Result<Place, RefusedConnection> {
        guard total < limits.total else { return .failure(RefusedConnection(reason: .total)) }
        guard let address, !isExempt else {
            total += 1
            return .success(Place(address: nil, network: nil))
        }
        let network = IPNetwork(address, prefixLength: address.isV4 ? limits.prefix4 : limits.prefix6)
        guard byAddress[address, default: 0] < limits.perAddress else {
            return .failure(RefusedConnection(reason: .address))
        }
        // A network has no fewer connections than one of its addresses may have.
        if let network, byNetwork[network, default: 0] >= max(limits.perNetwork, limits.perAddress) {
            return .failure(RefusedConnection(reason: .network))
        }
        total += 1
        byAddress[address, default: 0] += 1
        if let network { byNetwork[network, default: 0] += 1 }
        return .success(Place(address: address, network: network))
    }

    /// A connection ended.
    mutating func leave(_ place: Place) {
        total -= 1
        if let address = place.address, let count = byAddress[address] {
            byAddress[address] = count > 1 ? count - 1 : nil
        }
        if let network = place.network, let count = byNetwork[network] {
            byNetwork[network] = count > 1 ? count - 1 : nil
        }
    }
}

/// A connection that is not taken.
struct RefusedConnection: Error, Hashable {
    let reason: ConnectionCounts.Refusal
}
