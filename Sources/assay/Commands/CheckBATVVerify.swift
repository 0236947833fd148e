import ArgumentParser
import Authentication
import Mail
import Screening
import Values

/// `assay check batv verify`
struct CheckBATVVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Tell what the tag of an address is worth.",
        discussion: """
            The result is pass, none for an address without a tag, or fail; the reason of a fail is malformed, \
            unknown-key, bad-signature, expired, or day-out-of-range for a tag that would be valid for longer than tags \
            are. The address without its tag is printed too, for delivery.

            With --key-number, as many as there are keys and in their order, a key counts for tags of its number alone; \
            without, each counts for all.
            """)

    @Argument(help: ArgumentHelp("The address with its tag.", valueName: "address"))
    var address: String

    @Option(
        name: .customLong("key"), help: ArgumentHelp("A file that holds a secret; may be repeated.", valueName: "file"))
    var keys: [String]

    @Option(
        name: .customLong("key-number"),
        help: ArgumentHelp("The number of a key, 0 to 9; may be repeated.", valueName: "number"))
    var keyNumbers: [Int] = []

    @Option(help: ArgumentHelp("How many days a tag is valid.", valueName: "days"))
    var lifetime = BATVKeyring.standardLifetime

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        if keys.isEmpty { throw ValidationError("Give --key.") }
        try BATVArguments.check(numbers: keyNumbers, lifetime: lifetime)
        if !keyNumbers.isEmpty, keyNumbers.count != keys.count {
            throw ValidationError("Give as many --key-number as --key, or none.")
        }
        if SMTPPath(address) == nil { throw ValidationError("'\(address)' is no address.") }
    }

    func run() async throws {
        try await reportingFailure {
            let keyring = try BATVArguments.keyring(keys, numbers: keyNumbers, lifetime: lifetime)
            let outcome = keyring.verify(SMTPPath(address) ?? .null, now: now ?? WallClock.now)
            var output = try FileOutput(path: outputOptions.output, inputs: keys)
            switch outputOptions.format {
            case .ndjson: try output.append(line: outcome.json)
            case .text:
                output.append(lines: outcome.lines)
            }
            try output.flush()
        }
    }
}

extension BATVOutcome {
    fileprivate var lines: [String] {
        var lines = ["\(word)\(original.map { "  \($0.address)" } ?? "")"]
        if let reason { lines.append("  because      \(reason)") }
        if let tag { lines.append("  key          \(tag.keyNumber)") }
        switch result {
        case .valid(0): lines.append("  expires      today")
        case .valid(let days): lines.append("  expires      in \(BATVOutcome.days(days))")
        case .farAhead(let days):
            lines.append("  expires      in \(BATVOutcome.days(days)), which no tag made here does")
        case .expired(let days): lines.append("  expired      \(BATVOutcome.days(days)) ago")
        case .untagged, .malformed, .unknownKey, .badSignature: break
        }
        return lines
    }

    private static func days(_ count: Int) -> String { count == 1 ? "1 day" : "\(count) days" }
}
