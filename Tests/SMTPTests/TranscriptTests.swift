import Testing
import Values

@testable import SMTP

@Suite struct TranscriptTests {
    static let time = Timestamp(seconds: 1_714_557_600)

    static let events: [TranscriptEvent] = [
        .connect(client: Endpoint(IPAddress.v4(0xC000_0201), port: 4312)),
        .connect(
            client: Endpoint(IPAddress.v6(high: 0x2001_0DB8_0000_0000, low: 1), port: 25),
            server: Endpoint(IPAddress.v4(0xC000_0202)), reverseName: "a.example"),
        .line(from: .client, Bytes("EHLO a.example")), .line(from: .server, Bytes("250 \"x\"\\ é\u{0}")),
        .line(from: .client, Bytes([0x41, 0xFF, 0x00])), .line(from: .client, Bytes("")),
        .message(
            RecordedMessage(sha256: String(repeating: "0a", count: 32), content: .inline(Bytes([0, 13, 10, 255])))),
        .message(RecordedMessage(sha256: nil, content: .file("mail/1.eml"))),
        .message(RecordedMessage(sha256: nil, content: .inline(Bytes([])))), .tls(RecordedTLS(version: "TLSv1.3")),
        .tls(RecordedTLS(cipher: "ECDHE-RSA-AES128-GCM-SHA256", bits: 128, serverName: "mx.example")),
        .tls(RecordedTLS(certificate: "CN=client.example", isVerified: false)),
        .tls(RecordedTLS(failure: "no shared cipher")),
        .auth(mechanism: "PLAIN", identity: "u@example", succeeded: true),
        .auth(mechanism: "LOGIN", identity: nil, succeeded: false),
        .auth(mechanism: "LOGIN", identity: "u", succeeded: false, isRepeated: true),
        .verdict(
            .object(["score": .thousandths(2500), "reply": .null, "list": .array([.bool(true), .integer(-3), "x"])])),
        .close(reason: nil), .close(reason: "timeout"),
        .dns(
            RecordedDNSAnswer(
                name: "example.org.", type: "TXT", rcode: .noError, rdata: ["\"v=spf1 -all\""], ttl: 300,
                authentic: true, captured: time)),
        .dns(RecordedDNSAnswer(name: "x.", type: "A", rcode: .timeout)),
        .state(RecordedStateAnswer(verb: .get, key: "greylist|a")),
        .state(
            RecordedStateAnswer(
                verb: .insertIfAbsent, key: "k", value: "v", created: time, expires: time, inserted: true)),
        .state(RecordedStateAnswer(verb: .increment, key: "k", count: 3)),
        .state(RecordedStateAnswer(verb: .put, key: "k", error: "down")),
        .dns(RecordedDNSAnswer(name: "x.", type: "A", rcode: .unrecorded), uses: 3),
        .message(RecordedMessage(sha256: nil, content: .size(12), defects: [.bareLF, .falseEndOfData])),
        .service(RecordedService(TranscriptTests.server, isShadow: true)),
        .hop(
            RecordedHopAnswer(
                .rcpt, path: "a@b.example",
                reply: SMTPReply(
                    code: 550, enhanced: EnhancedStatus(class: 5, subject: 1, detail: 1), lines: ["no", "such user"]))),
        .hop(
            RecordedHopAnswer(
                .greet, reply: nil,
                extensions: PeerExtensions(
                    SMTPReply(code: 250, lines: ["mx", "SIZE 1000", "AUTH PLAIN LOGIN", "8BITMIME"])))),
        .hop(RecordedHopAnswer(.message, reply: nil)),
        .deadline(stage: "spf", limit: .milliseconds(1500), evaluation: 2),
        .unknown(name: "milter"),
    ]

