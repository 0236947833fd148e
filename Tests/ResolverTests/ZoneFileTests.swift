import DNS
import Resolver
import Testing
import Values

@Suite struct ZoneFileTests {
    static let text = ##"""
        ; several zones, no SOA
        $ORIGIN example.org.
        $TTL 300
        @       IN TXT "v=spf1 mx -all" " second"
                MX  10 mail
                MX  0 .
        mail    A   192.0.2.1
                60 AAAA 2001:DB8::1
        *.w     CNAME mail
        text    TXT ( "a\"b\\c" ; a comment
                      "\200;" )
        loner.example.net. IN PTR Host.Example.NET.
        caa     CAA 0 issue "ca.example"
        x       TYPE65280 \# 2 0102
        mapped  AAAA ::ffff:192.0.2.1

        $ORIGIN 2.0.192.in-addr.arpa.
        1       PTR mail.example.org.
        """##

    @Test(arguments: [
        ("example.org", RecordType.txt, #""v=spf1 mx -all" " second""#),
        ("example.org", .mx, "10 mail.example.org. 0 ."), ("mail.example.org", .a, "192.0.2.1"),
        ("mail.example.org", .aaaa, "2001:db8::1"), ("any.w.example.org", .a, "192.0.2.1"),
        ("text.example.org", .txt, #""a\"b\\c" "\200;""#), ("loner.example.net", .ptr, "host.example.net."),
        ("1.2.0.192.in-addr.arpa", .ptr, "mail.example.org."), ("caa.example.org", .a, "no data"),
        ("x.example.org", .a, "no data"), ("mapped.example.org", .aaaa, "::ffff:c000:201"),
        ("none.example.org", .a, "NXDOMAIN"), ("w.example.org", .a, "no data"),
    ])
    func answers(name: String, type: RecordType, expected: String) async throws {
        for text in [ZoneFileTests.text, ZoneFileTests.text.replacing("\n", with: "\r\n")] {
            let zone = try ZoneFile.parse(Bytes(text), file: "f.zone")
            let answer = await zone.answer(to: DNSQuestion(try #require(DomainName(name)), type))
            switch answer {
            case .records(let records, _):
                #expect(records.map(\.presentation).joined(separator: " ") == expected)
            case .noData: #expect(expected == "no data")
            default: #expect(expected == "NXDOMAIN" && answer == .nameError)
            }
        }
    }

    @Test func everyMistakeWithItsLine() {
        let text = """
            good.example. A 192.0.2.1

