import Testing
import Values

@testable import Reports

/// Lists of routes, as several publish them.
@Suite struct AutonomousSystemsTests {
    private static let list = """
        # who has what
        192.0.2.0/24 AS64500 Example Net
        192.0.2.128/25\t64501
        198.51.100.0\t24\t64502_64503
        203.0.113.0\t203.0.113.255\t64504\tXX\tSome Provider
        2001:db8::/32 64505 Six
        10.0.0.0\t10.255.255.255\t0\tNone\tNot routed
        nonsense
        192.0.2.1 192.0.2.0 64506
        """

    private let systems = AutonomousSystems(Bytes(AutonomousSystemsTests.list))

    @Test(
        arguments: [
            ("192.0.2.1", "AS64500 Example Net"), ("192.0.2.200", "AS64501"), ("192.0.2.255", "AS64501"),
            ("198.51.100.255", "AS64502"), ("203.0.113.9", "AS64504 Some Provider"), ("2001:db8:1::1", "AS64505 Six"),
            ("10.1.1.1", nil), ("192.0.3.0", nil), ("2001:db9::", nil), ("0.0.0.0", nil), ("255.255.255.255", nil),
        ] as [(String, String?)])
    func theSmallestRangeSaysWhose(address: String, expected: String?) throws {
        #expect(systems.system(of: try #require(IPAddress(address)))?.text == expected)
    }

    @Test func whatIsNotUnderstoodIsTold() {
        #expect(systems.passedOver.count == 2)
        #expect(systems.passedOver.firstLine == 8)
    }

    @Test func anEmptyListKnowsNobody() throws {
        #expect(AutonomousSystems(Bytes("")).system(of: try #require(IPAddress("192.0.2.1"))) == nil)
    }

    /// A range inside a range that ends before it: the outer one has what follows.
    @Test func rangesInRanges() throws {
        let nested = AutonomousSystems(Bytes("10.0.0.0/8 1\n10.0.0.0/16 2\n10.0.0.0/24 3\n10.0.2.0/24 4\n"))
        for (address, number) in [("10.0.0.9", 3), ("10.0.1.9", 2), ("10.0.2.9", 4), ("10.0.3.9", 2), ("10.9.0.1", 1)] {
            #expect(nested.system(of: try #require(IPAddress(address)))?.number == UInt32(number), "\(address)")
        }
    }
}
