import Foundation
import Logs
import Testing
import Values

/// How files are cut into entries, whatever surrounds them.
@Suite struct LogImportTests {
    private static let line = "postfix/qmgr[12]: 0F5383D: removed"

    /// A line in many layouts: time, host, program and process are read alike.
    @Test(arguments: [
        ("May  1 10:00:00 mx \(line)", "2024-05-01T10:00:00Z", "mx"),
        ("May 1 10:00:00 mx \(line)", "2024-05-01T10:00:00Z", "mx"),
        ("<22>May  1 10:00:00 mx \(line)", "2024-05-01T10:00:00Z", "mx"),
        ("May  1 10:00:00.250 mx \(line)", "2024-05-01T10:00:00.250Z", "mx"),
        ("2023 May  1 10:00:00 mx \(line)", "2023-05-01T10:00:00Z", "mx"),
        ("May  1 2023 10:00:00 mx \(line)", "2023-05-01T10:00:00Z", "mx"),
        ("2024-05-01T10:00:00+02:00 mx \(line)", "2024-05-01T08:00:00Z", "mx"),
        ("2024-05-01T10:00:00.123456+0200 mx \(line)", "2024-05-01T08:00:00.123Z", "mx"),
        ("2024-05-01T10:00:00Z mx \(line)", "2024-05-01T10:00:00Z", "mx"),
        ("May  1 10:00:00 <mail.info> mx \(line)", "2024-05-01T10:00:00Z", "mx"),
        ("May  1 10:00:00 mx postfix/qmgr[12]: [ID 197553 mail.info] 0F5383D: removed", "2024-05-01T10:00:00Z", "mx"),
        ("<22>1 2024-05-01T10:00:00.5Z mx postfix/qmgr 12 - - 0F5383D: removed", "2024-05-01T10:00:00.500Z", "mx"),
        (
            "<22>1 2024-05-01T10:00:00Z mx postfix/qmgr 12 ID7 [x@1 a=\"]\\\"\"][y@1] 0F5383D: removed",
            "2024-05-01T10:00:00Z",
            "mx"
        ),
        (
            "{\"log\":\"May  1 10:00:00 mx \(line)\\n\",\"stream\":\"stdout\",\"time\":\"2024-05-01T10:00:00.75Z\"}",
            "2024-05-01T10:00:00.750Z", "mx"
        ),
        (
            "2024-05-01T10:00:00.750000000Z stdout F May  1 10:00:00 mx \(line)", "2024-05-01T10:00:00.750Z", "mx"
        ),
        (
            "{\"__REALTIME_TIMESTAMP\":\"1714557600500000\",\"_HOSTNAME\":\"mx\",\"SYSLOG_IDENTIFIER\":\"postfix/qmgr\",\"_PID\":\"12\",\"MESSAGE\":\"0F5383D: removed\"}",
            "2024-05-01T10:00:00.500Z", "mx"
        ),
        ("postfix-1  | May  1 10:00:00 mx \(line)", "2024-05-01T10:00:00Z", "mx"),
        ("Wed 2024-05-01 10:00:00 UTC mx \(line)", "2024-05-01T10:00:00Z", "mx"),
        ("Wed 2024-05-01 10:00:00.250 CEST mx \(line)", "2024-05-01T10:00:00.250Z", "mx"),
        ("1714557600.500000 mx \(line)", "2024-05-01T10:00:00.500Z", "mx"),
    ])
    func prefixesAreRead(text: String, time: String, host: String) throws {
        let length = text.utf8.count + 1
        let (records, tally) = LogSuite.read(
            String(repeating: text + "\n", count: 3), reference: "2024-06-01T00:00:00Z")
        #expect(records.count == 3, "\(tally)")
        for (index, record) in records.enumerated() {
            #expect(record.kind == .removed && record.message == "0F5383D")
            #expect("\(record.instant?.time ?? Timestamp(seconds: 0))" == time)
            #expect(record.host == host && record.program == "postfix/qmgr" && record.process == 12)
            #expect(record.place == LogPlace(file: 0, offset: index * length, line: index + 1, length: length))
        }
    }

