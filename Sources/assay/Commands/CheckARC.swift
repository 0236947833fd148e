import Archives
import ArgumentParser
import Authentication
import DNS
import Mail
import Screening
import Values

/// `assay check arc`
struct CheckARC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arc",
        abstract: "Validate the chain that forwarders of a message left in it (RFC 8617).",
        discussion: """
            Each message is answered for on its own: ndjson has an object for each, with its source. The text has one \
            line a hop, the first handler's first: whether its signature over the message and its seal over the chain \
            hold, and what it said it found.

            A message without a chain gives none. All failures are permanent, those of the DNS too. When the answer \
            hangs on DNS answers that the source has not recorded, the result is fail, the reason key-unrecorded, and \
            the output names the questions.
            """)

    @OptionGroup var messageArguments: MessageArguments

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let time = now ?? WallClock.now
            let dns = try dnsOptions.source()(time)
            try await messageArguments.answer(outputOptions, dns: dnsOptions, takesHeaderless: true) { message in
                let outcome = await ARCValidator.validate(message, dns: dns, now: time)
                return MessageAnswer(
                    isIncomplete: !outcome.unrecorded.isEmpty, json: { outcome.json }, lines: { outcome.lines })
            }
        }
    }
}

extension ARCOutcome {
    fileprivate var lines: [String] {
        var lines = [(status ?? .fail).rawValue]
        if let reason { lines[0] += "  \(reason)" }
        for hop in hops { lines += hop.lines }
        if let oldestPass, status == .pass {
            lines.append(
                oldestPass == 0
                    ? "  unchanged since the first of them" : "  unchanged since hop \(oldestPass), changed before")
        }
        for exchange in answersUsed { lines.append("  \(exchange.question) → \(exchange.answer.summary)") }
        return lines
    }
}

extension ARCHop {
    fileprivate var lines: [String] {
        var line = "  \(instance)  \(domain ?? "?")  message \(messageSignature.text), chain \(seal.text)"
        if let sealedAt { line += ", sealed \(sealedAt.rfc3339)" }
        var lines = [line]
        if let reason = messageSignature.reason { lines.append("     message because  \(reason)") }
        if let reason = seal.reason { lines.append("     chain because    \(reason)") }
        lines.append("     said             \(results)")
        return lines
    }
}
