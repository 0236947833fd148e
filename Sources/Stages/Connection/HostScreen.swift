import Policy
import Screening
import Values

/// Allows or refuses clients by name: the names of their address, looked at when they connect, and the name they give
/// in HELO or EHLO. Trusted and local clients are never refused.
public struct HostScreen: Stage {
    static let refused: Symbol = "HOST_SCREEN_REFUSED"
    static let disconnected: Symbol = "HOST_SCREEN_DISCONNECTED"
    static let allowed: Symbol = "HOST_SCREEN_ALLOWED"

    public static let manifest = StageManifest(
        id: "host-screen", title: "Host Screen",
        summary: "Allows or refuses clients by the name of their address and the name they greet with.",
        phases: [.connect, .helo],
        needs: .dns,
        exemptions: [.trusted, .lan],
        symbols: [
            SymbolDeclaration(
                refused,
                "A name of the client is on the screen's refuse list, or none is on any list where unlisted ones are "
                    + "refused.",
                action: .reject, reply: ReplyText(54, 7, 1, "Your host is not allowed to send mail here")),
            SymbolDeclaration(
                disconnected, "The same, where the policy has refused clients cut off.", action: .disconnect,
                reply: ReplyText(54, 7, 1, "Your host is not allowed to send mail here, closing the connection")),
            SymbolDeclaration(allowed, "An entry of the screen allows a name of the client."),
        ])

    /// The screen's entries and how they are read.
    public struct Settings: StageSettings {
        /// What becomes of a refused client.
        public enum OnRefuse: String, Sendable, CaseIterable { case reject, disconnect }
        /// What happens to clients of whose names no entry matches one.
        public enum Unlisted: String, Sendable, CaseIterable { case accept, refuse }

        let unlisted: Unlisted
        let onRefuse: OnRefuse
        let list: HostList

        public init(from reader: inout PolicyReader) {
            let match = reader.choice(
                "match", default: HostList.Match.last, "Which of several matching entries counts.")
            unlisted = reader.choice(
                "unlisted", default: Unlisted.accept, "What happens to clients with no name on any list.")
            onRefuse = reader.choice(
                "on_refuse", default: OnRefuse.reject,
                "Whether a refused client is told so and may go on to QUIT, or is cut off.")
            let refusesUnconfirmed = reader.flag(
                "refuse_unconfirmed", default: true,
                "Whether an entry also refuses a name of the address that does not have the address in turn; nobody "
                    + "is ever allowed by one.")
            let entries = reader.entries("entries", "Names and what is to happen to their hosts, in order.") {
                HostList.Entry(from: &$0)
            }
            let listed = reader.lists(
                "files", expecting: "a host name, or `allow` or `refuse` and a host name",
                "Files of further entries, one a line: `refuse *.dyn.example`, `allow mx.example`; # starts a comment.",
                parse: { HostList.Entry(line: $0) })
            list = HostList(entries + listed, match: match, refusesUnconfirmed: refusesUnconfirmed)
        }
    }

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    public var idlePhases: Set<Phase> {
        settings.list.entries.isEmpty && settings.unlisted == .accept ? HostScreen.manifest.phases : []
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        switch checkpoint {
        case .connect(let session):
            guard settings.list.looksAtReverseNames else { return .nothing }
            let known = await ClientNames.look(up: session, dns: surroundings.dns)
            guard let hit = settings.list.decision(on: HostScreen.names(known), in: session) else {
                return known.omission.map(StageReport.notEvaluated) ?? .nothing
            }
            return StageReport(findings: [finding(hit, known)])
        case .helo(let session):
            guard let helo = session.helo.value else { return .notEvaluated("HELO name not known") }
            let known =
                settings.list.looksAtReverseNames
                ? await ClientNames.look(up: session, dns: surroundings.dns) : nil
            let greeting = HostList.Name(HostName.canonical(helo), .helo)
            let names = (known.map(HostScreen.names) ?? []) + [greeting]
            if let hit = settings.list.decision(on: names, in: session) {
                // What a name of the address decides was found when the client connected.
                return hit.name.identity == .ptr ? .nothing : StageReport(findings: [finding(hit, nil)])
            }
            guard settings.unlisted == .refuse else { return .nothing }
            if let omission = known?.omission { return .notEvaluated(omission) }
            return StageReport(findings: [unlisted(names, known)])
        case .tls, .auth, .mail, .rcpt, .message, .observe:
            return .nothing
        }
    }

    private static func names(_ known: ClientNames) -> [HostList.Name] {
        known.names.map { HostList.Name($0.text, .ptr, isConfirmed: $0.isConfirmed) }
    }

    private var refusal: Symbol { settings.onRefuse == .reject ? HostScreen.refused : HostScreen.disconnected }

    private func finding(_ hit: HostList.Decision, _ known: ClientNames?) -> Finding {
        var evidence: Evidence = [
            "name": .text(hit.name.text), "identity": .text(hit.name.identity.rawValue),
            "entry": .text(hit.entry.value.pattern.text), "listed_at": .text(hit.entry.place.description),
        ]
        if hit.name.identity == .ptr { evidence.add("confirmed", .flag(hit.name.isConfirmed)) }
        known?.addSource(to: &evidence)
        return Finding(hit.entry.value.ruling == .refuse ? refusal : HostScreen.allowed, evidence, scope: .session)
    }

    private func unlisted(_ names: [HostList.Name], _ known: ClientNames?) -> Finding {
        var evidence: Evidence = [
            "names": .list(names.map(\.text)), "entry": .text("none: unlisted hosts are refused"),
        ]
        known?.addSource(to: &evidence)
        return Finding(refusal, evidence, scope: .session)
    }
}
