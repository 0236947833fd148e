import SMTP
import Testing
import Values

@Suite struct ClientSessionTests {
    static let identity = ClientIdentity(
        address: IPAddress("192.0.2.1"), port: 4312, reverseName: "a+b.example", helo: "c.example")
    static let ehlo = "C: EHLO c.example"

    /// Plays what a server says to a session that sends NOOP once it is ready.
    static func log(
        _ input: [String], protection: ClientSession.Protection = .none, tellsIdentity: Bool = false,
        identity: ClientIdentity = identity
    ) -> [String] {
        var session = ClientSession(identity: identity, protection: protection, tellsIdentity: tellsIdentity)
        var log: [String] = []
        func note(_ actions: [ClientSession.Action]) {
            for action in actions {
                switch action {
                case .send(let bytes): log.append("C: \(Bytes(bytes).lossyString.dropLast())")
                case .startTLS:
                    log.append("tls")
                    note(session.tlsEstablished())
                case .ready:
                    log.append("ready")
                    log.append("C: \(Bytes(session.command("NOOP")).lossyString.dropLast())")
                case .reply(let reply): log.append("reply \(reply.code)")
                case .failed(let reply): log.append("failed \(reply.code)")
                }
            }
        }
        for text in input { note(session.consume(Bytes(text))) }
        return log
    }

