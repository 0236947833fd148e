import DNS
import Testing
import Values

/// UTS #46 (non-transitional) and RFC 5891 §5.4.
@Suite struct InternationalNameTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// Nil where the name has no form that could be looked up.
        let ascii: String?
        var testDescription: String { name.unicodeScalars.map { $0.escaped(asASCII: true) }.joined() }
    }

    @Test(arguments: [
        // ASCII stays as it is, whatever it is.
        Case(name: "Example.ORG", ascii: "Example.ORG"), Case(name: "", ascii: ""), Case(name: "a..b/", ascii: "a..b/"),
        Case(name: "b\u{FC}cher.test", ascii: "xn--bcher-kva.test"),
        // One name in other spellings.
        Case(name: "B\u{DC}CHER.Test", ascii: "xn--bcher-kva.test"),
        Case(name: "bu\u{308}cher.test", ascii: "xn--bcher-kva.test"),
        Case(name: "victim\u{3002}test", ascii: "victim.test"), Case(name: "victim\u{FF0E}test", ascii: "victim.test"),
        Case(name: "victim\u{FF61}test", ascii: "victim.test"),
        Case(name: "vic\u{AD}tim.test", ascii: "victim.test"), Case(name: "z0\u{200B}.com", ascii: "z0.com"),
        Case(name: "\u{FF5A}0.com", ascii: "z0.com"), Case(name: "\u{FF36}ictim.test", ascii: "victim.test"),
        // Non-transitional: these stand for themselves.
        Case(name: "fa\u{DF}.test", ascii: "xn--fa-hia.test"),
        Case(name: "\u{915}\u{94D}\u{200D}\u{937}.test", ascii: "xn--11b2ezcw70k.test"),
        Case(name: "_x.b\u{FC}cher.test.", ascii: "_x.xn--bcher-kva.test."),
        Case(name: "*.b\u{FC}cher.test", ascii: "*.xn--bcher-kva.test"),
        Case(name: "xn--bcher-kva.b\u{FC}cher", ascii: "xn--bcher-kva.xn--bcher-kva"),
        // §5.4: what no registry may hold.
        Case(name: "xn--\u{FC}.test", ascii: nil), Case(name: "xn--0.\u{FC}", ascii: nil),
        Case(name: "-\u{FC}.test", ascii: nil), Case(name: "ab--\u{FC}.test", ascii: nil),
        Case(name: "\u{301}a.test", ascii: nil), Case(name: "a\u{200D}b.test", ascii: nil),
        Case(name: "\u{5D0}1a.test", ascii: nil), Case(name: "\u{1F48C}.test", ascii: nil),
        Case(name: "\u{2028}.test", ascii: nil),
        // A mapping that would bring in what parts addresses and paths.
        Case(name: "\u{2100}.test", ascii: nil), Case(name: "a\u{FF20}victim.test", ascii: nil),
        Case(name: "a\u{FF3C}.test", ascii: nil), Case(name: "\u{FC}\u{0}.test", ascii: nil),
        Case(name: String(repeating: "\u{FC}", count: 60) + ".test", ascii: nil),
        Case(name: "\u{FC}." + String(repeating: "a.", count: 600), ascii: nil),
    ])
    func namesHaveOneForm(_ item: Case) {
        #expect(
            InternationalName.ascii(Array(item.name.utf8)).map { String(decoding: $0, as: UTF8.self) } == item.ascii)
    }

    @Test func whatIsNotUTF8() {
        #expect(InternationalName.ascii([0x61, 0xFF]) == nil)
        #expect(InternationalName.ascii([0xC3]) == nil)
    }
}
