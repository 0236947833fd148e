import DNS
import PublicSuffix
import Testing
import Values

private let suite = SharedSuite(name: "psl")

@Suite struct PublicSuffixTests {
    @Test(arguments: [
        ("example.org", "example.org"), ("a.b.example.org", "example.org"), ("org", nil),
        ("www.one.co.uk", "one.co.uk"),
        ("co.uk", nil), ("A.EXAMPLE.Org.", "example.org"), ("x.unlisted-tld", "x.unlisted-tld"), ("unlisted-tld", nil),
        ("www.ck", "www.ck"), ("a.b.kobe.jp", "a.b.kobe.jp"), ("b.kobe.jp", nil), ("city.kobe.jp", "city.kobe.jp"),
        ("www.xn--85x722f.com.cn", "xn--85x722f.com.cn"),
    ])
    func builtInList(name: String, registrable: String?) throws {
        let name = try #require(DomainName(name))
        #expect(PublicSuffixList.builtIn.registrableDomain(of: name)?.relativeText == registrable)
        #expect(
            PublicSuffixList.builtIn.organizationalDomain(of: name).relativeText == registrable ?? name.relativeText)
    }

    @Test func escapesInsideLabelsAreNobodys() throws {
        let name = try #require(DomainName(labels: [Bytes("a.b"), Bytes("example"), Bytes("org")]))
        #expect(PublicSuffixList.builtIn.registrableDomain(of: name) == nil)
    }

    @Test func aListOfOnesOwn() throws {
        let list = try #require(
            PublicSuffixList(contentsOf: Bytes("// mine\norg\n*.wide.example\n!but.wide.example\n")))
        func domain(_ name: String) -> String? {
            DomainName(name).flatMap { list.registrableDomain(of: $0) }?.relativeText
        }
        #expect(
            domain("a.b.c.wide.example") == "b.c.wide.example" && domain("a.but.wide.example") == "but.wide.example")
        #expect(PublicSuffixList(contentsOf: Bytes("")) == nil)
        #expect(PublicSuffixList(contentsOf: Bytes("// nothing\n")) == nil)
    }

    /// The vectors of publicsuffix.org against the list that they are for.
    @Test(.enabled(if: suite.isPresent, "the shared suite psl is not here")) func vectors() throws {
        let list = try #require(PublicSuffixList(contentsOf: Bytes(try suite.text("public_suffix_list.dat"))))
        var tally = SuiteTally("psl", known: [:])
        for line in try suite.text("test_psl.txt").split(separator: "\n") where line.hasPrefix("checkPublicSuffix(") {
            let values = line.dropFirst("checkPublicSuffix(".count).prefix { $0 != ")" }.split(separator: ",").map {
                $0.drop { $0 == " " }.filter { $0 != "'" }
            }
            check(String(values[0]), String(values[1]), list, &tally)
        }
        for line in try suite.text("tests.txt").split(separator: "\n") where !line.hasPrefix("//") {
            let values = line.split(separator: " ").map(String.init)
            if values.count == 2 { check(values[0], values[1], list, &tally) }
        }
        tally.finish()
    }

    private func check(_ given: String, _ expected: String, _ list: PublicSuffixList, _ tally: inout SuiteTally) {
        func name(_ text: String) -> DomainName? {
            let labels = text.split(separator: ".", omittingEmptySubsequences: false).map {
                Punycode.asciiLabel(Bytes(String($0)))
            }
            return labels.contains(nil) ? nil : DomainName(labels: labels.compactMap(\.self))
        }
        let found = name(given).flatMap { list.registrableDomain(of: $0) }?.relativeText ?? "null"
        let wanted = expected == "null" ? "null" : name(expected)?.relativeText ?? "?"
        tally.note(given, passes: found == wanted, "\(found), expected \(wanted)")
    }
}
