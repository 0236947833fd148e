import Testing
import Values

@testable import Rules

/// Names of companies in what mail is from and where it leads: whose they are, and what only has them in it.
@Suite struct CompanyNotesTests {
    private static func mail(_ from: String, to: String = "eva@company.example", fields: String = "") -> String {
        DefaultRulesTests.mail(from: from, to: to, fields: fields)
    }

    private static func link(_ address: String, _ text: String = "Open") -> String {
        DefaultRulesTests.page("<a href=\"\(address)\">\(text)</a>")
    }

    private static func names(_ message: String) -> Set<String> { Set(DefaultRulesTests.hits(message).map(\.name)) }

    /// What a company lends speaks for nobody, and no company's domain for another company.
    @Test(arguments: [
        "PayPal Service <billing@contoso993.onmicrosoft.com>", "PayPal Service <billing@googlegroups.com>",
        "PayPal Service <billing@x.sharepoint.com>", "PayPal Service <billing@ec2-1-2-3-4.compute.amazonaws.com>",
        "PayPal Service <billing@p3.prod.phx3.secureserver.net>", "Netflix <kunde44@bluewin.ch>",
        "PayPal Service <billing@microsoft.com>", "StateFarm <x@partner.example>",
    ])
    func namesOfOthers(from: String) {
        #expect(CompanyNotesTests.names(CompanyNotesTests.mail(from)).contains("ASY_BRAND_NAME"))
    }

    /// People, places and firms that have a company's name too, and services that say for whom they write.
    @Test(arguments: [
        "Jane Lowes <jane.lowes@loweslaw.example>", "Peter Kohls <p.kohls@tischlerei-kohls.example>",
        "Luis Santander <luis.santander@uni.example>", "Evri Levi <evri@levi.example>",
        "=?utf-8?q?H=C3=B4tel_de_la_Poste?= <reservation@hoteldelaposte.example>",
        "VodafoneZiggo <noreply@vodafoneziggo.nl>", "Amazonas Reisen <info@amazonas-reisen.de>",
        "Walmart via Docusign <dse_NA4@docusign.net>", "Ann (Gmail) <ann@gmail.com>", "News <news@mobile.de>",
        "News <news@americanexpressgbt.com>", "News <news@dropboxsign.com>", "News <news@netflixhouse.com>",
    ])
    func namesThatAreNobodyElses(from: String) {
        let hits = CompanyNotesTests.names(CompanyNotesTests.mail(from)).filter { $0.hasPrefix("ASY_BRAND") }
        #expect(hits.isEmpty, "\(from): \(hits)")
    }

    /// One word counts once, and less where the sender's domain is registered in the sender's name.
    @Test(arguments: [
        ("Starbucks Reserve <hello@starbucksreserve.com>", ["ASY_BRAND_WITHIN"]),
        ("Amazon Watch <info@amazonwatch.org>", ["ASY_BRAND_WITHIN"]),
        ("PayPal Support <paypal@paypal-support.example>", ["ASY_BRAND_NAME"]),
        ("DHL EXPRESS <notification@dhl-express.com>", ["ASY_BRAND_NAME"]),
        ("Starbucks <starbucks@starbucksikv.com>", ["ASY_BRAND_NAME"]),
        ("PayPal <x@paypa1.com>", ["ASY_BRAND_NAME", "ASY_BRAND_DOMAIN"]),
        ("Service <x@trustwalletverification.example>", ["ASY_BRAND_DOMAIN"]),
        ("Team <x@paypal.com.evil.example>", ["ASY_BRAND_DOMAIN"]),
        ("Team <x@login.microsoftonline.com.evil.example>", ["ASY_BRAND_DOMAIN"]),
    ])
    func oneWordCountsOnce(from: String, rules: [String]) {
        let hits = CompanyNotesTests.names(CompanyNotesTests.mail(from)).filter { $0.hasPrefix("ASY_BRAND") }
        #expect(hits == Set(rules), "\(from)")
    }

    @Test(arguments: [
        ("ASY_LINK_BRAND_SUB", "https://login.microsoftonline.com.evil4711.example/"),
        ("ASY_LINK_BRAND_SUB", "https://appleid.apple.com.evil4711.example/"),
        ("ASY_LINK_BRAND_SUB", "https://www.paypal.com.z13.web.core.windows.net/login"),
        ("ASY_LINK_BRAND_SUB", "https://www.google.com/url?q=https%3A%2F%2Fwww.paypal.com.evil.example%2F"),
        ("ASY_LINK_BRAND_HOST", "https://www.google.com/url?q=https://paypa1.com/login"),
        ("ASY_LINK_BRAND_HOST", "https://xkqamazon.co.jp/"), ("ASY_LINK_BRAND_HOST", "https://private-trezorio.com/"),
        ("ASY_LINK_ADDRESS", "https://[2a00:1450:4001:81b::200e]/paypal/login"),
    ])
    func linksThatLookLikeACompanys(rule: String, address: String) {
        #expect(CompanyNotesTests.names(CompanyNotesTests.link(address)).contains(rule), "\(address)")
    }

