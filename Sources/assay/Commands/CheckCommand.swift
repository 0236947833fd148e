import ArgumentParser

/// `assay check`
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Ask one method about one message, session or address.",
        subcommands: [CheckSPF.self, CheckDKIM.self, CheckDMARC.self, CheckDNSBL.self, CheckReverse.self])
}
