import SMTP
import Testing
import Values

/// STARTTLS, AUTH and BDAT on the server's side.
@Suite struct ServerExtensionTests {
    static let configuration: ServerConfiguration = {
        var configuration = ServerConfiguration(hostname: "mx.example")
        configuration.extensions = [.pipelining, .chunking, .startTLS, .auth(["PLAIN", "LOGIN"])]
        configuration.requiresTLSForAuthentication = false
        configuration.sizeLimit = 1000
        return configuration
    }()
    static let ehlo = [
        "E: connect", "S: 220 mx.example ESMTP", "E: ehlo c",
        "S: 250 mx.example|PIPELINING|CHUNKING|STARTTLS|AUTH PLAIN LOGIN",
    ]
    static let recipient = [
        "E: mail <>", "S: 250 2.1.0 sender OK", "E: rcpt <a@b>", "S: 250 2.1.5 recipient OK",
    ]
    static let chunk = "S: 250 2.0.0 chunk received"
    static let accepted = "S: 250 2.0.0 message accepted"

    /// After EHLO; where `hasRecipient`, after MAIL and RCPT too.
    static let dialogues: [(name: String, hasRecipient: Bool, input: String, log: [String])] = [
        // RFC 4954 §4.
        (
            "AUTH with an initial response", false, "AUTH PLAIN AGEAYg==\r\nAUTH PLAIN AGEAYg==\r\n",
            [
                "E: auth PLAIN AGEAYg==", "S: 235 yes", "E: error 503", "S: 503 5.5.1 bad sequence of commands: AUTH",
            ]
        ),
        (
            "AUTH with questions", false, "AUTH LOGIN\r\nYQ==\r\nNOOP\r\nNOOP\r\n",
            [
                "E: auth LOGIN -", "S: 334", "E: response YQ==", "S: 334", "E: response NOOP", "S: 235 yes",
                "S: 250 2.0.0 OK",
            ]
        ),
        (
            "AUTH cancelled", false, "AUTH LOGIN\r\n*\r\nNOOP\r\n",
            ["E: auth LOGIN -", "S: 334", "E: response *", "S: 501 cancelled", "S: 250 2.0.0 OK"]
        ),
        (
            "AUTH within a transaction", true, "AUTH PLAIN AGEAYg==\r\n",
            ["E: error 503", "S: 503 5.5.1 bad sequence of commands: AUTH"]
        ),
        (
            "a line end within AUTH", false, "AUTH LOGIN\r\nYQ\n==\r\nNOOP\r\n",
            [
                "E: auth LOGIN -", "S: 334", "E: error 500", "S: 500 5.5.2 command has bare-lf", "S: 250 2.0.0 OK",
            ]
        ),
        // RFC 3030 §2.
        (
            "chunks", true, "BDAT 3\r\nabcBDAT 2 LAST\r\n\r\nNOOP\r\n",
            [chunk, "E: message 5 ", accepted, "S: 250 2.0.0 OK"]
        ),
        ("an empty last chunk", true, "BDAT 6\r\na\r\nb\r\nBDAT 0 LAST\r\n", [chunk, "E: message 6 ", accepted]),
        ("an empty message", true, "BDAT 0 LAST\r\n", ["E: message 0 ", accepted]),
        ("a last line without its end", true, "BDAT 1 LAST\r\nx", ["E: message 3 ", accepted]),
        ("dots mean nothing", true, "BDAT 7 LAST\r\n.\r\n..\r\n", ["E: message 7 ", accepted]),
        (
            "an end of data that is none", true, "BDAT 3\r\n.\r\rBDAT 0 LAST\r\n",
            [chunk, "E: error 550", "S: 550 5.5.2 message has bare-cr, false-end-of-data"]
        ),
        ("a CRLF in two chunks", true, "BDAT 2\r\na\rBDAT 1 LAST\r\n\n", [chunk, "E: message 3 ", accepted]),
        (
            "a bare LF", true, "BDAT 4 LAST\r\na\nb\nNOOP\r\n",
            ["E: error 550", "S: 550 5.5.2 message has bare-lf", "S: 250 2.0.0 OK"]
        ),
        (
            "a bare CR at the end", true, "BDAT 2 LAST\r\na\rNOOP\r\n",
            ["E: error 550", "S: 550 5.5.2 message has bare-cr", "S: 250 2.0.0 OK"]
        ),
        (
            "what is smuggled in a refused chunk", false, "BDAT 14\r\nMAIL FROM:<>\r\nNOOP\r\n",
            ["E: error 503", "S: 503 5.5.1 bad sequence of commands: BDAT", "S: 250 2.0.0 OK"]
        ),
        (
            "DATA, MAIL and RCPT between chunks", true,
            "BDAT 1\r\nxDATA\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRSET\r\nBDAT 1\r\nx",
            [
                chunk, "E: error 503", "S: 503 5.5.1 bad sequence of commands: DATA", "E: error 503",
                "S: 503 5.5.1 bad sequence of commands: MAIL", "E: error 503",
                "S: 503 5.5.1 bad sequence of commands: RCPT", "E: reset", "S: 250 2.0.0 OK", "E: error 503",
                "S: 503 5.5.1 bad sequence of commands: BDAT",
            ]
        ),
        (
            "too large a message in chunks", true,
            "BDAT 600\r\n" + String(repeating: "x", count: 600) + "BDAT 600 LAST\r\n"
                + String(repeating: "x", count: 600)
                + "NOOP\r\n",
            [chunk, "E: error 552", "S: 552 5.3.4 message too large", "S: 250 2.0.0 OK"]
        ),
    ]

