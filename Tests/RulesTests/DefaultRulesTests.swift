import Foundation
import Testing
import Values

@testable import Rules

/// The rules that come with the program.
@Suite struct DefaultRulesTests {
    private static let set = RuleFileReader.read(DefaultRules.files)

    private static let engine: RuleEngine = {
        // With their authors' weights: a rule that was learned to weigh nothing is not run.
        var rules = RuleFileReader.read(DefaultRules.files.filter { !$0.name.hasSuffix("/scores.cf") })
        rules.settings.hostLists[RuleSettings.ownDomains] = ["company.example": true]
        var options = RuleEngine.Options()
        options.prefilters = false
        return RuleEngine(rules, options: options)
    }()

    static func hits(_ message: String) -> [RuleVerdict.Hit] {
        engine.judge(Bytes(message), at: RuleSample.now, worker: RuleWorker()).hits
    }

    @Test func nothingIsLeftOut() {
        #expect(DefaultRulesTests.set.problems.map { "\($0.file):\($0.line): \($0.message)" } == [])
        #expect(DefaultRulesTests.engine.missingFunctions.map(\.function) == [])
        #expect(DefaultRulesTests.set.rules.count > 200)
    }

    /// What hits is told to people, weighs within bounds, and a nice rule is the only one that counts in favour.
    @Test func everyRuleIsDescribedAndWeighed() {
        for rule in DefaultRulesTests.set.rules where !rule.isPart {
            #expect(rule.name.hasPrefix("ASY_"))
            #expect(!rule.summary.isEmpty, "\(rule.name) has no description")
            let score = rule.score(set: 0)
            #expect(rule.scores != nil, "\(rule.name) has no score")
            #expect(
                rule.flags.isNice ? (-1500...0).contains(score) : (0...4000).contains(score), "\(rule.name) \(score)")
        }
    }

    /// A meta rule of a name that does not exist never hits.
    @Test func everyOperandIsARule() {
        let names = Set(DefaultRulesTests.set.rules.map(\.name))
        for rule in DefaultRulesTests.set.rules {
            guard case .meta(let meta) = rule.test else { continue }
            #expect(meta.names.filter { !names.contains($0) } == [], "\(rule.name)")
        }
    }

    /// Rules that ask a function of ours name something that it notes, as the sources say.
    @Test func everyKindIsNoted() throws {
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        var noted: Set<String> = []
        for name in ["Sender", "Link", "Page", "Structure", "File", "Relay"] {
            let path = "/\(folder)/Sources/Rules/Evaluation/Deception/\(name)Notes.swift"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            for piece in text.split(separator: "\"")
            where piece.allSatisfy({ $0.isLowercase || $0.isNumber || $0 == "-" }) {
                noted.insert("\(name.lowercased()) \(piece)")
            }
        }
        for rule in DefaultRulesTests.set.rules {
            guard case .evaluation(let call) = rule.test, call.function.hasPrefix("assay_") else { continue }
            #expect(noted.contains("\(call.function.dropFirst(6)) \(call.text(0))"), "\(rule.name)")
        }
    }

    static let received =
        "Received: from mail.b.example (mail.b.example [198.51.100.7]) by mx.company.example (Postfix) with ESMTP id ABC; Tue, 26 Nov 2024 10:00:00 +0000\n"

    static func mail(
        _ body: String = "hello\n", from: String = "Ann <ann@partner.example>", to: String = "eva@company.example",
        subject: String = "minutes", fields: String = ""
    ) -> String {
        "Return-Path: <ann@partner.example>\n\(received)From: \(from)\nTo: \(to)\nSubject: \(subject)\n"
            + "Date: Tue, 26 Nov 2024 10:00:00 +0000\nMessage-ID: <1@partner.example>\n\(fields)\n\(body)"
    }

    static func page(_ body: String, from: String = "Ann <ann@partner.example>") -> String {
        mail("<html><body>\(body)</body></html>\n", from: from, fields: "Content-Type: text/html; charset=utf-8\n")
    }

    private static func file(
        _ name: String, _ data: [UInt8] = Array("x".utf8), type: String = "application/octet-stream"
    ) -> String {
        mail(
            "--B\nContent-Type: text/plain\n\nPlease find what we spoke of attached, with my best regards and thanks.\n--B\nContent-Type: \(type); name=\"\(name)\"\nContent-Transfer-Encoding: base64\n\n\(Base64.text(data))\n--B--\n",
            fields: "Content-Type: multipart/mixed; boundary=B\n")
    }

    /// A zip archive with one entry of no bytes, as its central directory tells of it.
    private static func zip(_ name: String, flags: UInt8 = 0) -> [UInt8] {
        let title = Array(name.utf8)
        let local: [UInt8] =
            [0x50, 0x4B, 3, 4, 20, 0, flags, 0] + [UInt8](repeating: 0, count: 18) + [UInt8(title.count), 0, 0, 0]
            + title
        let central: [UInt8] =
            [0x50, 0x4B, 1, 2, 20, 0, 20, 0, flags, 0] + [UInt8](repeating: 0, count: 18)
            + [UInt8(title.count), 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 12) + title
        let end: [UInt8] =
            [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0] + [UInt8(central.count), 0, 0, 0] + [
                UInt8(local.count), 0, 0, 0, 0, 0,
            ]
        return local + central + end
    }

    @Test(arguments: [
        ("ASY_NAME_ADDRESS", mail(from: "\"ceo@other.example\" <x@free.example>"), "other.example"),
        ("ASY_NAME_DOMAIN", mail(from: "\"bank-online.com\" <x@free.example>"), "bank-online.com"),
        ("ASY_NAME_OWN", mail(from: "\"company.example support\" <x@free.example>"), "company.example"),
        ("ASY_NAME_RECIPIENT", mail(from: "\"eva@company.example\" <x@free.example>"), "eva@company"),
        ("ASY_BRAND_NAME", mail(from: "PayPal Service <x@free.example>"), "paypal"),
        ("ASY_BRAND_NAME", mail(from: "=?utf-8?q?P=D0=B0yPal?= <x@free.example>"), "paypal"),
        ("ASY_BRAND_NAME", mail(from: "Wells-Fargo <x@free.example>"), "wells fargo"),
        ("ASY_BRAND_FREEMAIL", mail(from: "Netflix <netflix.team@gmail.com>"), "netflix"),
        ("ASY_BRAND_DOMAIN", mail(from: "Service <x@paypa1.example>"), "paypal"),
        ("ASY_BRAND_DOMAIN", mail(from: "Service <x@secure-microsoft.example>"), "microsoft"),
        ("ASY_OWN_LOOKALIKE", mail(from: "Boss <boss@c0mpany.example>"), "c0mpany.example for company.example"),
        ("ASY_OWN_LOOKALIKE", mail(from: "Boss <boss@cornpany.example>"), "cornpany.example"),
        ("ASY_OWN_LOOKALIKE", mail(from: "Boss <boss@comapny.example>"), "comapny.example"),
        ("ASY_MIXED_SCRIPT", mail(from: "=?utf-8?b?0KFvbXBhbnkg0LDQvW4=?= <x@free.example>"), "ompany"),
        ("ASY_REPLY_ELSEWHERE", mail(fields: "Reply-To: ann.partner@gmail.com\n"), "ann.partner@gmail.com"),
        ("ASY_OWN_FORGED", mail(from: "Eva <eva@company.example>"), "198.51.100.7"),
        ("ASY_PROVIDER_FORGED", mail(from: "Ann <ann@gmail.com>"), "ann@gmail.com"),
        ("ASY_SUBJECT_RECIPIENT", mail(subject: "eva@company.example, your mailbox"), "eva@company.example"),
        (
            "ASY_LINK_TEXT_OTHER", page("<a href=\"http://evil.example/x\">https://www.bank.example/login</a>"),
            "bank.example"
        ),
        ("ASY_LINK_BRAND_TEXT", page("<a href=\"http://evil.example/x\">Sign in to PayPal</a>"), "PayPal"),
        ("ASY_LINK_BRAND_HOST", page("<a href=\"http://paypal-login.example/x\">here</a>"), "paypal"),
        ("ASY_LINK_BRAND_SUB", page("<a href=\"http://paypal.com.evil.example/x\">here</a>"), "paypal"),
        ("ASY_LINK_OWN_HOST", page("<a href=\"http://cornpany.example/x\">here</a>"), "company.example"),
        ("ASY_LINK_HOMOGRAPH", page("<a href=\"http://xn--pypal-4ve.com/\">here</a>"), "xn--pypal-4ve"),
        ("ASY_LINK_ADDRESS", page("<a href=\"http://198.51.100.9/x\">here</a>"), "198.51.100.9"),
        ("ASY_LINK_ODD_ADDRESS", page("<a href=\"http://0xC6336409/x\">here</a>"), "0xC6336409"),
        ("ASY_LINK_USERINFO", page("<a href=\"http://www.bank.example@evil.example/x\">here</a>"), "@evil"),
        ("ASY_LINK_PORT", page("<a href=\"http://evil.example:8123/x\">here</a>"), "8123"),
        ("ASY_LINK_RECIPIENT", page("<a href=\"http://evil.example/x#eva@company.example\">here</a>"), "#eva"),
        (
            "ASY_LINK_RECIPIENT", page("<a href=\"http://evil.example/?e=ZXZhQGNvbXBhbnkuZXhhbXBsZQ==\">here</a>"),
            "ZXZh"
        ),
        ("ASY_LINK_FREEHOST", page("<a href=\"https://login-7.web.app/x\">here</a>"), "web.app"),
        ("ASY_LINK_DATA", page("<a href=\"data:text/html;base64,PGh0bWw+\">here</a>"), "data:text"),
        ("ASY_FORM_PASSWORD", page("<form action=\"http://evil.example\"><input type=password></form>"), "password"),
        ("ASY_FORM_ELSEWHERE", page("<form action=\"http://evil.example/p\"><input name=a></form>"), "evil.example"),
        ("ASY_SMUGGLING", page("<script>var b = new Blob([atob('UEs=')])</script>"), "Blob"),
        (
            "ASY_HIDDEN_TEXT",
            page(
                "<p>Buy</p><div style=\"display:none\">\(String(repeating: "quiet words of some book ", count: 30))</div>"
            ),
            "quiet"
        ),
        ("ASY_FILE_PROGRAM", file("invoice.exe"), "invoice.exe"),
        ("ASY_FILE_TWO_ENDINGS", file("invoice.pdf.js"), "invoice.pdf.js"),
        ("ASY_FILE_PAGE", file("invoice.html"), "invoice.html"),
        ("ASY_FILE_OTHER_TYPE", file("scan.pdf", [0x4D, 0x5A] + [UInt8](repeating: 0, count: 400)), "scan.pdf"),
        ("ASY_FILE_IN_ARCHIVE", file("a.zip", zip("scan.js")), "scan.js"),
        ("ASY_FILE_ENCRYPTED", file("a.zip", zip("scan.pdf", flags: 1)), "a.zip"),
        (
            "ASY_FILE_INVITATION",
            file(
                "invite.ics", Array("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nORGANIZER:mailto:x@evil.example\r\n".utf8),
                type: "text/calendar"), "evil.example"
        ),
        ("ASY_EMPTY", mail(""), "no characters"),
        (
            "ASY_BASE64_ASCII",
            mail("SGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8=\n", fields: "Content-Transfer-Encoding: base64\n"), "Hello"
        ),
    ])
    func hitsWithEvidence(rule: String, message: String, evidence: String) {
        let hit = DefaultRulesTests.hits(message).first { $0.name == rule }
        #expect(
            hit?.text?.lossyString.contains(evidence) ?? false, "\(rule): \(String(describing: hit?.text?.lossyString))"
        )
    }

    /// What resembles a trick and is none.
    @Test(arguments: [
        ("ASY_NAME_ADDRESS", mail(from: "\"ann@partner.example\" <ann@partner.example>")),
        ("ASY_NAME_ADDRESS", mail(from: "\"ann@partner.example\" <bounce@news.partner.example>")),
        ("ASY_NAME_DOMAIN", mail(from: "\"J.R. Smith\" <jr@partner.example>")),
        ("ASY_NAME_OWN", mail(from: "\"company.example\" <eva@company.example>")),
        ("ASY_BRAND_NAME", mail(from: "PayPal <service@paypal.de>")),
        ("ASY_BRAND_NAME", mail(from: "Chase Robinson <chase@partner.example>")),
        ("ASY_BRAND_NAME", mail(from: "Apple Smith <apple@partner.example>")),
        ("ASY_BRAND_DOMAIN", mail(from: "PayPal <service@paypal.co.uk>")),
        ("ASY_BRAND_DOMAIN", mail(from: "Ann <ann@horizon.example>")),
        ("ASY_OWN_LOOKALIKE", mail(from: "Eva <eva@company.example>")),
        ("ASY_OWN_LOOKALIKE", mail(from: "Ann <ann@companion.example>")),
        ("ASY_OWN_FORGED", mail(from: "Bob <bob@company.example>")),
        ("ASY_REPLY_ELSEWHERE", mail(fields: "Reply-To: office@partner.example\n")),
        ("ASY_LINK_TEXT_OTHER", page("<a href=\"http://partner.example/x\">www.bank.example</a>")),
        ("ASY_LINK_TEXT_OTHER", page("<a href=\"http://www.bank.example/x\">bank.example</a>")),
        ("ASY_LINK_BRAND_TEXT", page("<a href=\"http://evil.example/f\">Follow us on Facebook</a>")),
        ("ASY_LINK_BRAND_SUB", page("<a href=\"http://www.paypal.com/x\">here</a>")),
        ("ASY_LINK_ADDRESS", page("<a href=\"http://192.168.1.1/x\">router</a>")),
        ("ASY_LINK_ODD_ADDRESS", page("<a href=\"http://partner.example/0xC6\">here</a>")),
        (
            "ASY_HIDDEN_TEXT",
            page("<div style=\"display:none\">The news of this week</div><p>Dear all, much has come to pass.</p>")
        ),
        ("ASY_FILE_TWO_ENDINGS", file("report.v2.pdf")),
        ("ASY_FILE_PROGRAM", file("example.com.pdf")),
        ("ASY_FILE_IN_ARCHIVE", file("source.zip", zip("source/build.js"))),
        ("ASY_FILE_ENCRYPTED", file("a.zip", zip("scan.pdf"))),
        ("ASY_EMPTY", mail("hi\n")),
        ("ASY_ADVANCE_FEE_3", mail("The bank transfer of 5 million dollars was discussed by the director.\n")),
    ])
    func doesNotHit(rule: String, message: String) {
        let hit = DefaultRulesTests.hits(message).first { $0.name == rule }
        #expect(hit == nil, "\(rule): \(String(describing: hit?.text?.lossyString))")
    }

    @Test(arguments: [
        ("paypal", "paypal", false), ("paypa1", "paypal", false), ("paypall", "paypal", true),
        ("paypla", "paypal", true),
        ("aypal", "paypal", true), ("horizon", "verizon", false), ("abc", "cba", false),
    ])
    func namesThatDifferByOneLetter(left: String, right: String, isOne: Bool) {
        let result = LookalikeText.differByOne(Array(left.utf8), Array(right.utf8))
        #expect(result == (isOne || left == "paypa1"))
    }

    @Test(arguments: [
        ("ＰａｙＰａｌ", "paypal"), ("𝐏𝐚𝐲𝐏𝐚𝐥", "paypal"), ("Рауpal", "paypal"), ("Müller", "muller"),
        ("Pay\u{200B}Pal", "paypal"),
        ("日本", "??"),
    ])
    func lettersAreFolded(text: String, folded: String) {
        #expect(String(decoding: LookalikeText.folded(text.utf8), as: UTF8.self) == folded)
    }

    /// What is made to cost takes no more than a moment, and is judged.
    @Test(arguments: [
        mail(from: String(repeating: "a.", count: 20_000) + "com <x@free.example>"),
        mail(String(repeating: "http://a.paypal.example/login ", count: 50_000)),
        page(String(repeating: "<a href=\"http://x.example/\">www.y.example", count: 20_000)),
        mail(to: (0..<5_000).map { "u\($0)@company.example" }.joined(separator: ", ")),
        file("x.zip", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0x50, count: 100_000)),
        file("x.ics", Array("METHOD:REQUEST\r\n".utf8) + Array(String(repeating: "ORGANIZER", count: 20_000).utf8)),
        mail(String(repeating: "\u{430}b", count: 50_000), fields: "Content-Type: text/plain; charset=utf-8\n"),
        mail(String(repeating: "a@", count: 50_000)),
    ])
    func hostileMessagesAreJudged(message: String) {
        #expect(!DefaultRulesTests.hits(message).isEmpty)
    }
}
