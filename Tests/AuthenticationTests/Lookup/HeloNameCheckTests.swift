import Authentication
import DNS
import Testing
import Values

@Suite struct HeloNameCheckTests {
    private static let zone = """
        mail.example. A 192.0.2.1
        mail.example. AAAA 2001:db8::1
        other.example. A 192.0.2.9
        six.example. AAAA 2001:db8::9
        by-mx.example. MX 10 mail.example.
        mx-elsewhere.example. MX 10 other.example.
        null-mx.example. MX 0 .
        text.example. TXT "x"
        slow.example. A !TIMEOUT
        lost.example. A !UNRECORDED
        lost-mx.example. MX 10 a.lost-mx.example.
        a.lost-mx.example. A !UNRECORDED
        under_score.example. A 192.0.2.1
        """

    @Test(arguments: [
        ("mail.example", HeloNameOutcome.Result.match), ("MAIL.example.", .match), ("under_score.example", .match),
        ("by-mx.example", .match), ("other.example", .mismatch), ("six.example", .mismatch),
        ("mx-elsewhere.example", .mismatch), ("null-mx.example", .mismatch), ("text.example", .notFound),
        ("nowhere.example", .notFound), ("slow.example", .temperror), ("lost.example", .unrecorded),
        ("lost-mx.example", .unrecorded), ("[192.0.2.1]", .literalMatch), ("[192.0.2.2]", .literalMismatch),
        ("[IPv6:2001:db8::1]", .literalMismatch), ("[ipv6:::ffff:192.0.2.1]", .literalMatch),
        ("[2001:db8::1]", .malformed), ("[IPv6:192.0.2.1]", .malformed), ("[192.0.2.1", .malformed),
        ("[]", .malformed), ("[", .malformed), ("[x-tag:content]", .malformed), ("192.0.2.1", .malformed),
        ("localhost", .malformed), ("", .malformed), (".", .malformed), ("a..example", .malformed),
        ("a b.example", .malformed), ("b\u{FC}cher.example", .malformed), ("a\r\nb.example", .malformed),
        (String(repeating: "a", count: 64) + ".example", .malformed),
        (String(repeating: "a.", count: 5000), .malformed),
    ])
    func results(_ helo: String, _ expected: HeloNameOutcome.Result) async throws {
        let outcome = await HeloNameCheck.evaluate(
            helo, client: try #require(IPAddress("192.0.2.1")), dns: try DNSZone(fixture: Self.zone))
        #expect(outcome.result == expected)
        #expect((outcome.reason == nil) == (expected != .malformed))
    }

    @Test(arguments: [
        ("mail.example", HeloNameOutcome.Result.match), ("other.example", .mismatch), ("six.example", .mismatch),
        ("[IPv6:2001:db8::1]", .literalMatch), ("[192.0.2.1]", .literalMismatch),
    ])
    func clientsOfIPv6(_ helo: String, _ expected: HeloNameOutcome.Result) async throws {
        let outcome = await HeloNameCheck.evaluate(
            helo, client: try #require(IPAddress("2001:db8::1")), dns: try DNSZone(fixture: Self.zone))
        #expect(outcome.result == expected)
    }
}
