import ArgumentParser
import Policy
import Screening
import Stages
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
            let (policy, source, settings) = try stateOptions.located()
            warn(about: HeldEntry(key, StateEntry(value: value, created: now, expires: expires)), policy)
            let state = try await StateOptions.open(source, settings, .writing(makes: true))
            try await reportingStateFailure { try await state.put(key, value, expires: expires, at: now) }
            await state.close()
        }
    }

    /// What no stage asks for is kept as it is told, as other programs may; but a slip would go unseen.
    private func warn(about held: HeldEntry, _ policy: ScreeningPolicy) {
        let complaint = UnknownName.complaint(
            "stage", held.key.space, among: catalogue.manifests.map(\.id), ", so that none will ask for this")
        if let complaint {
            tell(complaint)
        } else if !policy.understands(held) {
            tell("\(held.key.space) has no entries of this form; assay state export shows those it has")
        }
    }

    private func tell(_ words: String) { StandardError.write(TerminalLine.safe("warning: \(words)") + "\n") }
}