    @Test(arguments: [
        "https://lh3.googleusercontent.com/x", "https://epicloud.com/", "https://www.apple.com/de/",
        "https://contoso.sharepoint.com/:w:/s/x", "https://aboutamazon.com/news",
        "https://www.google.com/url?q=https%3A%2F%2Fwww.paypal.com%2F",
    ])
    func linksThatAreTheirs(address: String) {
        let hits = CompanyNotesTests.names(CompanyNotesTests.link(address)).filter { $0.hasPrefix("ASY_LINK_BRAND") }
        #expect(hits.isEmpty, "\(address): \(hits)")
    }

    /// Headlines name companies; who signs counts clicks on links to itself.
    @Test func newsletter() {
        let page = DefaultRulesTests.mail(
            """
            <a href="https://link.track.example/1">Microsoft Teams gets new login</a>
            <a href="https://link.track.example/2">Why PayPal is cutting jobs</a>
            <a href="https://link.track.example/3">partner.example/events</a>
            """,
            subject: "Microsoft updates its security policy, PayPal cuts jobs, order your tickets",
            fields: "DKIM-Signature: v=1; d=partner.example; s=s; b=x\nContent-Type: text/html\n")
        #expect(
            CompanyNotesTests.names(page).isDisjoint(with: [
                "ASY_BRAND_SUBJECT", "ASY_LINK_BRAND_TEXT", "ASY_LINK_TEXT_OTHER", "ASY_LINK_CREDENTIALS",
            ]))
        let lure = CompanyNotesTests.link("https://evil.example/x", "Please verify the data of your PayPal account now")
        #expect(CompanyNotesTests.names(lure).isSuperset(of: ["ASY_LINK_BRAND_TEXT", "ASY_LINK_CREDENTIALS"]))
    }

    /// Only the recipient's name with an office is a claim to be of the recipient's own.
    @Test(arguments: [
        ("Company IT Support <x@free.example>", true), ("Company <x@free.example>", true),
        ("Anna Company <anna@free.example>", false), ("Company Town Library <news@library.example>", false),
    ])
    func ownName(from: String, isOwn: Bool) {
        #expect(CompanyNotesTests.names(CompanyNotesTests.mail(from)).contains("ASY_NAME_OWN") == isOwn, "\(from)")
    }

    /// Lists that put their address in the place of who wrote, and services that people share files by.
    @Test func mailThatIsPassedOn() {
        let list = CompanyNotesTests.mail(
            "Alice via discuss <discuss@lists.example>", to: "discuss@lists.example",
            fields:
                "Reply-To: alice@gmail.com\nList-Id: <discuss.lists.example>\nList-Post: <mailto:discuss@lists.example>\n"
        )
        #expect(CompanyNotesTests.names(list).isDisjoint(with: ["ASY_REPLY_ELSEWHERE", "ASY_OWN_FORGED"]))
        let share = CompanyNotesTests.mail(
            "\"Karl (via Google Docs)\" <drive-shares-dm-noreply@google.com>", fields: "Reply-To: karl@gmail.com\n")
        #expect(!CompanyNotesTests.names(share).contains("ASY_REPLY_ELSEWHERE"))
        let other = CompanyNotesTests.mail(
            "Alice <x@partner.example>",
            fields:
                "Reply-To: alice@gmail.com\nList-Id: <discuss.lists.example>\nList-Post: <mailto:discuss@lists.example>\n"
        )
        #expect(CompanyNotesTests.names(other).contains("ASY_REPLY_ELSEWHERE"))
    }

    /// RFC 6532: what came by SMTPUTF8 need not be encoded, as long as it is UTF-8.
    @Test(arguments: [("UTF8SMTPS", "Zähler", false), ("ESMTPS", "Zähler", true)])
    func rawBytes(with: String, subject: String, isOdd: Bool) {
        let message = DefaultRulesTests.mail(subject: subject + " é").replacing("with ESMTP ", with: "with \(with) ")
        #expect(CompanyNotesTests.names(message).contains("ASY_RAW_8BIT_SUBJECT") == isOdd)
    }

    /// What invitations say is read by rules that ask for it, and by no others.
    @Test func invitation() {
        let text =
            "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Payment\r\nDESCRIPTION:Your account was charged.\\nTo can\r\n cel call +1 (888) 555-0199 within 24 hours. Viagra\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        let message = DefaultRulesTests.mail(text, fields: "Content-Type: text/calendar; method=REQUEST\n")
        let names = CompanyNotesTests.names(message)
        #expect(names.contains("ASY_INVOICE_CALL"))
        #expect(!names.contains("ASY_PILLS"))
    }
}
