import SMTP
import Testing
import Values

@Suite struct TranscriptAssemblerTests {
    private func line(_ session: String, _ second: Int64, _ event: TranscriptEvent) -> TranscriptLine {
        TranscriptLine(session: session, time: Timestamp(seconds: second), event: event)
    }

    private let client = Endpoint(IPAddress.v4(0xC000_0201), port: 1)

    @Test func interleavedSessionsAreTakenApart() {
        var assembler = TranscriptAssembler()
        let lines = [
            line("a", 1, .connect(client: client)), line("b", 2, .connect(client: client)),
            line("a", 4, .line(from: .client, Bytes("second"))), line("a", 3, .line(from: .client, Bytes("first"))),
            line("b", 5, .close(reason: nil)), line("a", 4, .line(from: .client, Bytes("third"))),
            line("a", 6, .close(reason: nil)),
            line("c", 7, .line(from: .client, Bytes("alone"))),
        ]
        let sessions = lines.flatMap { assembler.add($0) }
        #expect(sessions.map(\.id) == ["b", "a"])
        #expect(sessions.map(\.isComplete) == [true, true])
        let texts = sessions[1].events.compactMap {
            if case .line(_, let text) = $0.event { text.lossyString } else { nil }
        }
        #expect(texts == ["first", "second", "third"])
        #expect(sessions[1].connectTime == Timestamp(seconds: 1) && sessions[1].client == client)
        let rest = assembler.finish()
        #expect(rest.map(\.id) == ["c"] && rest[0].client == nil && !rest[0].isComplete)
        #expect(rest[0].connectTime == Timestamp(seconds: 7))
        #expect(assembler.finish().isEmpty)
    }

    @Test func whatComesAfterTheCloseIsASessionOfItsOwn() {
        var assembler = TranscriptAssembler()
        _ = assembler.add(line("a", 1, .connect(client: client)))
        #expect(assembler.add(line("a", 2, .close(reason: nil))).count == 1)
        #expect(assembler.add(line("a", 3, .verdict(.null))).isEmpty)
        let rest = assembler.finish()
        #expect(rest.count == 1 && !rest[0].isComplete)
    }

    @Test func nothingIsLostOverTheLimits() {
        var limits = TranscriptAssembler.Limits()
        limits.sessions = 10
        limits.lines = 25
        limits.octets = 1000
        var assembler = TranscriptAssembler(limits: limits)
        var lines = 0
        var sessions: [String] = []
        for number in 0..<5000 {
            for done in assembler.add(line("s\(number % 40)", Int64(number), .line(from: .client, Bytes("0123456789"))))
            {
                lines += done.events.count
                sessions.append(done.id)
            }
        }
        for done in assembler.finish() { lines += done.events.count }
        #expect(lines == 5000)
        #expect(sessions.prefix(3) == ["s0", "s1", "s2"])
    }

    @Test(.timeLimit(.minutes(10))) func manyShortSessionsStayCheap() {
        var assembler = TranscriptAssembler()
        _ = assembler.add(line("held", 0, .connect(client: client)))
        var count = 0
        for number in 0..<100_000 {
            _ = assembler.add(line("s\(number)", Int64(number), .connect(client: client)))
            count += assembler.add(line("s\(number)", Int64(number), .close(reason: nil))).count
        }
        #expect(count == 100_000)
        #expect(assembler.finish().map(\.id) == ["held"])
    }
}
