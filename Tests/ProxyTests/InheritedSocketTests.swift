import SMTP
import Testing

@testable import Proxy

@Suite struct InheritedSocketTests {
    /// Sockets, the addresses of a policy, which sockets serve for them, and which for none.
    @Test(arguments: [
        (["192.0.2.1:25"], ["192.0.2.1:25"], ["192.0.2.1:25 by 192.0.2.1:25"], []),
        (["192.0.2.1:25"], ["192.0.2.2:25"], [], ["192.0.2.1:25"]),
        (["192.0.2.1:25"], ["192.0.2.1:587"], [], ["192.0.2.1:25"]),
        (["[2001:db8::1]:25"], ["[2001:DB8:0::1]:25"], ["[2001:DB8:0::1]:25 by [2001:db8::1]:25"], []),
        (["[::]:25"], ["0.0.0.0:25"], ["0.0.0.0:25 by [::]:25"], []),
        (["[::]:25", "0.0.0.0:25"], ["0.0.0.0:25"], ["0.0.0.0:25 by 0.0.0.0:25"], ["[::]:25"]),
        (["192.0.2.1:25"], ["0.0.0.0:25"], ["0.0.0.0:25 by 192.0.2.1:25"], []),
        (["[::]:25"], ["192.0.2.1:587", "mx.example:25"], ["mx.example:25 by [::]:25"], []),
        (["unix:/run/a"], ["unix:/run/a"], ["unix:/run/a by unix:/run/a"], []),
        (["unix:/run/a"], ["unix:/run/b", "0.0.0.0:25"], [], ["unix:/run/a"]),
        ([], ["0.0.0.0:25"], [], []),
    ])
    func socketsServeForTheirAddresses(
        sockets: [String], addresses: [String], taken: [String], left: [String]
    ) throws {
        let inherited = try sockets.enumerated().map {
            InheritedSocket(descriptor: Int32($0.offset + 3), address: try #require(ServerAddress($0.element)))
        }
        let wanted = try addresses.map { try #require(ServerAddress($0)) }
        let matched = InheritedSocket.matched(inherited, to: wanted)
        #expect(
            wanted.compactMap { address in matched.taken[address].map { "\(address) by \($0.address)" } } == taken)
        #expect(matched.left.map(\.address.description) == left)
    }

    @Test func whatDoesNotListenIsNone() {
        #expect(InheritedSocket(descriptor: 0) == nil)
        #expect(InheritedSocket(descriptor: 999) == nil)
    }
}
