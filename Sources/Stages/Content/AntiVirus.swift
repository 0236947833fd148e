import Cryptography
import Mail
import Policy
import Screening
import Values

/// Has virus scanners look at each message, whole or part by part, and says what they made of it.
public struct AntiVirus: Stage {
    static let infected: Symbol = "VIRUS_FOUND"
    static let unscannable: Symbol = "VIRUS_UNSCANNABLE"
    static let tooLarge: Symbol = "VIRUS_TOO_LARGE"
    static let failed: Symbol = "VIRUS_UNCHECKED"
    static let removed: Symbol = "VIRUS_REMOVED"
    static let repaired: Symbol = "VIRUS_REPAIRED"

    public static let manifest = StageManifest(
        id: "antivirus", title: "AntiVirus",
        summary: "Has virus scanners look at each message: clamd, ICAP servers or programs.",
        phases: [.message],
        needs: .scanner,
        symbols: [
            SymbolDeclaration(
                infected, "A scanner found a virus, or something else that it has a signature of.", action: .reject,
                reply: ReplyText(50, 7, 1, "The message holds a virus")),
            SymbolDeclaration(
                unscannable, "A scanner could not look into the message: it is encrypted or damaged.", action: .tag,
                reply: ReplyText(50, 7, 1, "The message cannot be checked for viruses")),
            SymbolDeclaration(
                tooLarge, "The message, or a part of it, is more than a scanner looks at.", action: .tag,
                reply: ReplyText(52, 3, 4, "The message is too large to be checked for viruses")),
            SymbolDeclaration(
                failed, "A scanner is away, or failed: the message was not checked.", action: .defer,
                reply: ReplyText(51, 3, 0, "The message could not be checked for viruses; try again later")),
            SymbolDeclaration(
                removed, "A part that the policy does not let pass was taken out, with a note in its place."),
            SymbolDeclaration(repaired, "A part with a virus gave way to what a scanner made of it."),
        ])

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    /// Without scanners there is nothing to do.
    public var idlePhases: Set<Phase> { settings.scanners.isEmpty ? [.message] : [] }

    /// To look at a large message takes longer than anything else does.
    public var deadline: Duration? { settings.deadline }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(_, let message) = checkpoint else { return .nothing }
        var scan = MessageScan(message, settings, surroundings.scanner)
        var results: [ScanResult] = []
        for scanner in settings.scanners { results += await scan.results(of: scanner) }
        let first = results.filter { settings.action(on: $0.outcome).changesParts }
        var changes = PartChanges(first, of: scan, settings)
        // What was found by its place alone may lie in another one too.
        var news = await AntiVirus.news(after: changes, settings, surroundings, &scan)
        if !news.isEmpty, changes.repairs {
            // What is still found in something repaired goes as a whole.
            changes = PartChanges(first, of: scan, settings, repairing: false)
            news = await AntiVirus.news(after: changes, settings, surroundings, &scan)
        }
        var report = StageReport(effects: changes.effects)
        for result in results where !changes.covers(result) { report.findings.append(AntiVirus.finding(result)) }
        for change in changes.changes {
            let symbol = if case .repaired = change.way { AntiVirus.repaired } else { AntiVirus.removed }
            report.findings.append(AntiVirus.finding(change.result, symbol: symbol, change: change))
        }
        report.findings += news.map { AntiVirus.finding($0, isAfterRemoval: true) }
        let limit = AntiVirus.findingLimit
        if report.findings.count > limit { report.findings.removeSubrange(limit...) }
        if !scan.unrecorded.isEmpty {
            report.notEvaluated = [
                StageReport.Omission("unrecorded scan", detail: scan.unrecorded.joined(separator: ", "))
            ]
        }
        return report
    }

    /// What is found in the message after the changes; what was not recorded is noted in `scan`.
    private static func news(
        after changes: PartChanges, _ settings: Settings, _ surroundings: Surroundings, _ scan: inout MessageScan
    ) async -> [ScanResult] {
        guard let changed = changes.changed else { return [] }
        var rest = MessageScan(changed, settings, surroundings.scanner)
        var news: [ScanResult] = []
        for scanner in settings.scanners {
            news += await rest.results(of: scanner).filter(changes.isNews)
            rest.handUnrecorded(to: &scan)
        }
        return news
    }

    /// Findings beyond these say nothing new of a message.
    private static let findingLimit = 50

    private static func finding(
        _ result: ScanResult, symbol: Symbol? = nil, change: PartChanges.Change? = nil, isAfterRemoval: Bool = false
    ) -> Finding {
        var evidence = Evidence(roomFor: 13)
        evidence.add("scanner", .text(result.scanner))
        let isName = result.outcome.kind == .infected
        evidence.add(isName ? "signature" : "reason", result.outcome.detail.map { .text($0) })
        if let part = result.part {
            evidence.add("part", .text(part.path))
            evidence.add("file", (result.file ?? part.filename).map { .text($0) })
            evidence.add("type", .text(part.contentType.mediaType))
            // A part of an encoded message has no place of its own in the bytes.
            if part.container == nil { evidence.add("at", .span(part.range)) }
        } else {
            evidence.add("part", .text("message"))
        }
        evidence.add("size", .number(result.size))
        evidence.add("sha256", .text(result.digest))
        evidence.add("signatures", result.signatures.map { .text($0) })
        switch change?.way {
        case .takenOut(let isKept)?:
            evidence.add("taken_out", change.map { .text($0.path) })
            if isKept { evidence.add("kept", .flag(true)) }
        case .repaired(let content)?:
            evidence.add("repaired_size", .number(content.count))
            evidence.add("repaired_sha256", .text(SHA256.hexadecimal(content)))
        case nil: break
        }
        if isAfterRemoval { evidence.add("after_removal", .flag(true)) }
        return Finding(
            symbol ?? AntiVirus.symbol(of: result.outcome), evidence, replyNote: isName ? result.outcome.detail : nil)
    }

    static func symbol(of outcome: ScanOutcome) -> Symbol {
        switch outcome.kind {
        case .clean, .infected: infected
        case .unscannable: unscannable
        case .tooLarge: tooLarge
        case .failed: failed
        }
    }
}
