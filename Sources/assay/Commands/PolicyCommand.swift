import ArgumentParser
import Glibc
import Policy
import Screening
import Stages
import Values

/// `assay policy`
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check, show or start a policy.",
        subcommands: [Check.self, Show.self, Init.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell every mistake in policy files, each with its place.",
            discussion: """
                Exit code 78 when there is any. Later files overlay earlier ones. Settings that are well-formed and can \
                have no effect, such as a pattern that no name can match, an empty list, or a weight for what a stage \
                that is off would find, are told as warnings; they change no exit code, unless --strict says so.
                """)

        @Argument(help: ArgumentHelp("The policy files.", valueName: "file"))
        var files: [String]

        @Flag(help: "Take warnings for mistakes.")
        var strict = false

        func run() async throws {
            try await reportingFailure {
                let warnings = try PolicyLoading(files).policy().warnings
                for warning in warnings {
                    StandardError.write(
                        TerminalLine.safe("\(warning.place): warning: \(warning.message)") + "\n")
                }
                if strict, !warnings.isEmpty { throw Failure(.policy, []) }
                var output = try FileOutput(path: nil)
                let count = warnings.isEmpty ? "" : ", \(warnings.count) warning\(warnings.count == 1 ? "" : "s")"
                output.append("\(files.joined(separator: ", ")): no mistakes\(count)\n")
                try output.flush()
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the policy in force, each value with where it comes from.")

        @Argument(help: ArgumentHelp("The policy files; none shows the built-in defaults.", valueName: "file"))
        var files: [String] = []

        @OptionGroup var policyOptions: PolicyOptions

        func run() async throws {
            try await reportingFailure {
                let policy = try PolicyLoading(files + policyOptions.files).policy()
                var output = try FileOutput(path: nil)
                output.append(PolicyRendering.effective(policy.settings))
                try output.flush()
            }
        }
    }

    struct Init: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a policy file with every setting, its default and what it does.",
            discussion: """
                Never overwrites a file. All settings are comments but one: the rules that come with assay are on, which \
                make a spam filter of it.
                """)

        @Argument(help: ArgumentHelp("The file to write; standard output when left out.", valueName: "file"))
        var file: String?

        func run() async throws {
            try await reportingFailure {
                // Who starts has no rules yet: those that come with assay make a filter of it.
                let text = PolicyRendering.commentedDefault(ScreeningPolicy.builtIn(catalogue).settings)
                    .replacing("    #default_rules: false\n", with: "    default_rules: true\n")
                if let file, unsafe access(file, F_OK) == 0 {
                    throw Failure(.inputOutput, "\(file): is there already; name another file, or move it away")
                }
                var output = try FileOutput(path: file)
                output.append(text)
                try output.flush()
            }
        }
    }
}
