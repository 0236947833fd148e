import Authentication
import DNS
import Testing
import Values

/// RFC 7208 §4.6.4 and §11.1: whatever a record says, a check asks few questions and ends.
@Suite struct SPFLimitTests {
    /// Runs a check and expects no more than `questions` to reach the DNS.
    private func check(
        _ dns: String, ip: String = "192.0.2.1", from: String = "user@example.org", helo: String = "mail.example.net",
        atMost questions: Int
    ) async throws -> SPFOutcome {
        let counting = CountingDNS(try DNSZone(fixture: dns))
        let outcome = try await checkSPF(counting, ip: ip, helo: helo, from: from)
        #expect(counting.count <= questions)
        #expect(counting.count == outcome.answersUsed.count)
        #expect(outcome.lookups <= 10)
        return outcome
    }

    @Test func includeOfItself() async throws {
        let outcome = try await check("example.org TXT \"v=spf1 include:example.org -all\"", atMost: 1)
        #expect(outcome.result == .permerror)
        #expect(outcome.lookups == 10)
    }

    @Test func redirectInACircle() async throws {
        let dns = "example.org TXT \"v=spf1 redirect=b.example\"\nb.example TXT \"v=spf1 redirect=example.org\""
        #expect(try await check(dns, atMost: 2).result == .permerror)
    }

    @Test func includesThatBranch() async throws {
        // Each record includes the next twice: 2^20 evaluations without a limit.
        let dns = (0..<20).map { "n\($0).example TXT \"v=spf1 include:n\($0 + 1).example include:n\($0 + 1).example\"" }
        let all = (["example.org TXT \"v=spf1 include:n0.example -all\""] + dns).joined(separator: "\n")
        #expect(try await check(all, atMost: 11).result == .permerror)
    }

    @Test func aHundredIncludes() async throws {
        let terms = (0..<100).map { "include:i\($0).example" }.joined(separator: " ")
        let strings = stride(from: 0, to: terms.utf8.count, by: 200).map { start in
            "\"" + String(decoding: Array(terms.utf8)[start..<min(start + 200, terms.utf8.count)], as: UTF8.self) + "\""
        }
        let included = (0..<100).map { "i\($0).example TXT \"v=spf1 ip4:203.0.113.\($0)\"" }.joined(separator: "\n")
        let dns = "example.org TXT \"v=spf1 \" \(strings.joined(separator: " "))\n\(included)"
        #expect(try await check(dns, ip: "203.0.113.9", atMost: 11).result == .pass)
        #expect(try await check(dns, ip: "203.0.113.10", atMost: 11).result == .permerror)
    }

    @Test func voidLookups() async throws {
        func record(_ terms: String) -> String { "example.org TXT \"v=spf1 \(terms) -all\"\nempty.example MX 0 ." }
        #expect(try await check(record("a:x1.example mx:x2.example"), atMost: 3).result == .fail)
        let over = try await check(record("a:x1.example exists:x2.example mx:empty.example a:empty.example"), atMost: 5)
        #expect(over.result == .permerror)
        #expect(over.voidLookups == 3)
        // The lookups of one term count once, of p and exp not at all.
        let hosts = (0..<9).map { "m.example MX \($0) h\($0).example" }.joined(separator: "\n")
        let once = try await check("\(record("mx:m.example exp=%{p}.gone.example"))\n\(hosts)", atMost: 13)
        #expect(once.result == .fail)
        #expect(once.voidLookups == 1)
    }

    @Test func elevenMXHosts() async throws {
        let hosts = (0..<11).map { "example.org MX \($0) h\($0).example\nh\($0).example A 192.0.2.\($0)" }
        let dns = (["example.org TXT \"v=spf1 mx -all\""] + hosts).joined(separator: "\n")
        #expect(try await check(dns, ip: "192.0.2.9", atMost: 12).result == .pass)
        #expect(try await check(dns, ip: "192.0.2.10", atMost: 12).result == .permerror)
    }

