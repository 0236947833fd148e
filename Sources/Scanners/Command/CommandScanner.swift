import Expressions
import NIOCore
import NIOPosix
import Programs
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
                    return try await NIOThreadPool.singleton.runIfActive {
                        try self.run(on: content, digest: digest)
                    }
                } catch {
                    throw error as? ScannerFault ?? ScannerFault("\(error)")
                }
            }
        } catch {
            return ScanAnswer(.failed(reason: error.description))
        }
    }

    private static let keptOutput = 64 << 10

    private func run(on content: Bytes, digest: String) throws(ScannerFault) -> ScanAnswer {
        let file = try ScanFile(of: content, in: command.folder)
        defer { file.remove() }
        let arguments = command.arguments.map { $0.replacing(ScanCommand.fileWord, with: file.path) }
        let environment =
            [ProgramRun.path, "LC_ALL=C", "ASSAY_SHA256=\(digest)", "ASSAY_SIZE=\(content.count)"]
            + command.environment
        let run: ProgramRun
        do throws(ProgramRun.Fault) {
            run = try ProgramRun(
                arguments, environment: environment, input: command.takesFile ? .nothing : .file(file.path),
                keptOutput: CommandScanner.keptOutput, endsLeftovers: false, within: settings.timeout)
        } catch {
            throw ScannerFault(error.description)
        }
        let isRepaired = if case .exit(let code) = run.ending { command.repairedCodes.contains(code) } else { false }
        // What is as it was, or empty, is none that a virus was taken out of.
        let left = isRepaired ? file.content(limit: settings.sizeLimit) : nil
        return ScanAnswer(outcome(of: run), repaired: left.flatMap { $0.isEmpty || $0 == content ? nil : $0 })
    }

    private func outcome(of run: ProgramRun) -> ScanOutcome {
        let said = run.output.lossyString.split { $0.isNewline }.first.map { String($0).asShown } ?? ""
        switch run.ending {
        case .timeout: return .failed(reason: "the program did not end in time")
        case .signal(let number): return .failed(reason: "the program was ended by signal \(number)")
        case .exit(let code):
            let known: ScanOutcome.Kind? = command.repairedCodes.contains(code) ? .infected : command.codes[code]
            guard let kind = known else {
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
