import Authentication
import DNS
import Testing
import Values

/// What an outcome says besides its result.
@Suite struct SPFOutcomeTests {
    @Test func theTermsThatDecided() async throws {
        let dns = """
            example.org TXT "v=spf1 redirect=r.example"
            r.example TXT "v=spf1 ?include:i.example -all"
            i.example TXT "v=spf1 ip4:192.0.2.0/24"
            """
        let outcome = try await checkSPF(dns)
        #expect(outcome.mechanism == "?include:i.example")
        #expect(outcome.mechanismDomain == "r.example")
        #expect(
            outcome.matches.map(\.description) == ["?include:i.example (r.example)", "ip4:192.0.2.0/24 (i.example)"])
        #expect(outcome.domain == "example.org")
        #expect(outcome.lookups == 2)
        #expect(
            outcome.answersUsed.map(\.question.description) == ["example.org. TXT", "r.example. TXT", "i.example. TXT"])
    }

    @Test func helo() async throws {
        let dns = "mail.example.net TXT \"v=spf1 -all\"\nexample.org TXT \"v=spf1 +all\""
        #expect(try await checkSPF(dns, identity: .helo).result == .fail)
        #expect(try await checkSPF(dns).result == .pass)
    }

    @Test(arguments: [
        ("v=spf1 moo -all", "the record of example.org: an unknown mechanism in 'moo' at octet 7"),
        (
            "v=spf1 a:192.0.2.1",
            "the record of example.org: a domain whose last label is a number (an address belongs in ip4 or ip6) in 'a:192.0.2.1' at octet 17"
        ),
        (
            "v=spf1 ip4:1.2.3.4/33",
            "the record of example.org: an invalid prefix length in 'ip4:1.2.3.4/33' at octet 19"
        ),
        ("v=spf1 a:x.%{z}.org", "the record of example.org: an unknown macro letter in 'a:x.%{z}.org' at octet 13"),
        ("v=spf1 include:gone.example", "include:gone.example: gone.example has no SPF record"),
    ])
    func reasons(record: String, reason: String) async throws {
        #expect(try await checkSPF("example.org TXT \"\(record)\"").reason == reason)
    }

    @Test func unrecordedRecord() async throws {
        let outcome = try await checkSPF(NoDNS())
        #expect(outcome.result == nil)
        #expect(outcome.unrecorded.map(\.description) == ["example.org. TXT"])
        #expect(outcome.reason == "no recorded answer for example.org. TXT")
    }

    @Test func everyUnrecordedNameIsWanted() async throws {
        let dns = """
            example.org TXT "v=spf1 a include:i.example mx exists:x.example ptr redirect=r.example"
            example.org A !UNRECORDED
            i.example TXT !UNRECORDED
            example.org MX 10 m.example
            m.example A !UNRECORDED
            x.example A !UNRECORDED
            1.2.0.192.in-addr.arpa PTR !UNRECORDED
            r.example TXT !UNRECORDED
            """
        let outcome = try await checkSPF(dns)
        #expect(outcome.result == nil)
        #expect(outcome.matches.isEmpty)
        #expect(
            outcome.unrecorded.map(\.description) == [
                "example.org. A", "i.example. TXT", "m.example. A", "x.example. A", "1.2.0.192.in-addr.arpa. PTR",
                "r.example. TXT",
            ])
    }

    @Test func anUnrecordedAnswerThatDecidesNothing() async throws {
        // A match, or an error, that comes first stands; so does one that another host of the same term brings.
        let host =
            "example.org MX 1 m.example\nm.example A !UNRECORDED\nexample.org MX 2 n.example\nn.example A 192.0.2.1"
        for record in ["v=spf1 ip4:192.0.2.1 a:u.example", "v=spf1 mx -all", "v=spf1 moo a:u.example"] {
            let outcome = try await checkSPF("example.org TXT \"\(record)\"\nu.example A !UNRECORDED\n\(host)")
            #expect(outcome.result == (record.contains("moo") ? .permerror : .pass))
            #expect(outcome.unrecorded.isEmpty)
        }
    }

    @Test func anUnrecordedExplanation() async throws {
        let outcome = try await checkSPF("example.org TXT \"v=spf1 -all exp=e.example\"\ne.example TXT !UNRECORDED")
        #expect(outcome.result == .fail)
        #expect(outcome.explanation == nil)
        #expect(outcome.unrecorded.isEmpty)
        #expect(outcome.explanationUnrecorded.map(\.description) == ["e.example. TXT"])
    }

    @Test func sameInputSameOutcome() async throws {
        let dns = "example.org TXT \"v=spf1 mx ptr a -all\"\nexample.org MX 1 m.example\nm.example A 203.0.113.1"
        #expect(try await checkSPF(dns) == checkSPF(dns))
    }
}
