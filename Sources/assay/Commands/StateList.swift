import ArgumentParser
import Screening
import State
import Stores
import Values

/// `assay state list`
struct StateList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Tell what is remembered, entry by entry, in words.",
        discussion: """
            One line an entry, in the order of their keys. Times at which something may pass go by the policy's \
            settings, or by the defaults without one. Entries that have expired are left out.
            """)

    @OptionGroup var stateOptions: StateOptions
    @OptionGroup var selection: StateSelection

    @Option(
        help: ArgumentHelp("Tell what there is at this time (RFC 3339, or a date) instead of now.", valueName: "time"))
    var at: Timestamp?

    @OptionGroup var outputOptions: OutputOptions

    /// The most kinds that are told of.
    private static let mostKinds = 50

    func run() async throws {
        try await reportingFailure {
            let (policy, source, settings) = try stateOptions.located()
            let state = try await StateOptions.open(source, settings, .reading)
            var output = try FileOutput(path: outputOptions.output, inputs: stateOptions.inputs)
            let now = at ?? WallClock.now
            selection.warnOfUnknownStage()
            var (count, expired) = (0, 0)
            var kinds: Set<String> = []
            try await reportingStateFailure {
                try await state.entries(under: selection.prefix) { batch in
                    for held in batch {
                        let meaning = policy.meaning(of: held)
                        if kinds.count < StateList.mostKinds { kinds.insert(meaning.kind) }
                        guard selection.includes(held, meaning) else { continue }
                        if let at, held.entry.created > at { continue }
                        guard held.entry.isLive(at: now) else {
                            expired += 1
                            continue
                        }
                        count += 1
                        switch outputOptions.format {
                        case .text: output.append(TerminalLine.safe(meaning.text) + "\n")
                        case .ndjson: try output.append(line: StateOutput.line(held, meaning))
                        }
                    }
                    try output.flush()
                    return true
                }
            }
            await state.close()
            if outputOptions.format == .text, count == 0 {
                let had = expired == 1 ? "1 entry has" : "\(expired) entries have"
                var text = "nothing is remembered"
                if expired > 0 {
                    text += "; \(had) expired, and --at tells what there was"
                } else if let kind = selection.kind, !kinds.isEmpty, !kinds.contains(kind) {
                    text += " of this kind; there is: \(kinds.sorted().joined(separator: ", "))"
                }
                output.append(TerminalLine.safe(text) + "\n")
            }
            try output.flush()
        }
    }
}

/// How entries are written.
enum StateOutput {
    /// An entry for programs: as it is kept, and what it means.
    static func line(_ held: HeldEntry, _ meaning: StateMeaning) -> JSON {
        guard case .object(let kept) = StateOutput.kept(held) else { return .null }
        let told: [String: JSON] = [
            "kind": .string(meaning.kind), "stage": .string(held.key.space), "text": .string(meaning.text),
        ]
        return .object(meaning.fields.merging(told) { $1 }.merging(kept) { $1 })
    }

    /// An entry as it is kept.
    static func kept(_ held: HeldEntry) -> JSON { StateLines.line(held) }
}

/// Runs work on a store; that it does not answer is a failure of the command.
func reportingStateFailure<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
        return try await work()
    } catch let error as StateError {
        throw Failure(.unavailable, TerminalLine.safe(error.description))
    }
}
