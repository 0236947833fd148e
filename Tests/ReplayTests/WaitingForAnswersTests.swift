import Archives
import DNS
import Replay
import Screening
import State
import Testing
import Values

/// A replay whose answers come over a network asks about many messages while it waits.
@Suite struct WaitingForAnswersTests {
    /// Answers nobody before enough have asked; a replay that waits for each answer in turn never ends.
    private actor Gathering: DNSView {
        private let wanted: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []
        private var isOpen = false

        init(wanted: Int) { self.wanted = wanted }

        func answer(to question: DNSQuestion) async -> DNSAnswer {
            if !isOpen {
                await withCheckedContinuation { continuation in
                    waiting.append(continuation)
                    if waiting.count >= wanted { open() }
                }
            }
            return question.type == .txt ? .records([.txt([Bytes("v=spf1 -all")])], authentic: false) : .nameError
        }

        private func open() {
            isOpen = true
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: [false, true])
    func hundredsOfLookupsAreInFlightAndOrderIsKept(inTimeOrder: Bool) async throws {
        let folder = try TemporaryFolder()
        var options = ReplayRun.Options(try messages(600, in: folder))
        options.inTimeOrder = inTimeOrder
        options.waitsForAnswers = true
        let dns = Gathering(wanted: 200)
        let environment = ScreeningEnvironment(
            dns: { _ in dns }, state: inTimeOrder ? MemoryState() : nil, stateAbsence: "no state")
        let lines = try await lines(options, policy: Fixture.policy(), environment: environment)
        let subjects = try lines.map { try object($0)["subject"] as? String }
        #expect(subjects == (0..<600).map { String($0) })
    }

    /// Knows no name, and counts who asks.
    private actor Counting: DNSView {
        private(set) var count = 0

        func answer(to question: DNSQuestion) async -> DNSAnswer {
            count += 1
            return .nameError
        }
    }

    /// Where answers are at hand nothing is asked ahead of its turn: each question is asked once.
    @Test func nothingIsAskedAheadWhereAnswersAreAtHand() async throws {
        let folder = try TemporaryFolder()
        var counts: [Int] = []
        for inTimeOrder in [false, true] {
            var options = ReplayRun.Options(try messages(20, in: folder))
            options.inTimeOrder = inTimeOrder
            let dns = Counting()
            let environment = ScreeningEnvironment(
                dns: { _ in dns }, state: inTimeOrder ? MemoryState() : nil, stateAbsence: "no state")
            _ = try await lines(options, policy: Fixture.policy(), environment: environment)
            counts.append(await dns.count)
        }
        #expect(counts[0] >= 20 && counts[0] == counts[1])
    }

    /// So many messages, each from a domain of its own, in as many files.
    private func messages(_ count: Int, in folder: TemporaryFolder) throws -> [ArchiveLocation] {
        try (0..<count).map { index in
            let text = """
                Return-Path: <a@d\(index).example>
                Received: from d\(index).example (d\(index).example [192.0.2.1]) by mx.company.example with ESMTP id 1;
                \tWed, 1 May 2024 10:00:00 +0000
                Subject: \(index)

                text

                """
            return .path(try folder.write("\(index).eml", text))
        }
    }
}
