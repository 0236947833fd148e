import Stages
import Testing
import Values

@Suite struct AddressPatternTests {
    /// Which addresses a pattern takes in, and which of its neighbours not.
    @Test(
        arguments: [
            ("192.0.2.1", in: ["192.0.2.1", "::ffff:192.0.2.1"], out: ["192.0.2.2", "::192.0.2.1"]),
            ("192.0.2.0/24", in: ["192.0.2.0", "192.0.2.255"], out: ["192.0.1.255", "192.0.3.0", "2001:db8::1"]),
            ("0.0.0.0/0", in: ["0.0.0.0", "255.255.255.255"], out: ["::"]),
            ("::/0", in: ["::", "2001:db8::1"], out: ["192.0.2.1"]),
            ("2001:db8::/32", in: ["2001:db8::", "2001:db8:ffff::1"], out: ["2001:db7:ffff::", "2001:db9::"]),
            ("2001:DB8::/127", in: ["2001:db8::", "2001:db8::1"], out: ["2001:db8::2"]),
            (
                "192.0.2.10-192.0.2.20", in: ["192.0.2.10", "192.0.2.15", "192.0.2.20"],
                out: ["192.0.2.9", "192.0.2.21"]
            ),
            ("192.0.2.255 - 192.0.3.0", in: ["192.0.2.255", "192.0.3.0"], out: ["192.0.2.254", "192.0.3.1"]),
            ("192.0.2.1-192.0.2.1", in: ["192.0.2.1"], out: ["192.0.2.0", "192.0.2.2"]),
            ("2001:db8::1-2001:db8::ff", in: ["2001:db8::1", "2001:db8::ff"], out: ["2001:db8::", "2001:db8::100"]),
            ("0.0.0.0-255.255.255.255", in: ["0.0.0.0", "203.0.113.9"], out: ["::", "2001:db8::1"]),
            ("192.0.2.*", in: ["192.0.2.0", "192.0.2.255"], out: ["192.0.20.1", "2001:db8::1"]),
            ("192.0.2.?", in: ["192.0.2.0", "192.0.2.9"], out: ["192.0.2.10"]),
            ("192.0.2.?0", in: ["192.0.2.10", "192.0.2.90"], out: ["192.0.2.0", "192.0.2.100"]),
            ("2001:DB8:*", in: ["2001:db8::1", "2001:db8:1::"], out: ["2001:db80::1"]),
            ("*", in: ["192.0.2.1", "2001:db8::1"], out: []),
        ] as [(String, in: [String], out: [String])])
    func patternsTakeInTheirAddresses(_ text: String, inside: [String], outside: [String]) throws {
        let pattern = try #require(AddressPattern(text))
        for address in inside {
            #expect(pattern.matches(try #require(IPAddress(address))), "\(address) is in \(text)")
        }
        for address in outside {
            #expect(!pattern.matches(try #require(IPAddress(address))), "\(address) is not in \(text)")
        }
    }

    /// What a pattern says of itself reads back as the same pattern.
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("192.0.2.1/32", "192.0.2.1"), ("192.0.2.0/24", "192.0.2.0/24"),
        ("2001:DB8:0:0::1", "2001:db8::1"), ("2001:db8::/32", "2001:db8::/32"),
        ("192.0.2.10 - 192.0.2.20", "192.0.2.10-192.0.2.20"), ("192.0.*", "192.0.*"), ("2001:DB8:*", "2001:db8:*"),
    ])
    func descriptionsReadBack(_ text: String, _ description: String) throws {
        let pattern = try #require(AddressPattern(text))
        #expect(pattern.description == description)
        #expect(AddressPattern(description) == pattern)
    }

    @Test(arguments: [
        "", " ", "192.0.2", "192.0.2.256", "192.0.2.1/33", "192.0.2.1/-1", "192.0.2.1/", "192.0.2.01", "2001:db8::/129",
        "2001:db8:::1", "192.0.2.20-192.0.2.10", "192.0.2.1-2001:db8::1", "192.0.2.1-", "-192.0.2.1", "-",
        "192.0.2.1-192.0.2.5-192.0.2.9", "192.0.2.*-192.0.3.*", "mail.example", "*.example", "192.0.2.*/24",
        "[192.0.2.1]",
        "192.0.2.1 ", "192.0.2.1\0", String(repeating: "1", count: 1_000_000),
        String(repeating: "*", count: 65), "*\u{0661}",
    ])
    func otherTextIsNoPattern(_ text: String) {
        #expect(AddressPattern(text) == nil)
    }

    /// A pattern of alternating wildcards, as long as one may be, against an address it nearly matches.
    @Test(.timeLimit(.minutes(10))) func hostilePatternsEnd() throws {
        let pattern = try #require(AddressPattern(String(repeating: "*1", count: 31) + "2"))
        let address = try #require(IPAddress("1111:1111:1111:1111:1111:1111:1111:1111"))
        for _ in 0..<1000 { #expect(!pattern.matches(address)) }
    }
}
