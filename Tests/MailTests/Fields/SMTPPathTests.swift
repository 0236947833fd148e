import Mail
import Testing
import Values

@Suite struct SMTPPathTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let local: String
        let domain: String?
        let description: String
        var conforms = true
        var route: [String] = []
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(text: "<>", local: "", domain: nil, description: "<>"),
        Case(text: "", local: "", domain: nil, description: "<>"),
        Case(text: "<a@example.org>", local: "a", domain: "example.org", description: "<a@example.org>"),
        Case(text: "a@example.org", local: "a", domain: "example.org", description: "<a@example.org>"),
        Case(text: " <a@example.org> ", local: "a", domain: "example.org", description: "<a@example.org>"),
        Case(text: "<Postmaster>", local: "Postmaster", domain: nil, description: "<Postmaster>"),
        Case(text: "<root>", local: "root", domain: nil, description: "<root>", conforms: false),
        Case(text: "<\"a b\"@c.example>", local: "a b", domain: "c.example", description: "<\"a b\"@c.example>"),
        Case(text: "<\"ab\"@c.example>", local: "ab", domain: "c.example", description: "<ab@c.example>"),
        Case(text: "<\"a\\\"b\"@c.example>", local: "a\"b", domain: "c.example", description: "<\"a\\\"b\"@c.example>"),
        Case(text: "<a@[192.0.2.1]>", local: "a", domain: "[192.0.2.1]", description: "<a@[192.0.2.1]>"),
        Case(
            text: "<a@[IPv6:2001:db8::1]>", local: "a", domain: "[IPv6:2001:db8::1]",
            description: "<a@[IPv6:2001:db8::1]>"),
        Case(
            text: "<@a.example,@b.example:u@c.example>", local: "u", domain: "c.example",
            description: "<u@c.example>", route: ["a.example", "b.example"]),
        Case(
            text: "<jörg@bücher.example>", local: "jörg", domain: "bücher.example", description: "<jörg@bücher.example>"
        ),
        Case(
            text: "<a..b@c.example>", local: "a..b", domain: "c.example", description: "<\"a..b\"@c.example>",
            conforms: false),
        Case(text: "<a@c.example.>", local: "a", domain: "c.example.", description: "<a@c.example.>", conforms: false),
        Case(text: "<a@-c.example>", local: "a", domain: "-c.example", description: "<a@-c.example>", conforms: false),
        Case(
            text: "<a@c_d.example>", local: "a", domain: "c_d.example", description: "<a@c_d.example>", conforms: false),
        Case(text: "<a@[what]>", local: "a", domain: "[what]", description: "<a@[what]>", conforms: false),
    ])
    func read(_ item: Case) throws {
        let path = try #require(SMTPPath(item.text))
        #expect(path.localPart == item.local)
        #expect(path.domain == item.domain)
        #expect(path.description == item.description)
        #expect(path.isConforming == item.conforms)
        #expect(path.sourceRoute == item.route)
        #expect(path.isNull == (item.description == "<>"))
        #expect(SMTPPath(path.description) == path)
    }

    @Test(arguments: [
        "<", ">", "<a@b", "a@b>", "<<a@b>>", "<a b@c>", "<a@b c>", "<a@b@c>", "<@b>", "<a@>", "<\"a@b>", "<a\"b\"@c>",
        "<a@[192.0.2.1>", "<@a.example>", "<@a.example:>", "<a,b@c>", "<a\u{1}@b>", "<a@b\u{0}>", "<a@b> SIZE=1",
        "<\"a\r\nb\"@c>",
    ])
    func refused(_ text: String) {
        #expect(SMTPPath(text) == nil)
    }

    @Test func comparison() throws {
        let path = try #require(SMTPPath("<User@Example.org>"))
        #expect(path == SMTPPath("User@eXample.ORG"))
        #expect(path.hashValue == SMTPPath("User@eXample.ORG")?.hashValue)
        #expect(path != SMTPPath("user@example.org"))
        #expect(path == SMTPPath("<@r.example:User@example.org>"))
    }

    @Test func literals() {
        #expect(SMTPPath("a@[192.0.2.1]")?.addressLiteral == IPAddress("192.0.2.1"))
        #expect(SMTPPath("a@[IPv6:2001:db8::1]")?.addressLiteral == IPAddress("2001:db8::1"))
        #expect(SMTPPath("a@192.0.2.1")?.addressLiteral == nil)
    }

    @Test func lengthIsBounded() {
        let long = String(repeating: "a", count: 3000)
        #expect(SMTPPath("<\(long)@b.example>") == nil)
        #expect(SMTPPath("<\(long.prefix(65))@b.example>")?.isConforming == false)
    }
}
