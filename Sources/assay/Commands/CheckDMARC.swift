import Archives
import ArgumentParser
import Authentication
import DNS
import Mail
import PublicSuffix
import Screening
import Values

/// `assay check dmarc`
struct CheckDMARC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dmarc",
        abstract: "Tell whether the domain shown in From is authenticated, and what its owner asks for (RFC 7489).",
        discussion: """
            Each message is answered for on its own: ndjson has an object for each, with its source. Its DKIM \
            signatures are verified. SPF is checked where --ip says whose client it was; the reverse-path is that of \
            --mail-from, else of the message's Return-Path field. Without --ip, SPF counts as not having passed, and \
            the output says that it was not evaluated.

            When the answer hangs on DNS answers that the source has not recorded, the result is temperror and the \
            output names the questions.
            """)

    @OptionGroup var messageArguments: MessageArguments

    @OptionGroup var client: ClientOptions

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var discoveryOptions: DMARCDiscoveryOptions
    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let time = now ?? WallClock.now
            let options = try discoveryOptions.options()
            let dns = try dnsOptions.source()(time)
            try await messageArguments.answer(
                outputOptions, inputs: discoveryOptions.inputs, dns: dnsOptions
            ) { message in
                let told = await check(message, dns: dns, now: time, options: options)
                return MessageAnswer(
                    isIncomplete: !told.unrecorded.isEmpty, json: { told.json }, lines: { told.lines })
            }
        }
    }

    private func check(
        _ message: Message, dns: any DNSView, now: Timestamp, options: DMARCOptions
    ) async -> DMARCTelling {
        let spf = await checkSPF(message, dns: dns, now: now)
        let signatures = await DKIMVerifier.verify(message, dns: dns, now: now)
        let identifiers = [spf?.identifier].compactMap(\.self) + signatures.map { DMARCIdentifier(dkim: $0) }
        let outcome = await DMARCCheck.evaluate(
            DMARCQuery(message, identifiers: identifiers), dns: dns, options: options)
        return DMARCTelling(
            outcome: outcome, spf: spf?.outcome, spfAbsence: spf == nil ? spfAbsence : nil, signatures: signatures,
            signatureFault: DKIMVerifier.fault(withoutSignaturesIn: message.header))
    }

    /// Why SPF is not evaluated where it is not.
    private var spfAbsence: String {
        if client.ip == nil { return "no --ip" }
        return client.mailFrom == nil
            ? "the message has no Return-Path to check; give --mail-from or --helo"
            : "the reverse-path is null, and no --helo says what to check instead"
    }

    /// What SPF says of the client; nil when nobody says who that was.
    private func checkSPF(
        _ message: Message, dns: any DNSView, now: Timestamp
    ) async -> (outcome: SPFOutcome, identifier: DMARCIdentifier)? {
        guard let ip = client.ip else { return nil }
        let path = client.reversePath(of: message)
        // RFC 7489 §4.1: for a null reverse-path, SPF's domain is the HELO name's.
        if path == nil, client.helo == nil { return nil }
        let outcome = await SPFCheck.evaluate(
            SPFQuery(ip: ip, helo: client.helo ?? "", mailFrom: path ?? "", now: now), dns: dns)
        return (outcome, DMARCIdentifier(spf: outcome.domain, outcome.result))
    }
}

/// How organizational domains are found.
struct DMARCDiscoveryOptions: ParsableArguments {
    @Flag(
        name: .customLong("tree-walk"),
        help: "Find the organizational domain by asking up the tree (RFC 9989), not by the Public Suffix List.")
    var treeWalk = false

    @Option(
        name: .customLong("public-suffix-list"),
        help: ArgumentHelp(
            "A list in the form of publicsuffix.org, instead of the one that libpsl was made with.", valueName: "file"))
    var publicSuffixList: String?

    /// The file that is read, if there is one.
    var inputs: [String] { [publicSuffixList].compactMap(\.self) }

    /// The options they are. Throws what keeps the list from being used.
    func options() throws -> DMARCOptions {
        guard !treeWalk else {
            guard publicSuffixList == nil else {
                throw Failure(.usage, "--public-suffix-list is of no use with --tree-walk")
            }
            return DMARCOptions(discovery: .treeWalk)
        }
        return DMARCOptions(discovery: .publicSuffix(try list()))
    }

    private func list() throws -> PublicSuffixList {
        guard let publicSuffixList else { return .builtIn }
        switch InputFile.contents(of: publicSuffixList, limit: PublicSuffixList.maximumSize) {
        case .failure(let error): throw error.failure
        case .success(let bytes):
            guard let list = PublicSuffixList(contentsOf: bytes) else {
                throw Failure(.badData, TerminalLine.safe("\(publicSuffixList): is no public suffix list"))
            }
            return list
        }
    }
}
