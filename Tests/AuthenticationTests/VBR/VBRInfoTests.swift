import Authentication
import DNS
import Testing
import Values

/// The VBR-Info field (RFC 5518 §4) and the certifier's record (§5).
@Suite struct VBRInfoTests {
    @Test(arguments: [
        ("md=bank.example; mc=transaction; mv=a.example:b.example", "bank.example transaction a.example b.example"),
        ("md=bank.example; mc=transaction; mv=a.example:b.example;", "bank.example transaction a.example b.example"),
        // §4: in any order, upper and lower case alike, other elements ignored.
        ("mv=a.example;md=bank.example;mc=all", "bank.example all a.example"),
        ("MD=Bank.EXAMPLE; Mc=ALL; mV=A.Example", "bank.example all a.example"),
        ("md=bank.example; x=1; note=y=z; mc=list; x=2; mv=a.example", "bank.example list a.example"),
        // §4.1: folding white space on both sides of everything.
        (
            "\r\n md \r\n\t= bank.example ;\r\n mc = list ;\r\n mv = a.example :\r\n b.example ;",
            "bank.example list a.example b.example"
        ),
        (";; md=bank.example;; mc=list; ; mv=a.example;;", "bank.example list a.example"),
        // Kinds of mail that RFC 5518 §6 does not have, for certifiers that do.
        ("md=bank.example; mc=advertising; mv=a.example", "bank.example advertising a.example"),
        // Of the certifiers, what is no domain cannot be asked, and a name counts once.
        (
            "md=bank.example; mc=all; mv=a.example:A.EXAMPLE::localhost:b c:b.example.:c.example",
            "bank.example all a.example c.example"
        ),
        // RFC 8616: labels beyond ASCII.
        ("md=bücher.example; mc=all; mv=bürge.example", "xn--bcher-kva.example all xn--brge-0ra.example"),
    ])
    func fieldIsRead(_ value: String, _ expected: String) throws {
        let info = try VBRInfo.parse(Bytes(value)).get()
        let words = [info.domain.relativeText, info.content] + info.certifiers.map(\.relativeText)
        #expect(words.joined(separator: " ") == expected)
        #expect(try VBRInfo.parse(Bytes(info.fieldValue)).get() == info)
    }

    @Test(arguments: [
        ("", "no md="), ("mc=all; mv=a.example", "no md="), ("md=bank.example; mv=a.example", "no mc="),
        ("md=bank.example; mc=all", "no mv="), ("md=bank.example mc=all mv=a.example", "md= is no domain"),
        ("md=; mc=all; mv=a.example", "md= is no domain"), ("md=localhost; mc=all; mv=a.example", "md= is no domain"),
        ("md=bank..example; mc=all; mv=a.example", "md= is no domain"),
        ("md=bank.example.; mc=all; mv=a.example", "md= is no domain"),
        ("md=ba nk.example; mc=all; mv=a.example", "md= is no domain"),
        ("md=bank.example; mc=; mv=a.example", "mc= is no kind of mail"),
        ("md=bank.example; mc=all list; mv=a.example", "mc= is no kind of mail"),
        ("md=bank.example; mc=all; mv=", "mv= names no domain"),
        ("md=bank.example; mc=all; mv=localhost:", "mv= names no domain"),
        ("md=bank.example; mc=all; mv=a.example; MD=shop.example", "md= twice"),
        ("md=bank.example; mc=all; mc=all; mv=a.example", "mc= twice"),
        ("md=bank.example; mc=all; mv=a.example; mv=b.example", "mv= twice"),
        ("md=bank.example; all; mv=a.example", "an element without ="),
    ])
    func faultIsNamed(_ value: String, _ fault: String) {
        #expect(throws: VBRSyntaxError.self) { try VBRInfo.parse(Bytes(value)).get() }
        if case .failure(let error) = VBRInfo.parse(Bytes(value)) { #expect(error.description == fault) }
    }

    @Test func fieldIsWritten() throws {
        let domain = try #require(VBRInfo.domain("Bank.example"))
        let certifiers = try ["a.example", "b.example"].map { try #require(VBRInfo.domain($0)) }
        let info = try #require(VBRInfo(domain: domain, content: "Transaction", certifiers: certifiers))
        #expect(info.fieldValue == "md=bank.example; mc=transaction; mv=a.example:b.example")
        #expect(VBRInfo(domain: domain, content: "all", certifiers: []) == nil)
        #expect(VBRInfo(domain: domain, content: "a b", certifiers: certifiers) == nil)
    }

    @Test(arguments: [
        (["all"], "all list transaction other"), (["list"], "list"), (["transaction list"], "list transaction"),
        // §5: character strings are put together before anything is looked at.
        (["trans", "action", " list"], "list transaction"), (["  list   all "], "all list transaction other"),
        (["allx"], ""), (["other"], "other"),
    ])
    func recordVouches(_ strings: [String], _ kinds: String) throws {
        let record = try #require(VBRRecord(strings.map { Bytes($0) }))
        let vouched = ["all", "list", "transaction", "other"].filter(record.vouches)
        #expect(vouched.joined(separator: " ") == kinds)
    }

    /// §5: records that are not lower-case letters and spaces are discarded.
    @Test(arguments: ["", " ", "ALL", "all,list", "v=spf1 -all", "all\t", "all;", "al1", "\u{0}all"])
    func recordIsDiscarded(_ text: String) {
        #expect(VBRRecord([Bytes(text)]) == nil)
    }
}
