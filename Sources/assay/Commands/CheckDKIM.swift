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
            Each message is answered for on its own: ndjson has an object for each, with its source. Expired \
            signatures fail as of --now; without it the present time counts.

            Of a signature that fails, the output says whether body, fields or both are not those that were signed, \
            and what seems to have been done to them, if undoing it makes them so: a footer appended, a tag in the \
            subject, lines re-wrapped, a part encoded anew. "proved" means that the signature verifies then.
            """)

    @OptionGroup var messageArguments: MessageArguments

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @Flag(help: "Accept SHA-1 and RSA keys from 512 bits, as before RFC 8301.")
    var legacy = false

    @Option(
        name: .customLong("partial-body"),
        help: "What becomes of a valid signature whose l= leaves the end of the body unsigned: accept or refuse.")
    var partialBody = PartialBody.accept

    /// What becomes of signatures that leave the end of the body unsigned.
    enum PartialBody: String, ExpressibleByArgument, CaseIterable {
        case accept
        case refuse
    }

    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let time = now ?? WallClock.now
            var requirements: DKIMRequirements = legacy ? .legacy : .standard
            requirements.acceptsPartialBody = partialBody == .accept
            let options = DKIMOptions(requirements: requirements)
            let dns = try dnsOptions.source()(time)
            try await messageArguments.answer(outputOptions, dns: dnsOptions) { message in
                let outcomes = await DKIMVerifier.verify(message, dns: dns, now: time, options: options)
                let fault = DKIMVerifier.fault(withoutSignaturesIn: message.header)
                return MessageAnswer(
                    isIncomplete: outcomes.contains(where: \.isUnrecorded),
                    json: { DKIMOutcome.json(outcomes, without: fault) },
                    lines: {
                        [DKIMOutcome.word(outcomes, without: fault)] + outcomes.flatMap { $0.lines(message.header) }
                            + (outcomes.isEmpty ? fault.map { ["  because    \($0)"] } ?? [] : [])
                    })
            }
        }
    }
}

extension DKIMOutcome {
    fileprivate func lines(_ header: HeaderBlock) -> [String] {
        let form = canonicalization.map { " c=\($0)" } ?? ""
        var lines = ["  \(result.rawValue)  d=\(domain ?? "?") s=\(selector ?? "?") a=\(algorithm ?? "?")\(form)"]
        if let reason { lines.append("    because    \(reason)") }
        if let mismatch { lines.append("    mismatch   \(mismatch)") }
        if let change = diagnosis.text {
            lines.append(
                "    likely     \(change)\(diagnosis.isProved ? " (proved: undone, the signature verifies)" : "")")
        }
        if let keyBits { lines.append("    key        \(keyBits) bits\(isWeak ? ", weak (RFC 8301)" : "")") }
        if let keyNotes { lines.append("    key notes  \(keyNotes)") }
        if let signedAt { lines.append("    signed at  \(signedAt.rfc3339)\(isFromFuture ? ", in the future" : "")") }
        if let expiresAt { lines.append("    expires    \(expiresAt.rfc3339)\(isExpired ? ", in the past" : "")") }
        if let keyQuestion, let keyAnswer { lines.append("    \(keyQuestion) → \(keyAnswer.summary)") }
        if unsignedBodyLength > 0 {
            lines.append("    the last \(unsignedBodyLength) bytes of the body are not signed")
        }
        if !signedHeaders.isEmpty { lines.append("    signed     \(signed(header).joined(separator: " "))") }
        return lines
    }

    /// The names of h=, those that are listed more often than `header` has them once and marked (RFC 6376 §8.15).
    private func signed(_ header: HeaderBlock) -> [String] {
        var listed: [String: Int] = [:]
        for name in signedHeaders { listed[name, default: 0] += 1 }
        var present: [String: Int] = [:]
        for field in header {
            let name = field.nameBytes.lossyString.asciiLowercased
            if listed[name] != nil { present[name, default: 0] += 1 }
        }
        var told: [String: Int] = [:]
        return signedHeaders.compactMap { name in
            told[name, default: 0] += 1
            let (count, place, there) = (listed[name, default: 0], told[name, default: 0], present[name, default: 0])
            guard count > there else { return name }
            if there == 0 { return place == 1 ? "\(name) (not there)" : nil }
            guard place <= there else { return nil }
            return place == there ? "\(name) (oversigned)" : name
        }
    }

    /// Which of body and fields are not those that were signed.
    private var mismatch: String? {
        switch (bodyHashMatches, headerHashMatches) {
        case (false, false): "body hash and header hash"
        case (false, true): "body hash; the header is the one signed"
        case (true, false): "header hash; the body is the one signed"
        case (false, nil) where fault == .bodyHashMismatch: "body hash"
        default: nil
        }
    }
}
