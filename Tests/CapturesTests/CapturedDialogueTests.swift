import Captures
import SMTP
import Testing
import Values

/// What is made of the two sides of a dialogue.
@Suite struct CapturedDialogueTests {
    private func dialogue(port: Int = 25, _ play: Play) -> String? {
        let packets = play.segments.map {
            Capture.ip4(Capture.tcp($0, serverPort: port), isFromClient: $0.isFromClient)
        }
        return Capture.dialogues(Capture.pcap(packets)).first
    }

    private func play(_ lines: [String]) -> Play {
        var play = Play()
        for line in lines {
            let text = String(line.dropFirst(3)) + "\r\n"
            if line.hasPrefix("C: ") { play.client(text) } else { play.server(text) }
        }
        play.close()
        return play
    }

    /// Credentials are nowhere, in whatever form they were sent.
    @Test(arguments: [
        ["C: AUTH PLAIN AHUAc2VjcmV0", "S: 235 ok"], ["C: auth plain AHUAc2VjcmV0", "S: 535 no"],
        ["C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: dXNlcg==", "S: 334 UGFzc3dvcmQ6", "C: c2VjcmV0", "S: 235 ok"],
        ["C: AUTH LOGIN\r\ndXNlcg==\r\nc2VjcmV0", "S: 503 not here", "S: 500 what", "S: 500 what"],
        ["C: AUTH PLAIN", "S: 334 ", "C: AHUAc2VjcmV0", "S: 535 no"],
        ["C: AUTH\tPLAIN  AHUAc2VjcmV0", "S: 235 ok"],
    ])
    func leavesSecretsOut(lines: [String]) {
        let text = dialogue(play(["S: 220 x ESMTP", "C: EHLO a", "S: 250 x"] + lines + ["C: QUIT", "S: 221 x"])) ?? ""
        #expect(!text.contains("c2VjcmV0") && !text.contains("AHUA"), "\(text)")
        #expect(text.hasSuffix("C: QUIT\nS: 221 x\n[close]"), "\(text)")
    }

