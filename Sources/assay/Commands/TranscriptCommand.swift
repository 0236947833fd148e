import ArgumentParser

/// `assay transcript`
struct TranscriptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transcript",
        abstract: "Read recorded SMTP sessions.",
        subcommands: [TranscriptShow.self, TranscriptImport.self])
}
