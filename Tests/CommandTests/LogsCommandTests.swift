import Foundation
import Testing

/// `assay logs`: what logs tell, from files of several servers.
@Suite struct LogsCommandTests {
    private static let outer = """
        Nov 28 10:00:00 mx postfix/smtpd[100]: connect from a.example[192.0.2.1]
        Nov 28 10:00:02 mx postfix/smtpd[100]: 0F5383D111: client=a.example[192.0.2.1]
        Nov 28 10:00:02 mx postfix/cleanup[101]: 0F5383D111: message-id=<abc@a.example>
        Nov 28 10:00:02 mx postfix/qmgr[50]: 0F5383D111: from=<ann@a.example>, size=1234, nrcpt=1 (queue active)
        Nov 28 10:00:03 mx postfix/smtpd[100]: disconnect from a.example[192.0.2.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
        Nov 28 10:00:05 mx postfix/smtp[102]: 0F5383D111: to=<bob@b.example>, relay=mx.b.example[192.0.2.9]:25, delay=3, delays=1/0/1/1, dsn=4.2.0, status=deferred (host mx.b.example[192.0.2.9] said: 450 4.2.0 Greylisted (in reply to RCPT TO command))
        Nov 28 10:20:05 mx postfix/smtp[103]: 0F5383D111: to=<bob@b.example>, relay=mx.b.example[192.0.2.9]:25, delay=1203, delays=1/0/1/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4XyzBcDfGh)
        Nov 28 10:20:05 mx postfix/qmgr[50]: 0F5383D111: removed
        Nov 28 10:20:06 mx postfix/smtpd[100]: connect from unknown[203.0.113.5]
        Nov 28 10:20:06 mx postfix/smtpd[100]: NOQUEUE: reject: RCPT from unknown[203.0.113.5]: 550 5.1.1 <y@b.example>: Recipient address rejected: User unknown; from=<evil@x.example> to=<y@b.example> proto=ESMTP helo=<\u{1B}]0;owned\u{7}>
        Nov 28 10:20:07 mx postfix/smtpd[100]: disconnect from unknown[203.0.113.5] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4
        Nov 28 10:20:08 mx postfix/smtpd[100]: an unheard of line

        """
    private static let inner = """
        2026-11-28T10:20:04.500+00:00 mxb postfix/smtpd[7]: connect from mx[192.0.2.8]
        2026-11-28T10:20:05.100+00:00 mxb postfix/smtpd[7]: 4XyzBcDfGh: client=mx[192.0.2.8]
        2026-11-28T10:20:05.200+00:00 mxb postfix/local[8]: 4XyzBcDfGh: to=<bob@b.example>, relay=local, delay=0.1, delays=0.1/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)
        2026-11-28T10:20:05.300+00:00 mxb postfix/qmgr[9]: 4XyzBcDfGh: removed

        """

