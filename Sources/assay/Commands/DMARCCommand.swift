import ArgumentParser

/// `assay dmarc`
struct DMARCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dmarc",
        abstract: "Read the DMARC reports that others send, and the policies that they publish.",
        subcommands: [DMARCImport.self, DMARCPolicyCommand.self])
}
