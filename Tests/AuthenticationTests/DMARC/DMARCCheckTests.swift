import Authentication
import DNS
import Mail
import PublicSuffix
import Testing
import Values

/// RFC 7489 §3, §6.6; RFC 9091; RFC 9989 §4.10.
@Suite struct DMARCCheckTests {
    /// A case: From, what is authenticated, the records, and what is to come of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var from = "a@example.org"
        var passes: [String] = []
        var dns: [String: String] = [:]
        var isTreeWalk = false
        var result: DMARCResult
        var disposition = DMARCPolicy.none
        var policyDomain: String?
        var testDescription: String { "\(from) \(passes) \(dns.sorted { $0.key < $1.key })" }
    }

    static let cases: [Case] = [
        // §3.1: alignment.
        Case(passes: ["spf:example.org"], dns: ["example.org": "p=reject"], result: .pass, policyDomain: "example.org"),
        Case(passes: ["dkim:example.org"], dns: ["example.org": "p=reject"], result: .pass),
        Case(passes: ["dkim:mail.example.org"], dns: ["example.org": "p=reject"], result: .pass),
        Case(
            passes: ["dkim:mail.example.org"], dns: ["example.org": "p=reject; adkim=s"], result: .fail,
            disposition: .reject),
        Case(passes: ["spf:mail.example.org"], dns: ["example.org": "p=reject; adkim=s"], result: .pass),
        Case(
            passes: ["spf:mail.example.org"], dns: ["example.org": "p=reject; aspf=s"], result: .fail,
            disposition: .reject),
        Case(from: "a@x.example.org", passes: ["dkim:y.example.org"], dns: ["example.org": "p=reject"], result: .pass),
        Case(
            passes: ["dkim:example.com"], dns: ["example.org": "p=quarantine"], result: .fail, disposition: .quarantine),
        Case(passes: ["dkim:badexample.org"], dns: ["example.org": "p=reject"], result: .fail, disposition: .reject),
        Case(passes: ["dkim:org"], dns: ["example.org": "p=reject"], result: .fail, disposition: .reject),
        // Neighbours under a public suffix have nothing in common.
        Case(
            from: "a@one.co.uk", passes: ["dkim:two.co.uk"], dns: ["one.co.uk": "p=reject"], result: .fail,
            disposition: .reject),
        Case(
            from: "a@one.co.uk", passes: ["dkim:co.uk"], dns: ["one.co.uk": "p=reject"], result: .fail,
            disposition: .reject),
        Case(dns: ["example.org": "p=none"], result: .fail),
        Case(
            from: "A@EXAMPLE.org", passes: ["dkim:Example.ORG"], dns: ["example.org": "p=reject; adkim=s"],
            result: .pass),
        // §6.6.3: discovery.
        Case(result: .none),
        Case(dns: ["org": "p=reject"], result: .none),
        Case(
            from: "a@b.example.org", dns: ["example.org": "p=reject"], result: .fail, disposition: .reject,
            policyDomain: "example.org"),
        Case(from: "a@b.example.org", dns: ["example.org": "p=reject; sp=none"], result: .fail),
        Case(
            from: "a@b.example.org", dns: ["example.org": "p=none; sp=quarantine"], result: .fail,
            disposition: .quarantine),
        Case(
            from: "a@b.example.org", dns: ["b.example.org": "p=none", "example.org": "p=reject"], result: .fail,
            policyDomain: "b.example.org"),
        Case(
            from: "a@b.example.org", dns: ["b.example.org": "p=quarantine; sp=reject"], result: .fail,
            disposition: .quarantine),
        // Only the domain itself and its organizational domain are asked.
        Case(from: "a@c.b.example.org", dns: ["b.example.org": "p=reject"], result: .none),
        Case(dns: ["example.org": "raw:v=spf1 -all"], result: .none),
        Case(
            from: "a@b.example.org", dns: ["b.example.org": "raw:v=spf1 -all", "example.org": "p=reject"],
            result: .fail, disposition: .reject),
        Case(dns: ["example.org": "two:"], result: .none),
        Case(from: "a@b.example.org", dns: ["b.example.org": "two:", "example.org": "p=reject"], result: .none),
        Case(dns: ["example.org": "with-other:"], result: .fail, disposition: .reject),
        Case(dns: ["example.org": "fails:"], result: .temperror),
        Case(from: "a@b.example.org", dns: ["b.example.org": "fails:", "example.org": "p=reject"], result: .temperror),
        Case(from: "a@b.example.org", dns: ["example.org": "times-out:"], result: .temperror),
        Case(passes: ["dkim:example.org"], dns: ["example.org": "pct=100"], result: .permerror),
        Case(dns: ["example.org": "p=bad; rua=mailto:x@example.org"], result: .fail),
        // §6.6.4: pct.
        Case(dns: ["example.org": "p=reject; pct=0"], result: .fail, disposition: .quarantine),
        Case(dns: ["example.org": "p=quarantine; pct=0"], result: .fail),
        Case(dns: ["example.org": "p=reject; pct=100"], result: .fail, disposition: .reject),
        // RFC 7489 §6.3: "Unknown tags MUST be ignored".
        Case(dns: ["example.org": "p=reject; t=y"], result: .fail, disposition: .reject),
        // RFC 9091.
        Case(
            from: "a@gone.example.org", dns: ["example.org": "p=none; sp=quarantine; np=reject"], result: .fail,
            disposition: .reject),
        Case(
            from: "a@here.example.org",
            dns: ["example.org": "p=none; sp=quarantine; np=reject", "A here.example.org": ""], result: .fail,
            disposition: .quarantine),
        Case(
            from: "a@mx.example.org", dns: ["example.org": "p=none; np=reject", "MX mx.example.org": ""], result: .fail),
        Case(
            from: "a@empty.example.org", dns: ["example.org": "p=none; np=reject", "TXT empty.example.org": ""],
            result: .fail, disposition: .reject),
        Case(from: "a@gone.example.org", dns: ["example.org": "p=reject; np=none"], result: .fail),
        // §6.6.2: what may pass another time has not failed; what is not aligned does not matter.
        Case(passes: ["temp-dkim:example.org"], dns: ["example.org": "p=reject"], result: .temperror),
        Case(passes: ["temp-spf:example.org", "dkim:example.org"], dns: ["example.org": "p=reject"], result: .pass),
        Case(passes: ["temp-spf:example.com"], dns: ["example.org": "p=reject"], result: .fail, disposition: .reject),
        // §6.6.1: From.
        Case(
            from: "a@example.org, b@example.org", passes: ["dkim:example.org"], dns: ["example.org": "p=reject"],
            result: .pass),
        Case(
            from: "a@example.org, b@example.com", passes: ["dkim:example.org"],
            dns: ["example.org": "p=reject", "example.com": "p=quarantine"], result: .fail, disposition: .quarantine,
            policyDomain: "example.com"),
        Case(
            from: "a@example.org, b@example.com", dns: ["example.org": "p=none", "example.com": "p=reject"],
            result: .fail, disposition: .reject, policyDomain: "example.com"),
        Case(
            from: "a@example.org, b@example.com", passes: ["dkim:example.org"], dns: ["example.org": "p=reject"],
            result: .none),
        Case(
            from: "Friends: a@example.org, b@example.org;", passes: ["dkim:example.org"],
            dns: ["example.org": "p=reject"], result: .pass),
        Case(from: "undisclosed:;", dns: ["example.org": "p=reject"], result: .none),
        Case(from: "root", result: .none),
        Case(from: "a@[192.0.2.1]", result: .none),
        Case(
            from: "\"b@example.com\" <a@example.org>", passes: ["dkim:example.com"], dns: ["example.org": "p=reject"],
            result: .fail, disposition: .reject, policyDomain: "example.org"),
        Case(
            from: "a@bücher.example", passes: ["dkim:xn--bcher-kva.example"],
            dns: ["xn--bcher-kva.example": "p=reject"], result: .pass),
        Case(from: "a@BÜCHER.example", dns: ["xn--bcher-kva.example": "p=reject"], result: .fail, disposition: .reject),
        // One name, however it is spelt; what is no name has no policy.
        Case(
            from: "a@bu\u{308}cher.example", dns: ["xn--bcher-kva.example": "p=reject"], result: .fail,
            disposition: .reject),
        Case(from: "a@example\u{FF0E}org", dns: ["example.org": "p=reject"], result: .fail, disposition: .reject),
        Case(from: "a@example\u{3002}org", dns: ["example.org": "p=reject"], result: .fail, disposition: .reject),
        Case(from: "a@exam\u{AD}ple.org", dns: ["example.org": "p=reject"], result: .fail, disposition: .reject),
        Case(from: "a@example\u{200B}.org", dns: ["example.org": "p=reject"], result: .fail, disposition: .reject),
        Case(from: "a@\u{FF45}xample.org", dns: ["example.org": "p=reject"], result: .fail, disposition: .reject),
        Case(from: "a@xn--\u{FC}.example.org", dns: ["example.org": "p=reject"], result: .none),
        // RFC 9989 §4.10.
        Case(
            from: "a@c.b.example.org", dns: ["b.example.org": "p=reject"], isTreeWalk: true, result: .fail,
            disposition: .reject, policyDomain: "b.example.org"),
        Case(
            from: "a@c.b.example.org", dns: ["b.example.org": "p=reject", "example.org": "p=none; sp=quarantine"],
            isTreeWalk: true, result: .fail, disposition: .quarantine, policyDomain: "example.org"),
        Case(
            from: "a@c.b.example.org", dns: ["b.example.org": "p=reject; psd=n", "example.org": "p=none"],
            isTreeWalk: true, result: .fail, disposition: .reject, policyDomain: "b.example.org"),
        Case(
            from: "a@example.org", dns: ["org": "p=reject; sp=quarantine; psd=y"], isTreeWalk: true, result: .fail,
            disposition: .quarantine, policyDomain: "org"),
        Case(
            from: "a@example.org", dns: ["org": "p=none; np=reject; psd=y"], isTreeWalk: true, result: .fail,
            disposition: .reject, policyDomain: "org"),
        Case(
            from: "a@x.example.org", passes: ["dkim:y.example.org"], dns: ["org": "p=reject; psd=y"], isTreeWalk: true,
            result: .pass),
        Case(
            from: "a@one.org", passes: ["dkim:two.org"], dns: ["org": "p=reject; psd=y"], isTreeWalk: true,
            result: .fail, disposition: .reject),
        Case(
            from: "a@x.example.org", passes: ["dkim:y.example.org"], dns: ["x.example.org": "p=reject"],
            isTreeWalk: true, result: .fail, disposition: .reject),
        Case(
            from: "a@x.example.org", passes: ["dkim:y.example.org"],
            dns: ["x.example.org": "p=reject", "example.org": "p=none"], isTreeWalk: true, result: .pass),
        Case(
            from: "a@x.example.org", dns: ["x.example.org": "two:", "example.org": "p=reject"], isTreeWalk: true,
            result: .fail, disposition: .reject),
        Case(dns: ["example.org": "p=reject; pct=0"], isTreeWalk: true, result: .fail, disposition: .reject),
        Case(dns: ["example.org": "p=reject; t=y"], isTreeWalk: true, result: .fail, disposition: .quarantine),
        Case(from: "a@x.example.org", dns: ["example.org": "fails:"], isTreeWalk: true, result: .temperror),
    ]

    @Test(arguments: cases) func clauses(_ given: Case) async {
        let dns = DMARCTestDNS(given.dns)
        let outcome = await DMARCCheck.evaluate(
            DMARCQuery(
                Message(Bytes("From: \(given.from)\r\n\r\n")),
                identifiers: given.passes.map(DMARCIdentifier.init(test:))),
            dns: dns, options: DMARCOptions(discovery: given.isTreeWalk ? .treeWalk : .publicSuffix(.builtIn)))
        #expect(outcome.result == given.result, "\(outcome.reasons)")
        #expect(outcome.disposition == given.disposition, "\(outcome.reasons)")
        if let domain = given.policyDomain { #expect(outcome.policyDomain?.relativeText == domain) }
    }

    /// A From field beyond what is read of a header may be by anybody: only a failure of those that were read stands.
    @Test(arguments: [
        ("", ["dkim:example.org"], DMARCResult.permerror, DMARCPolicy.none),
        ("From: a@example.org\r\n", ["dkim:example.org"], .permerror, .none),
        ("From: a@example.com\r\n", [], .permerror, .none),
        ("From: a@example.org\r\n", [], .fail, .reject),
    ])
    func headersBeyondTheLimits(
        first: String, passes: [String], result: DMARCResult, disposition: DMARCPolicy
    ) async throws {
        let dns = DMARCTestDNS(["example.org": "p=reject"])
        for filling in [
            (0..<2000).map { "X-H\($0): v\r\n" }.joined(), "X: " + String(repeating: "y", count: 3 << 20) + "\r\n",
        ] {
            let message = Message(Bytes(first + filling + "From: ceo@example.net\r\n\r\nhi\r\n"))
            let outcome = await DMARCCheck.evaluate(
                DMARCQuery(message, identifiers: passes.map { DMARCIdentifier(test: $0) }), dns: dns)
            #expect(outcome.result == result && outcome.disposition == disposition)
            #expect(
                outcome.reasons.contains("header too large to be read whole") == (result == .permerror),
                "\(outcome.reasons)")
        }
    }

    /// What the mechanisms said is told in their words.
    @Test func identifiersInWords() {
        for result in [SPFResult.none, .neutral, .softfail, .permerror, .fail, .temperror, .pass] {
            #expect(DMARCIdentifier(spf: "example.org", result).description == "spf=\(result.rawValue) (example.org)")
        }
        #expect(DMARCIdentifier(spf: "example.org", nil).description == "spf=unknown (example.org)")
        let none = DMARCIdentifier(spf: "not an address", SPFResult.none)
        #expect(none.description == "spf=none (no domain)" && none.domainText == nil)
    }

    @Test func twoFieldsAreToldOf() async {
        let message = Message(Bytes("From: a@example.org\r\nFrom: b@example.com\r\n\r\n"))
        let author = DMARCAuthor(message.header)
        #expect(!author.isSingular && author.fieldCount == 2)
        let outcome = await DMARCCheck.evaluate(
            DMARCQuery(message, identifiers: [.init(test: "dkim:example.org")]),
            dns: DMARCTestDNS(["example.org": "p=none", "example.com": "p=reject"]))
        #expect(outcome.result == .fail && outcome.disposition == .reject)
        #expect(outcome.domains.map(\.result) == [.pass, .fail])
    }

    /// What nobody recorded is neither pass nor fail.
    @Test func unrecordedIsNotEvaluated() async {
        let message = Message(Bytes("From: a@b.example.org\r\n\r\n"))
        var outcome = await DMARCCheck.evaluate(DMARCQuery(message, identifiers: []), dns: NoDNS())
        #expect(outcome.result == nil)
        #expect(outcome.unrecorded.map(\.description) == ["_dmarc.b.example.org. TXT"])

        let dns = DMARCTestDNS(["example.org": "p=reject"])
        for (identifiers, result) in [
            ([DMARCIdentifier(.spf, nil, .unknown)], nil),
            ([DMARCIdentifier(.dkim, DomainName("example.org"), .unknown)], nil),
            ([DMARCIdentifier(.dkim, DomainName("example.com"), .unknown)], .fail),
            ([DMARCIdentifier(.spf, nil, .unknown), .init(test: "dkim:example.org")], .pass),
        ] as [([DMARCIdentifier], DMARCResult?)] {
            outcome = await DMARCCheck.evaluate(DMARCQuery(message, identifiers: identifiers), dns: dns)
            #expect(outcome.result == result, "\(identifiers)")
        }
    }

    /// Lots are drawn by the message: the same one gives the same, and of many about as many as `pct=` says.
    @Test func percentageDrawsEvenly() async {
        var rejected = 0
        for number in 0..<1000 {
            let query = DMARCQuery(Message(Bytes("From: a@example.org\r\nX: \(number)\r\n\r\n")), identifiers: [])
            let dns = DMARCTestDNS(["example.org": "p=reject; pct=30"])
            let first = await DMARCCheck.evaluate(query, dns: dns)
            let second = await DMARCCheck.evaluate(query, dns: dns)
            #expect(first.disposition == second.disposition)
            if first.disposition == .reject { rejected += 1 }
        }
        #expect((250...350).contains(rejected))
    }

    @Test(arguments: [true, false]) func questionsAreBounded(isTreeWalk: Bool) async {
        let deep = (0..<60).map { "l\($0)" }.joined(separator: ".") + ".example.org"
        let from = (0..<500).map { "a@\($0).\(deep)" }.joined(separator: ", ")
        let dns = DMARCTestDNS([:])
        let outcome = await DMARCCheck.evaluate(
            DMARCQuery(
                Message(Bytes("From: \(from)\r\n\r\n")),
                identifiers: (0..<100).map { DMARCIdentifier(test: "dkim:\($0).s.example.org") }),
            dns: dns, options: DMARCOptions(discovery: isTreeWalk ? .treeWalk : .publicSuffix(.builtIn)))
        #expect(outcome.result == .permerror && outcome.isUnreadable)
        #expect(outcome.domains.count == DMARCAuthor.maximumDomains)
        #expect(outcome.answersUsed.count <= 80)
    }

    /// RFC 9989 §4.10: of ten labels, the first question is followed by one for seven.
    @Test func treeWalkSkipsLabels() async {
        let outcome = await DMARCCheck.evaluate(
            DMARCQuery(Message(Bytes("From: a@a.b.c.d.e.f.g.h.example.org\r\n\r\n")), identifiers: []),
            dns: DMARCTestDNS([:]), options: DMARCOptions(discovery: .treeWalk))
        #expect(
            outcome.answersUsed.map { $0.question.name.relativeText } == [
                "_dmarc.a.b.c.d.e.f.g.h.example.org", "_dmarc.d.e.f.g.h.example.org", "_dmarc.e.f.g.h.example.org",
                "_dmarc.f.g.h.example.org", "_dmarc.g.h.example.org", "_dmarc.h.example.org", "_dmarc.example.org",
                "_dmarc.org",
            ])
    }
}

