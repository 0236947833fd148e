import Archives
import ArgumentParser
import Authentication
import DNS
import Screening
import Mail
import Values

/// `assay check dkim`
struct CheckDKIM: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dkim",
        abstract: "Verify the DKIM signatures of a message (RFC 6376).",
        discussion: """
            MESSAGE is a file, ARCHIVE#N, or - for standard input. Expired signatures fail as of --now; without it the \
            present time counts.
            """)

    @Argument(help: ArgumentHelp("The message: a file, ARCHIVE#N, or -.", valueName: "message"))
    var message: String

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @Flag(help: "Accept SHA-1 and RSA keys from 512 bits, as before RFC 8301.")
    var legacy = false

    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let time = now ?? WallClock.now
            let entry = try MessagePlace(message).entry()
            let outcomes = await DKIMVerifier.verify(
                Message(entry.message), dns: try dnsOptions.source()(time), now: time,
                options: DKIMOptions(requirements: legacy ? .legacy : .standard))
            let result = DKIMOutcome.best(outcomes)?.rawValue ?? "none"
            var output = try FileOutput(path: outputOptions.output, inputs: [message] + dnsOptions.inputs)
            switch outputOptions.format {
            case .ndjson:
                try output.append(line: DKIMOutcome.json(outcomes))
            case .text:
                let lines = [result] + outcomes.flatMap(\.lines)
                output.append(lines.map { TerminalLine.safe($0) }.joined(separator: "\n") + "\n")
            }
            try output.flush()
        }
    }
}

extension DKIMOutcome {
    fileprivate var lines: [String] {
        var lines = ["  \(result.rawValue)  d=\(domain ?? "?") s=\(selector ?? "?") a=\(algorithm ?? "?")"]
        if let reason { lines.append("    because    \(reason)") }
        if let keyBits { lines.append("    key        \(keyBits) bits\(isWeak ? ", weak (RFC 8301)" : "")") }
        if let keyQuestion, let keyAnswer { lines.append("    \(keyQuestion) → \(keyAnswer.summary)") }
        if unsignedBodyLength > 0 {
            lines.append("    the last \(unsignedBodyLength) bytes of the body are not signed")
        }
        if !signedHeaders.isEmpty { lines.append("    signed     \(signedHeaders.joined(separator: " "))") }
        return lines
    }
}
