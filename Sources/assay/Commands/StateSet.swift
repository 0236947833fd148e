import ArgumentParser
import Policy
import State
import Stores
import Values

/// `assay state set`
struct StateSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Remember something as a stage would.",
        discussion: """
            Stores a value under a key, written as assay state export writes it, over what is there. \
            'greylist|correspondents|<ann@client.example>|<eva@local.example>' lets ann write to eva without a wait.
            """)

    @Argument(help: ArgumentHelp("The entry's key.", valueName: "key"))
    var key: String

    @Argument(help: ArgumentHelp("What to store, in the form of the stage.", valueName: "value"))
    var value: String

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long it is remembered: 15m, 10d. 10 days unless given.", valueName: "duration"))
    var duration: String?

    @Option(help: ArgumentHelp("Until when it is remembered (RFC 3339, or a date).", valueName: "time"))
    var until: Timestamp?

    @OptionGroup var stateOptions: StateOptions

    func validate() throws {
        if duration != nil, until != nil { throw ValidationError("Give --for or --until, not both.") }
        if let duration, DurationText.parse(duration) == nil {
            throw ValidationError("--for: expected a duration such as 15m or 10d.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let key = try StateKey(argument: key)
            let now = WallClock.now
            let expires = until ?? now + (duration.flatMap { DurationText.parse($0) } ?? .seconds(864_000))
            guard expires > now else {
                throw Failure(.usage, "that time has passed already: nothing would be remembered")
            }
            let (_, source, settings) = try stateOptions.located()
            let state = try await StateOptions.open(source, settings, .writing(makes: true))
            try await reportingStateFailure { try await state.put(key, value, expires: expires, at: now) }
            await state.close()
        }
    }
}
