import ArgumentParser
import Glibc
import Reports
import Values

/// The suite: one command per question a mail administrator has.
@main
struct Assay: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "assay",
        abstract: "Know what your mail policy does before it does it.",
        discussion: """
            assay replays archived mail through the stages of a mail policy and says what would have become of each \
            message, and why. Archived mail is only ever read.

            Exit codes: 0 done, 1 a comparison found what it was to find (replay --as-recorded, diff --fail-if, \
            evidence verify), 64 usage, 65 bad input data, 66 no such input, 69 a service is unavailable, \
            74 input or output error, 78 policy error.
            """,
        version: version,
        subcommands: [
            ReplayCommand.self, ExplainCommand.self, QueryCommand.self, LabelCommand.self,
            DiffCommand.self, TuneCommand.self, ReportCommand.self,
            CheckCommand.self, RulesCommand.self, LearnCommand.self, SignCommand.self, KeygenCommand.self,
            DMARCCommand.self,
            DNSCommand.self,
            StateCommand.self, PolicyCommand.self, TranscriptCommand.self,
            LogsCommand.self,
            StagesCommand.self, QuarantineCommand.self, EvidenceCommand.self,
        ])

    /// Runs the command that the words of the command line name.
    static func main() async {
        let arguments = CommandLineWords.withEmptyValues(Array(CommandLine.arguments.dropFirst()))
        if let complaint = MistypedCommand.complaint(about: arguments) {
            StandardError.write(complaint + "\n")
            Glibc.exit(Failure.Code.usage.rawValue)
        }
        do {
            var command = try await asyncParseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(by: error)
        }
    }

    /// Ends the program as the argument parser would, but for what the user typed: its complaint quotes that.
    private static func end(by error: any Error) -> Never {
        let code = exitCode(for: error)
        if code == .success { exit(withError: error) }
        let words = fullMessage(for: error)
        if !words.isEmpty { StandardError.write(words + "\n") }
        Glibc.exit(code.rawValue)
    }
}
