import SMTP
import Testing
import Values

/// What a client may send that means harm: each ends in replies, in bounded memory and linear time.
@Suite(.timeLimit(.minutes(10)))
struct HostileInputTests {
    static let preamble = "EHLO c\r\nMAIL FROM:<>\r\n"

    @Test func anEndlessLineGetsOneReply() {
        var session = ServerSession(ServerConfiguration(hostname: "mx.example"))
        _ = session.connect()
        _ = session.accept()
        let chunk = Bytes([UInt8](repeating: 0x41, count: 4096))
        for _ in 0..<2560 {
            #expect(session.consume(chunk) == [])
            #expect(session.bufferedByteCount == 0)
        }
        let actions = session.consume(Bytes("\r\nNOOP\r\n"))
        guard case .event(.protocolError(let error)) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(error.kind == .lineTooLong && error.reply.code == 500)
        #expect(
            session.accept().last
                == .send(SMTPReply(code: 250, enhanced: EnhancedStatus(class: 2, subject: 0, detail: 0), text: "OK")))
    }

    @Test func recipientsOverTheLimitAreDeferred() {
        let input =
            HostileInputTests.preamble + (0..<10_000).map { "RCPT TO:<u\($0)@b>\r\n" }.joined() + "DATA\r\n.\r\n"
        let log = play(Bytes(input)).log
        #expect(log.count { $0 == "S: 250 2.1.5 recipient OK" } == 1000)
        #expect(log.count { $0.hasPrefix("S: 452 4.5.3 ") } == 9000)
        #expect(log.last == "S: 250 2.0.0 message accepted")
    }

    @Test func manyErrorsEndTheSession() {
        let log = play(Bytes(String(repeating: "RUBBISH\r\n", count: 100_000))).log
        #expect(log.count { $0.hasPrefix("S: 500") } == 20)
        #expect(log.suffix(3) == ["E: error 421", "S: 421 4.7.0 too many errors, closing", "close"])
    }

    @Test(arguments: ["NOOP", "RSET", "HELO x", "EHLO x", "VRFY x", "HELP"])
    func aFloodOfIdleCommandsEndsTheSession(command: String) {
        let log = play(Bytes(String(repeating: command + "\r\n", count: 100_000))).log
        #expect(log.last == "close")
        #expect(log.count < 400)
    }

    @Test func nulsAreRefused() {
        let nuls = String(repeating: "\u{0}", count: 100_000)
        #expect(play(Bytes(nuls + "\r\n")).log.last == "S: 500 5.5.2 line too long")
        let data = HostileInputTests.preamble + "RCPT TO:<a@b>\r\nDATA\r\n" + nuls + "\r\n.\r\n"
        #expect(play(Bytes(data)).log.last == "S: 550 5.5.2 message has nul")
    }

    @Test func inputDuringADecisionIsBounded() {
        var session = ServerSession(ServerConfiguration(hostname: "mx.example"))
        _ = session.connect()
        let chunk = Bytes(String(repeating: "NOOP\r\n", count: 10_000))
        for _ in 0..<200 {
            #expect(session.consume(chunk) == [])
            #expect(session.bufferedByteCount <= session.configuration.bufferLimit)
        }
        guard case .event(.protocolError(let error)) = session.accept().last else {
            Issue.record("no event")
            return
        }
        #expect(error.kind == .inputFlood && error.reply.code == 421)
        #expect(session.accept().last == .close)
        #expect(session.consume(chunk) == [])
    }

    @Test func dripFedInputDuringADecisionIsNotCopiedAgainAndAgain() {
        var session = ServerSession(ServerConfiguration(hostname: "mx.example"))
        _ = session.connect()
        for _ in 0..<900_000 { _ = session.consume(Bytes([0x41])) }
        #expect(session.bufferedByteCount == 900_000)
    }

    @Test func aLargeMessageOverTheLimitIsNotKept() {
        var configuration = ServerConfiguration(hostname: "mx.example")
        configuration.sizeLimit = 10_000
        var session = ServerSession(configuration)
        _ = session.connect()
        _ = session.consume(Bytes(HostileInputTests.preamble + "RCPT TO:<a@b>\r\nDATA\r\n"))
        while session.pendingEvent != nil { _ = session.accept() }
        let chunk = Bytes(String(repeating: "0123456789abcdef\r\n", count: 4096))
        for _ in 0..<300 {
            #expect(session.consume(chunk) == [])
            #expect(session.heldByteCount <= configuration.sizeLimit)
        }
        guard case .event(.protocolError(let error)) = session.consume(Bytes(".\r\n")).last else {
            Issue.record("no event")
            return
        }
        #expect(error.kind == .messageTooLarge(300 * chunk.count))
    }

    @Test func aRefusedChunkIsNotReadAsCommands() {
        let chunk = "RCPT TO:<evil@b>\r\n"
        let log = play(Bytes("EHLO c\r\nMAIL FROM:<>\r\nBDAT \(chunk.utf8.count) LAST\r\n" + chunk + "NOOP\r\n"), in: 3)
            .log
        #expect(!log.contains { $0.contains("evil") })
        #expect(log.last == "S: 250 2.0.0 OK")
        #expect(play(Bytes("BDAT 9223372036854775807\r\nQUIT\r\n")).log.last == "S: 502 5.5.1 command not implemented")
    }

    /// Streams of the bytes and words that matter in all orders, from a fixed generator: no crash, and the same
    /// dialogue however they are cut.
    @Test(arguments: LineDiscipline.allCases)
    func randomStreamsDoNotDependOnTheirPieces(discipline: LineDiscipline) {
        let words = [
            "EHLO c\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<a@b>\r\n", "DATA\r\n", "RSET\r\n", "BDAT 5\r\n", "QUIT\r\n",
            "\r\n.\r\n", ".\r\n",
            "\r", "\n", ".", "\u{0}", "x", "AUTH PLAIN ", "<", ">", "\"", " ", "é",
        ]
        var configuration = ServerConfiguration(hostname: "mx.example")
        configuration.discipline = discipline
        var generator = Generator(state: 42)
        for _ in 0..<400 {
            let input = Bytes((0..<40).map { _ in words[generator.next(below: words.count)] }.joined())
            let whole = play(input, configuration).log
            for size in [1, 2, 3, 11] { #expect(play(input, in: size, configuration).log == whole, "\(input)") }
        }
    }
}

/// A generator with a fixed seed (Knuth's MMIX constants): tests are the same every time.
struct Generator {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
