import DNS
import Testing
import Values

@Suite struct DNSRecordingTests {
    /// What a name answered at successive moments, noted in one order and in the reverse.
    @Test(arguments: [[1, 1, 2, 1, 1], [1, 2, 2, 3], [1], [2, 1, 2, 1]])
    func answersAsItWasAnswered(addresses: [UInt32]) async throws {
        let question = DNSQuestion(try #require(DomainName("a.example")), .a)
        let noted = addresses.enumerated().map { index, address in
            (DNSAnswer.records([.address(.v4(address))], authentic: false), Timestamp(seconds: Int64(index) * 10))
        }
        var written: Set<Bytes> = []
        for order in [noted, noted.reversed()] {
            let recording = DNSRecording()
            for (answer, time) in order { recording.note(DNSExchange(question, answer), at: time) }
            written.insert(recording.lines)
        }
        let lines = try #require(written.first)
        #expect(written.count == 1)
        let snapshot = try DNSSnapshot(lines: lines, file: "f")
        for (answer, time) in noted {
            #expect(await snapshot.view(at: time).answer(to: question) == answer)
        }
    }

    @Test func everyKindOfAnswer() async throws {
        let zone = try DNSZone(
            fixture: """
                a.example. A 192.0.2.1
                a.example. MX 10 m.example.
                a.example. TXT "v=spf1" " -all"
                b.example. CNAME a.example.
                slow.example. A !TIMEOUT
                bad.example. A !SERVFAIL
                new.example. A !UNRECORDED
                """)
        let recording = DNSRecording()
        let time = Timestamp(seconds: 1_700_000_000)
        let view = recording.view(of: zone, at: time)
        let questions = try [
            ("a", RecordType.a), ("a", .mx), ("a", .txt), ("a", .ptr), ("b", .a), ("slow", .a), ("bad", .a), ("x", .a),
        ].map { DNSQuestion(try #require(DomainName("\($0.0).example")), $0.1) }
        let unrecorded = DNSQuestion(try #require(DomainName("new.example")), .a)
        for question in questions + [unrecorded] { _ = await view.answer(to: question) }
        let replayed = try DNSSnapshot(lines: recording.lines, file: "f").view(at: time)
        for question in questions + [unrecorded] {
            #expect(await replayed.answer(to: question) == zone.answer(to: question))
        }
        #expect(recording.allCaptures.count == questions.count)
    }

    @Test func fromManyTasks() async throws {
        let zone = try DNSZone(fixture: "*.example. A 192.0.2.1")
        let recording = DNSRecording()
        let names = (0..<200).compactMap { DomainName("n\($0).example") }
        await withTaskGroup(of: Void.self) { group in
            for name in names {
                group.addTask {
                    _ = await recording.view(of: zone, at: Timestamp(seconds: 1)).answer(to: DNSQuestion(name, .a))
                }
            }
        }
        #expect(recording.allCaptures.map(\.question.name) == names.sorted())
    }
}
