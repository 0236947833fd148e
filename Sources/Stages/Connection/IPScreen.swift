import Policy
import Screening
import Values

/// Allows or refuses clients by address: single addresses, networks, ranges and wildcards, for every listener or one.
/// Trusted and local clients are never refused.
public struct IPScreen: Stage {
    static let refused: Symbol = "IP_SCREEN_REFUSED"
    static let allowed: Symbol = "IP_SCREEN_ALLOWED"

    public static let manifest = StageManifest(
        id: "ip-screen", title: "IP Screen",
        summary: "Allows or refuses clients by their address.",
        phases: [.connect],
        exemptions: [.trusted, .lan],
        symbols: [
            SymbolDeclaration(
                refused,
                "The client's address is on the screen's refuse list, or on no list where unlisted ones are refused.",
                action: .reject, reply: ReplyText(54, 7, 1, "Your address is not allowed to connect")),
            SymbolDeclaration(allowed, "An entry of the screen allows the client's address."),
        ])

    /// The screen's entries and how they are read.
    public struct Settings: StageSettings {
        /// Which of several matching entries counts.
        public enum Match: String, Sendable, CaseIterable { case first, last }
        /// What an entry says of its addresses.
        public enum Ruling: String, Sendable, CaseIterable { case allow, refuse }
        /// What happens to addresses no entry matches.
        public enum Unlisted: String, Sendable, CaseIterable { case accept, refuse }

        struct Entry: Sendable {
            let pattern: AddressPattern
            let ruling: Ruling
            let listener: ListenerSet?
        }

        let match: Match
        let unlisted: Unlisted
        let entries: [Placed<Entry>]

        public init(from reader: inout PolicyReader) {
            match = reader.choice("match", default: Match.last, "Which of several matching entries counts.")
            unlisted = reader.choice("unlisted", default: Unlisted.accept, "What happens to addresses on no list.")
            var entries = reader.entries("entries", "Addresses and what is to happen to them, in order.") {
                reader -> Entry? in
                let expecting = "an address, a CIDR network, a range a-b, or an address with * and ?"
                let place = reader.place(of: "address")
                let pattern = reader.optionalValue(
                    "address", expecting: expecting, "The addresses the entry is about.",
                    parse: { AddressPattern($0) })
                let ruling = reader.choice("action", default: Ruling.refuse, "Whether they are allowed or refused.")
                let listener = reader.optionalValue(
                    "listener", expecting: expecting, ListenerSet.summary, parse: { ListenerSet($0) })
                _ = reader.optionalText("comment", "Why the entry is there.")
                guard let pattern else {
                    if place.isBuiltIn, !reader.place.isBuiltIn {
                        reader.report("an entry needs an 'address'", at: reader.place)
                    }
                    return nil
                }
                return Entry(pattern: pattern.value, ruling: ruling, listener: listener?.value)
            }
            entries += reader.lists(
                "files", expecting: "an address, or `allow` or `refuse` and an address",
                "Files of further entries, one a line: `refuse 192.0.2.0/24`, `allow 192.0.2.7`; # starts a comment.",
                parse: Settings.entry(line:))
            self.entries = entries
        }

        static func entry(line: String) -> Entry? {
            let words = line.split(whereSeparator: \.isWhitespace)
            switch words.count {
            case 1:
                return AddressPattern(words[0]).map { Entry(pattern: $0, ruling: .refuse, listener: nil) }
            case 2:
                guard let ruling = Ruling(rawValue: String(words[0])), let pattern = AddressPattern(words[1]) else {
                    return nil
                }
                return Entry(pattern: pattern, ruling: ruling, listener: nil)
            default:
                return nil
            }
        }
    }

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard let client = checkpoint.session.client.value else { return .notEvaluated("client address not known") }
        func applies(_ entry: Placed<Settings.Entry>) -> Bool {
            guard entry.value.pattern.matches(client) else { return false }
            return entry.value.listener?.matches(checkpoint.session) ?? true
        }
        let entry =
            switch settings.match {
            case .first: settings.entries.first(where: applies)
            case .last: settings.entries.last(where: applies)
            }
        if let entry { return StageReport(findings: [IPScreen.finding(client, entry)]) }
        return settings.unlisted == .refuse ? StageReport(findings: [IPScreen.unlisted(client)]) : .nothing
    }

    private static func finding(_ client: IPAddress, _ entry: Placed<Settings.Entry>) -> Finding {
        Finding(
            entry.value.ruling == .refuse ? refused : allowed,
            [
                "client": .address(client), "entry": .text(entry.value.pattern.description),
                "listed_at": .text(entry.place.description),
            ], scope: .session)
    }

    private static func unlisted(_ client: IPAddress) -> Finding {
        Finding(
            refused, ["client": .address(client), "entry": .text("none: unlisted addresses are refused")],
            scope: .session)
    }
}
