import DNS
import Policy
import Screening
import Values

extension DNSBlocklist {
    /// The lists, what each counts, and what is asked of them.
    public struct Settings: StageSettings {
        /// The zones in the order of the policy.
        public let zones: [Placed<Zone>]
        let isEarly: Bool
        let stopsAtFirst: Bool
        /// Whether TXT records of listings are asked for.
        public let asksForText: Bool
        let received: ReceivedFields
        let allowed: AllowedClients

        /// Which Received fields are looked at.
        struct ReceivedFields: Sendable {
            var depth = 0
            var skipNewest = 0
            var skipOldest = 0
        }

        public init(from reader: inout PolicyReader) {
            let zones = reader.entries("zones", "The lists that are asked, in order.") { Zone(from: &$0) }
            isEarly = reader.flag(
                "early", default: false,
                "Whether the client is looked up as it connects, before it can authenticate, rather than at MAIL.")
            stopsAtFirst = reader.flag(
                "stop_at_first", default: false,
                "Whether lists are asked one after the other, and none after one that lists the address.")
            asksForText = reader.flag(
                "text", default: true, "Whether a list that has an address is asked for its reasons (TXT records).")
            allowed = AllowedClients(from: &reader)
            var received = ReceivedFields()
            reader.section("received", "Addresses in Received fields, for zones that apply to them.") { reader in
                received.depth = reader.integer(
                    "depth", default: 0, in: 0...50, "How many Received fields are looked at; 0 is none.")
                received.skipNewest = reader.integer(
                    "skip_newest", default: 0, in: 0...100, "Fields at the top that are passed over.")
                received.skipOldest = reader.integer(
                    "skip_oldest", default: 0, in: 0...100, "Fields at the bottom that are passed over.")
            }
            (self.zones, self.received) = (zones, received)
            reportMistakes(in: &reader)
        }

        /// Zones that would share a symbol, and zones for Received fields where none is looked at.
        private func reportMistakes(in reader: inout PolicyReader) {
            var taken = Set((DNSBlocklist.manifest.symbols.map(\.symbol) + [DNSBlocklist.manifest.errorSymbol]))
            for zone in zones {
                for symbol in zone.value.symbols where !taken.insert(symbol).inserted {
                    reader.report(
                        "the symbol \(symbol) is taken; give this zone a 'symbol' of its own", at: zone.place)
                }
                if zone.value.appliesTo.contains(.received), received.depth == 0 {
                    reader.report(
                        "the zone applies to Received fields, and 'received.depth' says that none is looked at",
                        at: zone.place)
                }
            }
        }

        public var symbolSettings: [SymbolSetting] { zones.flatMap { $0.value.symbolSettings(at: $0.place) } }

        var idlePhases: Set<Phase> {
            var idle: Set<Phase> = [isEarly ? .mail : .connect]
            if !zones.contains(where: { $0.value.appliesTo.contains(.client) }) { idle.formUnion([.connect, .mail]) }
            if received.depth == 0 || !zones.contains(where: { $0.value.appliesTo.contains(.received) }) {
                idle.insert(.message)
            }
            return idle
        }
    }
}
