import Authentication
import DNS
import Policy
import Screening
import Values

extension VBRStage {
    /// Whose word counts, what it is worth, and what outgoing mail says of itself.
    public struct Settings: StageSettings {
        /// The certifiers that are trusted.
        public let trustedCertifiers: [DomainName]
        let asksUnnamed: Bool
        let skipsSpamFilter: Bool
        let maximumLookups: Int
        let insertions: [VBRInfo]

        public init(from reader: inout PolicyReader) {
            trustedCertifiers = reader.values(
                "trusted_certifiers", default: [], expecting: Settings.expectingDomain,
                "Certifiers whose word counts.", parse: { VBRInfo.domain($0) }
            ).map(\.value)
            asksUnnamed = reader.flag(
                "ask_unnamed", default: false,
                "Whether all trusted certifiers are asked, rather than those that the message names.")
            skipsSpamFilter = reader.flag(
                "skip_spam_filter", default: false,
                "Whether mail that is vouched for is left out by the stages that look for spam.")
            maximumLookups = reader.integer(
                "maximum_lookups", default: 10, in: 1...100, "Certifiers that are asked about one message.")
            insertions = Settings.insertions(from: &reader)
        }

        private static let expectingDomain = "a domain name such as certifier.example"

        private static func insertions(from reader: inout PolicyReader) -> [VBRInfo] {
            let entries = reader.entries(
                "insert", "Domains of ours, and who vouches for them: outgoing mail says so in a VBR-Info field."
            ) { reader -> VBRInfo? in
                let domain = reader.optionalValue(
                    "domain", expecting: expectingDomain, "The domain of the sender.", parse: { VBRInfo.domain($0) })
                let certifiers = reader.values(
                    "certifiers", default: [], expecting: expectingDomain, "Who vouches for it.",
                    parse: { VBRInfo.domain($0) })
                let type = reader.choice("type", default: Content.all, "The kind of mail.")
                guard let domain else {
                    reader.report("the entry names no 'domain'", at: reader.place)
                    return nil
                }
                let info = VBRInfo(
                    domain: domain.value, content: type.rawValue, certifiers: certifiers.map(\.value))
                if info == nil { reader.report("the entry names no 'certifiers'", at: reader.place) }
                return info
            }
            var domains: Set<DomainName> = []
            for entry in entries where !domains.insert(entry.value.domain).inserted {
                // RFC 5518 §4: a message has one mc=, so a domain can have one kind of mail here.
                reader.report("the domain '\(entry.value.domain.relativeText)' has an entry already", at: entry.place)
            }
            return entries.map(\.value)
        }

        /// RFC 5518 §6.
        enum Content: String, Sendable, CaseIterable { case all, list, transaction }
    }
}
