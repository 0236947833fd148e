import Archives
import ArgumentParser
import Replay
import Reports
import Screening
import State
import Values

/// `assay explain`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell the story of one message: why it meets the verdict it does.",
        discussion: """
            Shows the session as reconstructed and from which header field, what each stage saw, the policy line that \
            weighed each finding, the sum and the verdict.

            MESSAGE is a file with one message, ARCHIVE#N (the Nth message of an archive, as the source of a replay \
            line says), or - for standard input. --id picks a message of an archive by its id.
            """)

    @Argument(help: ArgumentHelp("The message: a file, ARCHIVE#N, or -.", valueName: "message"))
    var message: String

    @OptionGroup var policyOptions: PolicyOptions
    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var recordOptions: RecordDNSOptions
    @OptionGroup var outputOptions: OutputOptions

    @Option(
        help: ArgumentHelp(
            "The id of the message (sha256:…, or its first digits), of those in an archive.", valueName: "id"))
    var id: String?

    func run() async throws {
        try await reportingFailure { try await explain() }
    }

    private func explain() async throws {
        let policy = try policyOptions.load()
        let inputs = [message] + policyOptions.files
        let dns = try recordOptions.recordedDNS(dnsOptions, inputs: inputs)
        let environment = ScreeningEnvironment(
            dns: dns.view, state: nil,
            stateAbsence: "needs what came before: see assay replay --simulate")
        let entry = try MessagePlace(message).entry(id: id)
        let record = await ReplayRun.record(of: entry, policy: policy, environment: environment)
        var output = try FileOutput(path: outputOptions.output, inputs: inputs)
        switch outputOptions.format {
        case .text: output.append(Explanation(record, policy: policy, message: entry.message).text)
        case .ndjson: try output.append(line: record.json)
        }
        try output.flush()
        try dns.finish()
    }
}
