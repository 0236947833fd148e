import Policy
import Screening
import Values

extension Throttle {
    /// A number of bytes a second for each session, and one for all of them together; 0 is any number.
    struct Rates {
        let session: Int
        let shared: Int

        var isOff: Bool { session == 0 && shared == 0 }

        init(from reader: inout PolicyReader, _ whose: String) {
            let most = 1 << 40
            session = reader.size(
                "session", default: 0, in: 0...most, "Bytes a second of each session\(whose); 0 is any number.")
            shared = reader.size(
                "shared", default: 0, in: 0...most,
                "Bytes a second of all sessions\(whose) together; 0 is any number.")
        }
    }

    /// How many connections and messages of a client are taken within the window; 0 is any number.
    struct Counts {
        let connections: Int
        let messages: Int

        init(from reader: inout PolicyReader) {
            connections = reader.integer(
                "connections", default: 0, in: 0...10_000_000,
                "Connections of a client within the window; those beyond are put off. 0 is any number.")
            messages = reader.integer(
                "messages", default: 0, in: 0...10_000_000,
                "Messages of a client within the window; those beyond are put off. 0 is any number.")
        }
    }

    /// Rates of what connects from somewhere, to somewhere, or for somebody.
    struct Group<Member: Sendable>: Sendable {
        let member: Member
        let rates: Rates
    }

    /// The rates, and what they hold for.
    public struct Settings: StageSettings {
        let service: Rates
        let counts: Counts
        let window: Duration
        let prefixV4: Int
        let prefixV6: Int
        let lan: Rates
        let lanCounts: Counts
        let networks: [Group<IPNetwork>]
        let listeners: [Group<ListenerPattern>]
        let domains: [Group<String>]
        let allow: [AddressPattern]

        public init(from reader: inout PolicyReader) {
            service = Rates(from: &reader, "")
            counts = Counts(from: &reader)
            window = reader.duration(
                "window", default: .seconds(60), in: .seconds(1)...(.seconds(86_400 * 7)),
                "What connections and messages are counted in, from the first.")
            prefixV4 = reader.integer(
                "prefix_v4", default: 32, in: 8...32, "Bits of an IPv4 address that are counted together.")
            prefixV6 = reader.integer(
                "prefix_v6", default: 64, in: 16...128, "Bits of an IPv6 address that are counted together.")
            var lan: (Rates, Counts)?
            reader.section("lan", "The same for the local networks, to which nothing else of this applies.") { reader in
                lan = (Rates(from: &reader, " of the local networks"), Counts(from: &reader))
            }
            // `section` calls its body exactly once; the default is for the compiler.
            var empty = PolicyReader(nil)
            (self.lan, lanCounts) = lan ?? (Rates(from: &empty, ""), Counts(from: &empty))
            networks = Settings.groups(
                "networks", "network", expecting: "a network in CIDR form such as 192.0.2.0/24",
                "Rates of clients in a network; the narrowest that a client is in counts.", from: &reader
            ) { IPNetwork($0) }
            listeners = Settings.groups(
                "listener_rates", "listener", expecting: ListenerPattern.expecting,
                "Rates of sessions that come in at an address or port of this host.", from: &reader
            ) { ListenerPattern($0) }
            domains = Settings.groups(
                "domains", "domain", expecting: "a domain name such as example.com",
                "Rates of sessions with mail from or to a domain, from where the domain is named on.", from: &reader
            ) { $0.isEmpty || $0.utf8.count > 253 || $0.utf8.contains(.at) ? nil : HostName.canonical($0) }
            allow = reader.values(
                "allow", default: [], expecting: "an address, a CIDR network, a range a-b, or an address with * and ?",
                "Clients that are held to nothing.", parse: { AddressPattern($0) }
            ).map(\.value)
        }

        private static func groups<Member: Sendable>(
            _ key: String, _ name: String, expecting: String, _ summary: String, from reader: inout PolicyReader,
            parse: (String) -> Member?
        ) -> [Group<Member>] {
            reader.entries(key, summary) { reader in
                let member = reader.optionalValue(name, expecting: expecting, "Whose rates these are.", parse: parse)
                let rates = Rates(from: &reader, "")
                if member == nil, reader.place(of: name).isBuiltIn {
                    reader.report("the key '\(name)' is missing", at: reader.place)
                }
                return member.map { Group(member: $0.value, rates: rates) }
            }.map(\.value)
        }

        var hasRates: Bool {
            !service.isOff || !lan.isOff || networks.contains { !$0.rates.isOff }
                || listeners.contains { !$0.rates.isOff } || hasDomains
        }

        var hasDomains: Bool { domains.contains { !$0.rates.isOff } }
    }
}
