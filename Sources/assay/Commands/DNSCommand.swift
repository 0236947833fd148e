import ArgumentParser

/// `assay dns`
struct DNSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns",
        abstract: "Ask the DNS, record its answers, or look into a recording.",
        subcommands: [DNSLookup.self, DNSRecord.self, DNSShow.self])
}