    private static var server: ServerConfiguration {
        var server = ServerConfiguration(hostname: "mx.example")
        server.extensions = [.pipelining, .size, .auth(["PLAIN"]), .other("FUTURERELEASE 1")]
        (server.sizeLimit, server.maximumErrors, server.discipline) = (1000, 3, .normalise)
        (server.requiresTLS, server.requiresHelo) = (true, false)
        return server
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let lines = TranscriptTests.events.enumerated().map { index, event in
            TranscriptLine(
                session: "s\(index)", time: Timestamp(milliseconds: 1_714_557_600_000 + Int64(index)), event: event)
        }
        var encoder = TranscriptEncoder()
        let bytes = Bytes(lines.flatMap { encoder.encode($0) })
        #expect(bytes.count { $0 == .lf } == lines.count)
        for size in [1, 7, 100_000] {
            var decoder = TranscriptDecoder(file: "t")
            let outputs = chunks(bytes, size).flatMap { decoder.consume($0) }
            #expect(try outputs.map { try $0.get() } == lines)
            #expect(decoder.finish() == nil)
        }
    }

    @Test func placesAndMarksAreReadBack() throws {
        let line = TranscriptLine(
            session: "s", time: TranscriptTests.time, event: .line(from: .client, Bytes("EHLO a")), number: 3,
            marks: [.more, .cut])
        var encoder = TranscriptEncoder()
        var decoder = TranscriptDecoder(file: "t")
        #expect(try decoder.consume(Bytes(encoder.encode(line))).map { try $0.get() } == [line])
    }

    /// What a recorder writes of credentials, and what a replay makes of it: a server takes or refuses both alike.
    @Test(arguments: [
        ("AUTH PLAIN AHNlY3JldA==", false, "AUTH PLAIN *", "AUTH PLAIN ="),
        ("AUTH LOGIN", false, "AUTH LOGIN", "AUTH LOGIN"),
        ("auth login s3cret!", false, "AUTH login * *", "AUTH login * *"), ("c2VjcmV0", true, "*", "*"),
        ("AUTH  PLAIN:AHNlY3JldA==", false, "AUTH * *", "AUTH * ="),
        ("AUTH AGFubgBTRUNSRVQ", false, "AUTH * *", "AUTH * ="),
        ("auth cram-md5", false, "auth cram-md5", "auth cram-md5"),
        ("AUT PLAIN AHNlY3JldA==", false, "AUT *", "AUT *"), ("XAUTH PLAIN AHNlY3JldA==", false, "XAUTH *", "XAUTH *"),
        ("\u{FEFF}AUTH PLAIN AHNlY3JldA==", false, "\u{FEFF}AUTH *", "\u{FEFF}AUTH *"),
        ("AUTHPLAIN AHNlY3JldA==", false, "AUTH* *", "AUTH* *"), ("AUTHPLAIN", false, "AUTHPLAIN", "AUTHPLAIN"),
        ("AUTH PLAIN AHNl\0cmV0", false, "AUTH PLAIN * *\0", "AUTH PLAIN * *\0"), ("EHLO a", false, "EHLO a", "EHLO a"),
    ])
    func credentialsAreLeftOut(line: String, isSecret: Bool, recorded: String, restored: String) {
        let taken = TakenLine(
            content: Bytes(line), isTooLong: false, isSecret: isSecret, isStray: false, hasMoreBehind: false)
        #expect(taken.withoutCredentials == Bytes(recorded))
        #expect(TakenLine.restored(Bytes(recorded), isCut: false, limits: .default) == Bytes(restored + "\r\n"))
        // An encoder leaves it as it is.
        var encoder = TranscriptEncoder()
        let written = encoder.withoutSecrets(
            TranscriptLine(session: "s", time: TranscriptTests.time, event: .line(from: .client, Bytes(recorded))))
        #expect(written.event == .line(from: .client, Bytes(recorded)))
    }

