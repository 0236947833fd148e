import Testing
import Values

@testable import Rules

/// Functions that rules call, each on a message it hits and on one that it does not.
@Suite struct EvaluationTests {
    private static let received =
        "Received: from mail.b.example (mail.b.example [198.51.100.7]) by mx.c.example (Postfix) with ESMTP id ABC; Tue, 26 Nov 2024 10:00:00 +0000\n"

    private static func mail(_ fields: String, _ body: String = "hello\n", from: String = "a@b.example") -> String {
        "Return-Path: <a@b.example>\n" + received + "From: \(from)\nTo: c@d.example\n" + fields + "\n" + body
    }

    private static let page = mail(
        "Content-Type: text/html\n",
        "<html><title>T</title><body><a href=http://x.example/>http</a><img src=a><font size=7>Z</font></body></html>\n"
    )
    private static let alternative = mail(
        "Content-Type: multipart/alternative; boundary=B\n",
        "--B\nContent-Type: text/plain\n\none two three\n--B\nContent-Type: text/html\n\n<p>four five six seven</p>\n--B--\n"
    )

    @Test(arguments: [
        ("header A eval:check_for_missing_to_header()", "From: a@b.example\n\nx\n", mail("")),
        ("header A eval:check_equal_from_domains()", mail("", from: "a@other.example.org"), mail("")),
        ("header A eval:check_for_matching_env_and_hdr_from()", mail(""), mail("", from: "z@b.example")),
        ("header A eval:check_mailfrom_matches_rcvd()", mail(""), "Return-Path: <a@x.org>\n" + received + "\nx\n"),
        (
            "header A eval:check_for_shifted_date('3', '6')", mail("Date: Tue, 26 Nov 2024 14:00:00 +0000\n"),
            mail("Date: Tue, 26 Nov 2024 10:00:00 +0000\n")
        ),
        (
            "header A eval:check_for_shifted_date('-6', '-3')", mail("Date: Tue, 26 Nov 2024 06:00:00 +0000\n"),
            mail("Date: Tue, 26 Nov 2024 14:00:00 +0000\n")
        ),
        ("header A eval:subject_is_all_caps()", mail("Subject: BUY THIS NOW\n"), mail("Subject: Buy this now\n")),
        (
            "header A eval:check_all_trusted()",
            "Received: from a (localhost [127.0.0.1]) by b (Postfix) with ESMTP id X1X\n\nx\n", mail("")
        ),
        ("header A eval:check_no_relays()", "From: a@b.example\n\nx\n", mail("")),
        ("header A eval:check_relays_unparseable()", "Received: from gibberish\n\nx\n", mail("")),
        ("header A eval:gated_through_received_hdr_remover()", "From: a@b.example\n\nx\n", mail("")),
        (
            "header A eval:helo_ip_mismatch()",
            "Received: from 203.0.113.9 (x.example [198.51.100.7]) by mx (Postfix) with SMTP id ABC\n\nx\n", mail("")
        ),
        (
            "header A eval:check_illegal_chars('Subject', '0.00', '2')", mail("Subject: \u{1}\u{2}x\n"),
            mail("Subject: ok\n")
        ),
        ("header A eval:check_unresolved_template()", mail("X-Mailer: %RND_WORD\n"), mail("Subject: %RND_WORD\n")),
        ("header A eval:check_header_count_range('X-A', '2', '9')", mail("X-A: 1\nX-A: 2\n"), mail("X-A: 1\nX-A: 1\n")),
        ("header A eval:check_for_to_in_subject('user')", mail("Subject: c, look\n"), mail("Subject: look\n")),
        ("header A eval:check_for_forged_yahoo_received_headers()", mail("", from: "x@yahoo.com"), mail("")),
        (
            "header A eval:check_for_forged_gmail_received_headers()", mail("", from: "x@gmail.com"),
            mail("X-Received: by 10.1.1.1 with SMTP id x1\n", from: "x@gmail.com")
        ),
        ("header A eval:check_for_no_hotmail_received_headers()", mail("", from: "x@hotmail.com"), mail("")),
        (
            "header A eval:sorted_recipients()",
            "To: a@x.org, b@x.org, c@x.org, d@x.org, e@x.org, f@x.org, g@x.org\n\nx\n", "To: b@x.org, a@x.org\n\nx\n"
        ),
        (
            "header A eval:similar_recipients('0.65','undef')",
            "To: ab1@x.org, ab2@x.org, ab3@x.org, ab4@x.org, ab5@x.org\n\nx\n", mail("")
        ),
        (
            "header A eval:check_ratware_envelope_from()", "Return-Path: <d.example.c@e.org>\nTo: c@d.example\n\nx\n",
            mail("")
        ),
        ("header A eval:check_msg_parse_flags('missing_head_body_separator')", "From: a@b.example\n", mail("")),
        (
            "body A eval:check_msg_parse_flags('missing_mime_headers')",
            mail("Content-Type: multipart/mixed; boundary=B\n", "--B\n\nx\n--B--\n"), alternative
        ),
        ("body A eval:html_test('html')", page, mail("")),
        ("body A eval:html_tag_exists('title')", page, mail("")),
        ("body A eval:html_range('max_size', '6', 'inf')", page, alternative),
        ("body A eval:html_eval('length', '< 384')", page, mail("")),
        ("body A eval:html_tag_balance('a', '!= 0')", mail("Content-Type: text/html\n", "<a>x\n"), page),
        ("body A eval:html_text_match('title', '^T$')", page, mail("")),
        ("body A eval:html_image_only('0', '400')", page, alternative),
        (
            "body A eval:html_title_subject_ratio('3.5')",
            mail("Subject: x\nContent-Type: text/html\n", "<title>long title here</title>x\n"), page
        ),
        ("body A eval:check_for_mime_html()", alternative, mail("")),
        ("body A eval:check_for_mime_html_only()", page, alternative),
        ("body A eval:check_for_mime('mime_attachment')", mail("Content-Disposition: attachment\n"), mail("")),
        (
            "rawbody A eval:check_for_mime('mime_qp_long_line')",
            mail("Content-Transfer-Encoding: quoted-printable\n", String(repeating: "x", count: 90) + "\n"), mail("")
        ),
        (
            "rawbody A eval:check_for_mime('mime_base64_encoded_text')",
            mail("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n", "aGVsbG8=\n"), mail("")
        ),
        (
            "body A eval:check_for_ascii_text_illegal()",
            mail("Content-Type: text/plain; charset=us-ascii\n", "h\u{e9}\n"), mail("")
        ),
        (
            "body A eval:check_for_uppercase('50','75')", mail("", String(repeating: "AB ab XYZ cd\n", count: 40)),
            mail("")
        ),
        ("body A eval:multipart_alternative_difference('99', '100')", alternative, mail("")),
        ("body A eval:multipart_alternative_difference_count('0.5', '1')", alternative, mail("")),
        ("rawbody A eval:check_mime_multipart_ratio('0.00','0.9')", alternative, mail("")),
        ("body A eval:check_body_length('10')", mail(""), mail("", "something longer\n")),
        ("body A eval:tvd_vertical_words('100','100')", mail("", "a  b  c  d  e\n"), mail("", "abcdefgh\n")),
        (
            "body A eval:check_base64_length('79')",
            mail("Content-Transfer-Encoding: base64\n", String(repeating: "QUFB", count: 25) + "\n"), mail("")
        ),
        (
            "body A eval:check_https_http_mismatch('1','10')",
            mail("Content-Type: text/html\n", "<a href=\"http://evil.org/\">https://bank.com/</a>\n"), page
        ),
        (
            "body A eval:check_https_ip_mismatch()",
            mail("Content-Type: text/html\n", "<a href=\"http://192.0.2.1/\">https://bank.com/</a>\n"), page
        ),
        ("body A eval:check_uri_host_listed('BAD')\nenlist_uri_host (BAD) x.example", page, mail("")),
        (
            "header A eval:check_from_in_list('SUSP')\nenlist_addrlist (SUSP) *@b.example", mail(""),
            mail("", from: "z@q.org").replacing("a@b.example", with: "z@q.org")
        ),
        (
            "header A eval:check_replyto_in_list('SUSP')\nenlist_addrlist (SUSP) *@q.org", mail("Reply-To: z@q.org\n"),
            mail("")
        ),
        ("header A eval:check_from_in_blocklist()\nblocklist_from *@b.example", mail(""), "From: z@q.org\n\nx\n"),
        ("header A eval:check_to_in_more_spam()\nmore_spam_to c@d.example", mail(""), "To: z@q.org\n\nx\n"),
        (
            "header A eval:check_freemail_from()\nfreemail_domains free.example", mail("", from: "joe@free.example"),
            mail("")
        ),
        (
            "header A eval:check_freemail_header('Reply-To')\nfreemail_domains free.example",
            mail("Reply-To: joe@free.example\n"), mail("")
        ),
        (
            "header A eval:check_freemail_replyto('replyto')\nfreemail_domains free.example mail.example",
            mail("Reply-To: joe@free.example\n", from: "ann@mail.example"),
            mail("Reply-To: joe@free.example\n", from: "joe@free.example")
        ),
        (
            "body A eval:image_count('gif','1','1')",
            mail("Content-Type: image/gif\nContent-Transfer-Encoding: base64\n", "R0lGODlhAQABAAAAACw=\n"), mail("")
        ),
        ("mimeheader A Content-Type =~ /html/", page, mail("")),
        ("uri_detail A domain =~ /x\\.example/ text =~ /http/", page, mail("")),
        ("uri A /x\\.example/", page, mail("")),
        // A link in a sentence ends before a sign of another script.
        (
            "uri A /^http:..smart\\.com$/", mail("", "see \u{201C}http://smart.com\u{201D} now\n"),
            mail("", "see \u{201C}smart\u{201D} now\n")
        ),
        (
            "header A eval:check_freemail_replyto('reply')\nfreemail_domains free.example mail.example",
            mail("", "write to ann@free.example\n", from: "joe@mail.example"),
            mail("Reply-To: joe@mail.example\n", "write to ann@free.example\n", from: "joe@firm.example")
        ),
        // No-break spaces part words.
        (
            "body A eval:html_range('obfuscation_ratio', '0', 'inf')",
            mail("Content-Type: text/html; charset=utf-8\n", "<p>via<b></b>gra</p>\n"),
            mail("Content-Type: text/html; charset=utf-8\n", "<p>one&nbsp;<b></b>two</p>\n")
        ),
        // Padding between digits that do not come in fours is a digit too.
        (
            "rawbody A /^x\\x0f\\xff/", mail("Content-Transfer-Encoding: base64\n", "eA==\n___\nlist\n"),
            mail("Content-Transfer-Encoding: base64\n", "eA==\n")
        ),
    ])
    func functionsHitWhatTheyShould(rule: String, hit: String, miss: String) {
        #expect(RuleSample.engine(rule).missingFunctions.isEmpty)
        #expect(RuleSample.hits(rule, hit) == ["A"])
        #expect(RuleSample.hits(rule, miss) == [])
    }

