import DNS
import Testing
import Values

@testable import Rules

/// What a rule caught, others look for; and questions that follow from answers.
@Suite struct TaggedRuleTests {
    private static let rules = """
        header __TO To:addr =~ /(?<TO_ADDR>.*)/
        uri NAMES_YOU /^https?:..[a-z.\\/]{4,60}\\#%{TO_ADDR}/i
        body SAYS_IT /mail %{TO_ADDR} now/i
        body NO_SUCH /%{OTHER_TAG}/
        body PLAIN /100%{1}/

        """

    @Test(
        arguments: [
            ("To: ann.b@c.example\n\nhttp://x.example/login#Ann.B@c.example\n", ["NAMES_YOU"]),
            ("To: ann.b@c.example\n\nhttp://x.example/login#annxb@c.example\n", []),
            ("To: ann.b@c.example\n\nmail ANN.b@c.example now\n", ["SAYS_IT"]),
            ("To: a+b@c.example\n\nmail a+b@c.example now, 100%\n", ["PLAIN", "SAYS_IT"]),
            ("Subject: nobody\n\nmail  now http://x.example/login#\n", []),
        ] as [(String, [String])])
    func tagsAreFilledIn(message: String, expected: [String]) {
        #expect(RuleSample.hits(Self.rules, message).filter { !$0.hasPrefix("__") } == expected)
    }

    /// What a rule caught of a part's field is there too.
    @Test func partsFieldsAreCaught() {
        let rules = """
            mimeheader __NAME Content-Type =~ /name="(?<FILE>[a-z]+)/
            body SAYS_IT /open %{FILE}/

            """
        let message = "Content-Type: text/plain; name=\"abc.txt\"\n\nopen abc\n"
        #expect(RuleSample.hits(rules, message) == ["SAYS_IT", "__NAME"])
    }

    private static let lists = """
        uridnssub SERVER bl.example. A 127.0.0.2
        body SERVER eval:check_uridnsbl('SERVER')
        tflags SERVER net
        uridnssub HOST bl.example. A 127.0.0.3
        body HOST eval:check_uridnsbl('HOST')
        tflags HOST net a
        urinsrhssub SERVER_DOMAIN rhs.example. A 127.0.0.2
        body SERVER_DOMAIN eval:check_uridnsbl('SERVER_DOMAIN')
        tflags SERVER_DOMAIN net
        urifullnsrhssub SERVER_NAME rhs.example. A 127.0.0.2
        body SERVER_NAME eval:check_uridnsbl('SERVER_NAME')
        tflags SERVER_NAME net
        header NOWHERE eval:check_dns_sender()
        tflags NOWHERE net

        """