    /// Lines of a session, and which of them may be credentials that nobody asked for.
    @Test(
        arguments: [
            (
                [
                    "EHLO a", "c2VjcmV0", "AUTH LOGIN", "c2VjcmV0", "c2VjcmV0=", "NONSENSE of a client",
                    "MAIL FROM:<a@b>", "c2VjcmV0",
                ],
                [3, 4]
            ),
            (["auth  plain:AHNl", "0JHQuA==", "RCPT", "c2VjcmV0"], [1]), (["AUTHPLAIN x", "NOOP", "c2VjcmV0"], [2]),
            (["AUTHPLAIN x", "EHLO a", "c2VjcmV0"], []),
        ] as [([String], [Int])])
    func credentialsThatNobodyAskedFor(lines: [String], expected: [Int]) {
        var stray = StrayCredentials()
        let found = lines.indices.filter { stray.note(Bytes(lines[$0])) }
        #expect(found == expected)
    }

    @Test(arguments: [("c2VjcmV0", "AUTH* *"), ("0JHQuA==", "*"), ("se\0cret", "AUTH* *\0")])
    func whatIsNoCommandStaysNone(line: String, standIn: String) {
        #expect(StrayCredentials.standIn(for: Bytes(line)) == Bytes(standIn))
        func problem(_ text: String) -> String? {
            switch SMTPCommand.parse(Bytes(text)) {
            case .success(.unknown): "unknown"
            case .success: nil
            case .failure(let error): "\(error.problem)"
            }
        }
        #expect(problem(line) != nil && problem(line) == problem(standIn))
    }

    @Test func keysAreSorted() {
        let line = TranscriptLine(session: "a", time: TranscriptTests.time, event: TranscriptTests.events[0])
        #expect(
            line.json.text
                == #"{"client":"192.0.2.1:4312","event":"connect","session":"a","time":"2024-05-01T10:00:00Z"}"#)
    }

