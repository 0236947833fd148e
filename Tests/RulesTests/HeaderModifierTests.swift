import Testing
import Values

@testable import Rules

/// What the modifiers of header rules take of a field (Mail::SpamAssassin::Conf).
@Suite struct HeaderModifierTests {
    @Test(
        arguments: [
            // Behind the last @, or else the first name of a host anywhere.
            ("From:host", "Joe <joe@acme.org>", "acme.org"), ("From:domain", "Joe <joe@mail.acme.co.uk>", "acme.co.uk"),
            ("X:host", "from mail.a.org (x [192.0.2.1]) by b.net; now", "mail.a.org"), ("X:host", "<liszt>", nil),
            ("X:host", "user@[1.2.3.4]", nil), ("X:host", "1.2.test@L145-MAC18.local", nil),
            ("X:host", "a_b.org c.net", "c.net"),
            ("X:host", "see (a.org) and b.net", "b.net"), ("From:addr:host", "joe@[1.2.3.4]", "[1.2.3.4]"),
            ("X:ip", "Mon, 1 Jan 2024 17:59:40 +0000", nil), ("X:ip", "17:59:40 2001:db8::1", "2001:db8::1"),
            ("X:ip", "from [192.0.2.7]", "192.0.2.7"), ("X:revip", "192.0.2.7", "7.2.0.192"),
            (
                "X:revip", "2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"
            ),
        ] as [(String, String, String?)])
    func modifiersTake(request: String, value: String, expected: String?) {
        let name = request.prefix { $0 != ":" }
        let wanted = (expected ?? "").map { $0.isLetter || $0.isNumber ? "\($0)" : "\\\($0)" }.joined()
        var hits = RuleSample.hits(
            "header SET \(request) =~ /./\nheader SAME \(request) =~ /^\(wanted)\\s*$/\n", "\(name): \(value)\n\nx\n")
        if expected == nil { hits.removeAll { $0 == "SAME" } }
        #expect(hits == (expected == nil ? [] : ["SAME", "SET"]), "\(request) of \(value)")
    }

    /// What another filter has written is taken off before rules look; only the header as it came has it.
    @Test func otherFiltersFieldsAreNotSeen() {
        let rules = """
            header FLAG X-Spam-Flag =~ /YES/
            header THERE exists:X-Spam-Flag
            header ALL_OF ALL =~ /X-Spam-Flag/
            header RAW ALL:raw =~ /X-Spam-Flag/

            """
        #expect(RuleSample.hits(rules, "X-Spam-Flag: YES\nFrom: a@example.com\n\nhi\n") == ["RAW"])
    }

    @Test func aTagIsFilledInWhereARuleIsNegated() {
        let rules = """
            header __FROM From:addr =~ /\\@(?<DOM>.+)$/
            header OTHER Reply-To:addr !~ /\\@%{DOM}$/
            header SAME Reply-To:addr =~ /\\@%{DOM}$/

            """
        func hits(_ reply: String) -> [String] {
            RuleSample.hits(rules, "From: foo@acme.org\nReply-To: \(reply)\n\nx\n").filter { !$0.hasPrefix("__") }
        }
        #expect(hits("bar@acme.org") == ["SAME"])
        #expect(hits("bar@other.org") == ["OTHER"])
    }

    @Test func networksMayBeShort() {
        var list = NetworkList()
        for text in ["!10.0.1.5", "10.0.1/24", "127/8", "192.168", "[2001:db8::]/32", "172.16.0.1/255.240.0.0", "11."] {
            let isAdded = list.add(text[...])
            #expect(isAdded, "\(text)")
        }
        for text in ["10.0.1/33", "1.2.3.4/255.0.255.0", "x", "", "1.2.3.4.5", "[::1", "300.1/16"] {
            let isAdded = list.add(text[...])
            #expect(!isAdded, "\(text)")
        }
        for text in ["10.0.1.7", "192.168.3.4", "2001:db8:1::1", "172.31.255.255", "11.2.3.4"] {
            #expect(list.contains(IPAddress(text)), "\(text)")
        }
        for text in ["10.0.1.5", "10.0.2.1", "172.32.0.1", "192.169.0.1"] {
            #expect(!list.contains(IPAddress(text)), "\(text)")
        }
    }
}
