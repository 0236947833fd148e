import DNS
import SMTP
import State
import Synchronization
import Values

extension SessionRecording {
    /// An environment that answers as `base` does and whose answers are recorded.
    public func environment(_ base: ScreeningEnvironment) -> ScreeningEnvironment {
        var environment = base
        let dns = base.dns
        environment.dns = { RecordingView(base: dns($0), recording: self) }
        environment.state = base.state.map { RecordingState(base: $0, recording: self) }
        environment.scanner = base.scanner.map { RecordingScanner(base: $0, recording: self) }
        environment.programs = RecordingPrograms(base: base.programs, recording: self)
        environment.timer = RecordingTimer(base: base.timer, recording: self)
        return environment
    }

    /// Records what a stage was answered: now, or with all else of its evaluation when that ends. What comes after a
    /// deadline has passed had no part in the verdict.
    func note(_ answer: Evaluation.Answer) {
        if let evaluation = Evaluation.current { evaluation.add(answer) } else { record([answer]) }
    }

    fileprivate func record(_ answers: [Evaluation.Answer]) {
        for answer in answers {
            switch answer {
            case .dns(let exchange): add(exchange)
            case .state(let answer): add(.state(answer))
            case .scan(let answer): add(.scan(answer))
            case .program(let answer): add(.program(answer))
            }
        }
    }
}

/// The answers that a stage uses while it looks at one checkpoint.
final class Evaluation: Sendable {
    enum Answer: Sendable {
        case dns(DNSExchange)
        case state(RecordedStateAnswer)
        case scan(RecordedScanAnswer)
        case program(RecordedProgramAnswer)
    }

    @TaskLocal static var current: Evaluation?

    private let answers = Mutex<[Answer]>([])

    func add(_ answer: Answer) { answers.withLock { $0.append(answer) } }

    func take() -> [Answer] {
        answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
    }
}

private struct RecordingTimer: StageTimer {
    let base: any StageTimer
    let recording: SessionRecording

    func run(
        stage: String, limit: Duration, _ work: @Sendable @escaping () async throws -> StageReport
    ) async throws -> StageReport {
        let number = recording.beginEvaluation(of: stage)
        let evaluation = Evaluation()
        do {
            let report = try await Evaluation.$current.withValue(evaluation) {
                try await base.run(stage: stage, limit: limit, work)
            }
            recording.record(evaluation.take())
            return report
        } catch let error as StageDeadlinePassed {
            recording.add(.deadline(stage: stage, limit: error.limit, evaluation: number))
            throw error
        } catch {
            recording.record(evaluation.take())
            throw error
        }
    }
}

private struct RecordingView: DNSView {
    let base: any DNSView
    let recording: SessionRecording

    var answersAtOnce: Bool { base.answersAtOnce }

    func answer(to question: DNSQuestion) async -> DNSAnswer {
        let answer = await base.answer(to: question)
        recording.note(.dns(DNSExchange(question, answer)))
        return answer
    }

    func answerAtHand(to question: DNSQuestion) -> DNSAnswer? {
        guard let answer = base.answerAtHand(to: question) else { return nil }
        recording.note(.dns(DNSExchange(question, answer)))
        return answer
    }
}
