import SMTP
import Testing
import Values

@testable import Screening

/// How rulings reach the wire: refusals that wait for a recipient, mail that is dropped, connections that are slowed.
@Suite struct EnforcementTests {
    private static func dialogue(_ probe: String, delaysRefusals: Bool) throws -> Dialogue {
        Dialogue(try probing(probe), delaysRefusals: delaysRefusals)
    }

    @Test(arguments: [
        ("connect: [PROBE_REJECT]", "220 250 250 553 503 221 close", "connect:reject"),
        ("helo: [PROBE_DEFER]", "220 250 250 451 503 221 close", "helo:defer"),
        ("mail: [PROBE_REJECT]", "220 250 250 553 503 221 close", "mail:reject"),
        ("mail: [PROBE_DISCONNECT]", "220 250 250 554 close", "mail:disconnect"),
        // The refusal that came first is the one that is told.
        ("connect: [PROBE_DEFER], mail: [PROBE_REJECT]", "220 250 250 451 503 221 close", "connect:defer"),
    ])
    func refusalsWaitForTheRecipient(probe: String, replies: String, verdict: String) async throws {
        var dialogue = try EnforcementTests.dialogue(probe, delaysRefusals: true)
        await dialogue.run(["EHLO a.example", "MAIL FROM:<a@p.example>", "RCPT TO:<e@c.example>", "DATA", "QUIT"])
        #expect(dialogue.replies.joined(separator: " ") == replies)
        let records = dialogue.records()
        #expect(records.count == 1 && records[0].hasSuffix(verdict), "\(records)")
        #expect(records[0].contains(" | e@c.example:\(replies.split(separator: " ")[3]) | "))
    }

    @Test func theNextSenderIsJudgedAnew() async throws {
        var dialogue = try EnforcementTests.dialogue(
            "mail: [PROBE_REJECT], only: [bad@p.example]", delaysRefusals: true)
        await dialogue.run(
            ["EHLO a.example", "MAIL FROM:<bad@p.example>", "RCPT TO:<e@c.example>", "RSET"] + mail(to: "e@c.example"))
        #expect(dialogue.replies.joined(separator: " ") == "220 250 250 553 250 250 250 354 250")
    }

    /// Mail that is to be dropped never reaches the next hop, whenever that was ruled, and nobody is told.
    @Test(arguments: [
        ("connect: [PROBE_DISCARD]", 0), ("mail: [PROBE_DISCARD]", 0), ("rcpt: [PROBE_DISCARD]", 0),
        ("rcpt: [PROBE_DISCARD], only: [e@c.example]", 1),
    ])
    func whatIsDroppedGoesNowhere(probe: String, delivered: Int) async throws {
        let hop = CountingHop()
        var dialogue = Dialogue(try probing(probe), nextHop: hop)
        await dialogue.run(["EHLO a.example"] + mail(to: "e@c.example", "f@c.example") + ["QUIT"])
        #expect(dialogue.replies.joined(separator: " ") == "220 250 250 250 250 354 250 221 close")
        #expect(await hop.recipients.count == delivered)
        #expect(await hop.messages == delivered)
    }
}

/// A next hop that counts what it is asked to take.
private actor CountingHop: NextHop {
    private(set) var recipients: [String] = []
    private(set) var messages = 0

    func greet(_ session: Session) async -> HopGreeting { .ready(nil) }

    func reply(to request: HopRequest) async -> SMTPReply? {
        switch request {
        case .rcpt(let path, _): recipients.append(path)
        case .message: messages += 1
        case .auth, .authResponse, .mail, .reset, .quit: break
        }
        return nil
    }
}
