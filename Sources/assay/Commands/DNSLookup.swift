import ArgumentParser
import DNS
import Screening
import Values

/// `assay dns lookup`
struct DNSLookup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup",
        abstract: "Ask the DNS, the way a replay or the proxy asks.",
        discussion: """
            For a name without types A, AAAA, MX and TXT are asked for; for an address PTR, at its name in the reverse \
            zone. Aliases are followed.

            "no data" means that the name exists without this type, NXDOMAIN that it does not exist, SERVFAIL that \
            no server gave an answer of use (refused, lame, a loop of aliases), and time-out that none answered. After \
            the last two the exit code is 69. NDJSON output has the lines of a snapshot.
            """)

    @Argument(help: ArgumentHelp("A domain name or an address.", valueName: "name"))
    var name: String

    @Argument(help: ArgumentHelp("Record types: A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TLSA, TXT.", valueName: "type"))
    var types: [String] = []

    @OptionGroup var sourceOptions: LiveDNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            var questions: [DNSQuestion] = []
            do {
                let (name, usual) = try DNSWords.name(name)
                questions = try
                    (types.isEmpty
                    ? usual
                    : types.map { word throws(DNSWords.Mistake) in
                        try DNSWords.type(word)
                    }).map { DNSQuestion(name, $0) }
            } catch let mistake as DNSWords.Mistake {
                throw Failure(.usage, mistake.message)
            }
            let inquiry = try DNSInquiry(sourceOptions)
            var output = try FileOutput(path: outputOptions.output, inputs: sourceOptions.inputs)
            let captures = await inquiry.captures(of: questions)
            DNSOutput.write(captures, as: outputOptions.format, to: &output)
            try output.flush()
            try await inquiry.check(captures, of: questions)
        }
    }
}
