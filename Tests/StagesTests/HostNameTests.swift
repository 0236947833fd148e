import Testing

@testable import Stages

@Suite struct HostNameTests {
    @Test(arguments: [
        ("Mail.Example.ORG", "mail.example.org"), ("mail.example.org.", "mail.example.org"), ("", ""), (".", ""),
        ("b\u{FC}cher.example", "xn--bcher-kva.example"), ("B\u{DC}CHER.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"), ("[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]"),
        // A label that is too long for an A-label stays, and so matches no pattern.
        (String(repeating: "\u{FC}", count: 60) + ".example", String(repeating: "\u{FC}", count: 60) + ".example"),
        ("bu\u{308}cher\u{3002}example\u{FF0E}", "xn--bcher-kva.example"), ("vic\u{AD}tim.example", "victim.example"),
        // So does one that no registry may hold: it begins with a combining mark.
        ("a.\u{301}b.example", "a.\u{301}b.example"),
    ])
    func namesHaveOneForm(_ name: String, _ expected: String) {
        let canonical = HostName.canonical(name)
        #expect(canonical == expected)
        #expect(HostName.canonical(canonical) == canonical)
    }

    @Test(arguments: [
        ("mail.example.org", ["mail.example.org"], ["a.mail.example.org", "mail.example.or", "mail.example.orgs"]),
        ("*.example.org", ["a.example.org", "a.b.example.org"], ["example.org", "aexample.org"]),
        (".example.org", ["a.example.org", "a.b.example.org"], ["example.org"]),
        ("dsl-?-*.Example.net", ["dsl-1-2.example.net"], ["dsl-12-2.example.net"]),
        ("*.B\u{FC}cher.example", ["a.xn--bcher-kva.example"], ["a.bcher.example"]),
        ("[192.0.2.*]", ["[192.0.2.1]"], ["192.0.2.1", "[192.0.20.1]"]),
        ("*", ["anything", ""], []),
    ])
    func patternsMatchTheirNames(_ text: String, _ inside: [String], _ outside: [String]) throws {
        let pattern = try #require(HostPattern(text))
        for name in inside { #expect(pattern.matches(name), "\(name) is in \(text)") }
        for name in outside { #expect(!pattern.matches(name), "\(name) is not in \(text)") }
        #expect(HostPattern(pattern.text) == pattern)
    }

    @Test(arguments: [
        "", ".", "a b", "a..b", "a/b", "192.0.2.0/24", "b\u{FC}*.example", "?\u{FC}.example", "a\u{0}b", "a@b",
        String(repeating: "a", count: 256), String(repeating: "\u{FC}", count: 64),
    ])
    func whatIsNoPatternIsRefused(_ text: String) { #expect(HostPattern(text) == nil) }
}