    private static func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("outer.log", outer)
        try place.write("inner.log", inner)
        return place
    }

    /// A message's story goes over both servers, whatever of it is asked after; another client's session is none of it.
    @Test(arguments: [
        "abc@a.example", "0F5383D111", "4XyzBcDfGh", "ann@a.example", "bob@b.example", "192.0.2.1", "@a.example",
    ])
    func storiesAreWhole(who: String) throws {
        let outcome = try Self.place().assay([
            "logs", "trace", who, "--year", "2026", "--format", "ndjson", "outer.log", "inner.log",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let objects = try outcome.objects()
        #expect(objects.count == 12 && objects.allSatisfy { $0["story"] as? Int == 1 })
        #expect(
            objects.contains { $0["status"] as? String == "deferred" } && objects.last?["event"] as? String == "removed"
        )
    }

    /// What clients wrote never reaches the terminal as it is.
    @Test(arguments: [["trace", "203.0.113.5"], ["trace", "203.0.113.5", "--raw"], ["summary"], ["timeline"]])
    func controlsAreEscaped(arguments: [String]) throws {
        let outcome = try Self.place().assay(["logs"] + arguments + ["outer.log", "inner.log"])
        #expect(outcome.code == 0 && !outcome.output.utf8.contains(0x1B) && !outcome.output.utf8.contains(7))
    }

    /// What is no log is not added up: comments of a policy are those of no format, nor are other bytes.
    @Test(arguments: [
        "# A policy\nversion: 1\n\n# and so on\nweights:\n  A: 1\n", "", "\u{1}\u{2}\u{3}\u{4}x\ny\u{FF}\n",
        "one line\n",
    ])
    func whatIsNoLogIsToldSo(text: String) throws {
        let place = try Workplace()
        try place.write("x", text)
        for command in ["summary", "timeline"] {
            let outcome = try place.assay(["logs", command, "x"])
            #expect(outcome.code == 65 && outcome.output.isEmpty, "\(outcome.output)")
            #expect(outcome.errors.hasPrefix("x: no known log: "), "\(outcome.errors)")
        }
    }

    /// A log of which most lines are not known is one all the same.
    @Test func aLogWithUnknownLinesIsOne() throws {
        let place = try Self.place()
        try place.write("x", Self.outer + String(repeating: "nonsense\n", count: 200))
        #expect(try place.assay(["logs", "summary", "--year", "2026", "x"]).code == 0)
    }

    @Test func figuresAddUp() throws {
        let place = try Self.place()
        let outcome = try place.assay([
            "logs", "summary", "--year", "2026", "--format", "ndjson", "--html", "page.html", "outer.log", "inner.log",
        ])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let figures = Dictionary(grouping: try outcome.objects()) { $0["figure"] as? String ?? "" }
        #expect(figures["messages"]?.first?["count"] as? Int == 2)
        #expect(
            figures["rejections"]?.first?["name"] as? String == "RCPT: 550 Recipient address rejected: User unknown")
        #expect(figures["lines"]?.first?["seen"] as? Int == 16 && figures["lines"]?.first?["read"] as? Int == 15)
        #expect(figures["unknown lines"]?.first?["shape"] as? String == "an unheard of line")
        let page = try place.read("page.html")
        #expect(page.contains("What the logs tell") && !page.utf8.contains(0x1B))
    }

    /// A case keeps what logs tell, each log once.
    @Test func aCaseKeepsWhatLogsTell() throws {
        let place = try Self.place()
        let first = try place.assay(["logs", "import", "--year", "2026", "--case", "a.case", "outer.log", "inner.log"])
        #expect(first.code == 0 && first.output.hasPrefix("2 logs, 2 messages\n"), "\(first.errors)")
        let again = try place.assay(["logs", "import", "--case", "a.case", "outer.log"])
        #expect(again.code == 0 && again.errors == "outer.log: the case has it already\n")
        let sources = try place.assay([
            "query", "a.case", "--format", "ndjson", "--sql",
            "SELECT path, lines, unknown, first_time FROM log_source ORDER BY path",
        ])
        #expect(
            sources.lines.last == #"{"first_time":"2026-11-28T10:00:00Z","lines":12,"path":"outer.log","unknown":1}"#)
        let messages = try place.assay([
            "query", "a.case", "--format", "ndjson", "--sql",
            "SELECT m.queue_id, m.client, m.mail_from, r.address, r.status, r.deferrals FROM log_message m JOIN log_recipient r USING (message) ORDER BY 1",
        ])
        #expect(
            messages.lines.first
                == #"{"address":"bob@b.example","client":"192.0.2.1","deferrals":1,"mail_from":"ann@a.example","queue_id":"0F5383D111","status":"sent"}"#
        )
    }

    /// A replay knows by the logs what the message has lost.
    @Test func aReplayKnowsMoreByLogs() throws {
        let place = try Self.place()
        try place.write("m.eml", "From: <ann@a.example>\nMessage-ID: <abc@a.example>\nSubject: x\n\nx\n")
        let joined = try place.assay(["logs", "join", "--format", "ndjson", "m.eml", "outer.log"])
        #expect(try joined.objects().first?["outcome"] as? String == "joined", "\(joined.errors)")
        let outcome = try place.assay([
            "replay", "m.eml", "--format", "ndjson", "--log-year", "2026", "--logs", "outer.log",
        ])
        #expect(outcome.code == 0 && outcome.errors.contains("logs: 1 messages found"), "\(outcome.errors)")
        let provenance = try outcome.objects().first?["provenance"] as? [String: String]
        #expect(provenance?["client"] == "observed(log)" && provenance?["rcpt_to"] == "observed(log)")
    }

    @Test(arguments: [
        (["trace", "x@y.example", "outer.log"], 66), (["summary", "missing.log"], 66), (["trace", "x", "-"], 64),
        (["summary", "--year", "1", "outer.log"], 64), (["timeline", "--zone", "+2", "outer.log"], 64),
    ])
    func mistakesAreTold(arguments: [String], code: Int) throws {
        let outcome = try Self.place().assay(["logs"] + arguments)
        #expect(Int(outcome.code) == code && !outcome.errors.isEmpty, "\(outcome)")
    }
}
