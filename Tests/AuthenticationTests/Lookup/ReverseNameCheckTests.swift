import Authentication
import DNS
import Testing
import Values

/// The forward-confirmed reverse lookup, by RFC 8601 §2.7.3.
@Suite struct ReverseNameCheckTests {
    struct Example: CustomTestStringConvertible, Sendable {
        let title: String
        var client = "192.0.2.1"
        let dns: String
        let expected: String
        var testDescription: String { title }
    }

    private static let ptr = "1.2.0.192.in-addr.arpa. PTR"

    @Test(arguments: [
        Example(
            title: "a name that leads back", dns: "\(ptr) a.example.\na.example. A 192.0.2.1",
            expected: "pass a.example / a.example"),
        Example(
            title: "one of several addresses",
            dns: "\(ptr) a.example.\na.example. A 198.51.100.1\na.example. A 192.0.2.1",
            expected: "pass a.example / a.example"),
        Example(
            title: "one of several names, in the order of their text",
            dns:
                "\(ptr) z.example.\n\(ptr) a.example.\n\(ptr) m.example.\nz.example. A 192.0.2.1\nm.example. A 192.0.2.1",
            expected: "pass a.example m.example z.example / m.example z.example"),
        Example(
            title: "through an alias", dns: "\(ptr) a.example.\na.example. CNAME b.example.\nb.example. A 192.0.2.1",
            expected: "pass a.example / a.example"),
        Example(
            title: "a delegated part of a reverse zone",
            dns:
                "1.2.0.192.in-addr.arpa. CNAME 1.0-25.2.0.192.in-addr.arpa.\n1.0-25.2.0.192.in-addr.arpa. PTR a.example.\na.example. A 192.0.2.1",
            expected: "pass a.example / a.example"),
        Example(
            title: "a name with another address", dns: "\(ptr) a.example.\na.example. A 192.0.2.2",
            expected: "fail a.example /"),
        Example(title: "a name that does not exist", dns: "\(ptr) a.example.", expected: "fail a.example /"),
        Example(
            title: "an address of the other family alone", dns: "\(ptr) a.example.\na.example. AAAA 2001:db8::1",
            expected: "fail a.example /"),
        Example(title: "no name", dns: "", expected: "permerror /"),
        Example(title: "no data", dns: "1.2.0.192.in-addr.arpa. TXT \"x\"", expected: "permerror /"),
        Example(title: "the root as a name", dns: "\(ptr) .", expected: "fail . /"),
        Example(title: "the reverse zone does not answer", dns: "\(ptr) !SERVFAIL", expected: "temperror /"),
        Example(title: "the reverse zone is slow", dns: "\(ptr) !TIMEOUT", expected: "temperror /"),
        Example(
            title: "the name does not answer", dns: "\(ptr) a.example.\na.example. A !TIMEOUT",
            expected: "temperror a.example /"),
        Example(
            title: "one name does not answer, another leads back",
            dns: "\(ptr) a.example.\n\(ptr) b.example.\na.example. A !SERVFAIL\nb.example. A 192.0.2.1",
            expected: "pass a.example b.example / b.example"),
        Example(
            title: "one name does not answer, another is wrong",
            dns: "\(ptr) a.example.\n\(ptr) b.example.\na.example. A !SERVFAIL\nb.example. A 192.0.2.2",
            expected: "temperror a.example b.example /"),
        Example(title: "the name was not recorded", dns: "\(ptr) !UNRECORDED", expected: "unrecorded /"),
        Example(
            title: "an address was not recorded", dns: "\(ptr) a.example.\na.example. A !UNRECORDED",
            expected: "unrecorded a.example /"),
        Example(
            title: "what is not recorded outweighs what fails",
            dns: "\(ptr) a.example.\n\(ptr) b.example.\na.example. A !SERVFAIL\nb.example. A !UNRECORDED",
            expected: "unrecorded a.example b.example /"),
        Example(
            title: "an IPv6 client", client: "2001:db8::1",
            dns:
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR a.example.\na.example. AAAA 2001:db8::1\na.example. A 192.0.2.1",
            expected: "pass a.example / a.example"),
        Example(
            title: "a mapped address is an IPv4 client", client: "::ffff:192.0.2.1",
            dns: "\(ptr) a.example.\na.example. A 192.0.2.1", expected: "pass a.example / a.example"),
    ])
    func results(_ example: Example) async throws {
        let client = try #require(IPAddress(example.client))
        let outcome = await ReverseNameCheck.evaluate(client, dns: try DNSZone(fixture: example.dns))
        func text(_ names: [DomainName]) -> String { names.map { " " + $0.relativeText }.joined() }
        #expect("\(outcome.result.rawValue)\(text(outcome.names)) /\(text(outcome.confirmed))" == example.expected)
        #expect(outcome.unrecorded.isEmpty == !example.expected.hasPrefix("unrecorded"))
    }

    /// A zone can hold any number of names; ten of them are looked at, always the same.
    @Test func tenNamesAreLookedAt() async throws {
        let lines = (10..<60).reversed().map { "\(Self.ptr) n\($0).example.\nn\($0).example. A 192.0.2.1" }
        let outcome = await ReverseNameCheck.evaluate(
            try #require(IPAddress("192.0.2.1")), dns: try DNSZone(fixture: lines.joined(separator: "\n")))
        #expect(outcome.confirmed.map(\.relativeText) == (10..<20).map { "n\($0).example" })
        #expect(outcome.exchanges.count == 11)
    }
}
