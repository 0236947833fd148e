import Testing
import Values

@testable import Proxy

@Suite struct ConnectionCountsTests {
    private static func limits(_ total: Int, _ address: Int, _ network: Int) -> ConnectionLimits {
        var limits = ConnectionLimits()
        (limits.total, limits.perAddress, limits.perNetwork) = (total, address, network)
        return limits
    }

    private static func enter(
        _ counts: inout ConnectionCounts, _ address: String?, _ limits: ConnectionLimits, isExempt: Bool = false
    ) -> String {
        switch counts.enter(address.flatMap { IPAddress($0) }, isExempt: isExempt, limits: limits) {
        case .success: "ok"
        case .failure(let refused): refused.reason.rawValue
        }
    }

    @Test(arguments: [
        // Per address.
        (100, 2, 100, ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"], "ok ok address ok"),
        // Per network of /24 and of /64.
        (100, 1, 2, ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.3.1"], "ok ok network ok"),
        (100, 1, 2, ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"], "ok ok network ok"),
        // In all.
        (2, 9, 9, ["192.0.2.1", "198.51.100.1", "203.0.113.1"], "ok ok total"),
        // A network may have what one of its addresses may.
        (100, 3, 1, ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"], "ok ok ok network"),
    ])
    func tooManyAreRefused(total: Int, address: Int, network: Int, clients: [String], outcomes: String) {
        var counts = ConnectionCounts()
        let limits = ConnectionCountsTests.limits(total, address, network)
        let found = clients.map { ConnectionCountsTests.enter(&counts, $0, limits) }
        #expect(found.joined(separator: " ") == outcomes)
    }

    @Test func balancersCountForTheTotalOnly() {
        var counts = ConnectionCounts()
        let limits = ConnectionCountsTests.limits(3, 1, 1)
        let found = (0..<4).map { _ in ConnectionCountsTests.enter(&counts, "192.0.2.1", limits, isExempt: true) }
        #expect(found == ["ok", "ok", "ok", "total"])
    }

    @Test func aPlaceThatIsLeftIsFree() throws {
        var counts = ConnectionCounts()
        let limits = ConnectionCountsTests.limits(1, 1, 1)
        for _ in 0..<3 {
            let place = try counts.enter(IPAddress("192.0.2.1"), isExempt: false, limits: limits).get()
            #expect(ConnectionCountsTests.enter(&counts, "192.0.2.1", limits) == "total")
            counts.leave(place)
        }
        #expect(counts.total == 0)
    }
}