    private static func address(_ text: String) throws -> DNSAnswer {
        .records([.address(try #require(IPAddress(text)))], authentic: false)
    }

    /// Asks until there is nothing more to ask, and judges.
    private static func hits(_ message: String, _ zone: [String: DNSAnswer]) throws -> [String] {
        let engine = RuleSample.engine(lists, scoreSet: 1)
        #expect(engine.rules.problems.isEmpty, "\(engine.rules.problems)")
        var answers: [DNSQuestion: DNSAnswer] = [:]
        for _ in 0..<engine.roundLimit {
            for question in engine.questions(about: Bytes(message), worker: RuleWorker(), after: answers).questions {
                answers[question] = zone["\(question)"] ?? .nameError
            }
        }
        #expect(engine.questions(about: Bytes(message), worker: RuleWorker(), after: answers).questions.isEmpty)
        return engine.judge(Bytes(message), at: RuleSample.now, worker: RuleWorker(), answers: answers).hits.map(\.name)
    }

    private static let asked = """
        askdns TEXT _AUTHORDOMAIN_.t.example. TXT "MAXI DEAL"
        askdns PIECE _AUTHORDOMAIN_.t.example. TXT /maxi/i
        askdns MASK _AUTHORDOMAIN_.m.example. A 127.0.0.4/255.0.0.4
        askdns EITHER _AUTHORDOMAIN_.m.example. TXT,A 127.0.0.6
        askdns SERVER _AUTHORDOMAIN_.x.example. MX /^mx\\.evil\\.example$/
        askdns NONE _AUTHORDOMAIN_.n.example. A [NXDOMAIN]
        askdns SOME _AUTHORDOMAIN_.t.example. TXT [NXDOMAIN]
        askdns THERE _AUTHORDOMAIN_.t.example. TXT [NOERROR,SERVFAIL]
        header HOST eval:check_rbl_from_host('a', 'h.example.')
        tflags HOST net
        header DOMAIN eval:check_rbl_from_domain('b', 'd.example.')
        tflags DOMAIN net

        """

    @Test func answersAreComparedAsRulesSay() throws {
        let engine = RuleSample.engine(Self.asked, scoreSet: 1)
        #expect(engine.rules.problems.isEmpty, "\(engine.rules.problems)")
        let server = try #require(DomainName("mx.evil.example"))
        let zone = [
            "mail.pills.com.t.example. TXT": DNSAnswer.records(
                [.txt([Bytes("MAXI "), Bytes("DEAL")])], authentic: false),
            "mail.pills.com.m.example. A": try Self.address("127.0.0.6"),
            "mail.pills.com.x.example. MX": .records([.mx(preference: 10, exchange: server)], authentic: false),
            "mail.pills.com.h.example. A": try Self.address("127.0.0.2"),
            "pills.com.d.example. A": try Self.address("127.0.0.2"),
        ]
        let message = Bytes("From: a@mail.pills.com\n\nx\n")
        var answers: [DNSQuestion: DNSAnswer] = [:]
        for question in engine.questions(about: message, worker: RuleWorker()).questions {
            answers[question] = zone["\(question)"] ?? .nameError
        }
        let verdict = engine.judge(message, at: RuleSample.now, worker: RuleWorker(), answers: answers)
        #expect(
            Set(verdict.hits.map(\.name))
                == ["TEXT", "PIECE", "MASK", "EITHER", "SERVER", "NONE", "THERE", "HOST", "DOMAIN"])
    }

    @Test(arguments: [
        ("askdns X a.example. ANY", "records of the type ANY"), ("askdns X", "wants a rule and a name"),
        ("askdns X a.example. A [1]", "says of no answer"), ("askdns X a.example. TXT /(/", "says of no answer"),
    ])
    func whatCannotBeAskedIsTold(line: String, problem: String) {
        let problems = RuleSample.engine(line + "\n", scoreSet: 1).rules.problems
        #expect(problems.count == 1 && problems.allSatisfy { $0.message.contains(problem) }, "\(problems)")
    }

    /// What the DNS did not tell is no "not listed" for what is made of it, unless that is the same either way.
    @Test(
        arguments: [
            (DNSAnswer.nameError, ["DIRECT", "EITHER", "NOT_LISTED", "NOT_NOT", "SURE"]),
            (.unrecorded, ["EITHER", "SURE"]),
            (.timeout, ["EITHER", "SURE"]), (.serverFailure, ["EITHER", "SURE"]), (nil, ["EITHER", "SURE"]),
            (.records([.address(.v4(0x7F00_0002))], authentic: false), ["BOTH", "EITHER", "LISTED", "SURE"]),
        ] as [(DNSAnswer?, [String])])
    func whatIsNotKnownIsLeftOpen(answer: DNSAnswer?, expected: [String]) {
        let engine = RuleSample.engine(
            """
            askdns LISTED _AUTHORDOMAIN_.bl.example. A 127.0.0.2
            body WORD /word/
            meta NOT_LISTED !LISTED
            meta BOTH LISTED && WORD
            meta DIRECT WORD && !LISTED
            meta EITHER LISTED || WORD
            meta NOT_NOT NOT_LISTED && WORD
            meta SURE WORD + LISTED > 0
            meta LATER !BOTH && !WORD

            """, scoreSet: 1)
        let message = Bytes("From: a@pills.com\n\nword\n")
        var answers: [DNSQuestion: DNSAnswer] = [:]
        for question in engine.questions(about: message, worker: RuleWorker()).questions { answers[question] = answer }
        for isWhole in [false, true] {
            let verdict = engine.judge(
                message, at: RuleSample.now, worker: RuleWorker(), answers: answers, isWhole: isWhole)
            #expect(verdict.hits.map(\.name).filter { $0 != "WORD" }.sorted() == expected.sorted())
        }
    }

    @Test func nameServersAreFollowed() throws {
        let server = try #require(DomainName("ns.host.org"))
        let message = "Return-Path: <a@here.example.org>\n\nhttp://www.pills.com/ and http://192.0.2.7/\n"
        let zone = [
            "pills.com. NS": DNSAnswer.records([.name(server)], authentic: false),
            "ns.host.org. A": try Self.address("198.51.100.9"), "www.pills.com. A": try Self.address("203.0.113.4"),
            "here.example.org. MX": DNSAnswer.records([.mx(preference: 1, exchange: server)], authentic: false),
        ]
        #expect(try Self.hits(message, zone).isEmpty)
        func hits(_ name: String, _ address: String) throws -> [String] {
            var zone = zone
            zone[name + " A"] = try Self.address(address)
            return try Self.hits(message, zone)
        }
        #expect(try hits("9.100.51.198.bl.example.", "127.0.0.2") == ["SERVER"])
        #expect(try hits("9.100.51.198.bl.example.", "127.0.0.3").isEmpty)
        #expect(try hits("4.113.0.203.bl.example.", "127.0.0.3") == ["HOST"])
        #expect(try hits("7.2.0.192.bl.example.", "127.0.0.2") == ["SERVER"])
        #expect(try hits("host.org.rhs.example.", "127.0.0.2") == ["SERVER_DOMAIN"])
        #expect(try hits("ns.host.org.rhs.example.", "127.0.0.2") == ["SERVER_NAME"])
    }

    @Test func sendersThatAreNowhere() throws {
        let message = "Return-Path: <a@here.example.org>\n\nhello\n"
        #expect(try Self.hits(message, [:]) == ["NOWHERE"])
        #expect(try Self.hits(message, ["here.example.org. A": Self.address("192.0.2.1")]).isEmpty)
        #expect(try Self.hits(message, ["here.example.org. MX": .timeout]).isEmpty)
        #expect(try Self.hits("Subject: x\n\nhello\n", [:]).isEmpty)
    }
}
