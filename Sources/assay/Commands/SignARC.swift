import Archives
import ArgumentParser
import Authentication
import DNS
import Mail
import Values

/// `assay sign arc`
struct SignARC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arc",
        abstract: "Seal a message that is sent on with ARC (RFC 8617).",
        discussion: """
            MESSAGE is a file with one message, ARCHIVE#N, or - for standard input. The sealed message is written: the three fields of \
            the new set on top, every byte below them as it was.

            What was found when the message came in is taken from --results, else from the Authentication-Results \
            fields of --authserv-id. The state of the chain is --chain; else what the results say of arc; else the \
            chain is validated, which needs the message as it came in and the DNS.

            A chain whose newest seal says cv=fail has ended, and one of 50 sets is full: nothing is added to them, and \
            the exit code is 65.
            """)

    @Argument(help: ArgumentHelp("The message: a file, ARCHIVE#N, or -.", valueName: "message"))
    var message: String

    @OptionGroup var keyOptions: SigningKeyOptions

    @Option(
        name: .customLong("authserv-id"),
        help: ArgumentHelp("The name under which results are written here (RFC 8601).", valueName: "name"))
    var authservID: String

    @Option(
        help: ArgumentHelp(
            "What was found, as Authentication-Results says it after the name: 'spf=pass smtp.mailfrom=…; dkim=…'.",
            valueName: "text"))
    var results: String?

    @Option(help: ArgumentHelp("The state of the chain: none, pass or fail.", valueName: "state"))
    var chain: ARCStatus?

    @Option(
        help: ArgumentHelp(
            """
            The fields that the message signature covers, colons between; without it what sign dkim covers, and the \
            DKIM signatures.
            """,
            valueName: "names"))
    var headers: String?

    @Option(help: ArgumentHelp("t=: the time of the seal (RFC 3339); without it, now.", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var dnsOptions: DNSOptions

    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        if let now, now.seconds < 0 { throw ValidationError("--now: a seal cannot tell a time before 1970.") }
        guard AuthenticationResults.authservID(authservID) != nil else {
            throw ValidationError(
                TerminalLine.safe(
                    "--authserv-id: '\(authservID)' is neither a token nor a quoted string (RFC 8601 section 2.2)."))
        }
        if let results {
            let faults = AuthenticationResults.read(Bytes("\(authservID); \(results)")).faults
            if let fault = faults.first(where: \.kind.isGrave) {
                let place = fault.text.isEmpty ? "" : ": \(fault.text)"
                throw ValidationError(TerminalLine.safe("--results: \(fault.kind.rawValue)\(place)"))
            }
        }
        guard keyOptions.keys.count == 1 else { throw ValidationError("A seal is made with one --key.") }
    }

    func run() async throws {
        try await reportingFailure {
            let time = now ?? WallClock.now
            let domain = try keyOptions.domainName()
            guard let key = try keyOptions.signingKeys().first else { throw Failure(.usage, "--key: none given") }
            let bytes = try MessagePlace(message).entry(isOnly: true).message
            let read = Message(bytes)
            guard
                let text = results.map({ "\(authservID); \($0)" })
                    ?? AuthenticationResults.authservID(authservID).flatMap({
                        ResultsText.merged(from: read.header, of: $0)
                    })
            else { throw failure(.noResults(authservID)) }
            let told = chain ?? ResultsText.chainStatus(in: text)
            let outcome = told == nil ? try await validated(read, at: time) : nil
            guard let status = told ?? outcome?.status else { throw Failure(.unavailable, []) }
            var options = ARCSealingOptions(domain: domain, results: text, chain: status, sealedAt: time)
            if let headers {
                options.headers = headers.split(separator: ":").map {
                    String($0.filter { $0 != " " && $0 != "\t" })
                }
            }
            switch ARCSealer.seal(read, with: key, options: options) {
            case .failure(.signing(let fault)): throw fault.failure(of: message, keys: [key], in: keyOptions)
            case .failure(let fault): throw failure(fault)
            case .success(let fields):
                if let outcome, status == .fail { warn(outcome) }
                var file = try FileOutput(path: output, inputs: [message] + keyOptions.keys + dnsOptions.inputs)
                for field in fields { file.append(field.array) }
                file.append(bytes.array)
                try file.flush()
            }
        }
    }

    private func failure(_ fault: ARCSealingFault) -> Failure {
        switch fault {
        case .resultsUnusable: Failure(.usage, TerminalLine.safe("--results: \(fault)"))
        case .noResults: Failure(.usage, TerminalLine.safe("\(message): \(fault)"))
        case .chainEnded, .tooManySets, .chainStatus, .signing:
            Failure(.badData, TerminalLine.safe("\(message): \(fault)"))
        }
    }

    /// The chain as it is now, for want of anybody who says how it came in.
    private func validated(_ read: Message, at time: Timestamp) async throws -> ARCOutcome {
        let outcome = await ARCValidator.validate(read, dns: try dnsOptions.source()(time), now: time)
        if outcome.status != nil { return outcome }
        let wanted = outcome.unrecorded.map(\.description).joined(separator: ", ")
        throw Failure(
            .unavailable,
            TerminalLine.safe(
                "\(message): the state of the chain hangs on \(wanted), which --dns does not tell; or give --chain"))
    }

    /// A chain that changes made here have broken is not what came in, and a seal that says cv=fail ends it.
    private func warn(_ outcome: ARCOutcome) {
        let reason = outcome.reason.map { " (\($0))" } ?? ""
        StandardError.write(
            TerminalLine.safe(
                "\(message): the chain is broken\(reason) and is sealed as cv=fail, which ends it; if it was valid when "
                    + "the message came in and was changed here, seal with --chain pass") + "\n")
    }
}

extension ARCStatus: ExpressibleByArgument {}

extension AuthenticationResultsFault.Kind {
    /// Whether a reader would not find in the field what was meant. The others are kept as they are written.
    fileprivate var isGrave: Bool {
        switch self {
        case .emptyResult, .unregisteredResult, .untypedProperty, .unquotedValue, .misplacedReason: false
        case .missingAuthservID, .malformedAuthservID, .malformedInstance, .unexpectedInstance, .malformedVersion,
            .noResults, .noneAmongResults, .notAResult, .malformedName, .emptyValue, .unexpectedText, .unclosedComment,
            .unclosedQuote, .tooMuch:
            true
        }
    }
}
