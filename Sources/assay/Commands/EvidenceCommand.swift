import ArgumentParser

/// `assay evidence`
struct EvidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Check messages and sessions that were exported from a case.",
        subcommands: [EvidenceVerify.self])
}
