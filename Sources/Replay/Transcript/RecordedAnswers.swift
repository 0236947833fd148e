import DNS
import SMTP
import Screening
import State
import Synchronization
import Values

/// The answers that the stages of a recorded session were given, to be given again in their order.
final class RecordedAnswers: Sendable {
    private struct StateQuestion: Hashable {
        let verb: RecordedStateAnswer.Verb
        let key: String
    }

    private struct ScanKey: Hashable {
        let scanner: String
        let digest: String
    }

    private struct Held {
        var dns: [DNSQuestion: ArraySlice<(answer: DNSAnswer, uses: Int)>] = [:]
        var state: [StateQuestion: ArraySlice<RecordedStateAnswer>] = [:]
        var scans: [ScanKey: ArraySlice<ScanAnswer>] = [:]
        var programs: [String: ArraySlice<RecordedProgramAnswer>] = [:]
        var evaluations: [String: Int] = [:]
        var missing: Set<String> = []
    }

    private let held: Mutex<Held>
    private let deadlines: [String: [Int: Duration]]

    /// The answers in `session`.
    init(_ session: RecordedSession) {
        var held = Held()
        var deadlines: [String: [Int: Duration]] = [:]
        for line in session.events {
            switch line.event {
            case .dns(let recorded, let uses):
                guard let exchange = recorded.exchange else { continue }
                held.dns[exchange.question, default: []].append((exchange.answer, uses))
            case .state(let answer):
                held.state[StateQuestion(verb: answer.verb, key: answer.key), default: []].append(answer)
            case .scan(let answer):
                held.scans[ScanKey(scanner: answer.scanner, digest: answer.sha256), default: []].append(answer.answer)
            case .deadline(let stage, let limit, let evaluation): deadlines[stage, default: [:]][evaluation] = limit
            case .program(let answer): held.programs[answer.name, default: []].append(answer)
            case .connect, .line, .message, .tls, .auth, .verdict, .close, .service, .hop, .gap, .opaque, .unknown:
                break
            }
        }
        self.held = Mutex(held)
        self.deadlines = deadlines
    }

    /// What was asked and not recorded, sorted.
    var missing: [String] { held.withLock { $0.missing.sorted() } }

    /// An environment that gives these answers and no others; without state where none was recorded.
    func environment(hasState: Bool) -> ScreeningEnvironment {
        var environment = ScreeningEnvironment(
            dns: { _ in RecordedView(answers: self) }, state: hasState ? RecordedState(answers: self) : nil,
            stateAbsence: "unrecorded state", scanner: RecordedScanner(answers: self),
            timer: RecordedTimer(answers: self))
        environment.programs = RecordedPrograms(answers: self)
        return environment
    }

    fileprivate func answer(of program: String) -> ProgramAnswer {
        let answer = held.withLock { held in
            let answer = held.programs[program]?.popFirst()
            if answer == nil { held.missing.insert("program \(program)") }
            return answer
        }
        return answer.map(ProgramAnswer.init) ?? .notRun("program not run")
    }

    fileprivate func answer(to question: DNSQuestion) -> DNSAnswer {
        held.withLock { held in
            guard var list = held.dns[question], var first = list.first else {
                held.missing.insert(question.description)
                return .unrecorded
            }
            first.uses -= 1
            if first.uses > 0 {
                list[list.startIndex] = first
            } else if list.count > 1 {
                // The last answer stays: another policy may ask more often.
                list.removeFirst()
            }
            held.dns[question] = list
            return first.answer
        }
    }

    fileprivate func answer(_ verb: RecordedStateAnswer.Verb, _ key: StateKey) throws -> RecordedStateAnswer {
        let answer = held.withLock { held in
            let answer = held.state[StateQuestion(verb: verb, key: key.text)]?.popFirst()
            if answer == nil { held.missing.insert("\(verb.rawValue) \(key.text)") }
            return answer
        }
        guard let answer else { throw StateError("unrecorded state: \(verb.rawValue) \(key.text)") }
        if let error = answer.error { throw StateError(error) }
        return answer
    }

    fileprivate func answer(to question: ScanQuestion) -> ScanAnswer? {
        held.withLock { held in
            let key = ScanKey(scanner: question.scanner.name, digest: question.digest)
            guard let list = held.scans[key], let first = list.first else {
                held.missing.insert("scan \(question.scanner.name) sha256:\(question.digest)")
                return nil
            }
            // The last answer stays: another policy may ask more often.
            if list.count > 1 { held.scans[key]?.removeFirst() }
            return first
        }
    }

    /// The deadline that passed when `stage` was asked this time; nil when it answered.
    fileprivate func passedDeadline(of stage: String) -> Duration? {
        let number = held.withLock { held in
            held.evaluations[stage, default: 0] += 1
            return held.evaluations[stage] ?? 1
        }
        return deadlines[stage]?[number]
    }
}

private struct RecordedView: DNSView {
    let answers: RecordedAnswers

    var answersAtOnce: Bool { true }
    func answer(to question: DNSQuestion) async -> DNSAnswer { answers.answer(to: question) }
    func answerAtHand(to question: DNSQuestion) -> DNSAnswer? { answers.answer(to: question) }
}

private struct RecordedScanner: ScannerView {
    let answers: RecordedAnswers

    func answer(to question: ScanQuestion) async -> ScanAnswer? { answers.answer(to: question) }
}

private struct RecordedTimer: StageTimer {
    let answers: RecordedAnswers

    func run(
        stage: String, limit: Duration, _ work: @Sendable @escaping () async throws -> StageReport
    ) async throws -> StageReport {
        if let limit = answers.passedDeadline(of: stage) { throw StageDeadlinePassed(limit: limit) }
        return try await work()
    }
}

private struct RecordedState: StateStore {
    let answers: RecordedAnswers

    func get(_ key: StateKey, at: Timestamp) async throws -> StateEntry? { try answers.answer(.get, key).entry }

    func insertIfAbsent(
        _ key: StateKey, _ value: String, expires: Timestamp, at now: Timestamp
    ) async throws -> (entry: StateEntry, inserted: Bool) {
        let answer = try answers.answer(.insertIfAbsent, key)
        let entry = answer.entry ?? StateEntry(value: value, created: now, expires: expires)
        return (entry, answer.inserted ?? false)
    }

    func put(_ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp) async throws {
        _ = try answers.answer(.put, key)
    }

    func increment(_ key: StateKey, by amount: Int, window: Duration, at: Timestamp) async throws -> Int {
        try answers.answer(.increment, key).count ?? amount
    }

    func remove(_ key: StateKey, at: Timestamp) async throws { _ = try answers.answer(.remove, key) }
}

private struct RecordedPrograms: ProgramRunner {
    let answers: RecordedAnswers

    func run(_ call: ProgramCall, on message: Bytes) async -> ProgramAnswer { answers.answer(of: call.name) }
}

extension RecordedStateAnswer {
    /// The entry that the answer tells of.
    fileprivate var entry: StateEntry? {
        guard let value, let created, let expires else { return nil }
        return StateEntry(value: value, created: created, expires: expires)
    }
}
