import DNS
import Testing
import Values

@Suite struct DNSSnapshotTests {
    static let text = """
        {"name":"example.org.","type":"TXT","rcode":"NOERROR","rdata":["\\"v=spf1 -all\\""],"ttl":300,"authentic":true,"captured":"2024-05-01T10:00:00Z"}
        {"name":"Example.ORG","type":"txt","rcode":"NOERROR","rdata":["\\"v=spf1 +all\\""],"captured":"2024-06-01T10:00:00Z"}

        {"name":"example.org.","type":"A","rcode":"NOERROR","rdata":[],"captured":"2024-05-01T10:00:00Z"}
        {"name":"always.org.","type":"A","rcode":"NOERROR","rdata":["192.0.2.9"]}
        {"name":"gone.org.","type":"A","rcode":"NXDOMAIN","rdata":[],"captured":"2024-05-01T10:00:00Z"}
        {"name":"bad.org.","type":"A","rcode":"SERVFAIL","captured":"2024-05-01T10:00:00Z"}
        {"name":"no.org.","type":"A","rcode":"REFUSED","captured":"2024-05-01T10:00:00Z"}
        {"name":"slow.org.","type":"A","rcode":"TIMEOUT","captured":"2024-05-01T10:00:00Z"}
        {"name":"caa.org.","type":"CAA","rcode":"NOERROR","rdata":["0 issue \\"ca.example\\""],"captured":"2024-05-01T10:00:00Z"}
        {"name":"www.org.","type":"CNAME","rcode":"NOERROR","rdata":["always.org."],"captured":"2024-05-01T10:00:00Z"}
        {"name":"loop.org.","type":"CNAME","rcode":"NOERROR","rdata":["loop.org."],"captured":"2024-05-01T10:00:00Z"}
        """

