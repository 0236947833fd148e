import DNS
import Testing
import Values

@Suite struct DNSListTests {
    @Test(arguments: [
        ("192.0.2.99", "99.2.0.192.bl.example."),
        (
            "2001:db8:1:2:3:4:567:89ab",
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.bl.example."
        ),
        ("::ffff:192.0.2.99", "99.2.0.192.bl.example."),
    ])
    func addressesHaveTheNamesOfTheRFC(_ address: String, _ expected: String) throws {
        let list = DNSList(try #require(DomainName("bl.example")))
        #expect(list.name(of: try #require(IPAddress(address)))?.text == expected)
    }

    @Test func domainsAreBelowTheZone() throws {
        let list = DNSList(try #require(DomainName("dbl.example")))
        #expect(list.name(of: try #require(DomainName("Bad.invalid")))?.text == "bad.invalid.dbl.example.")
        let long = try #require(DomainName(String(repeating: "abcdefg.", count: 31)))
        #expect(list.name(of: long) == nil)
    }

    @Test(arguments: [
        ("127.0.0.2", "127.0.0.2", true), ("127.0.0.2", "127.0.0.3", false), ("127.0.0.0/8", "127.255.0.9", true),
        ("127.0.0.0/24", "127.0.1.0", false), ("127.0.0.4-127.0.0.7", "127.0.0.4", true),
        ("127.0.0.4-127.0.0.7", "127.0.0.7", true), ("127.0.0.4-127.0.0.7", "127.0.0.8", false),
        ("127.0.0.4-127.0.0.7", "::1", false),
    ])
    func codesMatch(_ code: String, _ answer: String, _ expected: Bool) throws {
        let parsed = try #require(DNSListCode(code))
        #expect(parsed.matches(try #require(IPAddress(answer))) == expected)
        #expect(parsed.description == code)
    }

    @Test(arguments: [
        "", "-", "127.0.0.2-", "-127.0.0.2", "127.0.0.7-127.0.0.4", "::1", "::1-::2", "127.0.0.0/33", "127.0.0.*",
        "127.0.0.1-127.0.0.2-127.0.0.3", "2", "::ffff:1:2/64",
    ])
    func whatIsNoCode(_ text: String) { #expect(DNSListCode(text) == nil) }

    private static let zone = """
        2.bl.example. A 127.0.0.2
        3.bl.example. A 127.0.0.9
        3.bl.example. A 127.0.0.2
        3.bl.example. A 127.0.0.11
        4.bl.example. A 127.0.0.11
        5.bl.example. A 127.255.255.254
        6.bl.example. A 127.0.0.2
        6.bl.example. A 127.255.255.255
        7.bl.example. A 198.51.100.1
        8.bl.example. A 127.0.0.2
        8.bl.example. A 198.51.100.1
        9.bl.example. TXT "no address"
        10.bl.example. A !SERVFAIL
        11.bl.example. A !TIMEOUT
        12.bl.example. A !UNRECORDED
        13.bl.example. CNAME 2.bl.example.
        """

    @Test(arguments: [
        ("1", "notListed"), ("2", "listed 127.0.0.2"), ("3", "listed 127.0.0.2 127.0.0.9"),
        ("4", "otherCodes 127.0.0.11"), ("5", "refusal 127.255.255.254"), ("6", "refusal 127.0.0.2 127.255.255.255"),
        ("7", "outside 198.51.100.1"), ("8", "outside 127.0.0.2 198.51.100.1"), ("9", "notListed"),
        ("10", "failed"), ("11", "failed"), ("12", "unrecorded"), ("13", "listed 127.0.0.2"),
    ])
    func answersMeanWhatTheySay(_ label: String, _ expected: String) async throws {
        let codes = ["127.0.0.2", "127.0.0.9-127.0.0.10"].compactMap { DNSListCode($0) }
        let list = DNSList(try #require(DomainName("bl.example")), codes: codes, refusals: DNSList.refusals)
        let name = try #require(DomainName("\(label).bl.example"))
        let zone = try DNSZone(fixture: Self.zone)
        let lookup = await DNSListLookup.evaluate(name, in: list, wantsText: false, dns: zone)
        #expect(text(lookup.listing) == expected && lookup.text == nil && lookup.exchanges.count == 1)
    }

    private func text(_ listing: DNSListing) -> String {
        func words(_ word: String, _ codes: [IPAddress]) -> String {
            ([word] + codes.map(\.description)).joined(separator: " ")
        }
        switch listing {
        case .listed(let codes): return words("listed", codes)
        case .otherCodes(let codes): return words("otherCodes", codes)
        case .notListed: return "notListed"
        case .unusable(.outside, let codes): return words("outside", codes)
        case .unusable(.refusal, let codes): return words("refusal", codes)
        case .failed: return "failed"
        case .unrecorded: return "unrecorded"
        }
    }

    @Test(arguments: [
        (#""why not""#, "why not"), (#""a" "b""#, "ab"), (#""\013\010\200\000""#, "????"), (#""""#, nil),
        ("\"" + String(repeating: "x", count: 250) + "\"", String(repeating: "x", count: 200)),
    ])
    func textsAreFitToShow(_ record: String, _ expected: String?) async throws {
        let zone = try DNSZone(fixture: "2.bl.example. A 127.0.0.2\n2.bl.example. TXT \(record)")
        let list = DNSList(try #require(DomainName("bl.example")))
        let name = try #require(DomainName("2.bl.example"))
        let lookup = await DNSListLookup.evaluate(name, in: list, wantsText: true, dns: zone)
        #expect(lookup.text == expected && lookup.exchanges.count == 2)
    }

    /// A view that answers the later questions first.
    private struct Backwards: DNSView {
        func answer(to question: DNSQuestion) async -> DNSAnswer {
            let number = question.name.labels.first.flatMap { Int($0.lossyString) } ?? 0
            for _ in 0..<(40 - number) * 20 { await Task.yield() }
            return .records([.address(.v4(0x7F00_0000 | UInt32(number)))], authentic: false)
        }
    }

    @Test func severalListsAnswerInTheOrderOfTheQuestions() async throws {
        let list = DNSList(try #require(DomainName("bl.example")))
        let questions = (2..<40).compactMap { DomainName("\($0).bl.example") }.map { ($0, list) }
        let lookups = await DNSListLookup.evaluate(all: questions, wantsText: false, dns: Backwards())
        #expect(lookups.map { text($0.listing) } == (2..<40).map { "listed 127.0.0.\($0)" })
    }
}
