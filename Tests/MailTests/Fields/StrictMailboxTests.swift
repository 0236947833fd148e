import Mail
import Testing
import Values

@Suite struct StrictMailboxTests {
    @Test(arguments: [
        "a@b", "first.last@example.org", "\"first last\"@example.org", "\"\"@example.org", "a@[192.0.2.1]",
        "Jane Doe <jane@example.org>", "\"Doe, Jane\" <jane@example.org>", "<jane@example.org>",
        "(c) jane (c) @ (c) example.org (c)", "Jane\r\n <jane@example.org>", "jörg@bücher.example",
        "a@[IPv6:2001:db8::1]",
    ])
    func valid(_ text: String) {
        #expect(Mailbox(strict: text) != nil)
    }

    @Test(arguments: [
        "", "a", "@b", "a@", "a@b,", "a@b c@d", ".a@b", "a.@b", "a..b@c", "a@b.", "a@.b", "Jane Q. Doe <jane@b>",
        "Jane <jane@b", "Jane jane@b", "<jane@b> Jane", "a@[192.0.2.1", "a@[x\\y]", "\"a\".b@c", "(a@b", "a@b)",
        "\"a@b", "a@b\r\n", "a\u{0}@b", "G: a@b;", "<@r:a@b>",
    ])
    func invalid(_ text: String) {
        #expect(Mailbox(strict: text) == nil)
    }

    @Test func partsAreTakenApart() {
        let mailbox = Mailbox(strict: "\"Doe\\, Jane\" x <\"a\\\"b\"@Example.ORG>")
        #expect(mailbox == Mailbox(localPart: "a\"b", domain: "Example.ORG", displayName: "Doe, Jane x"))
    }

    @Test func lengthsOfRFC5321() {
        let local = String(repeating: "a", count: 64)
        #expect(Mailbox(strict: local + "@b") != nil)
        #expect(Mailbox(strict: local + "a@b") == nil)
        let domain = String(repeating: "a.", count: 127) + "a"
        #expect(Mailbox(strict: "a@" + domain) != nil)
        #expect(Mailbox(strict: "a@a" + domain) == nil)
    }
}