    @Test func namesWhoAuthenticated() {
        let lines = [
            "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: dXNlcg==", "S: 334 UGFzc3dvcmQ6", "C: c2VjcmV0", "S: 235 ok",
        ]
        let text = dialogue(play(["S: 220 x ESMTP"] + lines)) ?? ""
        #expect(
            text.contains(
                "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: *\nS: 334 UGFzc3dvcmQ6\nC: *\nS: 235 ok\n[auth LOGIN user true]"
            ))
    }

    @Test func isOpaqueFromTLSOn() {
        var play = play(["S: 220 x ESMTP", "C: STARTTLS", "S: 220 go"])
        play.segments.removeLast(2)
        var started = Play(handshake: false)
        started.segments = play.segments
        var whole = play
        whole.segments = play.segments
        let text: (Play) -> String = { self.dialogue($0) ?? "" }
        var clear = Play()
        clear.server("220 x ESMTP\r\n")
        clear.client("STARTTLS\r\nRSET\r\n")
        clear.server("220 go\r\n")
        clear.add(true, [22, 3, 1, 0, 5, 1, 0, 0, 1, 0])
        clear.add(false, [22, 3, 3, 0, 5, 2, 0, 0, 1, 0])
        clear.client("RCPT TO:<looks@like.example>\r\n")
        clear.close()
        let told = text(clear)
        #expect(told.contains("C: STARTTLS\nS: 220 go\n[gap client 6]\n[tls"), "\(told)")
        #expect(!told.contains("RCPT") && told.hasSuffix("[opaque 40 10]\n[close]"), "\(told)")
    }

    /// What is missing of either side of the encrypted part is counted.
    @Test(arguments: [true, false])
    func countsGapsInTLS(isClient: Bool) {
        var play = Play()
        play.add(true, [22, 3, 1, 0, 5, 1, 0, 0, 1, 0])
        play.add(false, [22, 3, 3, 0, 5, 2, 0, 0, 1, 0])
        play.add(isClient, [23, 3, 3, 0, 1, 9])
        play.segments.removeLast()
        play.close()
        #expect(
            dialogue(port: 465, play)?.hasSuffix(isClient ? "[opaque 16 10]\n[close]" : "[opaque 10 16]\n[close]")
                ?? false)
    }

    @Test func readsTLSFromTheFirstByte() {
        var play = Play()
        play.add(true, [22, 3, 1, 0, 5, 1, 0, 0, 1, 0])
        play.add(false, [22, 3, 3, 0, 5, 2, 0, 0, 1, 0])
        play.close()
        let text = dialogue(port: 465, play) ?? ""
        #expect(text.hasSuffix("[opaque 10 10]\n[close]"), "\(text)")
        #expect(dialogue(port: 443, play) == nil)
    }

    @Test(arguments: [(10_025, true), (25, true)])
    func isToldByContent(port: Int, isSMTP: Bool) {
        #expect((dialogue(port: port, Play.session()) != nil) == isSMTP)
    }

    /// Protocols that greet alike.
    @Test(arguments: [
        ["S: 220 ftp ready", "C: USER a"], ["C: GET / HTTP/1.1", "S: HTTP/1.1 200 OK"], ["S: +OK POP3", "C: USER a"],
        ["S: * OK IMAP4", "C: a LOGIN b c"],
    ])
    func passesOverOthers(lines: [String]) {
        #expect(dialogue(port: 2121, play(lines)) == nil)
    }

    @Test func takesChunks() {
        var play = Play()
        play.server("220 x ESMTP\r\n")
        play.client("MAIL FROM:<a@a>\r\nRCPT TO:<b@b>\r\nBDAT 10\r\nSubject: aBDAT 9 LAST\r\n\r\n\r\nQUIT\r\n")
        play.client("QUIT\r\n")
        play.server("250 1\r\n250 2\r\n250 3\r\n250 4\r\n221 5\r\n")
        play.close()
        let text = dialogue(play) ?? ""
        #expect(
            text.contains(
                "C: BDAT 10\nC: BDAT 9 LAST\n[message 19: \"Subject: a\\r\\n\\r\\nQUIT\\r\"]"), "\(text)")
    }

    /// Over LMTP every recipient has its own answer.
    @Test func answersEachRecipientOfLMTP() {
        let lines = [
            "S: 220 x LMTP", "C: LHLO a", "S: 250 x", "C: MAIL FROM:<a@a>", "S: 250 1", "C: RCPT TO:<b@b>", "S: 250 2",
            "C: RCPT TO:<c@b>", "S: 250 3", "C: DATA", "S: 354 go", "C: Subject: x\r\n\r\n.", "S: 250 b", "S: 451 c",
            "C: QUIT",
            "S: 221 bye",
        ]
        #expect(
            dialogue(port: 2003, play(lines))?.hasSuffix("S: 250 b\nS: 451 c\nC: QUIT\nS: 221 bye\n[close]") ?? false)
    }

    @Test func takesTheBalancersWord() {
        var play = Play()
        play.client("PROXY TCP4 203.0.113.9 198.51.100.7 999 25\r\n")
        play.server("220 x ESMTP\r\n")
        play.client("QUIT\r\n")
        play.server("221 bye\r\n")
        play.close()
        #expect(
            dialogue(play)?.hasPrefix("[connect 203.0.113.9:999 198.51.100.7:25]\nS: 220 x ESMTP\nC: QUIT") ?? false)
    }

    /// A server that takes a bare LF for a line's end answers a message that has not ended by the rules.
    @Test func noticesLooseEnds() {
        var play = Play()
        play.server("220 x ESMTP\r\n")
        play.client("DATA\r\n")
        play.server("354 go\r\n")
        play.client("Subject: x\n\nbody\n.\n")
        play.server("250 queued\r\n")
        play.client("QUIT\r\n")
        play.server("221 bye\r\n")
        play.close()
        #expect(dialogue(play)?.contains("[message 17: \"Subject: x\\n\\nbody\\n\"]\nS: 250 queued\nC: QUIT") ?? false)
    }

    /// A line of 10 MB is cut, and a message of 80 MB is told by its size.
    @Test func isBounded() {
        var play = Play()
        play.server("220 x ESMTP\r\n")
        let chunk = [UInt8](repeating: 0x41, count: 60_000)
        for _ in 0..<170 { play.add(true, chunk) }
        play.client("\r\nDATA\r\n")
        play.server("500 too long\r\n354 go\r\n")
        for _ in 0..<1400 { play.add(true, chunk) }
        play.client("\r\n.\r\n")
        play.server("552 too large\r\n")
        play.close()
        let text = dialogue(play) ?? ""
        #expect(
            text.contains(
                " [cut]\nC: DATA\nS: 500 too long\nS: 354 go\n[message of 84000002, not whole]\nS: 552 too large"))
        #expect(text.utf8.count < 70_000)
    }
}
