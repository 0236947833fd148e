import ArgumentParser
import Authentication
import DNS
import Screening
import Values

/// `assay check reverse`
struct CheckReverse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reverse",
        abstract: "Look up the name of an address, a HELO name and the domain of a reverse-path.",
        discussion: """
            The name is looked up and has to lead back to the address (iprev, RFC 8601). With --helo, the name is held \
            against the address (RFC 5321 section 4.1.4); with --mail-from, its domain has to be able to take mail \
            (RFC 5321 section 5.1, RFC 7505).

            A result that hangs on DNS answers which the source has not recorded is unrecorded, and the output names \
            the questions.
            """)

    @Option(help: ArgumentHelp("The client's address.", valueName: "address"))
    var ip: IPAddress

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The name the client gave in HELO or EHLO.", valueName: "name"))
    var helo: String?

    @Option(
        name: .customLong("mail-from"), parsing: .unconditional,
        help: ArgumentHelp("The reverse-path, or its domain alone.", valueName: "path"))
    var mailFrom: String?

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws { try ReversePathArgument.check(mailFrom) }

    func run() async throws {
        try await reportingFailure {
            let dns = try dnsOptions.source()(now ?? WallClock.now)
            var results = [Result(ptr: await ReverseNameCheck.evaluate(ip, dns: dns), ip)]
            if let helo { results.append(Result(await HeloNameCheck.evaluate(helo, client: ip, dns: dns), helo)) }
            if let domain { results.append(Result(await MailDomainCheck.evaluate(domain, dns: dns), domain)) }
            var output = try FileOutput(path: outputOptions.output, inputs: dnsOptions.inputs)
            switch outputOptions.format {
            case .ndjson: for result in results { try output.append(line: result.json) }
            case .text:
                let lines = results.flatMap(\.lines)
                output.append(lines: lines)
            }
            try output.flush()
            dnsOptions.tellRemedy(missing: results.contains { $0.exchanges.contains { $0.answer == .unrecorded } })
        }
    }

    /// The domain of the reverse-path; nil for the null path, which has none, and for an address literal.
    private var domain: String? {
        guard var path = mailFrom?[...] else { return nil }
        if path.hasPrefix("<"), path.hasSuffix(">") { path = path.dropFirst().dropLast() }
        let domain = path.lastIndex(of: "@").map { path[path.index(after: $0)...] } ?? path
        return domain.isEmpty || domain.hasPrefix("[") ? nil : String(domain)
    }

    /// One check and what came of it.
    private struct Result {
        let check: String
        let subject: String
        let result: String
        /// Names or addresses that were found.
        let found: [String]
        var confirmed: [String] = []
        let reason: String?
        let exchanges: [DNSExchange]

        init(ptr outcome: ReverseNameOutcome, _ ip: IPAddress) {
            (check, subject, result) = ("ptr", ip.description, outcome.result.rawValue)
            (found, reason) = (outcome.names.map(\.relativeText), nil)
            (confirmed, exchanges) = (outcome.confirmed.map(\.relativeText), outcome.exchanges)
        }

        init(_ outcome: HeloNameOutcome, _ helo: String) {
            (check, subject, result) = ("helo", helo, outcome.result.word)
            (found, reason) = (outcome.addresses.map(\.description), outcome.reason)
            exchanges = outcome.exchanges
        }

        init(_ outcome: MailDomainOutcome, _ domain: String) {
            (check, subject, result) = ("mail-from", domain, outcome.result.word)
            (found, reason) = (outcome.addresses.map(\.description), outcome.reason)
            exchanges = outcome.exchanges
        }

        var json: JSON {
            let unrecorded = exchanges.filter { $0.answer == .unrecorded }.map(\.question.description)
            return .object([
                "check": .string(check), "subject": .string(subject), "result": .string(result),
                "found": .array(found.map(JSON.string)), "confirmed": .array(confirmed.map(JSON.string)),
                "reason": JSON(reason), "unrecorded": .array(unrecorded.map(JSON.string)),
            ])
        }

        var lines: [String] {
            var lines = ["\(check)  \(result)  \(subject)"]
            if !found.isEmpty { lines.append("  found        \(found.joined(separator: ", "))") }
            if !confirmed.isEmpty { lines.append("  confirmed    \(confirmed.joined(separator: ", "))") }
            if let reason { lines.append("  because      \(reason)") }
            for exchange in exchanges { lines.append("  \(exchange.question) → \(exchange.answer.summary)") }
            return lines
        }
    }
}

extension HeloNameOutcome.Result {
    fileprivate var word: String {
        switch self {
        case .match: "match"
        case .literalMatch: "literal-match"
        case .literalMismatch: "literal-mismatch"
        case .mismatch: "mismatch"
        case .notFound: "not-found"
        case .malformed: "malformed"
        case .temperror: "temperror"
        case .unrecorded: "unrecorded"
        }
    }
}

extension MailDomainOutcome.Result {
    fileprivate var word: String {
        switch self {
        case .explicit: "mx"
        case .implicit: "implicit-mx"
        case .nullMX: "null-mx"
        case .unreachable: "unreachable"
        case .notFound: "not-found"
        case .temperror: "temperror"
        case .unrecorded: "unrecorded"
        }
    }
}
