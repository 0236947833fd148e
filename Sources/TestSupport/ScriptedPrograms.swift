import Screening
import Values

/// Programs of which a case says what they say.
struct ScriptedPrograms: ProgramRunner {
    private let answers: [String: ProgramAnswer]

    /// Reads lines `NAME = ANSWER`.
    init(_ lines: [String]) {
        var answers: [String: ProgramAnswer] = [:]
        for line in lines {
            let sides = line.split(separator: " = ", maxSplits: 1).map(String.init)
            guard sides.count == 2 else { continue }
            if let code = Int(sides[1]) {
                answers[sides[0]] = .exited(code)
            } else if sides[1] == "timeout" {
                answers[sides[0]] = .timedOut
            } else {
                answers[sides[0]] = .failed(sides[1])
            }
        }
        self.answers = answers
    }

    func run(_ call: ProgramCall, on message: Bytes) async -> ProgramAnswer {
        answers[call.name] ?? .failed("\(call.path): No such file or directory")
    }
}
