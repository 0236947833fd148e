import Logs
import Testing
import Values

/// What lines of each server tell. The lines are in the form that the servers write, or are documented to.
@Suite struct LogReaderTests {
    private static let clock = LogClock(reference: Timestamp(rfc3339: "2024-06-01T00:00:00Z") ?? Timestamp(seconds: 0))

    private static func events(_ lines: [String], _ clock: LogClock = clock) -> [String] {
        var reader = LogReader(clock: clock)
        return lines.compactMap { reader.read(Array($0.utf8)[...]) }.map(words)
    }

    private static func words(_ event: LogEvent) -> String {
        switch event.kind {
        case .login(let user, let client, let service): "\(event.time) login \(user) \(client) \(service)"
        case .failure(let user, let client, let service, let count):
            "\(event.time) failure \(user ?? "-") \(client) \(service) \(count)"
        case .delivered(let from, let to, let origin): "\(event.time) \(from) to \(to) \(origin)"
        }
    }

    @Test(arguments: [
        (
            "May  1 10:00:00 mx dovecot: imap-login: Info: Login: user=<ann>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2, mpid=18, TLS, session=<PeYcgjjOGOisEQAB>",
            "2024-05-01T10:00:00Z login ann 192.0.2.1 imap"
        ),
        (
            "May 11 10:00:00 mx dovecot[7508]: pop3-login: Login: user=<ann@company.example>, method=PLAIN, rip=2001:db8::1, lip=2001:db8::2, mpid=1, session=<x>",
            "2024-05-11T10:00:00Z login ann@company.example 2001:db8::1 pop"
        ),
        (
            "2024-05-01T10:00:00.250+02:00 mx dovecot: imap-login: Logged in: user=<ann>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2, mpid=18, TLS, session=<a>",
            "2024-05-01T08:00:00.250Z login ann 192.0.2.1 imap"
        ),
        (
            "May 01 10:00:00 imap-login: Info: Login: user=<ann>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2, mpid=18, session=<a>",
            "2024-05-01T10:00:00Z login ann 192.0.2.1 imap"
        ),
        (
            "2024-05-01 10:00:00 imap-login: Info: Login: user=<ann>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2, mpid=18, session=<a>",
            "2024-05-01T10:00:00Z login ann 192.0.2.1 imap"
        ),
        (
            "May  1 10:00:00 mx dovecot: pop3-login: Info: Disconnected: Connection closed (auth failed, 2 attempts in 30 secs): user=<hess@lol.example>, method=PLAIN, rip=172.17.0.1, lip=172.17.0.2, TLS: Connection closed, session=<o>",
            "2024-05-01T10:00:00Z failure hess@lol.example 172.17.0.1 pop 2"
        ),
        (
            "May  1 10:00:00 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<x>, method=PLAIN, rip=203.0.113.6, lip=1.1.1.1>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2, TLS, session=<a>",
            "2024-05-01T10:00:00Z failure x>, method=PLAIN, rip=203.0.113.6, lip=1.1.1.1 192.0.2.1 imap 1"
        ),
        (
            "May  1 10:00:00 mx cyrus/imaps[123]: login: client.example [192.0.2.1] ann plaintext+TLS User logged in SESSIONID=<mx-1>",
            "2024-05-01T10:00:00Z login ann 192.0.2.1 imap"
        ),
        (
            "May  1 10:00:00 mx pop3[123]: login: [192.0.2.1] ann plaintext User logged in",
            "2024-05-01T10:00:00Z login ann 192.0.2.1 pop"
        ),
        (
            "May  1 10:00:00 mx imap[123]: badlogin: client.example [192.0.2.1] plaintext ann SASL(-13): authentication failure: checkpass failed",
            "2024-05-01T10:00:00Z failure ann 192.0.2.1 imap 1"
        ),
        (
            "May  1 10:00:00 mx imapd: LOGIN, user=ann@company.example, ip=[::ffff:192.0.2.1], port=[49152], protocol=IMAP",
            "2024-05-01T10:00:00Z login ann@company.example 192.0.2.1 imap"
        ),
        (
            "May  1 10:00:00 mx pop3d: LOGIN FAILED, user=a, ip=[203.0.113.6], ip=[::ffff:192.0.2.1]",
            "2024-05-01T10:00:00Z failure a, ip=[203.0.113.6] 192.0.2.1 pop 1"
        ),
        (
            "May  1 10:00:00 mx postfix/submission/smtpd[115]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=ann",
            "2024-05-01T10:00:00Z failure ann 192.0.2.1 smtp 1"
        ),
        (
            "2024-05-01 10:00:00 plain_login authenticator failed for host.example ([203.0.113.6]) [192.0.2.1]:55379 I=[198.51.100.2]:587: 535 Incorrect authentication data (set_id=ann)",
            "2024-05-01T10:00:00Z failure ann 192.0.2.1 smtp 1"
        ),
        (
            "2024-05-01 10:00:00 +0200 [88] login authenticator failed for (helo) [192.0.2.1]: 535 Incorrect authentication data",
            "2024-05-01T08:00:00Z failure - 192.0.2.1 smtp 1"
        ),
    ])
    func aLineTells(line: String, expected: String) { #expect(Self.events([line]) == [expected]) }

    @Test(arguments: [
        "", "no time", "May  1 10:00:00", "May 32 10:00:00 mx imapd: LOGIN, user=a, ip=[192.0.2.1]",
        // Not of a login process.
        "May  1 10:00:00 mx cron[1]: imap-login: Login: user=<ann>, method=PLAIN, rip=192.0.2.1, lip=1.1.1.1",
        "May  1 10:00:00 mx dovecot: auth: imap-login: Login: user=<ann>, method=PLAIN, rip=192.0.2.1, lip=1.1.1.1",
        "May  1 10:00:00 mx dovecot: imap-login: Disconnected: Login: user=<ann>, method=PLAIN, rip=192.0.2.1, lip=1.1.1.1",
        // A failure's words within a name.
        "May  1 10:00:00 mx dovecot: imap-login: Aborted: user=<(auth failed, 9 attempts)>, method=PLAIN, rip=192.0.2.1, lip=1.1.1.1",
        "May  1 10:00:00 mx dovecot: imap-login: Login: user=<ann>, method=PLAIN, rip=nowhere, lip=1.1.1.1",
        "May  1 10:00:00 mx imap[1]: login: a b [192.0.2.1] ann plain User logged in",
        "May  1 10:00:00 mx imap[1]: login: [192.0.2.1] ann",
        "May  1 10:00:00 mx imapd: LOGOUT, user=ann, ip=[::ffff:192.0.2.1]",
        "May  1 10:00:00 mx postfix/smtpd[1]: warning: x y[192.0.2.1]: SASL LOGIN authentication failed: z",
        "May  1 10:00:00 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[192.0.2.1]: 554 SASL LOGIN authentication failed",
        "2024-05-01 10:00:00 x authenticator failed for (a): 535 [192.0.2.1]: 535 no",
    ])
    func nothingIsRead(of line: String) { #expect(Self.events([line]).isEmpty) }

    @Test func mailIsToldByItsQueueID() {
        let events = Self.events([
            "May  1 10:00:00 mx postfix/submission/smtpd[1]: 4F2A1: client=c.example[192.0.2.1], sasl_method=PLAIN, sasl_username=ann",
            "May  1 10:00:00 mx postfix/qmgr[2]: 4F2A1: from=<ann@company.example>, size=500, nrcpt=2 (queue active)",
            "May  1 10:00:01 mx postfix/smtp[3]: 4F2A1: to=<bob@far.example>, relay=mx.far.example[203.0.113.1]:25, delay=1, dsn=2.0.0, status=sent (250 ok, status=sent)",
            "May  1 10:00:02 mx postfix/smtp[3]: 4F2A1: to=<tom@far.example>, relay=mx.far.example[203.0.113.1]:25, delay=1, dsn=4.0.0, status=deferred (451 , status=sent )",
            "May  1 10:00:03 mx postfix/qmgr[2]: 4F2A1: removed",
            "May  1 10:00:04 mx postfix/smtp[3]: 4F2A1: to=<eve@far.example>, relay=mx[203.0.113.1]:25, dsn=2.0.0, status=sent (ok)",
            "May  1 10:00:05 mx postfix/smtp[3]: 9F2A1: to=<eve@far.example>, relay=mx[203.0.113.1]:25, dsn=2.0.0, status=sent (ok)",
        ])
        #expect(events == ["2024-05-01T10:00:01Z ann@company.example to bob@far.example authenticated(\"ann\")"])
    }

    @Test func eximsMailIsToldByItsID() {
        let events = Self.events([
            "2024-05-01 10:00:00 1s2abc-0000AB-CD <= ann@company.example H=(x A=plain:root) [192.0.2.1] P=esmtpsa X=TLS1.3 CV=no A=plain_server:ann S=500 T=\"A=x:y\"",
            "2024-05-01 10:00:01 1s2abc-0000AB-CD => bob@far.example R=dnslookup T=remote_smtp H=mx.far.example [203.0.113.1] C=\"250 OK\"",
            "2024-05-01 10:00:01 1s2abc-0000AB-CD => tom <tom@company.example> R=local T=mail_spool",
            "2024-05-01 10:00:01 1s2abc-0000AB-CD Completed",
            "2024-05-01 10:00:02 1s2abd-0000AB-CD <= ann@company.example H=(A=plain:ann) [192.0.2.9] P=esmtp S=500",
            "2024-05-01 10:00:03 1s2abd-0000AB-CD -> bob@far.example R=dnslookup T=remote_smtp H=mx.far.example [203.0.113.1]",
        ])
        #expect(
            events == [
                "2024-05-01T10:00:01Z ann@company.example to bob@far.example authenticated(\"ann\")",
                "2024-05-01T10:00:03Z ann@company.example to bob@far.example client(192.0.2.9)",
            ])
    }

    @Test func sessionsOfMDaemonAreFollowed() {
        let events = Self.events([
            "Wed 2024-05-01 10:00:00.123: [7:1] Accepting POP connection from [192.0.2.1:49152] to [198.51.100.2:110]",
            "Wed 2024-05-01 10:00:00.123: [8:1] Accepting IMAP connection from [192.0.2.2:49152] to [198.51.100.2:143]",
            "Wed 2024-05-01 10:00:00.200: [7:1] --> +OK company.example POP MDaemon",
            "Wed 2024-05-01 10:00:00.200: [7:1] <-- USER ann@company.example",
            "Wed 2024-05-01 10:00:00.300: [8:1] <-- a1 LOGIN \"eve\" ******",
            "Wed 2024-05-01 10:00:00.300: [7:1] --> +OK ann... Recipient ok",
            "Wed 2024-05-01 10:00:00.300: [7:1] <-- PASS ******",
            "Wed 2024-05-01 10:00:00.400: [8:1] --> a1 NO LOGIN failed",
            "Wed 2024-05-01 10:00:00.500: [7:1] --> +OK ann@company.example's mailbox has 2 total messages",
            "Wed 2024-05-01 10:00:00.600: [8:1] <-- a2 LOGIN \"eve\" ******",
            "Wed 2024-05-01 10:00:00.600: [8:1] --> * OK [ALERT] a2 OK",
            "Wed 2024-05-01 10:00:00.700: [8:1] --> a2 OK LOGIN completed",
            "Wed 2024-05-01 10:00:00.800: [9:1] --> +OK nobody's session",
        ])
        #expect(
            events == [
                "2024-05-01T10:00:00.400Z failure eve 192.0.2.2 imap 1",
                "2024-05-01T10:00:00.500Z login ann@company.example 192.0.2.1 pop",
                "2024-05-01T10:00:00.700Z login eve 192.0.2.2 imap",
            ])
    }

