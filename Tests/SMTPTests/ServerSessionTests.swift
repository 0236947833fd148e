import SMTP
import Testing
import Values

/// Plays `input` to a session in pieces of `size` octets; `decide` may answer an event otherwise than `accept()`.
/// Returns what was sent, each reply on one line, events and the closing among them.
func play(
    _ input: Bytes, in size: Int = .max,
    _ configuration: ServerConfiguration = ServerConfiguration(hostname: "mx.example"),
    decide: (SessionEvent) -> SMTPReply? = { _ in nil }
) -> (log: [String], session: ServerSession) {
    var session = ServerSession(configuration)
    var log: [String] = []
    func carryOut(_ first: [ServerSession.Action]) {
        var actions = first
        while !actions.isEmpty {
            let batch = actions
            actions = []
            for action in batch {
                switch action {
                case .send(let reply):
                    log.append(
                        "S: \(reply.lines.count > 1 ? "\(reply.code) \(reply.lines.joined(separator: "|"))" : reply.description)"
                    )
                case .close: log.append("close")
                case .event(let event):
                    log.append("E: \(name(event))")
                    actions = decide(event).map { session.decide($0) } ?? session.accept()
                }
            }
        }
    }
    carryOut(session.connect())
    for chunk in chunks(input, min(size, max(1, input.count))) { carryOut(session.consume(chunk)) }
    return (log, session)
}

func name(_ event: SessionEvent) -> String {
    switch event {
    case .connect: "connect"
    case .helo(let name, let isExtended): "\(isExtended ? "ehlo" : "helo") \(name)"
    case .mail(let path, let parameters): "mail \(path)\(parameters.isEmpty ? "" : " \(parameters)")"
    case .rcpt(let path, let parameters): "rcpt \(path)\(parameters.isEmpty ? "" : " \(parameters)")"
    case .message(let message): "message \(message.content.count) \(message.defects.names.joined(separator: ","))"
    case .reset: "reset"
    case .quit: "quit"
    case .startTLS: "starttls"
    case .auth(let mechanism, let initial): "auth \(mechanism) \(initial?.base64 ?? "-")"
    case .authResponse(let response): "response \(response.base64)"
    case .protocolError(let error): "error \(error.reply.code)"
    }
}

@Suite struct ServerSessionTests {
    static let greeting = ["E: connect", "S: 220 mx.example ESMTP"]
    static let helo = [
        "E: ehlo c", "S: 250 mx.example|PIPELINING|SIZE 52428800|8BITMIME|SMTPUTF8|DSN|ENHANCEDSTATUSCODES",
    ]

