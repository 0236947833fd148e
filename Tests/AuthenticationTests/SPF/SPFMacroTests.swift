import Authentication
import DNS
import Testing
import Values

/// RFC 7208 §7, through explanations: the one place where every letter is allowed and the expansion is seen.
@Suite struct SPFMacroTests {
    private func explain(
        _ text: String, ip: String = "192.0.2.3", from: String = "strong-bad@email.example.com", extra: String = ""
    ) async throws -> String? {
        let dns = """
            email.example.com TXT "v=spf1 -all exp=e.example.com"
            e.example.com TXT "\(text)"
            \(extra)
            """
        return try await checkSPF(dns, ip: ip, helo: "mail.example.net", from: from).explanation
    }

    @Test(
        "§7.4 examples",
        arguments: [
            ("%{s}", "strong-bad@email.example.com"), ("%{o}", "email.example.com"), ("%{d}", "email.example.com"),
            ("%{d4}", "email.example.com"), ("%{d3}", "email.example.com"), ("%{d2}", "example.com"), ("%{d1}", "com"),
            ("%{dr}", "com.example.email"), ("%{d2r}", "example.email"), ("%{l}", "strong-bad"),
            ("%{l-}", "strong.bad"),
            ("%{lr}", "strong-bad"), ("%{lr-}", "bad.strong"), ("%{l1r-}", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
            ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
            ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
            ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ])
    func examples(text: String, expansion: String) async throws { #expect(try await explain(text) == expansion) }

    @Test("§7.4 example, IPv6")
    func exampleV6() async throws {
        let text = try await explain("%{ir}.%{v}._spf.%{d2}", ip: "2001:db8::cb01")
        let nibbles = "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2"
        #expect(text == "\(nibbles).ip6._spf.example.com")
    }

    @Test(
        "§7.2, §7.3",
        arguments: [
            ("%{c} %{r} %{t} %{h}", "192.0.2.3 mx.example.com 1700000000 mail.example.net"),
            ("100%% a%_b%-c", "100% a b%20c"),
            ("%{D2}", "example.com"), ("%{S}", "strong-bad%40email.example.com"),
            ("%{d999999999999}", "email.example.com"), ("%{dR}", "com.example.email"),
            ("%{l1-}", "bad"), ("%{p}", "unknown"),
        ])
    func letters(text: String, expansion: String) async throws { #expect(try await explain(text) == expansion) }

    @Test("§7.3 every delimiter, and parts that are empty")
    func delimiters() async throws {
        #expect(try await explain("%{l.-+,/_=}", from: "a-b+c,d/e_f=g.h@email.example.com") == "a.b.c.d.e.f.g.h")
        #expect(try await explain("%{l2r-}", from: "a--b@email.example.com") == ".a")
    }

    @Test(
        "§6.2 explanations that are not used",
        arguments: [
            "%{x}", "%{d0}", "%{dr3}", "%{d", "%", "%a", "%{}", "a\\009b", "\\195\\188", "%{l:}",
            String(repeating: "a", count: 2001),
        ])
    func unusable(text: String) async throws { #expect(try await explain(text) == nil) }

    @Test("§7.3 p: the domain itself, one below it, any")
    func validatedName() async throws {
        let reverse = "3.2.0.192.in-addr.arpa PTR"
        func p(_ names: [String]) async throws -> String? {
            try await explain(
                "%{p}", extra: names.map { "\(reverse) \($0)\n\($0) A 192.0.2.3" }.joined(separator: "\n"))
        }
        #expect(try await p(["z.example", "a.email.example.com", "email.example.com"]) == "email.example.com")
        #expect(try await p(["z.example", "a.email.example.com"]) == "a.email.example.com")
        #expect(try await p(["z.example", "y.example"]) == "z.example")
        #expect(try await explain("%{p}", extra: "\(reverse) z.example\nz.example A 192.0.2.4") == "unknown")
    }

    @Test("§7.2 c, r and t are for explanations only", arguments: ["c", "r", "t", "C", "R", "T"])
    func explanationOnly(letter: String) async throws {
        let outcome = try await checkSPF("example.org TXT \"v=spf1 exists:%{\(letter)}.x.example -all\"")
        #expect(outcome.result == .permerror)
    }

    @Test("§6.2 an explanation is made printable")
    func sanitised() async throws {
        #expect(try await explain("from %{l}!", from: "a\r\nb\u{7}ü@email.example.com") == "from a??b???!")
    }

    @Test("§7.3 a name over 253 octets loses labels from the left")
    func truncated() async throws {
        let local = Array(repeating: "abcdefghi", count: 40).joined(separator: ".")
        let kept = Array(repeating: "abcdefghi", count: 24).joined(separator: ".")
        let dns = "example.org TXT \"v=spf1 exists:%{l}.x.example -all\"\n\(kept).x.example A 127.0.0.2"
        let outcome = try await checkSPF(dns, from: "\(local)@example.org")
        #expect(outcome.result == .pass)
        #expect(outcome.answersUsed.last?.question.name.text == "\(kept).x.example.")
        let noDot = try await checkSPF(dns, from: "\(String(repeating: "a", count: 400))@example.org")
        #expect(noDot.result == .fail)
        #expect(noDot.answersUsed.last?.question.name.text == "x.example.")
    }
}
