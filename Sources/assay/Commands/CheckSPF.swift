import ArgumentParser
import Authentication
import DNS
import Screening
import Values

/// `assay check spf`
struct CheckSPF: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spf",
        abstract: "Tell whether a client may send for a domain (RFC 7208).",
        discussion: """
            Checks the domain of the reverse-path; with an empty one (a bounce), or without --mail-from, the HELO name.

            When the answer hangs on DNS answers that the source has not recorded, the result is temperror and the \
            output names the questions.
            """)

    @Option(help: ArgumentHelp("The client's address.", valueName: "address"))
    var ip: IPAddress

    @Option(help: ArgumentHelp("The name the client gave in HELO or EHLO.", valueName: "name"))
    var helo = ""

    @Option(name: .customLong("mail-from"), help: ArgumentHelp("The reverse-path.", valueName: "path"))
    var mailFrom = ""

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        if helo.isEmpty, mailFrom.isEmpty || mailFrom == "<>" {
            throw ValidationError("Give --mail-from, or --helo for a null reverse-path.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let time = now ?? WallClock.now
            let query = SPFQuery(ip: ip, helo: helo, mailFrom: mailFrom, now: time)
            let outcome = await SPFCheck.evaluate(query, dns: try dnsOptions.source()(time))
            var output = try FileOutput(path: outputOptions.output, inputs: dnsOptions.inputs)
            switch outputOptions.format {
            case .ndjson: try output.append(line: outcome.json)
            case .text: output.append(Array(outcome.text.utf8))
            }
            try output.flush()
        }
    }
}

extension SPFOutcome {
    /// The result's word; an unrecorded answer is one that could not be had.
    fileprivate var word: String { result?.rawValue ?? "temperror" }

    fileprivate var json: JSON {
        var members: [String: JSON] = [
            "result": .string(word), "explanation": JSON(explanation), "mechanism": JSON(mechanism),
            "lookups": .integer(lookups), "void_lookups": .integer(voidLookups), "domain": .string(domain),
            "reason": JSON(reason), "authentic": .bool(answersUsed.areAuthentic),
        ]
        if !unrecorded.isEmpty { members["unrecorded"] = .array(unrecorded.map { .string($0.description) }) }
        return .object(members)
    }

    fileprivate var text: String {
        var lines = ["\(word)  \(domain)"]
        if !matches.isEmpty { lines.append("  matched      \(matches.map(\.description).joined(separator: " → "))") }
        if let reason { lines.append("  because      \(reason)") }
        if let explanation { lines.append("  explanation  \(explanation)") }
        lines.append("  lookups      \(lookups), \(voidLookups) of them void")
        for exchange in answersUsed { lines.append("  \(exchange.question) → \(exchange.answer.summary)") }
        return lines.map { TerminalLine.safe($0) }.joined(separator: "\n") + "\n"
    }
}