    /// However the bytes come, the records and counts are the same.
    @Test func piecesMakeNoDifference() {
        let text = """
            May  1 10:00:00 mx postfix/smtpd[1]: connect from a.example[192.0.2.1]\r
            May  1 10:00:01 mx postfix/smtpd[1]: 0F5383D: client=a.example[192.0.2.1]

            May  1 10:00:02 mx sshd[9]: hello
            nonsense of the 3rd kind
            May  1 10:00:02 mx postfix/smtpd[1]: something 1234 that nobody knows
            May  1 10:00:03 mx postfix/smtpd[1]: disconnect from a.example[192.0.2.1] ehlo=1 quit=1 commands=2
            """
        let whole = LogSuite.read(text)
        let clock = LogClock(reference: Timestamp(rfc3339: "2026-11-28T00:00:00Z") ?? Timestamp(seconds: 0))
        var log = LogImport(clock: clock)
        var records: [LogRecord] = []
        log.begin(file: 0, clock: clock)
        for byte in text.utf8 { log.add([byte], into: &records) }
        log.finish(into: &records)
        #expect(records == whole.records && log.tally == whole.tally)
        #expect(records.map(\.kind) == [.connect, .message, .disconnect])
        #expect(whole.tally.lineCount == 7 && whole.tally.emptyCount == 1)
        let unknown = whole.tally.unknown.map { "\($0.count) \($0.format): \($0.shape)" }
        #expect(
            unknown == [
                "1 other programs: sshd", "1 postfix: something N that nobody knows",
                "1 unrecognized: nonsense of the Nrd kind",
            ])
    }

    /// A line of 10 MB is told of, as far as it is read, and the next one is not lost.
    @Test func longLinesAreTold() {
        let long = "May  1 10:00:00 mx postfix/smtpd[1]: warning: " + String(repeating: "x", count: 10 << 20) + "\n"
        let (records, tally) = LogSuite.read(long + "May  1 10:00:03 mx postfix/qmgr[1]: 0F5383D: removed\n")
        #expect(tally.overlongCount == 1 && records.map(\.kind) == [.note, .removed])
        #expect(records[0].place.length == long.utf8.count && records[1].place.offset == long.utf8.count)
        #expect((records[0][.reason]?.utf8.count ?? 0) < 70_000)
    }

    /// What a client says is never taken for what the server does.
    @Test(arguments: [
        (
            "NOQUEUE: reject: RCPT from a.example[192.0.2.1]: 504 5.5.2 <x>: Helo command rejected: no; from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<x> from=<e@f.example>>",
            "from=a@b.example helo=x> from=<e@f.example>"
        ),
        (
            "0F5383D: to=<\"x>, relay=evil[203.0.113.9]:25, status=sent (\"@b.example>, relay=mx.example[192.0.2.2]:25, delay=1, delays=1/0/0/0, dsn=5.0.0, status=bounced (host said: >, relay=none, status=sent)",
            "status=bounced next_hop_ip=192.0.2.2"
        ),
        (
            "warning: a.example[192.0.2.1]: SASL LOGIN authentication failed: no, sasl_username=x from y[203.0.113.9]: SASL PLAIN authentication failed: z",
            "client_ip=192.0.2.1 auth_method=LOGIN"
        ),
        (
            "0F5383D: warning: header Subject: x from evil[203.0.113.9]; from=<no@x.example> to=<y> proto=SMTP helo=<z> from a.example[192.0.2.1]; from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<a.example>",
            "client_ip=192.0.2.1 from=a@b.example"
        ),
    ])
    func clientsCannotForge(text: String, expected: String) throws {
        let (records, _) = LogSuite.read("May  1 10:00:00 mx postfix/smtpd[1]: \(text)\n")
        let record = try #require(records.first)
        var wanted = expected[...]
        if let helo = wanted.range(of: "helo=") {
            #expect(record[.helo] == String(wanted[helo.upperBound...]))
            wanted = wanted[..<helo.lowerBound]
        }
        for pair in wanted.split(separator: " ") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            let field = try #require(LogField(rawValue: String(parts[0])))
            #expect(record[field] == String(parts[1]), "\(record.fields)")
        }
    }

    /// Damaged logs, a thousand of each seed of the fuzzer: nothing breaks, and pieces make no difference.
    @Test func damageIsNoHarm() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = package.appending(path: "fixtures/fuzz/logimport").path
        let seeds = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(seeds.count >= 5)
        let clock = LogClock(reference: Timestamp(seconds: 1_700_000_000))
        var state: UInt64 = 1
        func dice(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(1, limit)
        }
        let marks = Array("<>[]:=\"\\\n\0 ,;-{}9zA\u{1B}".utf8)
        for seed in seeds {
            let original = Array(try Data(contentsOf: URL(filePath: "\(folder)/\(seed)")))
            for _ in 0..<200 {
                var bytes = original
                for _ in 0...dice(12) where !bytes.isEmpty {
                    let place = dice(bytes.count)
                    switch dice(4) {
                    case 0: bytes[place] = marks[dice(marks.count)]
                    case 1: bytes.removeSubrange(place..<min(bytes.count, place + dice(40)))
                    case 2:
                        bytes.insert(
                            contentsOf: bytes[place..<min(bytes.count, place + dice(60))], at: dice(bytes.count))
                    default: bytes.insert(marks[dice(marks.count)], at: place)
                    }
                }
                let whole = LogSuite.read([bytes], reference: "2023-11-14T22:13:20Z")
                var log = LogImport(clock: clock)
                var records: [LogRecord] = []
                log.begin(file: 0, clock: clock)
                for start in stride(from: 0, to: bytes.count, by: 17) {
                    log.add(bytes[start..<min(start + 17, bytes.count)], into: &records)
                }
                log.finish(into: &records)
                #expect(records == whole.records && log.tally == whole.tally, "\(seed)")
                var (summary, trace) = (LogSummary(), LogTrace(LogQuestion("192.0.2.1")))
                summary.add(records)
                summary.finish()
                trace.begin()
                for record in records {
                    trace.add(record)
                    #expect(
                        record.place.offset >= 0 && record.place.offset + record.place.length <= bytes.count,
                        "\(seed): \(record)")
                    _ = (record.sentence, record.json(file: seed).text)
                }
                _ = trace.stories
            }
        }
    }

    @Test func fieldsAreInTheOrderOfTheirNames() {
        let names = LogField.allCases.map(\.rawValue)
        #expect(names == names.sorted() && LogField.allCases == LogField.allCases.sorted())
    }

    /// A traced peer's dialogue, and what else is written where more is told.
    @Test func tracedPeersAreDialogues() {
        let (records, tally) = LogSuite.read(
            """
            May  1 10:00:00 mx postfix/smtpd[1]: > a.example[192.0.2.1]: 220 mx ESMTP
            May  1 10:00:00 mx postfix/smtpd[1]: < a.example[192.0.2.1]: EHLO a
            May  1 10:00:00 mx postfix/smtpd[1]: match_list_match: a.example: no match
            May  1 10:00:01 mx postfix/smtp[2]: < mx.b.example[192.0.2.2]:25: 220 mx.b.example
            May  1 10:00:01 mx postfix/smtp[2]: > mx.b.example[192.0.2.2]:25: EHLO mx

            """)
        let told = records.map { "\($0.role?.rawValue ?? "-") \($0[.command] ?? $0[.reply] ?? "-")" }
        #expect(told == ["server 220 mx ESMTP", "client EHLO a", "server 220 mx.b.example", "client EHLO mx"])
        #expect(tally.unknown.isEmpty)
    }
}