    @Test(arguments: [
        (["220 hop ESMTP\r\n", "250-hop\r\n250 DSN\r\n", "250 ok\r\n"], [ehlo, "ready", "C: NOOP", "reply 250"]),
        // A banner of several lines (RFC 5321 §4.2.1), in pieces.
        (["220-a\r\n22", "0 b\r\n", "250 hop\r\n"], [ehlo, "ready", "C: NOOP"]),
        // RFC 5321 §3.2: HELO for a server that knows no EHLO.
        (["220 hop\r\n", "502 what\r\n", "250 hop\r\n"], [ehlo, "C: HELO c.example", "ready", "C: NOOP"]),
        (["220 hop\r\n", "502 what\r\n", "550 no\r\n"], [ehlo, "C: HELO c.example", "failed 550"]),
        (["220 hop\r\n", "421 busy\r\n"], [ehlo, "failed 421"]),
        (["554 no\r\n"], ["failed 554"]), (["421 busy\r\n"], ["failed 421"]), (["250 hm\r\n"], ["failed 421"]),
        (["garbage\r\n"], ["failed 421"]), (["SSH-2.0-OpenSSH\r\n"], ["failed 421"]),
        ([String(repeating: "2", count: 10_000) + "\r\n"], ["failed 421"]),
        // RFC 5321 §3.8: 421 may come unasked; anything else may not.
        (
            ["220 hop\r\n", "250 hop\r\n", "250 ok\r\n", "421 bye\r\n", "250 x\r\n"],
            [ehlo, "ready", "C: NOOP", "reply 250", "failed 421"]
        ),
        (
            ["220 hop\r\n", "250 hop\r\n", "250 ok\r\n", "250 more\r\n"],
            [ehlo, "ready", "C: NOOP", "reply 250", "failed 421"]
        ),
    ])
    func greets(input: [String], log: [String]) { #expect(ClientSessionTests.log(input) == log) }

    @Test(arguments: [
        (ClientSession.Protection.opportunistic, ["250 hop\r\n"], [ehlo, "ready", "C: NOOP"]),
        (.required, ["250 hop\r\n"], [ehlo, "failed 421"]),
        (.required, ["502 what\r\n"], [ehlo, "failed 502"]),
        (.opportunistic, ["250-hop\r\n250 STARTTLS\r\n", "454 later\r\n"], [ehlo, "C: STARTTLS", "ready", "C: NOOP"]),
        (.required, ["250-hop\r\n250 STARTTLS\r\n", "454 later\r\n"], [ehlo, "C: STARTTLS", "failed 454"]),
        // RFC 3207 §4.2: the server is greeted anew.
        (
            .required, ["250-hop\r\n250 STARTTLS\r\n", "220 go\r\n", "250 hop\r\n"],
            [ehlo, "C: STARTTLS", "tls", ehlo, "ready", "C: NOOP"]
        ),
    ])
    func protectsTheConnection(protection: ClientSession.Protection, input: [String], log: [String]) {
        #expect(ClientSessionTests.log(["220 hop\r\n"] + input, protection: protection) == log)
    }

    /// What came in the same flight as the answer to STARTTLS could have been put there by anybody.
    @Test func anAnswerBeforeTheHandshakeEndsIt() {
        var session = ClientSession(identity: ClientSessionTests.identity, protection: .required)
        _ = session.consume(Bytes("220 hop\r\n"))
        _ = session.consume(Bytes("250-hop\r\n250 STARTTLS\r\n"))
        let actions = session.consume(Bytes("220 go\r\n250 AUTH PLAIN\r\n"))
        #expect(actions.count == 1)
        guard case .failed? = actions.first else {
            Issue.record("\(actions)")
            return
        }
    }

    @Test(arguments: [
        (
            "XCLIENT NAME ADDR PORT PROTO HELO",
            "C: XCLIENT NAME=a+2Bb.example ADDR=192.0.2.1 PORT=4312 PROTO=ESMTP HELO=c.example"
        ),
        ("XCLIENT ADDR NAME", "C: XCLIENT NAME=a+2Bb.example ADDR=192.0.2.1"),
        ("XCLIENT LOGIN", "failed 421"), ("DSN", "failed 421"),
    ])
    func tellsWhoTheClientIs(offer: String, next: String) {
        let log = ClientSessionTests.log(
            ["220 hop\r\n", "250-hop\r\n250 \(offer)\r\n", "220 hop\r\n", "250 hop\r\n"], tellsIdentity: true)
        #expect(log.dropFirst().first == next)
        if next.hasPrefix("C: ") { #expect(log.suffix(3) == [ClientSessionTests.ehlo, "ready", "C: NOOP"]) }
    }

    /// What is wrong between the servers is no reason for a client to give up.
    @Test func aRefusedXCLIENTIsForNow() {
        let log = ClientSessionTests.log(
            ["220 hop\r\n", "250-hop\r\n250 XCLIENT ADDR\r\n", "550 5.7.0 no\r\n"], tellsIdentity: true)
        #expect(log.last == "failed 421")
    }

    @Test(arguments: [
        (
            ClientIdentity(address: IPAddress("2001:db8::1"), helo: "a=b c\r\n"),
            "NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1 PORT=[UNAVAILABLE] PROTO=ESMTP HELO=a+3Db+20c+0D+0A"
        ),
        (
            ClientIdentity(helo: "", isExtended: false),
            "NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE] PORT=[UNAVAILABLE] PROTO=SMTP HELO=[UNAVAILABLE]"
        ),
    ])
    func writesXCLIENT(identity: ClientIdentity, attributes: String) {
        #expect(identity.xclient(offered: ["NAME", "ADDR", "PORT", "PROTO", "HELO"]) == "XCLIENT \(attributes)")
    }

    /// No argument of a client ends a line to the next hop.
    @Test(arguments: [
        ("MAIL FROM:<a\r\nRCPT TO:<b>", "MAIL FROM:<aRCPT TO:<b>\r\n"), ("X\u{0}Y", "XY\r\n"), ("", "\r\n"),
    ])
    func aCommandIsOneLine(command: String, bytes: String) {
        var session = ClientSession(identity: ClientSessionTests.identity)
        #expect(session.command(command) == Array(bytes.utf8))
    }

    @Test func readsOffersInAnyForm() {
        let peer = PeerExtensions(
            SMTPReply(code: 250, lines: ["hop DSN", "size 1000", "AUTH plain", "AUTH=PLAIN LOGIN", "8bitmime"]))
        #expect(peer.sizeLimit == 1000 && peer.contains("8BITMIME") && !peer.contains("DSN"))
        #expect(peer.parameters(of: "AUTH") == ["PLAIN", "LOGIN"])
        #expect(PeerExtensions(SMTPReply(code: 250, lines: ["hop", "SIZE 0"])).sizeLimit == nil)
    }

    /// What `server` offers to a session that knows what it said `before`.
    private static func extensions(_ server: String, before: PeerOffers?) -> PeerExtensions {
        var session = ClientSession(identity: identity, earlierOffers: before)
        _ = session.consume(Bytes("220 hop\r\n" + server))
        return session.extensions
    }

    /// What was said before saves reading it again, and is never taken for what is said now.
    @Test func whatAServerOffersIsWhatItSaysNow() {
        let said = [
            "250-hop greets a\r\n250-DSN\r\n250 SIZE 100\r\n", "250-hop\r\n250-DSN\r\n250 SIZE 200\r\n", "250 hop\r\n",
        ]
        for before in said {
            var session = ClientSession(identity: ClientSessionTests.identity)
            _ = session.consume(Bytes("220 hop\r\n" + before))
            #expect(session.offers != nil)
            for now in said {
                let known = ClientSessionTests.extensions(now, before: session.offers)
                #expect(known == ClientSessionTests.extensions(now, before: nil))
            }
            // A server that greets everybody by name offers each the same.
            let greeted = ClientSessionTests.extensions(
                before.replacing("hop", with: "pop"), before: session.offers)
            #expect(greeted == session.extensions)
        }
    }
}
