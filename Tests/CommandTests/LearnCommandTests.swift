import Testing

/// `assay state learn`, and a replay that knows what it learned.
@Suite struct LearnCommandTests {
    private static let policy = """
        version: 1
        local_domains: [company.example]
        state: sqlite:s.db
        stages:
          pop-before-smtp: {enabled: true}
          relay-control: {enabled: true}
          greylist: {enabled: true}
        """

    private static let log = """
        May  1 09:50:00 mx dovecot: imap-login: Info: Login: user=<eva>, method=PLAIN, rip=203.0.113.7, lip=198.51.100.2, mpid=18, TLS, session=<a>
        May  1 09:55:00 mx imapd: LOGIN FAILED, user=eva, ip=[::ffff:203.0.113.8]
        May  1 09:56:00 mx postfix/smtpd[1]: 4F2A1: client=c[203.0.113.7], sasl_method=PLAIN, sasl_username=eva
        May  1 09:56:00 mx postfix/qmgr[2]: 4F2A1: from=<eva@company.example>, size=500, nrcpt=1 (queue active)
        May  1 09:56:01 mx postfix/smtp[3]: 4F2A1: to=<bob@far.example>, relay=m[192.0.2.1]:25, status=sent (ok)
        no line of a log

        """

    private static func session(_ name: String, _ time: String) -> String {
        [
            #""event":"connect","client":"203.0.113.7:1234""#, #""from":"client","line":"HELO c.example""#,
            #""from":"client","line":"MAIL FROM:<eva@company.example>""#,
            #""from":"client","line":"RCPT TO:<bob@far.example>""#, #""event":"close""#,
        ].map { #"{"session":"\#(name)","time":"\#(time)",\#($0)}"# + "\n" }.joined()
    }

    @Test func logsAreLearnedAndKnownInAReplay() throws {
        let place = try Workplace()
        try place.write("policy.yaml", Self.policy)
        try place.write("mail.log", Self.log)
        let learned = try place.assay(
            ["state", "learn", "mail.log", "--before", "2024-06-01", "--policy", "policy.yaml"])
        #expect(
            learned.code == 0
                && learned.output
                    == "6 lines read: logins 1, failures 1, recipients 1; 1 began with no time or were too long\n",
            "\(learned)")
        let listed = try place.assay(["state", "list", "--policy", "policy.yaml", "--at", "2024-05-01T10:00:00Z"])
        #expect(
            listed.output.contains(
                "eva has fetched mail from 203.0.113.7 since 2024-05-01T09:50:00Z, which may send until 2024-05-01T10:20:00Z"
            ), "\(listed)")
        try place.write(
            "t.ndjson", Self.session("a", "2024-05-01T10:00:00Z") + Self.session("b", "2024-05-01T10:20:00Z"))
        let replay = try place.assay([
            "replay", "t.ndjson", "--policy", "policy.yaml", "--simulate", "--state", "sqlite:s.db", "--dns", "none",
            "--format", "ndjson",
        ])
        let lines = replay.output.split(separator: "\n").filter { $0.contains("far.example") }
        #expect(replay.code == 0 && lines.count == 2, "\(replay)")
        #expect(lines.first?.contains("POP_LOGIN\"") ?? false, "\(replay)")
        #expect(lines.last?.contains("POP_LOGIN_REQUIRED") ?? false, "\(replay)")
    }

    @Test func subjectsAndUsage() throws {
        let place = try Workplace()
        try place.write("mail.log", Self.log)
        let state = ["--state", "sqlite:s.db", "--before", "2024-06-01"]
        let logins = try place.assay(["state", "learn", "mail.log", "--subject", "logins"] + state)
        #expect(logins.output.hasPrefix("6 lines read: logins 1, failures 0, recipients 0;"), "\(logins)")
        #expect(try place.assay(["state", "learn", "gone.log"] + state).code == 66)
        #expect(try place.assay(["state", "learn", "mail.log", "--zone", "x"] + state).code == 64)
        #expect(try place.assay(["state", "learn", "mail.log"]).code == 64)
    }
}
