import Authentication
import DNS
import Testing
import Values

/// Policies made to keep a verifier busy: each ends soon, with a named result, after a known number of DNS questions
/// (RFC 7208 §4.6.4, §11.1).
@Suite(.timeLimit(.minutes(10))) struct SPFHostileTests {
    struct Policy: Sendable, CustomTestStringConvertible {
        let name: String
        let zone: @Sendable () -> [ResourceRecord]
        var from = "user@example.org"
        let result: SPFResult
        let reason: String
        let questions: Int

        var testDescription: String { name }
    }

    @Test(arguments: policies)
    func ends(_ policy: Policy) async throws {
        let counting = CountingDNS(DNSZone(policy.zone()))
        let outcome = try await checkSPF(counting, from: policy.from)
        #expect(outcome.result == policy.result)
        #expect(outcome.reason?.contains(policy.reason) ?? policy.reason.isEmpty, "\(outcome.reason ?? "")")
        #expect(counting.count == policy.questions)
        #expect((outcome.reason?.utf8.count ?? 0) < 1000)
        #expect(outcome.records.allSatisfy { $0.text.utf8.count < 5000 })
    }

    static let policies: [Policy] = [
        Policy(
            name: "an include of itself", zone: { record("v=spf1 include:example.org -all") }, result: .permerror,
            reason: "more than 10 terms", questions: 1),
        Policy(
            name: "includes in a circle",
            zone: { record("v=spf1 include:b.example -all") + record("v=spf1 include:example.org", at: "b.example") },
            result: .permerror, reason: "more than 10 terms", questions: 2),
        Policy(
            name: "a redirect to itself", zone: { record("v=spf1 redirect=example.org") }, result: .permerror,
            reason: "more than 10 terms", questions: 1),
        Policy(
            name: "redirects in a circle",
            zone: { record("v=spf1 redirect=b.example") + record("v=spf1 redirect=example.org", at: "b.example") },
            result: .permerror, reason: "more than 10 terms", questions: 2),
        Policy(
            name: "a redirect that includes what redirects to it",
            zone: { record("v=spf1 redirect=b.example") + record("v=spf1 include:example.org -all", at: "b.example") },
            result: .permerror, reason: "more than 10 terms", questions: 2),
        Policy(
            name: "a thousand includes",
            zone: {
                record("v=spf1 " + (0..<1000).map { "include:i\($0).example" }.joined(separator: " ") + " -all")
                    + (0..<1000).flatMap { record("v=spf1 ip4:203.0.113.1", at: "i\($0).example") }
            },
            result: .permerror, reason: "more than 10 terms", questions: 11),
        Policy(
            name: "a chain of a thousand includes",
            zone: {
                record("v=spf1 include:i0.example")
                    + (0..<1000).flatMap { record("v=spf1 include:i\($0 + 1).example", at: "i\($0).example") }
            },
            result: .permerror, reason: "more than 10 terms", questions: 11),
        Policy(
            name: "a megabyte of text", zone: { record("v=spf1 " + String(repeating: "a", count: 1 << 20)) },
            result: .permerror, reason: "more octets than a TXT record has", questions: 1),
        Policy(
            name: "a megabyte that is no policy", zone: { record(String(repeating: "a ", count: 1 << 19)) },
            result: .none, reason: "has no SPF record", questions: 1),
        Policy(
            name: "a thousand records of text",
            zone: { (0..<1000).flatMap { record("v=spf1 ip4:192.0.\($0 / 256).\($0 % 256) -all") } },
            result: .permerror,
            reason: "1000 SPF records", questions: 1),
        Policy(
            name: "a macro bomb",
            zone: { record("v=spf1 exists:" + String(repeating: "%{s}", count: 15_000) + " -all") },
            from: String(repeating: "a.", count: 2000) + "b@example.org", result: .permerror, reason: "macros expand",
            questions: 1),
        Policy(
            name: "names that grow with each include",
            zone: {
                record("v=spf1 include:%{l}.%{d}.%{d}.%{d} -all")
                    + wildcard("v=spf1 include:%{l}.%{d}.%{d}.%{d} -all")
            },
            from: String(repeating: "abc.", count: 60) + "d@example.org", result: .permerror,
            reason: "more than 10 terms", questions: 2),
        Policy(
            name: "every delimiter and as many parts as there are",
            zone: {
                record("v=spf1 exists:" + String(repeating: "%{L99999r.-+,/_=}", count: 3000) + ".x.example -all")
            },
            from: String(repeating: "a-+,_=", count: 10) + "@example.org", result: .fail, reason: "", questions: 1),
        Policy(
            name: "a thousand mail exchangers",
            zone: {
                record("v=spf1 mx mx mx -all")
                    + (0..<1000).map { resource("example.org", .mx, "\($0) m\($0).example") }
                    + (0..<1000).map { resource("m\($0).example", .a, "203.0.113.1") }
            },
            result: .permerror, reason: "more than 10 MX hosts", questions: 12),
        Policy(
            name: "ten mx of ten hosts each",
            zone: {
                record("v=spf1 " + (0..<10).map { "mx:d\($0).example" }.joined(separator: " ") + " -all")
                    + (0..<100).map { resource("d\($0 / 10).example", .mx, "1 m\($0).example") }
                    + (0..<100).map { resource("m\($0).example", .a, "203.0.113.1") }
            },
            result: .fail, reason: "", questions: 111),
        Policy(
            name: "a thousand reverse names, asked for ten times",
            zone: {
                record("v=spf1 " + String(repeating: "ptr ", count: 10) + "-all exp=%{p}.%{p}.example")
                    + (0..<1000).map { resource("1.2.0.192.in-addr.arpa", .ptr, "h\($0).example.org") }
                    + (0..<1000).map { resource("h\($0).example.org", .a, "203.0.113.1") }
            },
            result: .fail, reason: "", questions: 13),
        Policy(
            name: "sixteen thousand terms after all",
            zone: { record("v=spf1 -all" + String(repeating: " ?all", count: 13_000)) }, result: .fail, reason: "",
            questions: 1),
        Policy(
            name: "nothing found a hundred times",
            zone: { record("v=spf1 " + (0..<100).map { "a:x\($0).example" }.joined(separator: " ")) },
            result: .permerror, reason: "more than 2 terms whose lookups find nothing", questions: 4),
        Policy(
            name: "aliases in a circle",
            zone: {
                record("v=spf1 a:c1.example -all")
                    + [resource("c1.example", .cname, "c2.example"), resource("c2.example", .cname, "c1.example")]
            },
            result: .temperror, reason: "lookup", questions: 2),
    ]

    private static func record(_ text: String, at name: String = "example.org") -> [ResourceRecord] {
        let bytes = Array(text.utf8)
        let strings = stride(from: 0, to: bytes.count, by: 255).map {
            Bytes(bytes, in: $0..<min($0 + 255, bytes.count))
        }
        return DomainName(name).map { [ResourceRecord($0, .txt, .txt(strings))] } ?? []
    }

    private static func wildcard(_ text: String) -> [ResourceRecord] { record(text, at: "*.example.org") }

    private static func resource(_ name: String, _ type: RecordType, _ data: String) -> ResourceRecord {
        guard let name = DomainName(name), let data = RecordData(presentation: data, type: type) else {
            return ResourceRecord(.root, .txt, .txt([]))
        }
        return ResourceRecord(name, type, data)
    }
}
