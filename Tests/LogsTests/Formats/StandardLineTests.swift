import Foundation
import Logs
import Testing
import Values

/// Lines that the programs write every day, beside those that the samples have: each is known, and is of a kind.
@Suite struct StandardLineTests {
    /// A program's words, what they tell, and some of the fields.
    struct Line: Sendable, CustomTestStringConvertible {
        let program: String, words: String, kind: LogRecord.Kind
        var fields: [LogField: String] = [:]

        var testDescription: String { "\(program): \(words)" }
    }

    @Test(arguments: postfix + sendmail + exim + others) func isKnown(_ line: Line) throws {
        // Exim's own log is known by what else is in it.
        let prefix =
            line.program == "exim"
            ? "2026-11-27 09:00:00 1sAbCc-0001Aa-1b Completed\n2026-11-27 10:00:00 "
            : "Nov 27 10:00:00 mx \(line.program): "
        let (records, tally) = LogSuite.read(prefix + line.words + "\n")
        #expect(tally.unknownCount == 0 && tally.formats[LogTally.others] == nil, "\(tally.unknown)")
        let record = try #require(records.last)
        #expect(record.kind == line.kind)
        for (name, value) in line.fields { #expect(record[name] == value, "\(name)") }
    }

    private static let postfix: [Line] = [
        Line(
            program: "postfix/smtpd[1]", words: "NOQUEUE: abort: TLS from a.example[192.0.2.1]: no shared cipher",
            kind: .tls, fields: [.client: "192.0.2.1", .status: "fail"]),
        Line(
            program: "postfix/smtpd[1]", words: "Refusing STARTTLS request from a.example[192.0.2.1] for service smtp",
            kind: .tls, fields: [.client: "192.0.2.1", .clientName: "a.example", .status: "fail"]),
        Line(
            program: "postfix/smtpd[1]", words: "NOQUEUE: replacing command \"XFOO\" with \"NOOP\"", kind: .note,
            fields: [.reason: "replacing command \"XFOO\" with \"NOOP\""]),
        Line(program: "postfix/smtpd[1]", words: "discarding EHLO keywords: CHUNKING", kind: .note),
        Line(
            program: "postfix/smtpd[1]", words: "reject: ETRN far.example... from a.example[192.0.2.1]", kind: .reject,
            fields: [.stage: "ETRN", .client: "192.0.2.1"]),
        Line(
            program: "postfix/smtpd[1]",
            words: "NOQUEUE: permit: RCPT from a.example[192.0.2.1]: action=permit for Client host=a.example; "
                + "from=<ann@a.example> to=<bob@company.example> proto=ESMTP helo=<a.example>",
            kind: .note, fields: [.verdict: "permit", .sender: "ann@a.example", .recipient: "bob@company.example"]),
        Line(
            program: "postfix/smtpd[1]",
            words: "certificate verification failed for a.example[192.0.2.1]: untrusted issuer",
            kind: .note, fields: [.client: "192.0.2.1"]),
        Line(
            program: "postfix/smtp[2]",
            words: "mx.far.example[203.0.113.1]:25: subject_CN=mx.far.example, issuer=CA, fingerprint=AA:BB",
            kind: .note,
            fields: [.nextHop: "mx.far.example", .nextHopAddress: "203.0.113.1", .nextHopPort: "25"]),
        Line(
            program: "postfix/smtp[2]",
            words: "4F2A1B3C4D: SASL authentication failed; cannot authenticate to server mx.far.example[203.0.113.1]: "
                + "no mechanism available",
            kind: .authentication, fields: [.nextHopAddress: "203.0.113.1", .status: "fail"]),
        Line(
            program: "postfix/smtp[2]",
            words: "4F2A1B3C4D: SASL [CACHED] authentication failed; server mx.far.example[203.0.113.1] said: 535 no",
            kind: .authentication, fields: [.nextHopAddress: "203.0.113.1", .status: "fail"]),
        Line(program: "postfix/smtp[2]", words: "4F2A1B3C4D: Host offered STARTTLS: [mx.far.example]", kind: .note),
        Line(
            program: "postfix/cleanup[3]", words: "4F2A1B3C4D: message rejected: hopcount exceeded", kind: .reject,
            fields: [.reason: "hopcount exceeded"]),
        Line(program: "postfix/qmgr[4]", words: "4F2A1B3C4D: sending defer warning for ann@far.example", kind: .note),
        Line(program: "postfix/local[5]", words: "4F2A1B3C4D: passing <bob@mx> to transport=retry", kind: .note),
        Line(program: "postfix/postscreen[6]", words: "entering STRESS mode with 90 connections", kind: .note),
        Line(
            program: "postfix/tlsproxy[7]", words: "CONNECT to [203.0.113.1]:25", kind: .connect),
        Line(
            program: "submission/smtpd[8]", words: "connect from pc.example[192.0.2.7]", kind: .connect,
            fields: [.client: "192.0.2.7"]),
    ]

    private static let sendmail: [Line] = [
        Line(
            program: "sm-mta[1]",
            words:
                "4AS9012x000901: to=<x@far.example>, delay=00:00:01, mailer=esmtp, relay=mx.far.example. [203.0.113.1], "
                + "dsn=5.1.1, reply=550 5.1.1 <x@far.example>: User unknown, stat=User unknown",
            kind: .delivery,
            fields: [.code: "550", .reply: "550 5.1.1 <x@far.example>: User unknown", .status: "bounced"]),
        Line(
            program: "sm-mta[1]", words: "NOQUEUE: connect from mail.far.example [192.0.2.1]", kind: .connect,
            fields: [.client: "192.0.2.1", .clientName: "mail.far.example"]),
        Line(program: "sm-mta[1]", words: "STARTTLS=read, info: fds=8/4, err=2", kind: .note),
        Line(
            program: "sm-mta[1]",
            words: "STARTTLS=server, error: accept failed=-1, reason=wrong version number, SSL_error=1, errno=0, "
                + "retry=-1, relay=[192.0.2.9]",
            kind: .tls, fields: [.client: "192.0.2.9", .status: "fail"]),
        Line(
            program: "sm-mta[1]",
            words:
                "4AS9012x000901: collect: unexpected close on connection from mail.far.example, sender=<ann@far.example>",
            kind: .note,
            fields: [.clientName: "mail.far.example", .sender: "ann@far.example", .verdict: "lost-connection"]),
        Line(
            program: "sm-mta[1]", words: "4AS9012x000901: [192.0.2.9]: VRFY root", kind: .note,
            fields: [.client: "192.0.2.9"]),
        Line(
            program: "sm-mta[1]",
            words: "4AS9012x000901: Milter: connect: host=mail.far.example, addr=192.0.2.1, reject=550 5.7.1 no",
            kind: .reject, fields: [.client: "192.0.2.1", .code: "550"]),
        Line(
            program: "sm-mta[1]", words: "4AS9012x000901: <-- MAIL FROM:<ann@far.example>", kind: .dialogue,
            fields: [.command: "MAIL FROM:<ann@far.example>"]),
        Line(
            program: "sm-mta[1]", words: "4AS9012x000901: --- 250 2.1.0 Sender ok", kind: .dialogue,
            fields: [.reply: "250 2.1.0 Sender ok"]),
        Line(
            program: "sm-mta[1]", words: "4AS9012x000901: <-- AUTH PLAIN AGFubgBzZWNyZXQ=", kind: .dialogue,
            fields: [.command: "AUTH PLAIN ***"]),
    ]

    private static let exim: [Line] = [
        Line(
            program: "exim",
            words:
                "1sAbCd-0001Ab-2c == b@far.example R=dnslookup T=remote_smtp defer (-44) H=mx.far.example [203.0.113.1]: "
                + "SMTP error from remote mail server after RCPT TO:<b@far.example>: 450 4.2.0 later",
            kind: .delivery,
            fields: [.nextHop: "mx.far.example", .nextHopAddress: "203.0.113.1", .code: "450", .status: "deferred"]),
        Line(
            program: "exim", words: "1sAbCd-0001Ab-2c H=mx.far.example [203.0.113.1] Connection refused", kind: .note,
            fields: [.nextHop: "mx.far.example", .nextHopAddress: "203.0.113.1"]),
        Line(
            program: "exim", words: "1sAbCd-0001Ab-2c H=a.example [192.0.2.1] Warning: listed", kind: .note,
            fields: [.clientName: "a.example", .client: "192.0.2.1"]),
        Line(
            program: "exim",
            words: "login authenticator failed for H=(x) [192.0.2.9]: 435 Unable to authenticate at present "
                + "(set_id=ann): failed to connect",
            kind: .authentication, fields: [.client: "192.0.2.9", .helo: "x", .user: "ann", .status: "error"]),
        Line(
            program: "exim", words: "Connection from [192.0.2.9] refused: too many connections", kind: .reject,
            fields: [.client: "192.0.2.9", .stage: "CONNECT"]),
        Line(
            program: "exim", words: "no host name found for IP address 192.0.2.9", kind: .note,
            fields: [.client: "192.0.2.9"]),
        Line(
            program: "exim", words: "H=(x) [192.0.2.9] rejected STARTTLS: no", kind: .reject,
            fields: [.stage: "STARTTLS", .reason: "no"]),
        Line(
            program: "exim",
            words: "H=(x) [192.0.2.9] incomplete transaction (QUIT) from <a@b.example> for c@d.example",
            kind: .note, fields: [.sender: "a@b.example", .recipient: "c@d.example", .verdict: "incomplete"]),
    ]

    private static let others: [Line] = [
        Line(
            program: "smtpd[1]",
            words: "1a2b3c4d5e6f7a8b filters protocol phase=rcpt-to, resume=n, action=reject, filter=x, "
                + "query=<b@company.example>, response=550 no",
            kind: .reject, fields: [.verdict: "reject", .code: "550", .stage: "RCPT-TO"]),
        Line(
            program: "smtpd[1]", words: "1a2b3c4d5e6f7a8b mta error reason=Connection timeout", kind: .note,
            fields: [.reason: "Connection timeout"]),
        Line(program: "smtpd[1]", words: "rspamd: connected", kind: .note),
        Line(
            program: "dovecot", words: "auth(ann@company.example,192.0.2.9,sasl:plain)<abc>: sql: Password mismatch",
            kind: .authentication,
            fields: [.user: "ann@company.example", .client: "192.0.2.9", .authenticationMethod: "plain"]),
        Line(
            program: "dovecot",
            words: "lmtp(bob)<1><a>: sieve: msgid=<1@far.example>: fileinto action: stored mail into mailbox 'Junk'",
            kind: .delivery, fields: [.messageID: "1@far.example", .nextHop: "'Junk'"]),
        Line(
            program: "cyrus/imaps[1]",
            words: "badlogin: [192.0.2.9] PLAIN (ann) [SASL(-13): authentication failure: wrong]",
            kind: .authentication,
            fields: [.user: "ann", .client: "192.0.2.9"]),
        Line(
            program: "courieresmtp",
            words: "id=000A1B2C.12345678.00001234,from=<ann@company.example>,addr=<b@far.example>,size=12,"
                + "success: delivered: mx.far.example [::ffff:203.0.113.1]",
            kind: .delivery, fields: [.nextHop: "mx.far.example", .nextHopAddress: "203.0.113.1"]),
        Line(
            program: "spamdyke[1]",
            words:
                "DENIED_RBL_MATCH from: a@b.example to: bob@company.example origin_ip: 192.0.2.9 origin_rdns: x.example "
                + "auth: (unknown) encryption: (none) reason: bl.example",
            kind: .reject,
            fields: [
                .client: "192.0.2.9", .sender: "a@b.example", .recipient: "bob@company.example", .list: "bl.example",
            ]),
        Line(
            program: "rspamd[1]",
            words:
                "(controller) <abc>; csession; rspamd_controller_check_password: allow unauthorized connection from a "
                + "trusted IP 127.0.0.1",
            kind: .note),
        Line(program: "postgrey[1]", words: "whitelisted: mail.far.example[192.0.2.1]", kind: .note),
        Line(
            program: "amavis[1]",
            words:
                "(00100-03) Passed BAD-HEADER-0 {RelayedInbound}, [192.0.2.9] <> -> <bob@company.example>, Hits: 1, 9 ms",
            kind: .scan, fields: [.verdict: "BAD-HEADER-0", .score: "1"]),
    ]

    /// Dovecot's own log is known by its lines, whose processes are others' as well.
    @Test(arguments: ["May 01", "2024-05-01"]) func dovecotsOwnLogIsRead(_ day: String) {
        let lines = [
            "imap-login: Info: Login: user=<ann>, method=PLAIN, rip=192.0.2.7, lip=198.51.100.1, mpid=3, TLS, session=<a>",
            "auth: Info: passwd-file(bob,192.0.2.9): unknown user",
            "lmtp(bob@company.example)<3><a:P1>: Info: sieve: msgid=<1@far.example>: stored mail into mailbox 'INBOX'",
            "master: Info: Dovecot v2.3.19 starting up for imap",
        ]
        let text = lines.map { "\(day) 10:00:00 \($0)\n" }.joined()
        let (records, tally) = LogSuite.read(text, reference: "2024-06-01T00:00:00Z")
        #expect(tally.byFormat.map(\.name) == ["dovecot"] && tally.unknownCount == 0, "\(tally.unknown)")
        #expect(records.map(\.kind) == [.login, .authentication, .delivery, .note])
        #expect(records.map { $0.instant.map { "\($0.time)" } } == Array(repeating: "2024-05-01T10:00:00Z", count: 4))
        #expect(records.map { $0[.user] } == ["ann", "bob", "bob@company.example", nil])
    }

    /// What is told of a session in debugging keeps no secret.
    @Test(arguments: [
        ([
            "Nov 27 10:00:00 mx postfix/smtpd[7]: < pc.example[192.0.2.7]: AUTH LOGIN",
            "Nov 27 10:00:00 mx postfix/smtpd[7]: > pc.example[192.0.2.7]: 334 UGFzc3dvcmQ6",
            "Nov 27 10:00:00 mx postfix/smtpd[7]: < pc.example[192.0.2.7]: c2VjcmV0",
            "Nov 27 10:00:00 mx postfix/smtpd[7]: < pc.example[192.0.2.7]: AUTH PLAIN c2VjcmV0",
        ]),
        ([
            "10:00:00  7 SMTP<< AUTH LOGIN", "10:00:00  7 SMTP>> 334 UGFzc3dvcmQ6", "10:00:00  7 SMTP<< c2VjcmV0",
            "10:00:00  7 SMTP<< AUTH PLAIN c2VjcmV0",
        ]),
    ])
    func secretsAreLeftOut(_ lines: [String]) {
        let records = LogSuite.read(lines.joined(separator: "\n") + "\n").records
        #expect(records.count == 4 && records.allSatisfy { $0.kind == .dialogue })
        #expect(records.map { $0[.command] ?? "" } == ["AUTH LOGIN", "", "***", "AUTH PLAIN ***"])
    }

    /// What an octet of a dialogue's line is, it stays, whether or not it is UTF-8.
    @Test func octetsStay() throws {
        var text = Array("@400000006632126c0ee6b283 7 < EHLO x \n@400000006632126c0ee6b283 7 > 250 caf".utf8)
        text += [0xE9, 0x20, 0x0A]
        let records = LogSuite.read([text]).records
        #expect(records.count == 2)
        #expect(records.last?[.reply] == "250 caf\u{FFFD}")
        #expect(try #require(records.last?.octets(.reply)).array == Array("250 caf".utf8) + [0xE9])
        #expect(try #require(records.first?.octets(.command)).array == Array("EHLO x".utf8))
    }
}