    @Test(arguments: [
        ("example.org", RecordType.txt, "2024-04-01", "\"v=spf1 -all\" (authentic)"),  // all later: the earliest
        ("example.org", .txt, "2024-05-01T10:00:00Z", "\"v=spf1 -all\" (authentic)"),
        ("example.org", .txt, "2024-06-01T09:59:59Z", "\"v=spf1 -all\" (authentic)"),
        ("example.org", .txt, "2024-06-01T10:00:00Z", "\"v=spf1 +all\""),
        ("example.org", .txt, "2030-01-01", "\"v=spf1 +all\""),
        ("example.org", .a, "2024-05-02", "no data"), ("example.org", .mx, "2024-05-02", "no data"),
        ("always.org", .a, "1990-01-01", "192.0.2.9"),
        ("gone.org", .a, "2024-05-02", "NXDOMAIN"), ("gone.org", .txt, "2024-05-02", "NXDOMAIN"),
        ("bad.org", .a, "2024-05-02", "SERVFAIL"), ("no.org", .a, "2024-05-02", "SERVFAIL"),
        ("slow.org", .a, "2024-05-02", "TIMEOUT"), ("slow.org", .txt, "2024-05-02", "unrecorded"),
        ("caa.org", .a, "2024-05-02", "no data"), ("never.org", .a, "2024-05-02", "unrecorded"),
        ("a.example.org", .a, "2024-05-02", "unrecorded"),
        ("www.org", .a, "2024-05-02", "192.0.2.9"), ("www.org", .cname, "2024-05-02", "always.org."),
        ("loop.org", .a, "2024-05-02", "SERVFAIL"),
    ])
    func answers(name: String, type: RecordType, time: String, expected: String) async throws {
        let snapshot = try DNSSnapshot(lines: Bytes(DNSSnapshotTests.text), file: "dns.ndjson")
        let question = DNSQuestion(try #require(DomainName(name)), type)
        let at = try #require(Timestamp(rfc3339: time))
        #expect(summary(await snapshot.view(at: at).answer(to: question)) == expected)
        let complete = summary(await snapshot.view(at: at, missing: .nameError).answer(to: question))
        #expect(complete == (expected == "unrecorded" ? "NXDOMAIN" : expected))
    }

    @Test func aLaterLineReplacesAnEarlierOfTheSameTime() async throws {
        let lines = ["192.0.2.1", "192.0.2.2"].map {
            "{\"name\":\"a\",\"type\":\"A\",\"rcode\":\"NOERROR\",\"rdata\":[\"\($0)\"],\"captured\":\"2024-05-01\"}\r\n"
        }
        let snapshot = try DNSSnapshot(lines: Bytes(lines.joined()), file: "f")
        #expect(snapshot.allCaptures.count == 1)
        let question = DNSQuestion(try #require(DomainName("a")), .a)
        #expect(summary(await snapshot.view(at: Timestamp(seconds: 0)).answer(to: question)) == "192.0.2.2")
    }

    @Test func roundTrip() throws {
        let first = try DNSSnapshot(lines: Bytes(DNSSnapshotTests.text), file: "f").allCaptures
        let written = first.map { $0.line + "\n" }.joined()
        let second = try DNSSnapshot(lines: Bytes(written), file: "f").allCaptures
        #expect(second == first)
        #expect(second.map { $0.line + "\n" }.joined() == written)
        #expect(first.count == 10)
        #expect(
            first.first { $0.ttl != nil }?.line
                == #"{"authentic":true,"captured":"2024-05-01T10:00:00Z","name":"example.org.","rcode":"NOERROR","rdata":["\"v=spf1 -all\""],"ttl":300,"type":"TXT"}"#
        )
    }

    @Test func everyMistakeAtOnce() {
        let text = """
            {"name":"a","type":"A","rcode":"NOERROR","rdata":["192.0.2.1"]}
            {"name":"a..b","type":"A","rcode":"NOERROR"}
            {"type":"A","rcode":"NOERROR"}
            {"name":"a","type":"A","rcode":"NOERROR","rdata":["x"]}
            {"name":"a","type":"A","rcode":"YES"}
            {"name":"a","type":"A","rcode":"NXDOMAIN","rdata":["192.0.2.1"]}
            {"name":"a","type":"A","rcode":"NOERROR","captured":"yesterday"}
            {"name":"a","type":"A","rcode":"NOERROR","rdata":"192.0.2.1"}
            {"name":1,"type":"A","rcode":"NOERROR"}
            {"name":"a","type":"A","rcode":"NOERROR","ttl":-1}
            {"name":"a","type":"A B","rcode":"NOERROR"}
            [1]
            {"name":
            """
        let problems = #expect(throws: DNSProblems.self) { try DNSSnapshot(lines: Bytes(text), file: "s.ndjson") }
        #expect(
            problems?.description == """
                s.ndjson:2: 'a..b' is not a domain name
                s.ndjson:3: 'name' is missing
                s.ndjson:4: malformed A data 'x'
                s.ndjson:5: unknown 'rcode' 'YES': NOERROR, NXDOMAIN, SERVFAIL, REFUSED or TIMEOUT
                s.ndjson:6: 'rdata' must be empty when 'rcode' is NXDOMAIN
                s.ndjson:7: 'captured' must be an RFC 3339 time, not 'yesterday'
                s.ndjson:8: 'rdata' must be a list of strings
                s.ndjson:9: 'name' must be a string
                s.ndjson:10: 'ttl' must not be negative
                s.ndjson:11: 'A B' is not a record type
                s.ndjson:12: not a JSON object
                s.ndjson:13: not a JSON object
                """)
    }

    /// RFC 1035 §2.3.4: nobody can ask for a name that is longer than names are, so what a file says of it is no mistake.
    @Test(arguments: [
        String(repeating: "a", count: 64) + ".example", String(repeating: "long.", count: 60) + "example.",
    ])
    func namesThatAreTooLong(name: String) async throws {
        let text = """
            {"name":"\(name)","type":"TXT","rcode":"NOERROR","rdata":["\\"v=spf1 -all\\""]}
            {"name":"a","type":"A","rcode":"NOERROR","rdata":["192.0.2.1"]}
            """
        let snapshot = try DNSSnapshot(lines: Bytes(text), file: "f")
        #expect(snapshot.allCaptures.count == 1)
        #expect(throws: DNSProblems.self) {
            try DNSSnapshot(lines: Bytes(text.replacing(name, with: "a..\(name)")), file: "f")
        }
    }

    @Test func hostileFiles() {
        let garbage = Bytes(
            [UInt8](repeating: .lf, count: 1000) + Array(repeating: Array("x\n".utf8), count: 500).joined())
        let many = #expect(throws: DNSProblems.self) { try DNSSnapshot(lines: garbage, file: "f") }
        #expect(many?.problems.count == 101)
        #expect(many?.problems.first?.line == 1001)
        let long = Bytes([UInt8](repeating: .ascii("x"), count: 3 << 20))
        #expect(throws: DNSProblems.self) { try DNSSnapshot(lines: long, file: "f") }
        let deep = Bytes([UInt8](repeating: .ascii("["), count: 1 << 19))
        #expect(throws: DNSProblems.self) { try DNSSnapshot(lines: deep, file: "f") }
    }
}
