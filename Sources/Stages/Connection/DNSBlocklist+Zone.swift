import DNS
import Policy
import Screening
import Values

extension DNSBlocklist {
    /// A list as the policy has it.
    public struct Zone: Sendable {
        /// What a listing says of an address.
        public enum Kind: String, Sendable, CaseIterable { case block, allow }
        /// Which addresses a list is asked about.
        enum Subject: String, Sendable, CaseIterable { case client, received }

        /// The zone and its return codes.
        public let list: DNSList
        /// Whether a listing speaks against an address or for it.
        public let kind: Kind
        /// What a listing of the client is found as.
        public let symbol: Symbol
        let appliesTo: Set<Subject>
        let takesV6: Bool
        let repliesWithText: Bool
        private let weight: Placed<Int>
        private let receivedWeight: Placed<Int>
        /// What happens on a listing of the client besides.
        public let action: Placed<Action>
        private let reply: ReplyText?

        /// Reads an entry; nil, with the mistake noted, when it names no zone.
        init?(from reader: inout PolicyReader) {
            let zone = reader.optionalValue(
                "zone", expecting: "a domain name such as bl.example.org", "The zone that is asked.",
                parse: Zone.zoneName)
            kind = reader.choice("kind", default: Kind.block, "Whether a listing speaks against an address or for it.")
            let prefix = Zone.prefix(kind)
            let symbol = reader.optionalValue(
                "symbol", expecting: "capitals, digits and underscores after \(prefix)",
                "What a listing is found as; made of DNSBL_ or DNSWL_ and the zone's name when left out.",
                parse: { Zone.symbol($0, prefix) })
            weight = reader.score("weight", default: 0, "What a listing of the client adds to the score.")
            receivedWeight = reader.score(
                "received_weight", default: 0, "What a listing of an address in a Received field adds to the score.")
            action = Placed(
                reader.choice("action", default: Action.score, "What happens on a listing of the client besides."),
                at: reader.place(of: "action"))
            (reply, repliesWithText) = reader.listingReply()
            let (codes, refusals) = reader.returnCodes(
                expecting: "a return code such as 127.0.0.2, a network of them, or a range a-b",
                "The return codes that count; all when left out.")
            takesV6 = reader.flag("ipv6", default: true, "Whether the list is asked about IPv6 addresses.")
            appliesTo = Set(
                reader.values(
                    "applies_to", default: [Subject.client.rawValue], expecting: "client or received",
                    "Whether the list is asked about the client, about addresses in Received fields, or both.",
                    parse: Subject.init(rawValue:)
                ).map(\.value))
            _ = reader.optionalText("comment", "Why the list is asked.")

            reader.reportMistakes(
                in: kind, action: action, weights: [(weight, key: "weight"), (receivedWeight, key: "received_weight")])
            guard let zone else {
                reader.reportMissingZone()
                return nil
            }
            list = DNSList(zone.value, codes: codes, refusals: refusals)
            self.symbol = symbol?.value ?? Zone.symbol(of: zone.value, prefix)
        }

        /// What a listing of an address in a Received field is found as.
        var receivedSymbol: Symbol { Symbol(symbol.name + "_RECEIVED") }

        /// The symbols that the entry brings along.
        var symbols: [Symbol] { appliesTo.contains(.received) ? [symbol, receivedSymbol] : [symbol] }

        /// What the entry at `place` says of them.
        func symbolSettings(at place: PolicyPlace) -> [SymbolSetting] {
            let name = list.zone.relativeText
            let verb = kind == .block ? "is listed in" : "is on the allow list"
            let own = { (placed: PolicyPlace) in placed.isBuiltIn ? place : placed }
            var settings = [
                SymbolSetting(
                    symbol, "The client \(verb) \(name).", at: place,
                    weight: Placed(weight.value, at: own(weight.place)),
                    action: Placed(action.value, at: own(action.place)),
                    // RFC 7372 has no code for it; RFC 3463 §3.8: X.7.1, delivery not authorised.
                    reply: reply ?? ReplyText(50, 7, 1, "Your address is listed in \(name)"))
            ]
            if appliesTo.contains(.received) {
                settings.append(
                    SymbolSetting(
                        receivedSymbol, "An address in a Received field \(verb) \(name).", at: place,
                        weight: Placed(receivedWeight.value, at: own(receivedWeight.place))))
            }
            return settings
        }

        private static func prefix(_ kind: Kind) -> String { kind == .block ? "DNSBL_" : "DNSWL_" }

        /// A host name that leaves room for the labels of an IPv6 address (RFC 1035 §2.3.4).
        public static func zoneName(_ text: String) -> DomainName? {
            let isHostName = text.utf8.allSatisfy {
                $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") || $0 == .dot
            }
            guard isHostName, text.utf8.count <= 190, let name = DomainName(text), name != .root else { return nil }
            return name
        }

        static func symbol(_ text: String, _ prefix: String) -> Symbol? {
            let rest = text.utf8.dropFirst(prefix.utf8.count)
            let isName = rest.allSatisfy { (0x41...0x5A).contains($0) || $0.isDigit || $0 == .ascii("_") }
            return text.hasPrefix(prefix) && !rest.isEmpty && rest.count <= 80 && isName ? Symbol(text) : nil
        }

        static func symbol(of zone: DomainName, _ prefix: String) -> Symbol {
            let name = zone.relativeText.utf8.map { $0.isAlphanumeric ? $0 : .ascii("_") }
            return Symbol(prefix + String(decoding: name, as: UTF8.self).uppercased())
        }
    }
}