    static let dialogues: [(name: String, input: String, log: [String])] = [
        (
            "a message", "EHLO c\r\nMAIL FROM:<a@b> SIZE=5\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n..\r\n.\r\nQUIT\r\n",
            helo + [
                "E: mail <a@b> SIZE=5", "S: 250 2.1.0 sender OK", "E: rcpt <c@d>", "S: 250 2.1.5 recipient OK",
                "S: 354 end data with <CR><LF>.<CR><LF>", "E: message 6 ", "S: 250 2.0.0 message accepted", "E: quit",
                "S: 221 2.0.0 mx.example closing connection", "close",
            ]
        ),
        (
            "HELO", "HELO c\r\nNOOP\r\nHELP\r\nVRFY x\r\nEXPN l\r\n",
            [
                "E: helo c", "S: 250 mx.example", "S: 250 2.0.0 OK", "S: 214 2.0.0 see RFC 5321",
                "S: 252 2.0.0 send some mail, I'll try my best", "E: error 502", "S: 502 5.5.1 command not implemented",
            ]
        ),
        (
            "out of order",
            "MAIL FROM:<>\r\nEHLO c\r\nRCPT TO:<a@b>\r\nDATA\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\nDATA\r\n",
            ["E: error 503", "S: 503 5.5.1 bad sequence of commands: MAIL"] + helo + [
                "E: error 503", "S: 503 5.5.1 bad sequence of commands: RCPT", "E: error 503",
                "S: 503 5.5.1 bad sequence of commands: DATA", "E: mail <>", "S: 250 2.1.0 sender OK", "E: error 503",
                "S: 503 5.5.1 bad sequence of commands: MAIL", "E: error 503",
                "S: 503 5.5.1 bad sequence of commands: DATA",
            ]
        ),
        (
            "RSET and EHLO reset",
            "EHLO c\r\nMAIL FROM:<>\r\nRSET\r\nRCPT TO:<a@b>\r\nMAIL FROM:<>\r\nEHLO c\r\nRCPT TO:<a@b>\r\n",
            helo + [
                "E: mail <>", "S: 250 2.1.0 sender OK", "E: reset", "S: 250 2.0.0 OK", "E: error 503",
                "S: 503 5.5.1 bad sequence of commands: RCPT", "E: mail <>", "S: 250 2.1.0 sender OK",
            ] + helo + ["E: error 503", "S: 503 5.5.1 bad sequence of commands: RCPT"]
        ),
        (
            "parameters",
            "EHLO c\r\nMAIL FROM:<> FOO=1\r\nMAIL FROM:<> SIZE=x\r\nMAIL FROM:<> BODY=9BIT\r\nMAIL FROM:<> SIZE=52428801\r\nMAIL FROM:<> BODY=8bitmime SMTPUTF8 RET=FULL ENVID=x\r\nRCPT TO:<a@b> SIZE=1\r\nRCPT TO:<a@b> NOTIFY=NEVER ORCPT=rfc822;a@b\r\n",
            helo + [
                "E: error 555", "S: 555 5.5.4 parameter FOO not recognized", "E: error 501",
                "S: 501 5.5.4 syntax error in parameter SIZE", "E: error 501",
                "S: 501 5.5.4 syntax error in parameter BODY",
                "E: error 552", "S: 552 5.3.4 message too large", "E: mail <> BODY=8bitmime SMTPUTF8 RET=FULL ENVID=x",
                "S: 250 2.1.0 sender OK", "E: error 555", "S: 555 5.5.4 parameter SIZE not recognized",
                "E: rcpt <a@b> NOTIFY=NEVER ORCPT=rfc822;a@b", "S: 250 2.1.5 recipient OK",
            ]
        ),
        (
            "not offered",
            "EHLO c\r\nSTARTTLS\r\nAUTH PLAIN x\r\nXCLIENT NAME=x\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\nFOO\r\n\r\n",
            helo + [
                "E: error 502", "S: 502 5.5.1 command not implemented", "E: error 502",
                "S: 502 5.5.1 command not implemented",
                "E: error 502", "S: 502 5.5.1 command not implemented", "E: error 502",
                "S: 502 5.5.1 command not implemented",
                "S: 250 2.0.0 OK", "E: error 500", "S: 500 5.5.1 command not recognized", "E: error 500",
                "S: 500 5.5.2 command not recognized",
            ]
        ),
        (
            "bare line ends",
            "EHLO c\nNOOP\r\nNOOP\r\u{0}\r\nEHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\nx\n.\nMAIL FROM:<evil@b>\r\n.\r\nNOOP\r\n",
            [
                "E: error 500", "S: 500 5.5.2 command has bare-lf", "E: error 500",
                "S: 500 5.5.2 command has bare-cr, nul",
            ] + helo + [
                "E: mail <>", "S: 250 2.1.0 sender OK", "E: rcpt <a@b>", "S: 250 2.1.5 recipient OK",
                "S: 354 end data with <CR><LF>.<CR><LF>", "E: error 550",
                "S: 550 5.5.2 message has bare-lf, false-end-of-data", "S: 250 2.0.0 OK",
            ]
        ),
    ]

    @Test(arguments: dialogues.indices)
    func dialogue(index: Int) {
        let (name, input, log) = ServerSessionTests.dialogues[index]
        let whole = play(Bytes(input)).log
        #expect(whole == ServerSessionTests.greeting + log, "\(name)")
        for size in 1..<input.utf8.count where play(Bytes(input), in: size).log != whole {
            Issue.record("\(name): pieces of \(size) differ")
        }
    }

    @Test func inputWaitsForTheDecision() {
        var session = ServerSession(ServerConfiguration(hostname: "mx.example"))
        #expect(session.consume(Bytes("EHLO c\r\n")) == [])
        #expect(session.bufferedByteCount == 8)
        #expect(session.connect() == [.event(.connect)])
        #expect(session.connect() == [])
        #expect(session.consume(Bytes("MAIL FROM:<>\r\nRCPT")) == [])
        let banner = SMTPReply(code: 220, text: "hello")
        #expect(session.decide(banner) == [.send(banner), .event(.helo(name: "c", isExtended: true))])
        #expect(session.consume(Bytes(" TO:<a@b>\r\n")) == [])
        #expect(session.accept().last.map { if case .event(.mail) = $0 { true } else { false } } == true)
        #expect(session.accept().last.map { if case .event(.rcpt) = $0 { true } else { false } } == true)
        #expect(session.accept().count == 1)
        #expect(session.bufferedByteCount == 0 && session.pendingEvent == nil)
        #expect(session.accept() == [] && session.decide(banner) == [])
    }

    @Test func aRefusedEHLOLeavesTheTransaction() {
        let input = "EHLO c\r\nMAIL FROM:<>\r\nEHLO bad\r\nRCPT TO:<a@b>\r\n"
        let (log, _) = play(Bytes(input)) { event in
            if case .helo("bad", _) = event { SMTPReply(code: 550, text: "no") } else { nil }
        }
        #expect(log.suffix(4) == ["E: ehlo bad", "S: 550 no", "E: rcpt <a@b>", "S: 250 2.1.5 recipient OK"])
    }

