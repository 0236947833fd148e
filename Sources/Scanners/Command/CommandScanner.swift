import Expressions
import NIOCore
import NIOPosix
import Screening
import Values

/// A program that is run for each content.
final class CommandScanner: ContentScanner {
    private let settings: ScannerSettings
    private let command: ScanCommand
    private let gate: Gate
    private let name: Expression?

    init(_ settings: ScannerSettings, _ command: ScanCommand) {
        (self.settings, self.command) = (settings, command)
        gate = Gate(settings.connections)
        name = command.namePattern.map { Expression(known: $0, .multiline) }
    }

    func scan(_ content: Bytes, digest: String) async -> ScanAnswer {
        let time = settings.timeout
        do throws(ScannerFault) {
            return try await gate.within(by: .now() + TimeAmount(time)) { () async throws(ScannerFault) -> ScanAnswer in
                do {
                    // To wait for a program takes a thread, which is none of those that serve connections.
                    let run = try await NIOThreadPool.singleton.runIfActive {
                        try ProgramRun(self.command, content, digest: digest, within: time)
                    }
                    return ScanAnswer(self.outcome(of: run))
                } catch {
                    throw error as? ScannerFault ?? ScannerFault("\(error)")
                }
            }
        } catch {
            return ScanAnswer(.failed(reason: error.description))
        }
    }

    private func outcome(of run: ProgramRun) -> ScanOutcome {
        let said = run.output.lossyString.split { $0.isNewline }.first.map { String($0).asShown } ?? ""
        switch run.ending {
        case .timeout: return .failed(reason: "the program did not end in time")
        case .signal(let number): return .failed(reason: "the program was ended by signal \(number)")
        case .exit(let code):
            guard let kind = command.codes[code] else {
                return .failed(reason: "exit code \(code)" + (said.isEmpty ? "" : ": \(said)"))
            }
            let detail = kind == .infected ? self.found(in: run.output) ?? "exit code \(code)" : "exit code \(code)"
            return ScanOutcome(kind, detail: detail)
        }
    }

    /// What the pattern finds in the output: its first group, or all of it.
    private func found(in output: Bytes) -> String? {
        guard let name, let groups = Matcher().groups(of: name, in: output) else { return nil }
        let range = groups.count > 1 ? groups[1] ?? groups[0] : groups[0]
        let text = range.map { output[$0].lossyString.asShown } ?? ""
        return text.isEmpty ? nil : text
    }
}