extension DMARCIdentifier {
    /// `dkim:example.org`, `temp-spf:example.org`.
    init(test text: String) {
        let parts = text.split(separator: ":").map(String.init)
        let method: Method = parts[0].hasSuffix("spf") ? .spf : .dkim
        self.init(method, text: parts[1], parts[0].hasPrefix("temp-") ? .temperror : .pass)
    }
}

/// Policies by domain, and what a name has besides: `A name`, `MX name`, `TXT name`.
struct DMARCTestDNS: DNSView {
    private var answers: [DNSQuestion: DNSAnswer] = [:]
    private var names: Set<DomainName> = []

    init(_ records: [String: String]) {
        for (key, value) in records {
            let words = key.split(separator: " ").map(String.init)
            guard let domain = DomainName(words[words.count - 1]) else { continue }
            if words.count == 2 {
                names.insert(domain)
                if words[0] == "A", let address = IPAddress("192.0.2.1") {
                    answers[DNSQuestion(domain, .a)] = .records([.address(address)], authentic: false)
                } else if words[0] == "MX" {
                    answers[DNSQuestion(domain, .mx)] = .records(
                        [.mx(preference: 1, exchange: domain)], authentic: false)
                }
                continue
            }
            guard let name = domain.prepending(Bytes("_dmarc")) else { continue }
            let answer: DNSAnswer =
                switch value {
                case "two:": .texts(["v=DMARC1; p=reject", "v=DMARC1; p=none"])
                case "with-other:": .texts(["something else", "v=DMARC1; p=reject"])
                case "fails:": .serverFailure
                case "times-out:": .timeout
                default: .texts([value.hasPrefix("raw:") ? String(value.dropFirst(4)) : "v=DMARC1; " + value])
                }
            answers[DNSQuestion(name, .txt)] = answer
        }
    }

    func answer(to question: DNSQuestion) async -> DNSAnswer {
        answers[question] ?? (names.contains(question.name) ? .noData : .nameError)
    }
}

extension DNSAnswer {
    fileprivate static func texts(_ texts: [String]) -> DNSAnswer {
        .records(texts.map { .txt([Bytes($0)]) }, authentic: false)
    }
}
