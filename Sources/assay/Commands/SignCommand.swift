import ArgumentParser

/// `assay sign`
struct SignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a message for a domain.",
        subcommands: [SignDKIM.self, SignARC.self])
}
