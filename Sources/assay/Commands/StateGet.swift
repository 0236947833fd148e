import ArgumentParser
import Screening
import State
import Stores
import Values

/// `assay state get`
struct StateGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Tell what is remembered under a key.",
        discussion: """
            The key is written as assay state export writes it, parts joined by |: \
            'greylist|host|192.0.2.0/24'. Exit code 66 when nothing is remembered there.
            """)

    @Argument(help: ArgumentHelp("The entry's key.", valueName: "key"))
    var key: String

    @OptionGroup var stateOptions: StateOptions

    @Option(
        help: ArgumentHelp("Tell what there is at this time (RFC 3339, or a date) instead of now.", valueName: "time"))
    var at: Timestamp?

    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let key = try StateKey(argument: key)
            let (policy, source, settings) = try stateOptions.located()
            let state = try await StateOptions.open(source, settings, .reading)
            let now = at ?? WallClock.now
            let entry = try await reportingStateFailure { try await state.get(key, at: now) }
            await state.close()
            guard let entry else {
                throw Failure(.noInput, TerminalLine.safe("\(source): nothing is remembered under \(key.text)"))
            }
            let held = HeldEntry(key, entry)
            let meaning = policy.meaning(of: held)
            var output = try FileOutput(path: outputOptions.output, inputs: stateOptions.inputs)
            switch outputOptions.format {
            case .text:
                output.append(TerminalLine.safe(meaning.text) + "\n")
                output.append(TerminalLine.safe("value: \(entry.value)") + "\n")
            case .ndjson: try output.append(line: StateOutput.line(held, meaning))
            }
            try output.flush()
        }
    }
}

extension StateKey {
    /// The key that an argument is the text of.
    init(argument: String) throws {
        if let option = StateKey.option(for: argument) {
            throw Failure(
                .usage,
                TerminalLine.safe(
                    "'\(argument)' is no key: what is remembered about it, assay state list \(option) \(argument) tells, and "
                        + "assay state clear \(option) \(argument) forgets"))
        }
        guard let key = StateKey(text: argument) else {
            throw Failure(
                .usage,
                TerminalLine.safe(
                    "'\(argument)' is no key: its parts are joined by |, with %7C for | and %25 for % within them"))
        }
        self = key
    }

    /// The option that takes what somebody gives for a key, whose parts are joined by `|`.
    private static func option(for argument: String) -> String? {
        if argument.utf8.contains(.ascii("|")) { return nil }
        if IPAddress(argument) != nil { return "--address" }
        if argument.utf8.contains(.at) { return "--mail" }
        return argument.utf8.contains(.dot) ? "--domain" : nil
    }
}