    @Test(arguments: [(0, []), (1, ["A"]), (2, []), (3, ["A"])])
    func signaturesAreReliedOnWhereTheNetworkIsAsked(scoreSet: Int, expected: [String]) {
        let engine = RuleSample.engine("full A eval:check_dkim_dependable()", scoreSet: scoreSet)
        #expect(engine.missingFunctions.isEmpty)
        let verdict = engine.judge(Bytes(EvaluationTests.mail("")), at: RuleSample.now, worker: RuleWorker())
        #expect(verdict.hits.map(\.name) == expected)
    }

    @Test func crlfAndLFReadTheSame() {
        let rules =
            "body A /hello/\nfull B /\\n\\nhello\\n/\nheader C To =~ /^c@d/\nrawbody D /hello\\n/\nbody E eval:check_body_length('6')"
        let text = EvaluationTests.mail("")
        let wire = text.replacing("\n", with: "\r\n")
        #expect(RuleSample.hits(rules, text) == ["A", "B", "C", "D", "E"])
        #expect(RuleSample.hits(rules, wire) == RuleSample.hits(rules, text))
    }

    @Test func expressionsThatNeverEndAreGivenUp() {
        let engine = RuleSample.engine("body A /^(a+)+$/\nbody B /(x*)*y(x*)*z/\nbody C /fine/")
        let body = String(repeating: "a", count: 2_000) + "! " + String(repeating: "x", count: 2_000) + " fine\n"
        let verdict = engine.judge(
            Bytes("Subject: s\n\n\(body)"), at: RuleSample.now, worker: RuleWorker(matchLimit: 10_000))
        #expect(verdict.hits.map(\.name) == ["C"])
        #expect(verdict.exhaustionCount > 0)
    }

