import Archives
import ArgumentParser
import Authentication
import Cases
import Mail
import Reports
import Values

/// `assay dmarc import`
struct DMARCImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read DMARC reports that were received, into a case file or onto the output.",
        discussion: """
            A FILE is an aggregate report (XML as such, in gzip or in zip), a message that carries one, a mailbox or \
            Maildir of such messages, a folder of any of these, or - for standard input. What it is shows in its bytes; \
            names and content types do not count. Failure reports (RFC 6591) in messages are taken too. Reports about \
            TLS (RFC 8460) are told to be none.

            Reports go into --case, each once however often it is found; assay query --sql asks the views dmarc_report, \
            dmarc_record and dmarc_failure. Without --case they are printed.

            A report that is damaged but whole is taken, with its faults; one that is cut off is not, and the command \
            ends with exit code 65 after the rest has been read.
            """)

    @Argument(help: ArgumentHelp("The reports, or mail with reports.", valueName: "file"))
    var files: [String]

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp("Put the reports into this case file; it is made if need be.", valueName: "file"))
    var casePath: String?

    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            var importing = try ReportImport(
                casePath: casePath, format: outputOptions.format,
                output: FileOutput(path: outputOptions.output, inputs: files + [casePath].compactMap(\.self)))
            for file in files { try importing.read(file) }
            try importing.finish()
        }
    }
}
