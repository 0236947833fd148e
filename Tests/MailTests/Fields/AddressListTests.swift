import Mail
import Testing
import Values

@Suite struct AddressListTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        /// `name<local|domain>` for a mailbox, `[name: …]` for a group, in order.
        let expected: [String]
        var defects: [AddressDefect] = []
        var testDescription: String { text }
    }

    private static func render(_ mailbox: Mailbox) -> String {
        "\(mailbox.displayName ?? "")<\(mailbox.localPart)|\(mailbox.domain)>"
    }

    private static func render(_ list: AddressList) -> [String] {
        list.entries.map { entry in
            switch entry {
            case .mailbox(let mailbox): render(mailbox)
            case .group(let name, let members): "[\(name): \(members.map(render).joined(separator: " "))]"
            }
        }
    }

    @Test(arguments: [
        Case(text: "", expected: []),
        Case(text: " , ,", expected: []),
        Case(text: "jdoe@machine.example", expected: ["<jdoe|machine.example>"]),
        Case(text: "John Doe <jdoe@machine.example>", expected: ["John Doe<jdoe|machine.example>"]),
        Case(text: "John Doe<jdoe@machine.example>", expected: ["John Doe<jdoe|machine.example>"]),
        Case(
            text: "Mary Smith\r\n  <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            expected: ["Mary Smith<mary|x.test>", "<jdoe|example.org>", "Who?<one|y.test>"]),
        Case(
            text: "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
            expected: ["<boss|nil.test>", "Giant; \"Big\" Box<sysservices|example.net>"]),
        Case(text: "\"John Q. Public\" <jqp@example.org>", expected: ["John Q. Public<jqp|example.org>"]),
        Case(text: "\"Fred Bloggs\"@example.org", expected: ["<Fred Bloggs|example.org>"]),
        Case(text: "user@[192.0.2.1]", expected: ["<user|[192.0.2.1]>"]),
        Case(text: "user@[IPv6:2001:db8::1]", expected: ["<user|[IPv6:2001:db8::1]>"]),
        Case(text: "jdoe@one.test (John Doe)", expected: ["John Doe<jdoe|one.test>"]),
        Case(text: "jdoe@one.test (John \\) (Jr) Doe)", expected: ["John ) (Jr) Doe<jdoe|one.test>"]),
        Case(text: "(first) jdoe@one.test", expected: ["first<jdoe|one.test>"]),
        Case(text: "Jörg <jörg@bücher.example>", expected: ["Jörg<jörg|bücher.example>"]),
        Case(text: "用户 <用户@例子.example>", expected: ["用户<用户|例子.example>"]),
        Case(
            text: "=?utf-8?q?Doe,_Jane_<j@d>?= <jane@example.org>",
            expected: ["=?utf-8?q?Doe,_Jane_<j@d>?=<jane|example.org>"]),
    ])
    func conforming(_ item: Case) {
        let list = AddressList(Bytes(item.text))
        #expect(AddressListTests.render(list) == item.expected)
        #expect(list.defects == [])
    }

    @Test(arguments: [
        Case(text: "undisclosed-recipients:;", expected: ["[undisclosed-recipients: ]"]),
        Case(text: "Hidden recipients  :(nobody(that I know))  ;", expected: ["[Hidden recipients: ]"]),
        Case(
            text: "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;, x@y.test",
            expected: ["[A Group: Ed Jones<c|a.test> <joe|where.test> John<jdoe|one.test>]", "<x|y.test>"]),
        Case(
            text: "\"List 1\": a@b.test; List 2: c@d.test; e@f.test",
            expected: ["[List 1: <a|b.test>]", "[List 2: <c|d.test>]", "<e|f.test>"]),
        Case(text: "Group: a@b.test", expected: ["[Group: <a|b.test>]"], defects: [.unclosedGroup]),
        Case(
            text: "One: a@b.test, Two: c@d.test;", expected: ["[One: <a|b.test>]", "[Two: <c|d.test>]"],
            defects: [.unclosedGroup]),
    ])
    func groups(_ item: Case) {
        let list = AddressList(Bytes(item.text))
        #expect(AddressListTests.render(list) == item.expected)
        #expect(list.defects == item.defects)
    }

    @Test(arguments: [
        // RFC 5322 §4.4 and its appendix A.6.
        Case(text: "jdoe@test  . example", expected: ["<jdoe|test.example>"]),
        Case(text: "John <jdoe @ machine(comment).  example>", expected: ["John<jdoe|machine.example>"]),
        Case(text: "first . last@example.org", expected: ["<first.last|example.org>"]),
        Case(text: "\"first\".last@example.org", expected: ["<first.last|example.org>"]),
        Case(
            text: "Mary <@node.test:mary@example.net>, , jdoe@one.test",
            expected: ["Mary<mary|example.net>", "<jdoe|one.test>"], defects: [.sourceRoute]),
        Case(text: "<@a.test,@b.test:mary@example.net>", expected: ["<mary|example.net>"], defects: [.sourceRoute]),
        Case(
            text: "Joe Q. Public <john.q.public@example.com>",
            expected: ["Joe Q. Public<john.q.public|example.com>"], defects: [.unquotedName]),
    ])
    func obsolete(_ item: Case) {
        let list = AddressList(Bytes(item.text))
        #expect(AddressListTests.render(list) == item.expected)
        #expect(list.defects == item.defects)
    }

    @Test(arguments: [
        Case(
            text: "a@example.org <a@example.org>", expected: ["a@example.org<a|example.org>"],
            defects: [.unquotedName]),
        Case(text: "Jane Doe jane@example.org", expected: ["Jane Doe<jane|example.org>"], defects: [.missingBrackets]),
        Case(
            text: "a@b.test c@d.test", expected: ["<a|b.test>", "<c|d.test>"], defects: [.missingComma]),
        Case(
            text: "A <a@b.test> B <c@d.test>", expected: ["A<a|b.test>", "B<c|d.test>"], defects: [.missingComma]),
        Case(
            text: "A <a@b.test> c@d.test", expected: ["A<a|b.test>", "<c|d.test>"], defects: [.missingComma]),
        Case(
            text: "A <a@b.test, c@d.test", expected: ["A<a|b.test>", "<c|d.test>"], defects: [.unbalancedBrackets]),
        Case(text: "A <<a@b.test>>", expected: ["A<a|b.test>"], defects: [.unbalancedBrackets]),
        Case(
            text: "Shop <offer@<a@b.test>", expected: ["Shopoffer@<a|b.test>"],
            defects: [.unbalancedBrackets, .unquotedName]),
        Case(text: "<a@shop,test>", expected: ["<a|shop,test>"], defects: [.malformedAddress]),
        Case(text: "a@b.test; c@d.test", expected: ["<a|b.test>", "<c|d.test>"], defects: [.semicolonSeparator]),
        Case(text: "Doe, Jane <jane@d.test>", expected: ["Doe, Jane<jane|d.test>"], defects: [.unquotedName]),
        Case(text: "Jane Doe, <jane@d.test>", expected: ["Jane Doe<jane|d.test>"], defects: [.unquotedName]),
        Case(
            text: "root, \"Jane\" <jane@d.test>", expected: ["<root|>", "Jane<jane|d.test>"],
            defects: [.missingAddress]),
        Case(text: "root", expected: ["<root|>"], defects: [.missingAddress]),
        Case(text: "Jane Doe", expected: ["Jane Doe<|>"], defects: [.missingAddress]),
        Case(text: "Jane <>", expected: ["Jane<|>"], defects: [.missingAddress]),
        Case(text: "<a@b@c.test>", expected: ["<a@b|c.test>"], defects: [.malformedAddress]),
        Case(text: "<a..b.@c.test.>", expected: ["<a..b.|c.test>"], defects: [.malformedAddress]),
        Case(text: "<a b@c.test>", expected: ["<a b|c.test>"], defects: [.malformedAddress]),
        Case(text: "<\"a@b.test\">", expected: ["<a|b.test>"], defects: [.malformedAddress]),
        Case(
            text: "<undisclosed-recipients:;@c.test>", expected: ["<undisclosed-recipients:;|c.test>"],
            defects: [.malformedAddress]),
        Case(text: "\"Jane <jane@d.test>", expected: ["\"Jane<jane|d.test>"], defects: [.unclosed]),
        Case(text: "Jane (x <jane@d.test>", expected: ["Jane (x<jane|d.test>"], defects: [.unclosed]),
        Case(text: "[News] <n@d.test>", expected: ["[News]<n|d.test>"], defects: [.unquotedName]),
        Case(text: "<a@b.test> Jane", expected: ["Jane<a|b.test>"]),
    ])
    func mistakes(_ item: Case) {
        let list = AddressList(Bytes(item.text))
        #expect(AddressListTests.render(list) == item.expected)
        #expect(list.defects == item.defects)
    }

    @Test func mailboxesTakeGroupMembersIn() {
        let list = AddressList(Bytes("G: a@b.test, c@d.test;, e@f.test"))
        #expect(list.mailboxes.map(\.address) == ["a@b.test", "c@d.test", "e@f.test"])
    }

    @Test func addressQuotesWhatNeedsIt() {
        #expect(Mailbox(localPart: "a b", domain: "c.test").address == #""a b"@c.test"#)
        #expect(Mailbox(localPart: #"a"\b"#, domain: "c.test").address == #""a\"\\b"@c.test"#)
        #expect(Mailbox(localPart: "a.b", domain: "c.test").address == "a.b@c.test")
        #expect(Mailbox(localPart: "a..b", domain: "c.test").address == #""a..b"@c.test"#)
        #expect(Mailbox(localPart: "root", domain: "").address == "root")
        #expect(Mailbox(localPart: "a", domain: "b.test", displayName: "A, B").description == #""A, B" <a@b.test>"#)
    }

    @Test func writtenFormReadsBack() {
        for text in ["\"a b\" <\"x y\"@c.test>", "Ä <ä@c.test>", "\"q\\\"\\\\\" <\"\\\"\"@[192.0.2.1]>"] {
            let first = AddressList(Bytes(text)).mailboxes
            let again = AddressList(Bytes(first.map(\.description).joined(separator: ", "))).mailboxes
            #expect(first == again)
            #expect(first.count == 1)
        }
    }

    @Test func decodedDisplayName() {
        let mailbox = AddressList(Bytes("=?utf-8?q?J=C3=B6rg?= <j@d.test>")).mailboxes.first
        #expect(mailbox?.displayName == "=?utf-8?q?J=C3=B6rg?=")
        #expect(mailbox?.decodedDisplayName == "Jörg")
    }

    /// An empty comment at the end has a field read in another way, and changes nothing.
    @Test(arguments: [
        "Ann <ann@example.org>", "\"Ann B.\" <ann@example.org>", "Ann  van\tB <ann@example.org>", "ann@example.org",
        "<ann@example.org>", "Ann<ann@example.org>", "\"\" <ann@example.org>", "\"Ann\" B <ann@example.org>",
        "\"Ann\\\"B\" <ann@example.org>", "\"Ann\"<ann@example.org>", "'Ann' <ann@example.org>", "Ann B. <a@b.example>",
        "=?utf-8?q?Ann?= <ann@example.org>", "Ann, B <ann@example.org>", "Ann <ann@example.org>, Bob <bob@example.org>",
        "a..b@example.org", ".a@example.org", "a.@example.org", "a@.example.org", "a@example..org", "a@example.org.",
        "a@",
        "@example.org", "a@b@example.org", "a b@example.org", "Ann <a b@example.org>", "Ann < ann@example.org >",
        "Ann <>",
        "Ann <ann>", "Ann <<ann@example.org>", "Ann <ann@example.org>>", "Ann> <ann@example.org>",
        "a+b_c=d@x-y.example",
        "\"a b\"@example.org", "ann@[192.0.2.1]", "Group: ann@example.org;", "Gr\u{FC}n <ann@example.org>",
        "\"Gr\u{FC}n\" <ann@example.org>", " Ann\r\n\t<ann@example.org>\r\n ", "Ann\r\n B <ann@example.org>", "", " ",
        "Ann",
    ])
    func readsTheCommonFormAsAnyOther(text: String) {
        #expect(AddressList(Bytes(text)) == AddressList(Bytes(text + " ()")))
    }
}
