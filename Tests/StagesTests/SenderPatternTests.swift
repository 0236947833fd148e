import Mail
import Testing

@testable import Stages

@Suite struct SenderPatternTests {
    @Test(arguments: [
        ("<>", ["<>"], ["a@example.org"]),
        ("ann@example.org", ["ANN@Example.ORG"], ["ann@a.example.org", "bob@example.org", "<>"]),
        ("<ann@example.org>", ["ann@example.org"], ["ann@example.com"]),
        ("\"a b\"@example.org", ["\"a b\"@example.org"], ["ab@example.org"]),
        ("ann+tag@example.org", ["ann+tag@example.org"], ["ann@example.org", "ann+other@example.org"]),
        (
            "example.org", ["a@example.org", "b@EXAMPLE.org"],
            ["a@b.example.org", "a@example.organic", "example.org", "<>"]
        ),
        ("@example.org", ["a@example.org"], ["a@b.example.org"]),
        ("*@example.org", ["a@example.org"], ["a@b.example.org"]),
        (".example.org", ["a@b.example.org", "a@c.b.example.org"], ["a@example.org", "a@xexample.org"]),
        ("*.example.org", ["a@b.example.org"], ["a@example.org"]),
        ("*@*.example.org", ["a@b.example.org"], ["a@example.org"]),
        ("news-*@example.org", ["news-1@example.org"], ["news@example.org", "news-1@b.example.org"]),
        ("root@*", ["root@example.org"], ["a@root"]),
        ("*spam*", ["a@spammer.example"], ["spam@example.org"]),
        ("*", ["a@example.org"], ["<>"]),
        ("a@b\u{FC}cher.example", ["a@xn--bcher-kva.example", "a@B\u{FC}cher.example"], ["a@bcher.example"]),
        ("j\u{F6}rg@example.org", ["j\u{F6}rg@example.org", "jo\u{308}rg@example.org"], ["jorg@example.org"]),
        ("a@[192.0.2.1]", ["a@[192.0.2.1]"], ["a@192.0.2.1"]),
    ])
    func patternsMatchTheirAddresses(_ text: String, _ inside: [String], _ outside: [String]) throws {
        let index = SenderIndex([try #require(SenderPattern(text))])
        func matches(_ address: String) throws -> Bool {
            let path = try #require(SMTPPath(address))
            return !index.matches(SenderAddress(path)).isEmpty
        }
        for address in inside { #expect(try matches(address), "\(address) is in \(text)") }
        for address in outside { #expect(try !matches(address), "\(address) is not in \(text)") }
    }

    @Test(arguments: [
        "", "a b", "a b@example.org", "a@b c", "a@", "a@@", "a..b@example.org*/", "b\u{FC}*@b\u{FC}*.example",
        "a\u{1}*@b.example",
        "a@" + String(repeating: "b", count: 600),
    ])
    func whatIsNoPatternIsRefused(_ text: String) { #expect(SenderPattern(text) == nil) }

    /// Several patterns of all kinds, in their order.
    @Test func matchesComeInOrder() throws {
        let patterns = ["*@*", "example.org", "b.example.org", "a@b.example.org", ".example.org", "a*@*.org", "<>"]
        let index = SenderIndex(try patterns.map { try #require(SenderPattern($0)) })
        #expect(index.matches(SenderAddress(localPart: "a", domain: "b.example.org")) == [0, 2, 3, 4, 5])
        #expect(index.matches(SenderAddress(localPart: "x", domain: "example.org")) == [0, 1])
        #expect(index.matches(nil) == [6])
    }

    /// The ends of a long name are looked up in bounds, and the one that is listed is found.
    @Test func aLongNameIsFoundByItsEnd() throws {
        let index = SenderIndex([try #require(SenderPattern(".example.org")), try #require(SenderPattern("*z*@*"))])
        let long = SenderAddress(localPart: "z", domain: String(repeating: "a.", count: 100_000) + "example.org")
        #expect(index.matches(long) == [0], "wildcards are not tried on what is too long")
    }

    @Test(arguments: [
        ("  The   Prize\tOffice ", "the prize office", 0), ("Pay\u{202E}Pal", "paypal", 1),
        ("A\u{200B}\u{FEFF}\u{7}b", "ab", 3),
        ("M\u{DC}LLER", "m\u{FC}ller", 0), ("", "", 0), ("\u{A0}x\u{2003}", "x", 0), ("a\r\n b", "a b", 0),
        ("soft\u{AD}hyphen", "softhyphen", 1),
    ])
    func namesAreComparedAsShown(_ name: String, _ expected: String, _ hidden: Int) {
        let shown = ShownName(name)
        #expect(shown.text == expected && shown.hiddenCount == hidden)
    }

    @Test(arguments: [
        ("ceo@company.example", ["ceo@company.example"]), ("CEO (ceo@Company.example)", ["ceo@company.example"]),
        ("a@b <c@d>", ["a@b", "c@d"]), ("@ceo", []), ("ceo@", []), ("nobody", []),
        (String(repeating: "a@b ", count: 50), Array(repeating: "a@b", count: 3)),
    ])
    func namesSpellAddresses(_ name: String, _ expected: [String]) {
        #expect(ShownName(name).addresses(limit: 3).map(\.text) == expected)
    }
}
