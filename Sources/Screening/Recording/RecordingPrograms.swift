import SMTP
import Values

/// Runs programs whose answers are recorded.
struct RecordingPrograms: ProgramRunner {
    let base: any ProgramRunner
    let recording: SessionRecording

    func run(_ call: ProgramCall, on message: Bytes) async -> ProgramAnswer {
        let answer = await base.run(call, on: message)
        if let recorded = RecordedProgramAnswer(answer, of: call.name) { recording.note(.program(recorded)) }
        return answer
    }
}

extension RecordedProgramAnswer {
    /// What is recorded of an answer; nil where nothing was run.
    init?(_ answer: ProgramAnswer, of name: String) {
        switch answer {
        case .exited(let code): self.init(name: name, exitCode: code)
        case .killed(let signal): self.init(name: name, signal: signal)
        case .timedOut: self.init(name: name, failure: .timeout)
        case .failed(let reason): self.init(name: name, failure: .error(reason))
        case .notRun: return nil
        }
    }
}

extension ProgramAnswer {
    /// The answer that was recorded.
    public init(_ recorded: RecordedProgramAnswer) {
        switch (recorded.exitCode, recorded.signal, recorded.failure) {
        case (let code?, _, _): self = .exited(code)
        case (_, let signal?, _): self = .killed(signal: signal)
        case (_, _, .timeout?): self = .timedOut
        case (_, _, .error(let reason)?): self = .failed(reason)
        case (nil, nil, nil): self = .notRun("program not run")
        }
    }
}
