import ArgumentParser
import Glibc
import Screening
import State
import Stores
import Values

/// `assay state clear`
struct StateClear: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear",
        abstract: "Forget entries.",
        discussion: """
            Forgets the entries that all options given hold for, or those under the keys given; --all forgets \
            everything. On a terminal it asks first, and --dry-run only tells what would be forgotten.
            """)

    @Argument(help: ArgumentHelp("Keys of entries, as assay state export writes them.", valueName: "key"))
    var keys: [String] = []

    @OptionGroup var selection: StateSelection

    @Flag(help: "Forget everything.")
    var all = false

    @Flag(help: "Ask nothing.")
    var yes = false

    @Flag(name: .customLong("dry-run"), help: "Forget nothing, and tell what would be forgotten.")
    var dryRun = false

    @OptionGroup var stateOptions: StateOptions

    func validate() throws {
        guard all || !selection.isEmpty || !keys.isEmpty else {
            throw ValidationError("Say what to forget: keys, --stage, --kind, --address, --domain or --mail; or --all.")
        }
        guard [all, !selection.isEmpty, !keys.isEmpty].filter(\.self).count == 1 else {
            throw ValidationError("Give keys, or options that select, or --all.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let wanted = try keys.map { try StateKey(argument: $0) }
            let (policy, source, settings) = try stateOptions.located()
            let state = try await StateOptions.open(source, settings, dryRun ? .reading : .writing(makes: false))
            var output = try FileOutput(path: nil)
            let victims = try await victims(of: wanted, in: state, policy, telling: &output)
            if dryRun {
                output.append("\(entries(victims.count)) would be forgotten\n")
            } else if victims.isEmpty {
                output.append("nothing is remembered that this holds for\n")
            } else {
                guard
                    StateClear.agrees(
                        yes, to: "Forget \(entries(victims.count)) of \(TerminalLine.safe(source.description))?")
                else {
                    throw Failure(.usage, "nothing was forgotten")
                }
                try await reportingStateFailure { try await state.remove(victims) }
                output.append("\(entries(victims.count)) forgotten\n")
            }
            await state.close()
            try output.flush()
        }
    }

    private func victims(
        of wanted: [StateKey], in state: any StateInventory, _ policy: ScreeningPolicy, telling output: inout FileOutput
    ) async throws -> [StateKey] {
        var victims: [StateKey] = []
        func take(_ held: HeldEntry) {
            victims.append(held.key)
            if dryRun { output.append(TerminalLine.safe(policy.meaning(of: held).text) + "\n") }
        }
        try await reportingStateFailure {
            for key in Set(wanted).sorted() {
                let before = victims.count
                try await state.entries(under: key.text) { batch in
                    guard let held = batch.first(where: { $0.key == key }) else { return true }
                    take(held)
                    return false
                }
                if victims.count == before, await isUnreadable(key, in: state) { victims.append(key) }
            }
            guard wanted.isEmpty else { return }
            try await state.entries(under: selection.prefix) { batch in
                for held in batch where selection.includes(held, policy.meaning(of: held)) { take(held) }
                return true
            }
        }
        return victims
    }

    /// Whether something is kept under `key` that is no entry, and so in no list.
    private func isUnreadable(_ key: StateKey, in state: any StateInventory) async -> Bool {
        do {
            _ = try await state.get(key, at: Timestamp(seconds: 0))
            return false
        } catch {
            return (error as? StateError)?.cause == .refused
        }
    }

    private func entries(_ count: Int) -> String { count == 1 ? "1 entry" : "\(count) entries" }

    /// Whether a person says so, where one is there to be asked.
    private static func agrees(_ isGiven: Bool, to question: String) -> Bool {
        guard !isGiven, isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return true }
        StandardError.write(question + " [y/N] ")
        return ["y", "yes"].contains((readLine() ?? "").asciiLowercased)
    }
}