    /// A line and the error it gives.
    @Test(arguments: [
        ("{", "not JSON"), ("[]", "not a JSON object"), ("1", "not a JSON object"), (#""x""#, "not a JSON object"),
        (#"{"time":"2024-05-01T10:00:00Z","event":"close"}"#, "field 'session' is missing"),
        (#"{"session":"s","event":"close"}"#, "field 'time' is missing"),
        (#"{"session":1,"time":"2024-05-01T10:00:00Z","event":"close"}"#, "field 'session' is of the wrong type"),
        (#"{"session":"s","time":"yesterday","event":"close"}"#, "field 'time' is not an RFC 3339 time"),
        (#"{"session":"s","time":"2024-05-01T10:00:00Z"}"#, "neither 'event' nor 'from' is there"),
        (#"{"session":"s","time":"2024-05-01T10:00:00Z","event":7}"#, "field 'event' is of the wrong type"),
        (
            #"{"session":"s","time":"2024-05-01T10:00:00Z","from":"proxy","line":"x"}"#,
            "field 'from' is neither 'client' nor 'server'"
        ),
        (#"{"session":"s","time":"2024-05-01T10:00:00Z","from":"client"}"#, "neither 'line' nor 'base64' is there"),
        (#"{"session":"s","time":"2024-05-01T10:00:00Z","event":"connect"}"#, "field 'client' is missing"),
        (
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"connect","client":"host:1"}"#,
            "field 'client' is not an address with a port"
        ),
        (#"{"session":"s","time":"2024-05-01T10:00:00Z","event":"message"}"#, "neither 'base64' nor 'file' is there"),
        (
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"message","base64":"*"}"#,
            "field 'base64' is not base64"
        ),
        (
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"message","sha256":"12","file":"x"}"#,
            "field 'sha256' is not 64 hexadecimal digits"
        ),
        (
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"auth","mechanism":"PLAIN","result":"maybe"}"#,
            "field 'result' is neither 'success' nor 'failure'"
        ),
        (#"{"session":"s","time":"2024-05-01T10:00:00Z","event":"dns"}"#, "field 'dns' is missing"),
        (
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"dns","dns":{"name":"x.","type":"A","rcode":"FORMERR"}}"#,
            "field 'rcode' has an unknown value"
        ),
        (
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"state","verb":"drop","key":"k"}"#,
            "field 'verb' has an unknown value"
        ),
        (
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"verdict","verdict":1e99}"#,
            "a number is out of range"
        ),
    ])
    func errorsNameTheirPlace(line: String, message: String) {
        var decoder = TranscriptDecoder(file: "log.ndjson")
        let good = #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"close","other":[1]}"#
        let outputs = decoder.consume(Bytes("\(good)\n\n\(line)\n\(good)\r\n"))
        #expect(outputs.count == 3)
        #expect(outputs[1] == .failure(TranscriptError(file: "log.ndjson", line: 3, message: message)))
        if case .failure(let error) = outputs[2] { Issue.record("\(error)") }
    }

    @Test func aLastLineWithoutLineFeedIsRead() {
        var decoder = TranscriptDecoder(file: "t")
        #expect(decoder.consume(Bytes(#"{"session":"s","time":"2024-05-01T10:00:00Z","event":"clo"#)).isEmpty)
        #expect(decoder.finish() == .failure(TranscriptError(file: "t", line: 1, message: "not JSON")))
        #expect(decoder.finish() == nil)
    }

    @Test func longLinesAndDeepNestingAreErrors() {
        var decoder = TranscriptDecoder(file: "t", lineLimit: 1_000_000)
        let long = Bytes([UInt8](repeating: 0x20, count: 100_000))
        for _ in 0..<50 { #expect(decoder.consume(long).isEmpty) }
        #expect(
            decoder.consume(Bytes("\n")) == [
                .failure(TranscriptError(file: "t", line: 1, message: "line longer than 1000000 octets"))
            ])
        let deep =
            #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"verdict","verdict":"#
            + String(repeating: "[", count: 200_000)
        let outputs = decoder.consume(Bytes(deep + "\n"))
        #expect(outputs.count == 1)
        if case .success = outputs[0] { Issue.record("read") }
    }

    @Test func aVerdictOfEndlessValuesIsAnError() {
        var decoder = TranscriptDecoder(file: "t")
        let values = String(repeating: "1.5,", count: 1_000_000)
        let line = #"{"session":"s","time":"2024-05-01T10:00:00Z","event":"verdict","verdict":["# + values + "0]}\n"
        #expect(
            decoder.consume(Bytes(line)) == [
                .failure(TranscriptError(file: "t", line: 1, message: "too many values for a line of a transcript"))
            ])
    }

    @Test func secretsAreNeverWritten() {
        let dialogue: [(TranscriptEvent.Peer, String)] = [
            (.client, "AUTH PLAIN SECRET1"), (.server, "334 "), (.client, "SECRET2"), (.server, "334 UGFzc3dvcmQ6"),
            (.client, "SECRET3"),
            (.server, "235 ok"), (.client, "auth  login   SECRET4 SECRET5"), (.client, "AUTH LOGIN"),
            (.client, "NOOP seen"),
        ]
        var encoder = TranscriptEncoder()
        var text = ""
        for (peer, line) in dialogue {
            let line = TranscriptLine(session: "s", time: TranscriptTests.time, event: .line(from: peer, Bytes(line)))
            text += String(decoding: encoder.encode(line), as: UTF8.self)
            let other = TranscriptLine(
                session: "t", time: TranscriptTests.time, event: .line(from: .client, Bytes("NOOP t")))
            text += String(decoding: encoder.encode(other), as: UTF8.self)
        }
        #expect(!text.contains("SECRET"))
        #expect(text.contains("AUTH PLAIN *") && text.contains("NOOP seen") && text.contains("NOOP t"))
    }

    @Test(arguments: [
        ("192.0.2.1:25", "192.0.2.1:25"), ("192.0.2.1", "192.0.2.1"), ("[2001:DB8::1]:25", "[2001:db8::1]:25"),
        ("2001:db8::1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"), ("192.0.2.1:", nil), ("192.0.2.1:65536", nil),
        ("[x]:1", nil),
        ("[::1", nil), ("[::1]1", nil), ("", nil), (":", nil), ("192.0.2.1:+1", nil),
    ])
    func endpoints(text: String, expected: String?) {
        #expect(Endpoint(text)?.description == expected)
    }
}