    @Test func manyURIsAreBounded() {
        let body = (0..<20_000).map { "http://h\($0).example/p\n" }.joined()
        let engine = RuleSample.engine("body A eval:check_uri_truncated()")
        #expect(
            engine.judge(
                Bytes(
                    "Subject: s\nContent-Type: text/html\n\n"
                        + (0..<20_000).map { "<a href=http://h\($0).example/>x</a>" }.joined()), at: RuleSample.now,
                worker: RuleWorker()
            ).hits.map(\.name) == ["A"])
        #expect(engine.rendering(of: Bytes("Subject: s\n\n\(body)"), worker: RuleWorker()).uris.count <= 20_000)
    }

    @Test func whyTellsTextAndPlace() throws {
        let engine = RuleSample.engine("body __A /b[a-z]y/\nmeta B __A && __A\ndescribe B Says buy")
        let message = Bytes("Subject: s\n\nwill you buy it\n")
        let part = try #require(engine.explain("__A", message, at: RuleSample.now, worker: RuleWorker()))
        #expect(part.count == 1 && part.places == [.init(place: "body line 1", offset: 9, text: Bytes("buy"))])
        let meta = try #require(engine.explain("B", message, at: RuleSample.now, worker: RuleWorker()))
        #expect(meta.operands.map(\.name) == ["__A"] && meta.operands.first?.value == 1)
        #expect(engine.explain("NONE", message, at: RuleSample.now, worker: RuleWorker()) == nil)
    }

    @Test func cachesComeBackAndDamagedOnesDoNot() throws {
        let rules = (0..<10).map { "body R\($0) /word\($0)/\n" }.joined()
        let set = RuleSample.set(rules)
        let engine = RuleEngine(set)
        let key = RuleCache.key(for: set)
        let contents = try #require(engine.cacheContents(key: key))
        let cache = try #require(RuleCache(Bytes(contents), key: key))
        let again = RuleEngine(set, cache: cache)
        let message = Bytes("Subject: s\n\nword3 word7\n")
        let (first, second) = [engine, again].map { $0.judge(message, at: RuleSample.now, worker: RuleWorker()).hits }
            .reduce(into: ([RuleVerdict.Hit](), [RuleVerdict.Hit]())) { pair, hits in
                if pair.0.isEmpty { pair.0 = hits } else { pair.1 = hits }
            }
        #expect(first.map(\.name) == ["R3", "R7"] && first == second)
        #expect(RuleCache(Bytes(contents), key: RuleCache.key(for: RuleSample.set(rules + "#"))) == nil)
        #expect(RuleCache(Bytes(contents.dropLast()), key: key) == nil)
    }

    @Test(arguments: [
        ("see http://www.example.com/a?b", ["http://www.example.com/a?b"]),
        ("go to example.com now", ["http://example.com"]),
        ("write to joe@example.com.", ["mailto:joe@example.com"]),
        ("www.example.co.uk/x", ["http://www.example.co.uk/x"]),
        ("not.a.tldx here", []),
        ("http://example.com%2Forg", ["http://example.com%2Forg", "http://example.com/org"]),
        ("http://0x7f.1.2.3/", ["http://0x7f.1.2.3/", "http://127.1.2.3/"]),
        ("http://r.example/?u=http://t.example/x", ["http://r.example/?u=http://t.example/x", "http://t.example/x"]),
        ("(http://example.com)", ["http://example.com"]),
    ])
    func urisAreFound(text: String, expected: [String]) {
        let engine = RuleSample.engine("uri A /x/")
        let found = engine.rendering(of: Bytes("Subject: s\n\n\(text)\n"), worker: RuleWorker()).uris.map(\.lossyString)
        for uri in expected { #expect(found.contains(uri), "\(found)") }
        if expected.isEmpty { #expect(found.isEmpty) }
    }
}
