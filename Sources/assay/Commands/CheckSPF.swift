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

            Prints the result, the terms that decided, the records that were found and every lookup. When the answer \
            hangs on DNS answers that the source has not recorded, the result is temperror and the output names the \
            questions.
            """)

    /// The identities by name.
    enum Identity: String, ExpressibleByArgument, CaseIterable {
        case mailfrom, helo
    }

    @Option(help: ArgumentHelp("The client's address.", valueName: "address"))
    var ip: IPAddress

    // What the client says may begin with a hyphen: it is a value all the same.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The name the client gave in HELO or EHLO.", valueName: "name"))
    var helo: String?

    @Option(
        name: .customLong("mail-from"), parsing: .unconditional,
        help: ArgumentHelp("The reverse-path; <> or nothing for the null one.", valueName: "path"))
    var mailFrom: String?

    @Option(help: ArgumentHelp("What is checked: mailfrom, or helo whatever the reverse-path.", valueName: "identity"))
    var identity = Identity.mailfrom

    @Option(help: ArgumentHelp("The name of the host that checks, for the macro r in explanations.", valueName: "name"))
    var receiver: String?

    @Option(
        name: .customLong("best-guess"),
        help: ArgumentHelp(
            "Tell also what this record would say, where the domain publishes none; it changes no result.",
            valueName: "record"))
    var bestGuess: String?

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        try ReversePathArgument.check(mailFrom)
        // An empty HELO name is one that was given; RFC 7208 §4.3 has a result for it.
        if helo == nil, [nil, "", "<>"].contains(mailFrom) {
            throw ValidationError("Give --mail-from, or --helo for a null reverse-path.")
        }
        if identity == .helo, helo == nil { throw ValidationError("Give --helo, whose name is to be checked.") }
        _ = try guessedRecord()
    }

    func run() async throws {
        try await reportingFailure {
            let time = now ?? WallClock.now
            let query = SPFQuery(
                ip: ip, helo: helo ?? "", mailFrom: mailFrom ?? "", identity: identity == .helo ? .helo : .mailFrom,
                receiver: receiver, now: time)
            let dns = try dnsOptions.source()(time)
            let outcome = await SPFCheck.evaluate(query, dns: dns)
            var guess: SPFOutcome?
            if outcome.result == SPFResult.none, let record = try guessedRecord() {
                guess = await SPFCheck.evaluate(query, dns: dns, record: record)
            }
            let report = SPFReport(query: query, outcome: outcome, guess: guess, remedy: dnsOptions.remedy)
            var output = try FileOutput(path: outputOptions.output, inputs: dnsOptions.inputs)
            switch outputOptions.format {
            case .ndjson: try output.append(line: report.json)
            case .text: output.append(lines: report.lines)
            }
            try output.flush()
        }
    }

    private func guessedRecord() throws -> SPFRecord? {
        guard let bestGuess else { return nil }
        do {
            return try SPFRecord(Array(bestGuess.utf8))
        } catch {
            throw ValidationError("--best-guess is no SPF record: \(error)")
        }
    }
}

/// A check as it is printed.
private struct SPFReport {
    let query: SPFQuery
    let outcome: SPFOutcome
    let guess: SPFOutcome?
    /// What to do about answers that are missing, where no source was named.
    let remedy: String?

    /// Why the result is what it is.
    private var reason: String? { outcome.unrecorded.isEmpty ? outcome.reason : remedy ?? outcome.reason }

    var json: JSON {
        var members: [String: JSON] = [
            "result": .string(word(outcome)), "explanation": JSON(outcome.explanation),
            "mechanism": JSON(outcome.mechanism), "matched": .array(outcome.matches.map(SPFReport.json)),
            "lookups": .integer(outcome.lookups), "void_lookups": .integer(outcome.voidLookups),
            "domain": .string(outcome.domain), "identity": .string(query.identity.rawValue),
            "records": .array(
                outcome.records.map { .object(["domain": .string($0.domain), "record": .string($0.text)]) }),
            "reason": JSON(reason), "authentic": .bool(outcome.answersUsed.areAuthentic),
        ]
        if !outcome.unrecorded.isEmpty { members["unrecorded"] = SPFReport.json(outcome.unrecorded) }
        if !outcome.explanationUnrecorded.isEmpty {
            members["explanation_unrecorded"] = SPFReport.json(outcome.explanationUnrecorded)
        }
        if let guess { members["best_guess"] = .string(word(guess)) }
        return .object(members)
    }

    var lines: [String] {
        var lines = ["\(word(outcome))  \(outcome.domain)"]
        func add(_ label: String, _ value: String) {
            lines.append("  \(label)" + String(repeating: " ", count: max(1, 13 - label.count)) + value)
        }
        add("identity", "\(query.identity.rawValue) of a client at \(query.ip)")
        if !outcome.matches.isEmpty {
            add("matched", outcome.matches.map(\.description).joined(separator: " → "))
        } else if outcome.result == .neutral {
            add("matched", "no term")
        }
        if let reason { add("because", reason) }
        if let explanation = outcome.explanation { add("explanation", explanation) }
        if let guess { add("best guess", word(guess) + guess.matches.map { " \($0)" }.joined()) }
        for record in outcome.records { add("record", "\(record.domain): \(record.text)") }
        add("lookups", "\(outcome.lookups) of 10 terms, \(outcome.voidLookups) of them void (2 may be)")
        for question in outcome.unrecorded {
            add(remedy == nil ? "unrecorded" : "not asked", question.description)
        }
        for question in outcome.explanationUnrecorded {
            add("unrecorded", "\(question), for the explanation alone")
        }
        for exchange in outcome.answersUsed + (guess?.answersUsed ?? []) {
            lines.append("  \(exchange.question) → \(exchange.answer.summary)")
        }
        return lines
    }

    /// The result's word; an unrecorded answer is one that could not be had.
    private func word(_ outcome: SPFOutcome) -> String { outcome.result?.rawValue ?? "temperror" }

    private static func json(_ match: SPFMatch) -> JSON {
        .object(["term": .string(match.term), "domain": .string(match.domain)])
    }

    private static func json(_ questions: [DNSQuestion]) -> JSON {
        .array(questions.map { .string($0.description) })
    }
}
