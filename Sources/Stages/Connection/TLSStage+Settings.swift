import Mail
import Policy
import Screening
import Values

extension TLSStage {
    /// Where TLS is required, and what is weak.
    public struct Settings: StageSettings {
        /// A version of TLS as the policy names it.
        enum Version: String, Sendable, CaseIterable {
            case tls10 = "1.0"
            case tls11 = "1.1"
            case tls12 = "1.2"
            case tls13 = "1.3"

            var version: TLSProtocolVersion {
                switch self {
                case .tls10: .tls10
                case .tls11: .tls11
                case .tls12: .tls12
                case .tls13: .tls13
                }
            }
        }

        /// A line of a list: what it is about, and a pattern.
        private enum Line: Sendable {
            case client(ClientPattern)
            case sender(HostPattern)
            case recipient(HostPattern)

            init?(_ text: String) {
                let words = text.split { $0 == " " || $0 == "\t" }
                guard words.count == 2 else { return nil }
                switch words[0] {
                case "client": if let client = ClientPattern(words[1]) { self = .client(client) } else { return nil }
                case "sender": if let domain = HostPattern(words[1]) { self = .sender(domain) } else { return nil }
                case "recipient":
                    if let domain = HostPattern(words[1]) { self = .recipient(domain) } else { return nil }
                default: return nil
                }
            }
        }

        /// Nil where TLS is not required of everybody.
        let everybody: PolicyPlace?
        let clients: ClientList
        let certified: ClientList
        let senders: HostIndex
        let recipients: HostIndex
        let listeners: [Placed<ListenerPattern>]
        let minimum: TLSProtocolVersion
        let weakBelow: TLSProtocolVersion
        let notOffered: ClientList
        let retry: Duration

        public init(from reader: inout PolicyReader) {
            func clientPatterns(_ key: String, _ summary: String) -> [Placed<ClientPattern>] {
                reader.values(
                    key, default: [], expecting: ClientPattern.expecting, summary, parse: { ClientPattern($0) })
            }
            func domains(_ key: String, _ summary: String) -> [Placed<HostPattern>] {
                reader.values(
                    key, default: [], expecting: "a domain, .domain for those below it, or either with * and ?",
                    summary,
                    parse: { HostPattern($0) })
            }
            let isRequired = reader.flag(
                "required", default: false,
                "Whether TLS is required of everybody. RFC 3207 forbids it to servers that take mail from all the "
                    + "world.")
            everybody = isRequired ? reader.place(of: "required") : nil
            let clients = clientPatterns(
                "required_clients",
                "Clients that TLS is required of, exempt or not; a name counts that they greet with or their address has."
            )
            certified = ClientList(
                clientPatterns("required_certificates", "Clients that have to show a valid certificate."))
            let senders = domains("required_senders", "Domains of reverse-paths that TLS is required for.")
            let recipients = domains("required_recipients", "Domains of recipients that TLS is required for.")
            listeners = reader.values(
                "required_listeners", default: [],
                expecting: ListenerPattern.expecting,
                "Local addresses and ports where TLS is required.", parse: { ListenerPattern($0) })
            let lines = reader.lists(
                "files", expecting: "client, sender or recipient and a pattern",
                "Files of further entries, one a line: `client 192.0.2.0/24`, `client *.partner.example`, `sender "
                    + "partner.example`, `recipient bank.example`; # starts a comment.",
                parse: { Line($0) })
            minimum =
                reader.choice(
                    "minimum", default: Version.tls12, "The oldest version that is enough where TLS is required."
                ).version
            weakBelow =
                reader.choice("weak_below", default: Version.tls12, "Older versions than this are a finding.").version
            notOffered = ClientList(
                clientPatterns(
                    "not_offered",
                    "Clients that STARTTLS is not offered; a name counts that has their address in turn."))
            retry = reader.duration(
                "retry", default: .seconds(3600), in: .zero...(.seconds(86_400 * 30)),
                "How long a client whose handshake failed is not offered STARTTLS, so that its mail comes at all; 0 is "
                    + "not at all. One that TLS is required of is offered it all the same.")
            func listed<Value>(_ pick: (Line) -> Value?) -> [Placed<Value>] {
                lines.compactMap { line in pick(line.value).map { Placed($0, at: line.place) } }
            }
            self.clients = ClientList(clients + listed { if case .client(let client) = $0 { client } else { nil } })
            self.senders = HostIndex(senders + listed { if case .sender(let domain) = $0 { domain } else { nil } })
            self.recipients = HostIndex(
                recipients + listed { if case .recipient(let domain) = $0 { domain } else { nil } })
        }

        /// Whether TLS is required of anybody.
        var requiresAnything: Bool {
            everybody != nil || !clients.isEmpty || !certified.isEmpty || !senders.isEmpty || !recipients.isEmpty
                || !listeners.isEmpty
        }
    }
}
