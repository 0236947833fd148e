import ArgumentParser
import Policy
import Proxy
import Values

/// `assay quarantine delete`
struct QuarantineDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete messages from quarantine.",
        discussion: """
            By their ids, by their age, or by conditions, all of which have to hold; --released spares those that \
            somebody still waits for. Where conditions as those of the list are given, the number of messages is told \
            and the command asks before it deletes: --yes answers. What a crash has left half written is removed too, \
            once it is an hour old. Each message deleted is told.
            """)

    @Argument(help: ArgumentHelp("The messages' ids.", valueName: "id"))
    var ids: [String] = []

    @OptionGroup var place: QuarantineOptions

    @Option(
        name: .customLong("older-than"),
        help: ArgumentHelp("Messages that came longer ago than this: 30d, 12h.", valueName: "duration"))
    var age: Age?

    @Flag(help: "Only messages that have been released to all of their recipients.")
    var released = false

    @OptionGroup var filter: QuarantineFilter

    @Option(help: ArgumentHelp("Messages to this address or domain.", valueName: "address"))
    var to: String?

    @Flag(help: "Delete what the conditions find without asking.")
    var yes = false

    @OptionGroup var outputOptions: OutputOptions

    /// How long ago something was.
    struct Age: ExpressibleByArgument {
        let duration: Duration

        init?(argument: String) {
            guard let duration = DurationText.parse(argument) else { return nil }
            self.duration = duration
        }
    }

    private var isUnconditional: Bool { filter.isEmpty && to == nil }

    func validate() throws {
        guard ids.isEmpty != (age == nil && !released && isUnconditional) else {
            throw ValidationError(
                "Say which messages: their ids, or --older-than DURATION, --released or conditions such as --to ADDRESS."
            )
        }
    }

    func run() async throws {
        try await reportingFailure {
            let folder = try place.open().folder
            var output = try FileOutput(path: outputOptions.output)
            var isWhole = true
            if ids.isEmpty {
                let limit = age.map { WallClock.now - $0.duration }
                let found = try filter.messages(in: folder, to: to)
                isWhole = found.isWhole
                var chosen: [String] = []
                for message in found.messages {
                    if let limit, message.time >= limit { continue }
                    if released {
                        let done = Set(try folder.releases(of: message.id).flatMap(\.recipients))
                        guard message.recipients.allSatisfy({ done.contains($0.address) }) else { continue }
                    }
                    chosen.append(message.id)
                }
                if !isUnconditional { try QuarantineFilter.confirm("deleted", chosen.count, yes: yes) }
                for id in chosen {
                    do {
                        try await folder.delete(id)
                    } catch let error as QuarantineError where error.code == .inUse || error.code == .notThere {
                        // Somebody releases it just now, or has deleted it.
                        continue
                    }
                    try tell(id, &output)
                }
            } else {
                for id in ids {
                    try await folder.delete(id)
                    try tell(id, &output)
                }
            }
            let leftovers = try folder.sweep(at: WallClock.now)
            if leftovers > 0 {
                StandardError.write(
                    Counted.words(leftovers, "half-written file was", "half-written files were") + " removed\n")
            }
            try output.flush()
            if !isWhole { throw Failure(.badData, [String]()) }
        }
    }

    private func tell(_ id: String, _ output: inout FileOutput) throws {
        switch outputOptions.format {
        case .text: output.append("\(id): deleted\n")
        case .ndjson: try output.append(line: .object(["deleted": .string(id)]))
        }
        try output.flush()
    }
}