    @Test(arguments: dialogues.indices)
    func dialogue(index: Int) {
        let (name, hasRecipient, input, log) = ServerExtensionTests.dialogues[index]
        let start = "EHLO c\r\n" + (hasRecipient ? "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n" : "")
        func answer(_ event: SessionEvent) -> SMTPReply? {
            switch event {
            case .auth(_, let initial): SMTPReply(code: initial == nil ? 334 : 235, text: initial == nil ? "" : "yes")
            case .authResponse(let response):
                switch response.base64 {
                case "*": SMTPReply(code: 501, text: "cancelled")
                case "YQ==": SMTPReply(code: 334, text: "")
                default: SMTPReply(code: 235, text: "yes")
                }
            default: nil
            }
        }
        let whole = play(Bytes(start + input), ServerExtensionTests.configuration, decide: answer).log
        let expected = ServerExtensionTests.ehlo + (hasRecipient ? ServerExtensionTests.recipient : []) + log
        #expect(whole == expected, "\(name)")
        for size in [1, 2, 3, 7, 100] {
            let pieces = play(Bytes(start + input), in: size, ServerExtensionTests.configuration, decide: answer).log
            #expect(pieces == whole, "\(name) in pieces of \(size)")
        }
    }

    /// CVE-2011-0411: nothing that came in clear may be read as if it had come protected.
    @Test func nothingSurvivesSTARTTLS() {
        let (log, session) = play(
            Bytes("EHLO c\r\nSTARTTLS\r\nMAIL FROM:<>\r\n"), ServerExtensionTests.configuration)
        #expect(
            log.dropFirst(4) == [
                "E: error 503", "S: 503 5.5.1 STARTTLS must be the last command of a group", "E: mail <>",
                "S: 250 2.1.0 sender OK",
            ])
        #expect(!session.isWaitingForTLS)

