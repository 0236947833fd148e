import ArgumentParser

/// `assay check`
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Ask one authentication method about one message or session.",
        subcommands: [CheckSPF.self, CheckDKIM.self])
}
