import Authentication
import DNS
import Testing
import Values

/// Records put together from pieces of the grammar and from what is no grammar at all: every check ends, asks a bounded
/// number of questions, and says the same twice.
@Suite struct SPFRandomRecordTests {
    /// A small generator: the same records on every run.
    private struct Pieces {
        var state: UInt64

        mutating func pick(_ pieces: [String]) -> String {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return pieces[Int(state >> 33) % pieces.count]
        }
    }

    private static let terms = [
        "a", "mx", "ptr", "all", "a:%{l}.n1.example", "mx:n2.example/24//64", "ptr:%{p}", "include:n1.example",
        "include:%{d}", "exists:%{ir}.%{v}.n3.example", "redirect=n2.example", "exp=n3.example", "ip4:192.0.2.0/25",
        "ip6:2001:db8::/32", "x=%{s}", "exists:%{L3r-}.%{h}", "a:%{p}.n1.example", "?all", "include:n3.example",
    ]
    private static let junk = ["%", "%{", "%{d", "/", "//", ":", "=", "\\\\", "/129", "..", "-", "é", "%{z}", "\\000"]
    private static let names = ["example.org", "n1.example", "n2.example", "n3.example"]

    @Test(arguments: 0..<40)
    func checksEnd(round: Int) async throws {
        var pieces = Pieces(state: UInt64(round) &* 0x9E37_79B9_7F4A_7C15 | 1)
        for _ in 0..<25 {
            var lines: [String] = []
            for name in SPFRandomRecordTests.names {
                var record = "v=spf1"
                for _ in 0..<6 {
                    record += " " + pieces.pick(["", "", "-", "~", "?"]) + pieces.pick(SPFRandomRecordTests.terms)
                    if pieces.pick(Array(repeating: "", count: 20) + ["x"]) == "x" {
                        record += pieces.pick(SPFRandomRecordTests.junk)
                    }
                }
                lines.append("\(name) TXT \"\(record)\"")
                lines.append("\(name) A " + pieces.pick(["192.0.2.1", "203.0.113.1", "!TIMEOUT", "!UNRECORDED"]))
                for host in 0..<12 { lines.append("\(name) MX \(host) h\(host).\(name)") }
                lines.append("1.2.0.192.in-addr.arpa PTR \(name)")
            }
            let zone = try DNSZone(fixture: lines.joined(separator: "\n"))
            let from = pieces.pick(["a-b.c@example.org", "", "@example.org", "..@example.org", "é@example.org"])
            let first = CountingDNS(zone)
            let outcome = try await checkSPF(first, helo: "example.org", from: from)
            // One record, ten terms of at most eleven questions, eleven for the p macro, one for exp.
            #expect(first.count <= 1 + 10 * 11 + 11 + 1)
            #expect(outcome.lookups <= 10)
            #expect((outcome.result == nil) == !outcome.unrecorded.isEmpty)
            #expect(outcome.result != .permerror && outcome.result != .temperror || outcome.reason != nil)
            #expect(outcome.explanation == nil || outcome.result == .fail)
            #expect(try await checkSPF(zone, helo: "example.org", from: from) == outcome)
        }
    }
}
