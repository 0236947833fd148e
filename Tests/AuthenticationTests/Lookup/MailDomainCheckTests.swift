import Authentication
import DNS
import Testing
import Values

@Suite struct MailDomainCheckTests {
    private static let zone = """
        mx.example. MX 10 a.mx.example.
        a.mx.example. A 192.0.2.1
        six.example. MX 10 a.six.example.
        a.six.example. AAAA 2001:db8::1
        b\u{FC}cher.example. TXT "never asked for"
        xn--bcher-kva.example. MX 10 a.mx.example.
        plain.example. A 192.0.2.1
        plain6.example. AAAA 2001:db8::1
        text.example. TXT "x"
        null.example. MX 0 .
        odd-null.example. MX 10 .
        two.example. MX 0 .
        two.example. MX 10 a.mx.example.
        gone.example. MX 10 nowhere.example.
        inside.example. MX 10 a.inside.example.
        a.inside.example. A 192.168.0.1
        a.inside.example. AAAA fd00::1
        both.example. MX 10 a.inside.example.
        both.example. MX 20 a.mx.example.
        loop.example. A 127.0.0.1
        slow.example. MX !TIMEOUT
        broken.example. MX !SERVFAIL
        slow-host.example. MX 10 a.slow-host.example.
        a.slow-host.example. A !TIMEOUT
        lost.example. MX !UNRECORDED
        lost-host.example. MX 10 a.lost-host.example.
        lost-host.example. MX 20 b.lost-host.example.
        a.lost-host.example. A !UNRECORDED
        b.lost-host.example. A !SERVFAIL
        rescued.example. MX 10 a.lost-host.example.
        rescued.example. MX 20 a.mx.example.
        mx-only.example. MX !NODATA
        mx-only.example. A !UNRECORDED
        """

    @Test(arguments: [
        ("mx.example", MailDomainOutcome.Result.explicit), ("MX.example", .explicit), ("six.example", .explicit),
        ("b\u{FC}cher.example", .explicit), ("plain.example", .implicit), ("plain6.example", .implicit),
        ("text.example", .notFound), ("nowhere.example", .notFound), ("null.example", .nullMX),
        ("odd-null.example", .nullMX), ("two.example", .explicit), ("gone.example", .unreachable),
        ("inside.example", .unreachable), ("both.example", .explicit), ("loop.example", .unreachable),
        ("slow.example", .temperror), ("broken.example", .temperror), ("slow-host.example", .temperror),
        ("lost.example", .unrecorded), ("lost-host.example", .unrecorded), ("rescued.example", .explicit),
        ("mx-only.example", .unrecorded), ("", .notFound), ("a..example", .notFound), ("-", .notFound),
        ("a b.example", .notFound), ("\u{0}.example", .notFound), (String(repeating: "a.", count: 200), .notFound),
    ])
    func results(_ domain: String, _ expected: MailDomainOutcome.Result) async throws {
        let outcome = await MailDomainCheck.evaluate(domain, dns: try DNSZone(fixture: Self.zone))
        #expect(outcome.result == expected)
        #expect(outcome.unrecorded.isEmpty == (expected != .unrecorded && domain != "rescued.example"))
    }

    @Test func tenExchangersAreLookedAt() async throws {
        let lines = (10..<60).map { "many.example. MX 10 x\($0).example." }
        let outcome = await MailDomainCheck.evaluate(
            "many.example", dns: try DNSZone(fixture: lines.joined(separator: "\n")))
        #expect(outcome.result == .unreachable && outcome.exchanges.count == 11)
    }
}
