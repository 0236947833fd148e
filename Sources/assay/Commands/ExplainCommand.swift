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
        let environment = ScreeningEnvironment(
            dns: try dnsOptions.source(), state: nil,
            stateAbsence: "needs what came before: see assay replay --simulate")
        let place = MessagePlace(message)
        guard let (record, message) = try await record(at: place, policy, environment) else {
            throw Failure(.noInput, "\(message): no such message\(id.map { " (id \($0))" } ?? "")")
        }
        var output = try FileOutput(path: outputOptions.output)
        switch outputOptions.format {
        case .text: output.append(Array(Explanation(record, policy: policy, message: message).text.utf8))
        case .ndjson: try output.append(line: record.json)
        }
        try output.flush()
    }

    private func record(
        at place: MessagePlace, _ policy: ScreeningPolicy, _ environment: ScreeningEnvironment
    ) async throws -> (TransactionRecord, Bytes)? {
        var reader = try opened(place.location)
        var number = 0
        while let event = reader.next() {
            switch event {
            case .problem(let problem):
                // The message asked for may still be whole.
                StandardError.write("\(problem.error)\n")
            case .message(let entry):
                number += 1
                guard place.number.map({ $0 == number }) ?? true else { continue }
                if let id, !TransactionRecord.identifier(of: entry.message).matches(id) { continue }
                let record = await ReplayRun.record(of: entry, policy: policy, environment: environment)
                return (record, entry.message)
            }
        }
        return nil
    }

    private func opened(_ location: ArchiveLocation) throws -> ArchiveReader {
        do {
            return try ArchiveReader(location)
        } catch {
            throw Failure(Failure.Code(error.code), error.description)
        }
    }
}

extension String {
    /// Whether this id is the one that `text` gives, whole or by its first digits.
    fileprivate func matches(_ text: String) -> Bool {
        let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
        return digits.utf8.count >= 4 && dropFirst(7).hasPrefix(digits.asciiLowercased)
    }
}
