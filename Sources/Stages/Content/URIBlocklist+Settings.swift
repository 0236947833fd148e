import DNS
import Policy
import Screening
import Values

extension URIBlocklist {
    /// The lists, and which links they are asked about.
    public struct Settings: StageSettings {
        /// The zones in the order of the policy.
        public let zones: [Placed<Zone>]
        /// How many domains and addresses of a message are asked about.
        let limit: Int
        let skipped: [Placed<HostPattern>]
        let asksForText: Bool
        let asksAboutMail: Bool

        public init(from reader: inout PolicyReader) {
            zones = reader.entries("zones", "The lists that are asked, in order.") { Zone(from: &$0) }
            limit = reader.integer(
                "limit", default: 20, in: 1...200,
                "How many domains and addresses of a message are asked about, the first that it has.")
            let named = reader.values(
                "skip", default: [], expecting: HostPattern.expecting,
                "Domains that no list is asked about, besides local ones.", parse: { HostPattern($0) })
            skipped =
                named
                + reader.lists(
                    "skip_files", expecting: HostPattern.expecting, "Files with such domains, one a line.",
                    parse: { HostPattern($0) })
            asksAboutMail = reader.flag(
                "mail_addresses", default: false, "Whether the domains of mail addresses in the text are asked about.")
            asksForText = reader.flag(
                "text", default: true, "Whether a list that has a domain is asked for its reasons (TXT records).")
            var taken = Set(URIBlocklist.manifest.symbols.map(\.symbol) + [URIBlocklist.manifest.errorSymbol])
            for zone in zones where !taken.insert(zone.value.symbol).inserted {
                reader.report(
                    "the symbol \(zone.value.symbol) is taken; give this zone a 'symbol' of its own", at: zone.place)
            }
        }

        public var symbolSettings: [SymbolSetting] { zones.map { $0.value.symbolSetting(at: $0.place) } }
    }

    /// A list as the policy has it.
    public struct Zone: Sendable {
        /// What a list is asked about: the part of a name that somebody registered, the whole name, or the address that
        /// stands for one.
        enum Subject: String, Sendable, CaseIterable { case domain, host, address }

        /// The zone and its return codes.
        public let list: DNSList
        /// What a listing is found as.
        public let symbol: Symbol
        let appliesTo: Set<Subject>
        let takesV6: Bool
        let repliesWithText: Bool
        private let kind: DNSBlocklist.Zone.Kind
        private let weight: Placed<Int>
        private let action: Placed<Action>
        private let reply: ReplyText?

        /// Reads an entry; nil, with the mistake noted, when it names no zone.
        init?(from reader: inout PolicyReader) {
            let zone = reader.optionalValue(
                "zone", expecting: "a domain name such as multi.example.org", "The zone that is asked.",
                parse: DNSBlocklist.Zone.zoneName)
            kind = reader.choice(
                "kind", default: DNSBlocklist.Zone.Kind.block, "Whether a listing speaks against a message or for it.")
            let prefix = kind == .block ? "URIBL_" : "URIWL_"
            let symbol = reader.optionalValue(
                "symbol", expecting: "capitals, digits and underscores after \(prefix)",
                "What a listing is found as; made of URIBL_ or URIWL_ and the zone's name when left out.",
                parse: { DNSBlocklist.Zone.symbol($0, prefix) })
            weight = reader.score("weight", default: 0, "What a listing adds to the score, once a message.")
            action = Placed(
                reader.choice("action", default: Action.score, "What happens on a listing besides."),
                at: reader.place(of: "action"))
            (reply, repliesWithText) = reader.listingReply()
            let (codes, refusals) = reader.returnCodes(
                expecting: "a return code such as 127.0.0.2, a network of them, a range a-b, or bits:8",
                "The return codes that count; all when left out. bits:8 counts each code that has this bit.",
                refusals: Zone.refusals)
            takesV6 = reader.flag("ipv6", default: false, "Whether the list is asked about IPv6 addresses.")
            appliesTo = Set(
                reader.values(
                    "applies_to", default: [Subject.domain.rawValue, Subject.address.rawValue],
                    expecting: "domain, host or address",
                    "Whether the list is asked about the registered domain, the whole name, or addresses in links.",
                    parse: Subject.init(rawValue:)
                ).map(\.value))
            _ = reader.optionalText("comment", "Why the list is asked.")
            reader.reportMistakes(in: kind, action: action, weights: [(weight, key: "weight")])
            guard let zone else {
                reader.reportMissingZone()
                return nil
            }
            list = DNSList(zone.value, codes: codes, refusals: refusals)
            self.symbol = symbol?.value ?? DNSBlocklist.Zone.symbol(of: zone.value, prefix)
        }

        /// 127.0.0.1 is how lists of several in one say that whoever asks is refused; the DBL answers 127.0.1.255 about
        /// addresses, of which it has none.
        private static let refusals = ["127.0.0.1", "127.0.1.255"]

        /// What the entry at `place` says of its symbol.
        func symbolSetting(at place: PolicyPlace) -> SymbolSetting {
            let name = list.zone.relativeText
            let own = { (placed: PolicyPlace) in placed.isBuiltIn ? place : placed }
            return SymbolSetting(
                symbol,
                "A link leads to a domain that is \(kind == .block ? "listed in" : "on the allow list") \(name).",
                at: place, weight: Placed(weight.value, at: own(weight.place)),
                action: Placed(action.value, at: own(action.place)),
                // RFC 3463 §3.8: X.7.1, delivery not authorised.
                reply: reply ?? ReplyText(50, 7, 1, "A link in the message is listed in \(name)"))
        }
    }
}
