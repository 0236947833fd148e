import ArgumentParser
import Archives
import Authentication
import DNS
import Mail
import Screening
import Stages
import Values

/// `assay check vbr`
struct CheckVBR: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vbr",
        abstract: "Ask whether somebody vouches for a message (RFC 5518).",
        discussion: """
            Each message is answered for on its own: ndjson has an object for each, with its source. Its VBR-Info \
            fields name a domain and who vouches for it. The domain has to be authenticated: by a DKIM signature, \
            which is verified first, or by SPF for the reverse-path (that of --mail-from, else of the message's \
            Return-Path field) or the HELO name. Without --ip, SPF is not evaluated, and the output says so.

            Those certifiers are asked that the message names and that are trusted: the ones of --certifier and of the \
            policy's stage vbr. Where neither names one, all that the message names are asked; what they say is then \
            no more than a claim, since anybody can vouch for himself.

            The result is pass, fail, none (no field, no authenticated domain, no trusted certifier) or temperror; a \
            result that hangs on DNS answers which the source has not recorded is temperror, and the output names the \
            questions.
            """)

    @OptionGroup var messageArguments: MessageArguments

    @OptionGroup var client: ClientOptions

    @Option(
        name: .customLong("certifier"),
        help: ArgumentHelp("A certifier whose word counts; may be repeated.", valueName: "domain"))
    var certifiers: [String] = []

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var policyOptions: PolicyOptions
    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        for certifier in certifiers where VBRInfo.domain(certifier) == nil {
            throw ValidationError("'\(certifier)' is not a domain name that can be a certifier.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let time = now ?? WallClock.now
            let trust = try trust()
            let dns = try dnsOptions.source()(time)
            let note = client.ip == nil ? ["  spf          not evaluated: --ip does not say whose client it was"] : []
            try await messageArguments.answer(outputOptions, inputs: policyOptions.files, dns: dnsOptions) { message in
                // What is not there to be believed need not be authenticated.
                let known =
                    message.header.contains("VBR-Info")
                    ? await identities(of: message, dns: dns, now: time) : (passed: [], undecided: [])
                let outcome = await VBRCheck.evaluate(
                    message.header, identities: known.passed, undecided: known.undecided, trusting: trust, dns: dns)
                return MessageAnswer(
                    isIncomplete: outcome.result == nil || !outcome.unrecorded.isEmpty,
                    json: { json(outcome, known.passed) }, lines: { outcome.lines + note })
            }
        }
    }

    private func json(_ outcome: VBROutcome, _ identities: [VBRIdentity]) -> JSON {
        guard case .object(var members) = outcome.json else { return outcome.json }
        members["authenticated"] = .array(
            identities.map { .object(["domain": .string($0.domain), "method": .string($0.method.rawValue)]) })
        members["spf_evaluated"] = .bool(client.ip != nil)
        return .object(members)
    }

    private func trust() throws -> VBRTrust {
        let named = certifiers.compactMap { VBRInfo.domain($0) }
        let listed = try policyOptions.load().settings(of: VBRStage.self)?.trustedCertifiers ?? []
        return named.isEmpty && listed.isEmpty ? .everyone : .listed(named + listed)
    }

    /// The domains that answer for the message, by RFC 5518 §7, and those that may.
    private func identities(
        of message: Message, dns: any DNSView, now: Timestamp
    ) async -> (passed: [VBRIdentity], undecided: [String]) {
        var (passed, undecided): ([VBRIdentity], [String]) = ([], [])
        for signature in await DKIMVerifier.verify(message, dns: dns, now: now) {
            guard let domain = signature.domain else { continue }
            if signature.result == .pass { passed.append(VBRIdentity(domain, by: .dkim)) }
            if signature.result == .temperror || signature.isUnrecorded { undecided.append(domain) }
        }
        for (query, method) in spfQueries(message, now: now) {
            let outcome = await SPFCheck.evaluate(query, dns: dns)
            if outcome.result == .pass { passed.append(VBRIdentity(outcome.domain, by: method)) }
            if outcome.result == nil || outcome.result == .temperror { undecided.append(outcome.domain) }
        }
        return (passed, undecided)
    }

    private func spfQueries(_ message: Message, now: Timestamp) -> [(SPFQuery, VBRIdentity.Method)] {
        guard let ip = client.ip else { return [] }
        var queries: [(SPFQuery, VBRIdentity.Method)] = []
        if let path = client.reversePath(of: message) {
            queries.append((SPFQuery(ip: ip, helo: client.helo ?? "", mailFrom: path, now: now), .spf))
        }
        if let helo = client.helo, !helo.isEmpty {
            queries.append((SPFQuery(ip: ip, helo: helo, mailFrom: "", identity: .helo, now: now), .spfHelo))
        }
        return queries
    }
}

extension VBROutcome {
    fileprivate var lines: [String] {
        var lines = [result?.rawValue ?? VBRResult.temperror.rawValue]
        if let info {
            lines[0] += "  \(info.domain.relativeText)"
            lines.append("  type         \(info.content)")
        }
        if let certifier { lines.append("  vouched by   \(certifier.relativeText)") }
        if let method { lines.append("  known by     \(method.rawValue)") }
        if let reason { lines.append("  because      \(reason.rawValue)\(fault.map { ": \($0)" } ?? "")") }
        if let info { lines.append("  named        \(info.certifiers.map(\.relativeText).joined(separator: " "))") }
        for exchange in exchanges { lines.append("  \(exchange.question) → \(exchange.answer.summary)") }
        return lines
    }
}
