import Authentication
import DNS
import Mail
import Testing
import Values

/// The steps of RFC 5518 §3 and the results of RFC 6212 §3.
@Suite struct VBRCheckTests {
    private static let field = "md=bank.example; mc=transaction; mv=a.example:b.example:c.example"

    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var fields = [VBRCheckTests.field]
        var identities = [VBRIdentity("bank.example", by: .dkim)]
        var undecided: [String] = []
        var trusted: [String]? = ["a.example", "b.example"]
        var preferred = false
        var records: [String: DNSAnswer] = [:]
        var expected: String
        var asked: [String] = []
        var testDescription: String { what }

        static let a = "bank.example._vouch.a.example"
        static let b = "bank.example._vouch.b.example"
        static let c = "bank.example._vouch.c.example"
    }

    static let cases = [
        Case(
            what: "the first certifier vouches, no other is asked", records: [Case.a: .text("transaction list")],
            expected: "pass a.example dkim", asked: [Case.a]),
        Case(
            what: "the second does", records: [Case.b: .text("all")], expected: "pass b.example dkim",
            asked: [Case.a, Case.b]),
        Case(what: "none has a record", expected: "fail not-vouched dkim", asked: [Case.a, Case.b]),
        Case(
            what: "§5: only for other mail", records: [Case.a: .text("list")], expected: "fail type-not-vouched dkim",
            asked: [Case.a, Case.b]),
        Case(
            what: "§5: who is not trusted is not asked", records: [Case.c: .text("all")],
            expected: "fail not-vouched dkim", asked: [Case.a, Case.b]),
        Case(what: "nobody named is trusted", trusted: ["x.example"], expected: "none no-trusted-certifier dkim"),
        Case(what: "nobody is trusted", trusted: [], expected: "none no-trusted-certifier dkim"),
        Case(
            what: "whoever is named", trusted: nil, records: [Case.c: .text("all")],
            expected: "pass c.example dkim", asked: [Case.a, Case.b, Case.c]),
        Case(
            what: "§3: preferred certifiers need not be named", trusted: ["x.example"], preferred: true,
            records: ["bank.example._vouch.x.example": .text("all")], expected: "pass x.example dkim",
            asked: ["bank.example._vouch.x.example"]),
        Case(what: "no field", fields: [], expected: "none no-vbr-info"),
        Case(what: "no field that can be read", fields: ["md=bank.example", "x"], expected: "none syntax: no mc="),
        Case(
            what: "one that can be read is enough", fields: ["md=bank.example", field],
            records: [Case.a: .text("all")], expected: "pass a.example dkim", asked: [Case.a]),
        Case(what: "§7: nothing authenticated", identities: [], expected: "none unauthenticated"),
        Case(
            what: "§7: another domain authenticated",
            identities: [VBRIdentity("mail.bank.example", by: .dkim), VBRIdentity("example", by: .spf)],
            expected: "none unauthenticated"),
        Case(
            what: "§7.3: authenticated by SPF, in another case", identities: [VBRIdentity("Bank.Example", by: .spf)],
            records: [Case.a: .text("all")], expected: "pass a.example spf", asked: [Case.a]),
        Case(
            what: "§7.3: the HELO name", identities: [VBRIdentity("bank.example", by: .spfHelo)],
            records: [Case.a: .text("all")], expected: "pass a.example spf-helo", asked: [Case.a]),
        Case(
            what: "a domain that could not be authenticated for now", identities: [], undecided: ["bank.example"],
            expected: "temperror authentication-undecided"),
        Case(
            what: "another could not", identities: [], undecided: ["shop.example"], expected: "none unauthenticated"),
        Case(
            what: "§4: each field in turn",
            fields: ["md=shop.example; mc=list; mv=a.example", "md=bank.example; mc=list; mv=a.example:b.example"],
            records: [Case.b: .text("list"), "shop.example._vouch.a.example": .text("all")],
            expected: "pass b.example dkim", asked: [Case.a, Case.b]),
        Case(
            what: "§4: both domains authenticated",
            fields: ["md=shop.example; mc=list; mv=a.example", "md=bank.example; mc=list; mv=a.example"],
            identities: [VBRIdentity("bank.example", by: .dkim), VBRIdentity("shop.example", by: .spf)],
            records: [Case.a: .text("list")], expected: "pass a.example dkim",
            asked: ["shop.example._vouch.a.example", Case.a]),
        Case(
            what: "§4: mc= values must be identical",
            fields: [field, "md=bank.example; mc=list; mv=a.example"], records: [Case.a: .text("all")],
            expected: "fail mc-differ"),
        Case(
            what: "§4: the same in another case is identical",
            fields: [field, "md=bank.example; mc=Transaction; mv=b.example"], records: [Case.a: .text("all")],
            expected: "pass a.example dkim", asked: [Case.a]),
        Case(
            what: "the same question once", fields: [field, field], expected: "fail not-vouched dkim",
            asked: [Case.a, Case.b]),
        Case(
            what: "a failing certifier and one that vouches", records: [Case.a: .timeout, Case.b: .text("all")],
            expected: "pass b.example dkim", asked: [Case.a, Case.b]),
        Case(
            what: "a failing certifier", records: [Case.a: .serverFailure, Case.b: .text("list")],
            expected: "temperror dns-failure dkim", asked: [Case.a, Case.b]),
        Case(
            what: "an answer that was not recorded", records: [Case.a: .timeout, Case.b: .unrecorded],
            expected: "nil unrecorded dkim", asked: [Case.a, Case.b]),
        Case(what: "no data", records: [Case.a: .noData], expected: "fail not-vouched dkim", asked: [Case.a, Case.b]),
        Case(
            what: "§5: a record of another kind is discarded", records: [Case.a: .text("v=spf1 -all")],
            expected: "fail not-vouched dkim", asked: [Case.a, Case.b]),
        Case(
            what: "§5: beside one that is not",
            records: [Case.a: .records([.txt([Bytes("V=1")]), .txt([Bytes("all")])], authentic: false)],
            expected: "pass a.example dkim", asked: [Case.a]),
        Case(
            what: "§5: two records",
            records: [Case.a: .records([.txt([Bytes("list")]), .txt([Bytes("all")])], authentic: false)],
            expected: "fail several-records dkim", asked: [Case.a, Case.b]),
    ]

    @Test(arguments: cases) func result(_ item: Case) async throws {
        let header = HeaderBlock(Bytes(item.fields.map { "VBR-Info: \($0)\r\n" }.joined() + "From: a@bank.example\r\n"))
        let dns = DKIMTestDNS(item.records)
        let names = try item.trusted?.map { try #require(VBRInfo.domain($0)) }
        let trust: VBRTrust = names.map { item.preferred ? .preferred($0) : .listed($0) } ?? .everyone
        let outcome = await VBRCheck.evaluate(
            header, identities: item.identities, undecided: item.undecided, trusting: trust, dns: dns)
        var words = [outcome.result?.rawValue ?? "nil"]
        words += [outcome.certifier?.relativeText, outcome.reason?.rawValue].compactMap(\.self)
        if let fault = outcome.fault { words[words.count - 1] += ": \(fault)" }
        words += [outcome.method?.rawValue].compactMap(\.self)
        #expect(words.joined(separator: " ") == item.expected)
        #expect(dns.questions.map(\.name.relativeText) == item.asked)
        #expect(dns.questions.allSatisfy { $0.type == .txt })
    }
}
