import Policy
import Screening
import Values

extension IPShield {
    /// The domains, their networks, and where domains are looked for.
    public struct Settings: StageSettings {
        /// Whose mail an entry is about.
        enum Domain: Sendable {
            /// `$LOCAL$`: every local domain.
            case local
            case named(HostPattern)

            init?(_ text: String) {
                if text.uppercased() == "$LOCAL$" {
                    self = .local
                } else if let host = HostPattern(text) {
                    self = .named(host)
                } else {
                    return nil
                }
            }

            var text: String {
                switch self {
                case .local: "$LOCAL$"
                case .named(let host): host.text
                }
            }
        }

        /// A domain and the networks of its mail.
        struct Entry: Sendable {
            let domain: Domain
            /// Empty for the local networks.
            let networks: [AddressPattern]

            func isAbout(_ name: String, _ site: Site) -> Bool {
                switch domain {
                case .local: site.isLocal(domain: name)
                case .named(let host): host.matches(name)
                }
            }

            func allows(_ client: IPAddress, _ site: Site) -> Bool {
                networks.isEmpty
                    ? site.lanNetworks.contains { $0.contains(client) } : networks.contains { $0.matches(client) }
            }

            func networkTexts(_ site: Site) -> [String] {
                networks.isEmpty ? site.lanNetworks.map(\.description) : networks.map(\.description)
            }

            /// Reads a line of a list: a domain and its networks.
            init?(line: String) {
                let words = line.split { $0 == " " || $0 == "\t" }
                guard let first = words.first, let domain = Domain(String(first)) else { return nil }
                let networks = words.dropFirst().map { AddressPattern($0) }
                guard !networks.contains(nil) else { return nil }
                self.init(domain, networks.compactMap(\.self))
            }

            /// Nil for a domain that is not local and has no network: nothing could come from it.
            init?(_ domain: Domain, _ networks: [AddressPattern]) {
                if networks.isEmpty, case .named = domain { return nil }
                (self.domain, self.networks) = (domain, networks)
            }
        }

        let entries: [Placed<Entry>]
        let checksMail: Bool
        let checksFrom: Bool
        let skipsLocalRecipients: Bool

        private static let expectingDomain =
            "a domain, .domain for those below it, either with * and ?, or $LOCAL$ for the local domains"

        public init(from reader: inout PolicyReader) {
            let entries = reader.entries("entries", "Domains, and the networks that their mail comes from.") { reader in
                let domain = reader.optionalValue(
                    "domain", expecting: Settings.expectingDomain,
                    "The domain; `*` is every one, whose mail then comes from a gateway.", parse: { Domain($0) })
                let networks: [Placed<AddressPattern>] = reader.values(
                    "networks", default: [],
                    expecting: "an address, a CIDR network, a range a-b, or an address with * and ?",
                    "The networks; for $LOCAL$ those of lan_networks unless set.", parse: { AddressPattern($0) })
                _ = reader.optionalText("comment", "Why the entry is there.")
                guard let domain else {
                    if reader.place(of: "domain").isBuiltIn, !reader.place.isBuiltIn {
                        reader.report("an entry needs a 'domain'", at: reader.place)
                    }
                    return nil as Entry?
                }
                guard let entry = Entry(domain.value, networks.map(\.value)) else {
                    // Networks that could not be read have been told of.
                    if reader.place(of: "networks").isBuiltIn {
                        reader.report("the entry has no 'networks': no mail of the domain could come", at: domain.place)
                    }
                    return nil
                }
                return entry
            }
            let listed = reader.lists(
                "files", expecting: "a domain and the networks that its mail comes from",
                "Files of further entries, one a line: `partner.example 192.0.2.0/24 198.51.100.7`, `$LOCAL$`; # starts "
                    + "a comment.",
                parse: { Entry(line: $0) })
            self.entries = entries + listed
            checksMail = reader.flag("mail", default: true, "Whether the domain of the reverse-path is looked at.")
            checksFrom = reader.flag("from", default: false, "Whether the domains of the From field are looked at.")
            skipsLocalRecipients = reader.flag(
                "skip_local_recipients", default: false,
                "Whether mail to local addresses is left alone; what the reverse-path says is then looked at when "
                    + "recipients are named.")
        }
    }
}