            ; a comment
            bad.example. A 192.0.2
            other.example. FOO bar
            $INCLUDE other.zone
            fine.example. A 192.0.2.2
              MX mail
            last.example. TXT "open
            """
        let problems = #expect(throws: DNSProblems.self) { try ZoneFile.parse(Bytes(text), file: "f.zone") }
        let places = problems?.problems.map(\.line) ?? []
        #expect(Set(places) == [4, 5, 6, 8, 9])
        #expect(problems?.description.contains("f.zone:6: $INCLUDE is not supported") == true)
        #expect(problems?.description.contains("f.zone:9: a quote that is not closed") == true)
    }

    /// RFC 1035 §5.1 has the time to live before the class or behind it.
    @Test(arguments: [
        "a IN 60 TXT \"x\"", "a 60 IN TXT \"x\"", "a in 1h TXT ( \"x\" )", "$ORIGIN .\na\tIN\t60\tTXT\tx",
        "b TXT ( \"y\"\nIN 5 A )\na IN 60 TXT x", "a IN A 192.0.2.1\n IN 60 TXT \"x\"",
    ])
    func ordersOfClassAndTime(text: String) async throws {
        let zone = try ZoneFile.parse(Bytes(text + "\n"), file: "f")
        guard case .records(let records, _) = await zone.answer(to: DNSQuestion(try #require(DomainName("a")), .txt))
        else {
            Issue.record("\(text) has no record")
            return
        }
        #expect(records.map(\.presentation) == ["\"x\""])
    }

    @Test(arguments: ["", "\n\n", "; nothing\n"])
    func nothing(text: String) async throws {
        let zone = try ZoneFile.parse(Bytes(text), file: "f")
        #expect(await zone.answer(to: DNSQuestion(try #require(DomainName("a")), .a)) == .nameError)
    }

    @Test(arguments: [
        ("an open parenthesis", "f:2: a parenthesis that is not closed"),
        ("a NUL", "f:2: a NUL octet in a master file"),
    ])
    func textThatWouldBeLost(what: String, message: String) {
        let line = what == "a NUL" ? "b. TXT \"\u{0}\"" : "b. TXT ( \"x\""
        let problems = #expect(throws: DNSProblems.self) {
            try ZoneFile.parse(Bytes("a. A 192.0.2.1\n\(line)\nc. A 192.0.2.1\n"), file: "f")
        }
        #expect(problems?.description == message)
    }

    /// A mistyped type must not pass for a name without the record that was meant.
    @Test(arguments: ["b. 300 IN WHAT", "b. 300 IN WHAT \"x\"", "b. TX \"v=spf1 -all\"", "b. 300 IN TXT"])
    func typesThatAreNone(line: String) {
        let problems = #expect(throws: DNSProblems.self) {
            try ZoneFile.parse(Bytes("a. A 192.0.2.1\n\(line)\nc. A 192.0.2.1\n"), file: "f")
        }
        #expect(problems?.problems.map(\.line) == [2])
    }

    /// RFC 1035 §5.2, RFC 1034 §3.6.2, RFC 2181 §10.1.
    @Test(
        arguments: [
            ("b. CH TXT \"x\"", "f:4: a record of another class than IN"),
            ("b. 300 HS A 192.0.2.1", "f:4: a record of another class than IN"),
            ("a. CNAME b.", "f:4: a. has a CNAME and other data (RFC 1034 section 3.6.2)"),
            ("c. TXT \"x\"", "f:4: c. has a CNAME and other data (RFC 1034 section 3.6.2)"),
            ("c. CNAME b.", "f:4: c. has a CNAME and other data (RFC 1034 section 3.6.2)"),
            ("c. CNAME a.", nil), ("d.c. TXT \"x\"", nil), ("b. IN TXT \"x\"", nil),
        ] as [(String, String?)])
    func recordsThatCannotBeInAZone(line: String, message: String?) {
        let text = "a. A 192.0.2.1\nc. CNAME a.\n; next\n\(line)\n"
        do {
            _ = try ZoneFile.parse(Bytes(text), file: "f")
            #expect(message == nil)
        } catch {
            #expect(error.description == message)
        }
    }

    @Test func aLineWithoutEnd() {
        let text = "a. A 192.0.2.1\n" + String(repeating: " ", count: (1 << 20) + 1) + "\n"
        let problems = #expect(throws: DNSProblems.self) { try ZoneFile.parse(Bytes(text), file: "f") }
        #expect(problems?.description == "f:2: the line is longer than 1048576 octets")
    }

    @Test func aLongRecord() async throws {
        let strings = (0..<200).map { "\"\($0)-\(String(repeating: "b", count: 240))\"" }
        let zone = try ZoneFile.parse(
            Bytes("long. TXT " + strings.joined(separator: " ") + "\nnext. A 192.0.2.1\n"), file: "f")
        let answer = await zone.answer(to: DNSQuestion(try #require(DomainName("long")), .txt))
        guard case .records(let records, _) = answer, case .txt(let read)? = records.first else {
            Issue.record("\(answer)")
            return
        }
        #expect(read.count == 200)
        #expect(read.last?.lossyString.hasPrefix("199-") == true)
        let next = await zone.answer(to: DNSQuestion(try #require(DomainName("next")), .a))
        #expect(next != .nameError)
    }

    /// RFC 1035 §3.3: a character string has 255 octets at most. A longer one, as people paste keys, counts as several.
    @Test(arguments: [255, 256, 510, 511, 3000])
    func aLongString(length: Int) async throws {
        let text = String(repeating: #"\"; "#, count: length / 3) + String(repeating: "\\065", count: length % 3)
        let zone = try ZoneFile.parse(
            Bytes("a. TXT \"x\" ; \"comment\na. TXT \"\(text)\" \"end\"\n"), file: "f")
        let answer = await zone.answer(to: DNSQuestion(try #require(DomainName("a")), .txt))
        guard case .records(let records, _) = answer, case .txt(let strings)? = records.last else {
            Issue.record("\(answer)")
            return
        }
        #expect(strings.allSatisfy { $0.count <= 255 })
        #expect(strings.count == (length + 254) / 255 + 1)
        let whole = String(repeating: "\"; ", count: length / 3) + String(repeating: "A", count: length % 3)
        #expect(strings.flatMap(\.array) == Array((whole + "end").utf8))
    }

    @Test func hostileFiles() {
        // Any outcome is right but a crash or a hang.
        let pieces = [
            "a. A 192.0.2.1\n", "$ORIGIN ", "$TTL ", "\"", "(", ")", "\\", "\\# 99999 00", "\n", " ", "\u{7F}", "TXT ",
            "MX ", "IN ", "@ ",
        ]
        var seed: UInt64 = 42
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<12 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(seed >> 33) % pieces.count]
            }
            _ = try? ZoneFile.parse(Bytes(text), file: "f")
        }
        let line = Bytes([UInt8](repeating: .ascii("x"), count: 1 << 20))
        #expect(throws: DNSProblems.self) { try ZoneFile.parse(line, file: "f") }
    }
}
