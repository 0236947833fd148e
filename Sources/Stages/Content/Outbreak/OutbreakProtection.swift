import DNS
import Fingerprints
import Mail
import Policy
import PublicSuffix
import Screening
import State
import Values

/// Finds waves: messages that are sent out in many slightly different copies from many places, before anybody has a
/// signature of them.
public struct OutbreakProtection: Stage {
    static let text: Symbol = "OUTBREAK_TEXT"
    static let links: Symbol = "OUTBREAK_LINKS"
    static let attachment: Symbol = "OUTBREAK_ATTACHMENT"
    static let large: Symbol = "OUTBREAK_LARGE"
    static let fast: Symbol = "OUTBREAK_FAST"

    public static let manifest = StageManifest(
        id: "outbreak", title: "Outbreak Protection",
        summary: "Finds messages that come in many near-copies from many places at once.",
        phases: [.message],
        after: ["spf", "dkim", "dmarc", "welcome-list"],
        needs: .state,
        exemptions: [.authenticated, .trusted, .lan],
        symbols: [
            SymbolDeclaration(
                text, "The text is a near-copy of many others that came from several networks.", weight: 5000),
            SymbolDeclaration(
                links, "The links lead where those of many others do that came from several networks.", weight: 2000),
            SymbolDeclaration(
                attachment, "A file is a near-copy of one that many others had that came from several networks.",
                weight: 5000),
            SymbolDeclaration(large, "The wave that the message belongs to is a large one.", weight: 2000),
            SymbolDeclaration(fast, "The wave that the message belongs to grows fast.", weight: 2000),
        ],
        isEnabledByDefault: false, runsWhenRefused: false)

    let settings: Settings
    private let parts: MessageFingerprint.Parts

    public init(settings: Settings, site: Site) {
        self.settings = settings
        var parts: MessageFingerprint.Parts = []
        if settings.looksAtText { parts.insert(.text) }
        if settings.looksAtLinks { parts.insert(.links) }
        if settings.looksAtAttachments { parts.insert(.attachments) }
        self.parts = parts
    }

    public var idlePhases: Set<Phase> { parts.isEmpty ? [.message] : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(let transaction, let message) = checkpoint else { return .nothing }
        if let reason = settings.allowedClients.reason(for: transaction.session.client.value) {
            return .notEvaluated(reason)
        }
        if let reason = knownBulk(message, surroundings.earlier) { return .notEvaluated(reason) }
        let copy = Copy(
            transaction, message, settings, signer: OutbreakProtection.signer(of: message, surroundings.earlier))
        let fingerprint = MessageFingerprint(
            message, names: copy.names, minimumWords: settings.minimumWords, parts: parts)
        let wave = WaveCounter(
            settings: settings, copy: copy, isConversation: fingerprint.includesQuoted && !copy.thread.isEmpty,
            state: surroundings.state, now: surroundings.now)
        // A message that is tried again is the same copy.
        let isNew = try await wave.notice(message, fingerprint)

        var standings: [(Symbol, Standing)] = []
        if let sketch = fingerprint.text {
            let standing = try await wave.standing(of: .text, sketch.name, sketch, isNew: isNew)
            if let standing { standings.append((OutbreakProtection.text, standing)) }
        }
        if let links = fingerprint.links {
            let standing = try await wave.standing(of: .links, links, nil, isNew: isNew)
            if let standing { standings.append((OutbreakProtection.links, standing)) }
        }
        for file in fingerprint.attachments {
            let standing = try await wave.standing(of: .attachment, file.digest, file.sketch, isNew: isNew)
            guard let standing else { continue }
            // Of several files one tells of the wave.
            if !standings.contains(where: { $0.0 == OutbreakProtection.attachment }) {
                standings.append((OutbreakProtection.attachment, standing))
            }
        }
        var report = StageReport(findings: standings.map { Finding($0.0, $0.1.evidence) })
        if let greatest = standings.first(where: { $0.1.copies >= settings.largeCopies }) {
            report.findings.append(
                Finding(
                    OutbreakProtection.large,
                    [
                        "wave": .text(greatest.1.wave), "copies": .number(greatest.1.copies),
                        "limit": .number(settings.largeCopies),
                    ]))
        }
        if let fastest = standings.first(where: { $0.1.recent >= settings.fastCopies }) {
            report.findings.append(
                Finding(
                    OutbreakProtection.fast,
                    [
                        "wave": .text(fastest.1.wave), "copies": .number(fastest.1.recent),
                        "limit": .number(settings.fastCopies), "window": .duration(settings.fastWindow),
                    ]))
        }
        if fingerprint.text == nil, fingerprint.links == nil, fingerprint.attachments.isEmpty {
            report.notEvaluated.append(StageReport.Omission("too little to know a copy by"))
        }
        return report
    }

    /// Why a message is bulk mail that is known; nil where it is not.
    private func knownBulk(_ message: Message, _ earlier: EarlierFindings) -> StageReport.Omission? {
        if earlier.contains(WelcomeList.welcome) { return StageReport.Omission("sender is welcome") }
        let authors = message.fromMailboxes
        // RFC 5322 §3.6.2 lets From name several; whom such a message is from nobody can say.
        if authors.count == 1, let address = SenderAddress(authors[0]),
            let entry = settings.senderIndex.matches(address).first.map({ settings.allowedSenders[$0] }),
            WelcomeList.proof(of: address.domain, earlier) != nil
        {
            return StageReport.Omission("sender of known bulk mail", detail: entry.value.description)
        }
        guard let list = OutbreakProtection.listID(of: message) else { return nil }
        if let entry = settings.allowedLists.first(where: { Wildcard.matches($0.value.asciiLowercased, list) }) {
            return StageReport.Omission("mailing list that is known", detail: entry.value)
        }
        guard settings.skipsSignedLists else { return nil }
        let organizations = ([list] + authors.prefix(1).map(\.domain)).compactMap(OutbreakProtection.organization)
        let isSigned = OutbreakProtection.signers(earlier).contains { organizations.contains($0) }
        return isSigned ? StageReport.Omission("mailing list whose mail is signed", detail: list) : nil
    }

    /// The registered domain of the author, where DKIM or DMARC shows that the message is from there.
    private static func signer(of message: Message, _ earlier: EarlierFindings) -> String? {
        let authors = message.fromMailboxes
        guard authors.count == 1, let author = organization(authors[0].domain) else { return nil }
        return earlier.contains(DMARCStage.pass) || signers(earlier).contains(author) ? author : nil
    }

    /// The registered domains whose signatures pass.
    private static func signers(_ earlier: EarlierFindings) -> [String] {
        earlier.findings.compactMap { finding in
            guard finding.symbol == DKIMStage.pass,
                case .text(let text) = finding.evidence.items.first(where: { $0.key == "domain" })?.value
            else { return nil }
            return organization(text)
        }
    }

    private static func organization(_ domain: String) -> String? {
        DomainName(domain).map { PublicSuffixList.builtIn.organizationalDomain(of: $0).relativeText.asciiLowercased }
    }

    /// What List-Id names the list by (RFC 2919 §3), in lower case.
    private static func listID(of message: Message) -> String? {
        guard let value = message.header.first("List-Id")?.decodedText, let end = value.lastIndex(of: ">"),
            let start = value[..<end].lastIndex(of: "<")
        else { return nil }
        let name = value[value.index(after: start)..<end].filter { $0 != " " && $0 != "\t" }.asciiLowercased
        return (1...255).contains(name.utf8.count) ? name : nil
    }
}