        var late = play(Bytes("EHLO c\r\nSTARTTLS\r\n"), ServerExtensionTests.configuration).session
        #expect(late.isWaitingForTLS)
        #expect(late.consume(Bytes("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\n")) == [])
        late.tlsEstablished()
        #expect(late.bufferedByteCount == 0 && late.isSecured && !late.isWaitingForTLS)
        // RFC 3207 §4.2: the client has to greet again.
        let actions = late.consume(Bytes("MAIL FROM:<>\r\n"))
        guard case .event(.protocolError(let error))? = actions.first else {
            Issue.record("MAIL was taken without EHLO")
            return
        }
        #expect(error.reply.code == 503)
        #expect(late.accept().count == 1)
        #expect(late.consume(Bytes("STARTTLS\r\n")).count == 1)
        #expect(late.pendingEvent.map { if case .protocolError = $0 { true } else { false } } == true)
    }

    @Test(arguments: [
        (true, false, false, "MAIL FROM:<>", 530), (false, true, false, "AUTH PLAIN x", 530),
        (false, false, true, "MAIL FROM:<>", 530), (false, false, false, "MAIL FROM:<>", 250),
    ])
    func whatHasToBeThereFirst(tls: Bool, tlsForAuth: Bool, auth: Bool, command: String, code: Int) {
        var configuration = ServerExtensionTests.configuration
        configuration.requiresTLS = tls
        configuration.requiresTLSForAuthentication = tlsForAuth
        configuration.requiresAuthentication = auth
        let log = play(Bytes("EHLO c\r\n\(command)\r\n"), configuration).log
        #expect(log.last?.hasPrefix("S: \(code)") == true, "\(log)")
    }

    @Test(arguments: [
        // RFC 6152, RFC 6531 and RFC 3461 need the next hop; RFC 2920 and RFC 3030 do not.
        (
            ["8BITMIME", "DSN", "SIZE 500"], false,
            ["PIPELINING", "SIZE 500", "8BITMIME", "DSN", "CHUNKING", "STARTTLS"]
        ),
        (["SIZE 5000", "SMTPUTF8"], false, ["PIPELINING", "SIZE 1000", "SMTPUTF8", "CHUNKING", "STARTTLS"]),
        ([], false, ["PIPELINING", "SIZE 1000", "CHUNKING", "STARTTLS"]),
        (["AUTH PLAIN SCRAM-SHA-256-PLUS EXTERNAL"], false, ["PIPELINING", "SIZE 1000", "CHUNKING", "STARTTLS"]),
        (
            ["AUTH PLAIN SCRAM-SHA-256-PLUS EXTERNAL", "AUTH=LOGIN"], true,
            ["PIPELINING", "SIZE 1000", "CHUNKING", "AUTH PLAIN LOGIN"]
        ),
    ])
    func offersWhatBothHave(peer: [String], isSecured: Bool, offers: [String]) {
        var configuration = ServerConfiguration(hostname: "mx.example")
        configuration.extensions = [.pipelining, .size, .eightBitMIME, .smtpUTF8, .dsn, .chunking, .startTLS]
        configuration.sizeLimit = 1000
        var session = ServerSession(configuration)
        session.isSecured = isSecured
        session.offer(whatHas: PeerExtensions(SMTPReply(code: 250, lines: ["hop.example"] + peer)))
        #expect(session.offers.map { $0.line(sizeLimit: session.sizeLimit) } == offers)
    }

    /// RFC 3207 §4: AUTH that TLS would open is 530; where no TLS is to be had, it is not there.
    @Test(arguments: [(true, false, 530), (true, true, 502), (false, false, 502)])
    func hiddenAuthenticationAsksForTLS(hasTLS: Bool, isWithheld: Bool, code: Int) {
        var configuration = ServerConfiguration(hostname: "mx.example")
        configuration.extensions = hasTLS ? [.startTLS] : []
        var session = ServerSession(configuration)
        _ = session.connect()
        _ = session.accept()
        _ = session.consume(Bytes("EHLO c\r\n"))
        session.withholdsTLS = isWithheld
        session.offer(whatHas: PeerExtensions(SMTPReply(code: 250, lines: ["hop.example", "AUTH PLAIN"])))
        _ = session.accept()
        #expect(session.offers == (hasTLS && !isWithheld ? [.startTLS] : []))
        _ = session.consume(Bytes("AUTH PLAIN AGEAYg==\r\n"))
        guard case .protocolError(let error)? = session.pendingEvent else {
            Issue.record("AUTH was taken in clear")
            return
        }
        #expect(error.reply.code == code)
    }
}
