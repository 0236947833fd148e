import Testing
import Values

@testable import Proxy

@Suite struct ProxyLineTests {
    @Test(arguments: [
        ("PROXY TCP4 192.0.2.1 198.51.100.25 4312 25\r\n", "192.0.2.1", "198.51.100.25"),
        ("PROXY TCP6 2001:db8::1 2001:db8::25 4312 25\r\n", "2001:db8::1", "2001:db8::25"),
        ("PROXY TCP6 2001:db8::1 ::ffff:198.51.100.25 4312 25\r\n", "2001:db8::1", "198.51.100.25"),
    ])
    func namesTheClient(line: String, source: String, destination: String) {
        let header = ProxyLine(Array(line.utf8)[...])
        #expect(header?.source == IPAddress(source))
        #expect(header?.destination == IPAddress(destination))
    }

    @Test func unknownNamesNobody() throws {
        let header = try #require(ProxyLine(Array("PROXY UNKNOWN\r\n".utf8)[...]))
        #expect(header.source == nil && header.destination == nil)
    }

    @Test(arguments: [
        "", "\r\n", "PROXY\r\n", "PROXY TCP4 192.0.2.1 198.51.100.25 4312 25\n",
        "PROXY TCP4 192.0.2.1 198.51.100.25 4312\r\n", "PROXY TCP4 2001:db8::1 198.51.100.25 4312 25\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::25 4312 25\r\n", "PROXY TCP6 2001:db8::1 198.51.100.25 4312 25\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.25 4312 65536\r\n", "PROXY TCP4 999.0.2.1 198.51.100.25 4312 25\r\n",
        "proxy TCP4 192.0.2.1 198.51.100.25 4312 25\r\n", "EHLO a.example\r\n", "PROXY TCP5 a b 1 2\r\n",
        "PROXY UNKNOWN " + String(repeating: "x", count: 100) + "\r\n",
    ])
    func refusesEverythingElse(line: String) {
        #expect(ProxyLine(Array(line.utf8)[...]) == nil)
    }
}