    @Test func aRefusedClientMayOnlyQuit() {
        let (log, session) = play(Bytes("EHLO c\r\nNOOP\r\nQUIT\r\nNOOP\r\n")) { event in
            if event == .connect { SMTPReply(code: 554, text: "no service") } else { nil }
        }
        #expect(
            log == [
                "E: connect", "S: 554 no service", "E: error 503", "S: 503 5.5.1 bad sequence of commands: EHLO",
                "E: error 503", "S: 503 5.5.1 bad sequence of commands: NOOP", "E: quit",
                "S: 221 2.0.0 mx.example closing connection", "close",
            ])
        #expect(session.isClosed)
    }

    @Test func refusalsKeepTheSequence() {
        let input =
            "EHLO c\r\nMAIL FROM:<x@y>\r\nRCPT TO:<a@b>\r\nMAIL FROM:<>\r\nRCPT TO:<no@b>\r\nDATA\r\nRCPT TO:<a@b>\r\nDATA\r\n.\r\n"
        let (log, _) = play(Bytes(input)) { event in
            switch event {
            case .mail(let path, _) where !path.isNull: SMTPReply(code: 550, text: "no")
            case .rcpt(let path, _) where path.text == "no@b": SMTPReply(code: 450, text: "later")
            case .message: SMTPReply(code: 451, text: "later")
            default: nil
            }
        }
        #expect(
            log.dropFirst(4) == [
                "E: mail <x@y>", "S: 550 no", "E: error 503", "S: 503 5.5.1 bad sequence of commands: RCPT",
                "E: mail <>",
                "S: 250 2.1.0 sender OK", "E: rcpt <no@b>", "S: 450 later", "E: error 503",
                "S: 503 5.5.1 bad sequence of commands: DATA", "E: rcpt <a@b>", "S: 250 2.1.5 recipient OK",
                "S: 354 end data with <CR><LF>.<CR><LF>", "E: message 0 ", "S: 451 later",
            ])
    }

    @Test func a421Closes() {
        let (log, session) = play(Bytes("EHLO c\r\nNOOP\r\n")) { event in
            if case .helo = event { SMTPReply(code: 421, text: "busy") } else { nil }
        }
        #expect(log.suffix(2) == ["S: 421 busy", "close"])
        #expect(session.isClosed)
    }

    @Test func theSizeLimitHoldsWhileReading() {
        var configuration = ServerConfiguration(hostname: "mx.example")
        configuration.sizeLimit = 1000
        let body = String(repeating: "x", count: 98) + "\r\n"
        func log(_ lines: Int) -> [String] {
            let data = String(repeating: body, count: lines) + ".\r\nNOOP\r\n"
            return play(Bytes("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n" + data), in: 700, configuration).log
        }
        #expect(log(10).suffix(3) == ["E: message 1000 ", "S: 250 2.0.0 message accepted", "S: 250 2.0.0 OK"])
        #expect(log(11).suffix(3) == ["E: error 552", "S: 552 5.3.4 message too large", "S: 250 2.0.0 OK"])
    }

    @Test func normalisedInputIsTakenAndReported() {
        var configuration = ServerConfiguration(hostname: "mx.example")
        configuration.discipline = .normalise
        let input = "EHLO c\nMAIL FROM:<>\nRCPT TO:<a@b>\nDATA\nx\n.\ny\r\n.\r\n"
        #expect(
            play(Bytes(input), configuration).log.suffix(2) == [
                "E: message 9 bare-lf,false-end-of-data", "S: 250 2.0.0 message accepted",
            ])
    }

    /// What is pipelined behind a refusal is no breach (RFC 2920 §3.1); a command out of order of its own accord is.
    @Test(arguments: [
        ("MAIL FROM:<bad@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n", [false, false]),
        ("MAIL FROM:<a@b>\r\nRCPT TO:<bad@d>\r\nDATA\r\nRSET\r\nDATA\r\n", [false, true]),
        ("MAIL FROM:<a@b>\r\nDATA\r\n", [true]), ("RCPT TO:<c@d>\r\n", [true]),
        ("MAIL FROM:<bad@b>\r\nEHLO c\r\nRCPT TO:<c@d>\r\n", [true]),
        (
            "MAIL FROM:<a@b>\r\nRCPT TO:<bad@d>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\nDATA\r\n", [true]
        ),
    ])
    func whatFollowsARefusalIsNoBreach(_ input: String, _ breaches: [Bool]) {
        var found: [Bool] = []
        _ = play(Bytes("EHLO c\r\n" + input)) { event in
            switch event {
            case .mail(let path, _), .rcpt(let path, _):
                return path.text.hasPrefix("bad@") ? SMTPReply(code: 550, text: "no") : nil
            case .protocolError(let error):
                found.append(error.isBreach)
                return nil
            default: return nil
            }
        }
        #expect(found == breaches, "\(input)")
    }
}
