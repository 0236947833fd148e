import DNS
import Testing
import Values

@Suite struct DNSZoneTests {
    /// RFC 4592 §2.2.1's zone, with aliases.
    static let zone = """
        example. NS ns.example.com.
        *.example. TXT "this is a wildcard"
        *.example. MX 10 host1.example.
        sub.*.example. TXT "this is not a wildcard"
        host1.example. A 192.0.2.1
        _ssh._tcp.host1.example. SRV 0 0 22 host1.example.
        subdel.example. NS ns.example.com.
        alias.example. CNAME host1.example.
        *.w.example. CNAME host1.example.
        loop.example. CNAME loop2.example.
        loop2.example. CNAME loop.example.
        dangling.example. CNAME x.gone.
        slow.example. A !TIMEOUT
        """

    @Test(arguments: [
        ("host3.example.", RecordType.mx, "10 host1.example."),  // synthesised
        ("host3.example.", .a, "no data"),  // the wildcard has no A
        ("foo.bar.example.", .txt, "\"this is a wildcard\""),  // any depth below the closest encloser
        ("host1.example.", .mx, "no data"),  // exists
        ("sub.*.example.", .mx, "no data"),  // exists
        ("_telnet._tcp.host1.example.", .srv, "NXDOMAIN"),  // _tcp.host1.example. exists, without a wildcard
        ("host.subdel.example.", .a, "NXDOMAIN"),
        ("ghost.*.example.", .mx, "NXDOMAIN"),  // *.example. is the closest encloser
        ("_tcp.host1.example.", .a, "no data"),  // an empty non-terminal
        ("example.", .a, "no data"), ("gone.", .a, "NXDOMAIN"),
        ("ALIAS.example.", .a, "192.0.2.1"), ("alias.example.", .cname, "host1.example."),
        ("x.w.example.", .a, "192.0.2.1"), ("alias.example.", .txt, "no data"),
        ("loop.example.", .a, "SERVFAIL"), ("dangling.example.", .a, "NXDOMAIN"), ("slow.example.", .a, "TIMEOUT"),
    ])
    func answers(name: String, type: RecordType, expected: String) async throws {
        let zone = try DNSZone(fixture: DNSZoneTests.zone)
        let question = DNSQuestion(try #require(DomainName(name)), type)
        #expect(summary(await zone.answer(to: question)) == expected)
    }

    @Test func chainsHaveAnEnd() async throws {
        func answer(_ length: Int) async throws -> String {
            let lines = (0..<length).map { "c\($0). CNAME c\($0 + 1)." } + ["c\(length). A 192.0.2.1"]
            let question = DNSQuestion(try #require(DomainName("c0")), .a)
            return summary(try await DNSZone(fixture: lines.joined(separator: "\n")).answer(to: question))
        }
        #expect(try await answer(16) == "192.0.2.1")
        #expect(try await answer(17) == "SERVFAIL")
    }

    @Test func duplicatesAreOne() async throws {
        let zone = try DNSZone(fixture: "a.b A 192.0.2.2\na.b A 192.0.2.1\nA.B. A 192.0.2.2\n\n# x\n; y")
        let question = DNSQuestion(try #require(DomainName("a.b")), .a)
        #expect(summary(await zone.answer(to: question)) == "192.0.2.2 192.0.2.1")
    }

    @Test func mistakes() {
        #expect(throws: DNSProblems.self) { try DNSZone(fixture: "a A") }
        do {
            _ = try DNSZone(fixture: "a..b A 192.0.2.1\nok A 192.0.2.1\na FOO x\r\na A x\na", file: "f.dns")
        } catch {
            #expect(
                error.description == """
                    f.dns:1: 'a..b' is not a domain name
                    f.dns:3: unknown record type 'FOO'
                    f.dns:4: malformed A data 'x'
                    f.dns:5: expected a name, a type and its data
                    """)
        }
    }
}

/// An answer in a few words.
func summary(_ answer: DNSAnswer) -> String {
    switch answer {
    case .records(let records, let authentic):
        records.map(\.presentation).joined(separator: " ") + (authentic ? " (authentic)" : "")
    case .noData: "no data"
    case .nameError: "NXDOMAIN"
    case .serverFailure: "SERVFAIL"
    case .timeout: "TIMEOUT"
    case .unrecorded: "unrecorded"
    }
}
