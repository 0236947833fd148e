import DNS
import Resolver
import Testing
import Values

/// The resolver against a real name server.
@Suite(.enabled(if: NSD.isInstalled, "nsd is not installed (make setup installs it)"))
struct NameServerTests {
    private static let zone = """
        $ORIGIN example.test.
        $TTL 300
        @ SOA ns hostmaster 1 3600 600 86400 60
        @ NS ns
        ns A 127.0.0.1
        @ MX 20 b.mx
        @ MX 10 a.mx
        @ TXT "v=spf1 " "-all"
        @ TXT "\(String(repeating: "k", count: 255))" "\(String(repeating: "l", count: 200))"
        host A 192.0.2.2
        host A 192.0.2.1
        host AAAA 2001:db8::1
        mapped AAAA ::ffff:192.0.2.1
        one CNAME two
        two CNAME three
        three CNAME host
        loop CNAME pool
        pool CNAME loop
        dangling CNAME missing
        typeless CNAME @
        away CNAME host.other.test.
        *.wild TXT "found"
        empty.below A 192.0.2.9
        sub NS ns.elsewhere.test.
        srv SRV 1 2 25 host
        \((0..<40).map { "big TXT \"\($0) \(String(repeating: "x", count: 200))\"" }.joined(separator: "\n"))

        """

    private static let other = """
        $ORIGIN other.test.
        $TTL 120
        @ SOA ns.example.test. hostmaster.example.test. 1 3600 600 86400 60
        @ NS ns.example.test.
        host A 192.0.2.77
        alias CNAME host.example.test.

        """

    private static let reverse = """
        $ORIGIN 2.0.192.in-addr.arpa.
        $TTL 300
        @ SOA ns.example.test. hostmaster.example.test. 1 3600 600 86400 60
        @ NS ns.example.test.
        1 PTR host.example.test.

        """

    private static func records(_ presentations: [String], _ type: RecordType) -> DNSAnswer {
        .records(presentations.compactMap { RecordData(presentation: $0, type: type) }, authentic: false)
    }

    private static let cases: [(name: String, type: RecordType, answer: DNSAnswer)] = [
        ("host.example.test", .a, records(["192.0.2.1", "192.0.2.2"], .a)),
        ("HOST.Example.TEST", .aaaa, records(["2001:db8::1"], .aaaa)),
        ("mapped.example.test", .aaaa, records(["::ffff:192.0.2.1"], .aaaa)),
        ("example.test", .mx, records(["10 a.mx.example.test.", "20 b.mx.example.test."], .mx)),
        (
            "example.test", .txt,
            records(
                [
                    "\"\(String(repeating: "k", count: 255))\" \"\(String(repeating: "l", count: 200))\"",
                    #""v=spf1 " "-all""#,
                ], .txt)
        ),
        ("1.2.0.192.in-addr.arpa", .ptr, records(["host.example.test."], .ptr)),
        ("2.2.0.192.in-addr.arpa", .ptr, .nameError),
        ("srv.example.test", .srv, records(["1 2 25 host.example.test."], .srv)),
        ("one.example.test", .a, records(["192.0.2.1", "192.0.2.2"], .a)),
        ("one.example.test", .cname, records(["two.example.test."], .cname)),
        ("one.example.test", .mx, .noData),
        ("loop.example.test", .a, .serverFailure),
        ("dangling.example.test", .a, .nameError),
        ("typeless.example.test", .a, .noData),
        ("away.example.test", .a, records(["192.0.2.77"], .a)),
        ("alias.other.test", .aaaa, records(["2001:db8::1"], .aaaa)),
        ("missing.example.test", .a, .nameError),
        ("host.example.test", .mx, .noData),
        ("below.example.test", .a, .noData),
        ("x.y.wild.example.test", .txt, records(["\"found\""], .txt)),
        ("x.wild.example.test", .a, .noData),
        // A delegation: this server neither has the data nor looks it up.
        ("www.sub.example.test", .a, .serverFailure),
        // A zone it does not serve: REFUSED.
        ("example.org", .a, .serverFailure),
    ]

    @Test func answersAsTheZonesSay() async throws {
        let server = try await NSD(zones: [
            "example.test.": NameServerTests.zone, "other.test.": NameServerTests.other,
            "2.0.192.in-addr.arpa.": NameServerTests.reverse,
        ])
        let resolver = LiveResolver(try server.configuration())
        for (name, type, answer) in NameServerTests.cases {
            let question = DNSQuestion(try #require(DomainName(name)), type)
            #expect(await resolver.answer(to: question) == answer, "\(question)")
            #expect(await resolver.answer(to: question) == answer, "\(question), remembered")
        }
        // Does not fit into a datagram: over TCP.
        let big = DNSQuestion(try #require(DomainName("big.example.test")), .txt)
        guard case .records(let records, authentic: false) = await resolver.answer(to: big) else {
            Issue.record("no answer over TCP")
            return
        }
        #expect(Set(records).count == 40)
        #expect(await resolver.timedAnswer(to: DNSQuestion(big.name, .a)).ttl == 60)
        let host = DNSQuestion(try #require(DomainName("host.other.test")), .a)
        #expect(await resolver.timedAnswer(to: host).ttl == 120)
        await resolver.close()
    }

    /// What the source of `--dns server:` opens is the same.
    @Test func openedAsASource() async throws {
        let server = try await NSD(zones: ["example.test.": NameServerTests.zone])
        let view = try DNSSource("server:127.0.0.1:\(server.port)").open()(Timestamp(seconds: 0))
        let question = DNSQuestion(try #require(DomainName("host.example.test")), .aaaa)
        #expect(await view.answer(to: question) == NameServerTests.records(["2001:db8::1"], .aaaa))
    }

    /// Thousands of questions at once, each answered for itself.
    @Test func manyQuestionsAtOnce() async throws {
        let hosts = (0..<3000).map { "h\($0) A 10.0.\($0 >> 8).\($0 & 255)" }.joined(separator: "\n") + "\n"
        let server = try await NSD(zones: ["example.test.": NameServerTests.zone + hosts])
        let resolver = LiveResolver(try server.configuration())
        let start = ContinuousClock.now
        let wrong = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<3000 {
                group.addTask {
                    guard let name = DomainName("h\(number).example.test") else { return false }
                    let answer = await resolver.answer(to: DNSQuestion(name, .a))
                    return answer == NameServerTests.records(["10.0.\(number >> 8).\(number & 255)"], .a)
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 0 : 1 }
        }
        #expect(wrong == 0)
        print("3000 questions to nsd in \(start.duration(to: .now))")
        await resolver.close()
    }
}