    /// Syslog leaves out the year and the zone.
    @Test(arguments: [
        ("Dec 31 23:00:00", "2024-01-02T00:00:00Z", 0, "2023-12-31T23:00:00Z"),
        ("Jan  1 01:00:00", "2023-12-31T23:30:00Z", 7200, "2023-12-31T23:00:00Z"),
        ("Feb 29 01:00:00", "2027-03-01T00:00:00Z", 0, "2024-02-29T01:00:00Z"),
        ("Jun  1 01:00:00", "2024-05-30T23:30:00Z", 0, "2023-06-01T01:00:00Z"),
    ])
    func yearAndZoneAreAdded(_ time: String, _ reference: String, _ offset: Int, _ expected: String) throws {
        let clock = LogClock(reference: try #require(Timestamp(rfc3339: reference)), offset: .seconds(offset))
        let events = Self.events(["\(time) mx imapd: LOGIN, user=a, ip=[192.0.2.1], protocol=IMAP"], clock)
        #expect(events == ["\(expected) login a 192.0.2.1 imap"])
    }

    /// However the bytes come, the lines are the same, and a line without an end costs no memory.
    @Test func linesAreCut() {
        let text = Array("one\ntwo\r\n\n\(String(repeating: "x", count: 9000))\nlast\npart".utf8)
        for size in [1, 2, 3, 7, 1000, text.count] {
            var splitter = LogLineSplitter()
            var lines: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                lines += splitter.add(text[start..<min(start + size, text.count)]).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            #expect(lines == ["one", "two\r", "", "last"] && splitter.overlongCount == 1 && splitter.heldCount == 4)
            #expect(splitter.finish().map { String(decoding: $0, as: UTF8.self) } == "part")
        }
    }

    /// Messages that never end are forgotten, the oldest first.
    @Test func tablesAreBounded() {
        var reader = LogReader(clock: Self.clock)
        func read(_ line: String) -> LogEvent? { reader.read(Array(line.utf8)[...]) }
        for number in 0..<30_000 {
            _ = read("May  1 10:00:00 mx postfix/pickup[1]: A\(100_000 + number): uid=0 from=<root>")
            _ = read("May  1 10:00:00 mx postfix/qmgr[1]: A\(100_000 + number): from=<ann@company.example>, size=1")
        }
        func sent(_ number: Int) -> LogEvent? {
            read(
                "May  1 10:00:00 mx postfix/smtp[1]: A\(100_000 + number): to=<b@far.example>, relay=x, status=sent (ok)"
            )
        }
        #expect(sent(0) == nil && sent(29_999) != nil)
    }
}