    @Test func aThousandPTRRecords() async throws {
        let names = (0..<1000).map {
            "9.2.0.192.in-addr.arpa PTR h\($0).example.org\nh\($0).example.org A 192.0.2.\($0 == 10 ? 9 : 8)"
        }
        let dns = (["example.org TXT \"v=spf1 ptr ptr ptr exists:%{p}.no.example -all\""] + names).joined(
            separator: "\n")
        #expect(try await check(dns, ip: "192.0.2.9", atMost: 13).result == .fail)
    }

    @Test func aMegabyteOfText() async throws {
        let name = try #require(DomainName("example.org"))
        let strings = Array(repeating: Bytes([UInt8](repeating: .ascii("a"), count: 255)), count: 4096)
        var zone = DNSZone([ResourceRecord(name, .txt, .txt(strings))])
        #expect(try await checkSPF(zone).result == SPFResult.none)
        zone.add(ResourceRecord(name, .txt, .txt([Bytes("v=spf1 ")] + strings)))
        let outcome = try await checkSPF(zone)
        #expect(outcome.result == .permerror)
        #expect(outcome.reason?.contains("more octets") == true)
        #expect((outcome.reason?.utf8.count ?? 0) < 300)
    }

    @Test func macroBomb() async throws {
        // A record as long as there is one, each macro of it a 4 KB local-part: 60 MB without a limit.
        let name = try #require(DomainName("example.org"))
        let bomb = String(repeating: "%{s}", count: 15_000)
        let zone = DNSZone([ResourceRecord(name, .txt, .txt([Bytes("v=spf1 exists:\(bomb) -all")]))])
        let outcome = try await checkSPF(zone, from: String(repeating: "a.", count: 2000) + "b@example.org")
        #expect(outcome.result == .permerror)
        #expect(outcome.answersUsed.count == 1)
    }

    @Test func explanationBomb() async throws {
        let name = try #require(DomainName("example.org"))
        let bomb = String(repeating: "%{s}", count: 15_000)
        let zone = DNSZone([
            ResourceRecord(name, .txt, .txt([Bytes("v=spf1 -all exp=x.%{d}")])),
            ResourceRecord(try #require(DomainName("x.example.org")), .txt, .txt([Bytes(bomb)])),
        ])
        let outcome = try await checkSPF(zone, from: String(repeating: "a.", count: 2000) + "b@example.org")
        #expect(outcome.result == .fail)
        #expect(outcome.explanation == nil)
    }

    @Test(arguments: [
        "0.0.0.0", "255.255.255.255", "127.0.0.1", "::", "::1", "::192.0.2.1", "::ffff:192.0.2.1", "64:ff9b::192.0.2.1",
        "fe80::1%eth0", "2002:c000:201::1", "ff02::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ])
    func exoticAddresses(ip: String) async throws {
        let isV4 = try #require(IPAddress(ip)).isV4
        let dns =
            "example.org TXT \"v=spf1 a mx ptr exists:%{ir}.%{v}.x.example ip4:0.0.0.0/0 ip6:::/0 -all\"\nexample.org MX 0 ."
        let outcome = try await check(dns, ip: ip, atMost: 5)
        #expect(outcome.result == .permerror)
        let direct = try await check("example.org TXT \"v=spf1 ip4:0.0.0.0/0 ~ip6:::/0 -all\"", ip: ip, atMost: 1)
        #expect(direct.result == (isV4 ? .pass : .softfail))
    }

    @Test func anyBytesAsARecord() async throws {
        // Every single byte after every start of a term: no crash, and only visible ASCII parses.
        for start in ["", "a", "a:", "a:%", "a:%{", "a:%{d", "a:x.example", "ip4:", "ip4:1.2.3.4/", "x=", "-", "a/"] {
            for byte in UInt8.min...UInt8.max {
                let bytes = Array("v=spf1 \(start)".utf8) + [byte]
                let record = try? SPFRecord(bytes)
                #expect(record == nil || byte.isVisible || byte == .space)
            }
        }
    }
}
