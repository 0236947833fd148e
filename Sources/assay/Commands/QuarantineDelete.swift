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
            By their ids, or by their age; --released spares those that somebody still waits for. What a crash has \
            left half written is removed too, once it is an hour old. Each message deleted is told.
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

    @OptionGroup var outputOptions: OutputOptions

    /// How long ago something was.
    struct Age: ExpressibleByArgument {
        let duration: Duration

        init?(argument: String) {
            guard let duration = DurationText.parse(argument) else { return nil }
            self.duration = duration
        }
    }

    func validate() throws {
        guard ids.isEmpty != (age == nil && !released) else {
            throw ValidationError("Say which messages: their ids, or --older-than DURATION, --released or both.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let folder = try place.open().folder
            var output = try FileOutput(path: outputOptions.output)
            var isWhole = true
            if ids.isEmpty {
                let limit = age.map { WallClock.now - $0.duration }
                var chosen: [String] = []
                isWhole = try folder.forEach { message in
                    if let limit, message.time >= limit { return }
                    if released {
                        let done = Set(try folder.releases(of: message.id).flatMap(\.recipients))
                        guard message.recipients.allSatisfy({ done.contains($0.address) }) else { return }
                    }
                    chosen.append(message.id)
                }
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
            if leftovers > 0 { StandardError.write("\(leftovers) half-written files were removed\n") }
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
