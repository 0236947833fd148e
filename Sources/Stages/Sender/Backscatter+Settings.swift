import Authentication
import Mail
import Policy
import Screening
import Values

extension Backscatter {
    /// The keys, what is protected, and what happens to what answers nothing.
    public struct Settings: StageSettings {
        /// Nil until keys are set up.
        let keyring: BATVKeyring?
        /// Nil for the site's own.
        let domains: Site?
        let exemptAddresses: SenderIndex
        let exemptHosts: [AddressPattern]
        let countsAutoresponders: Bool
        private let rejectsInvalid: Placed<Bool>

        public init(from reader: inout PolicyReader) {
            let keys = reader.entries("keys", "The keys of tags; outgoing mail is tagged with the current one.") {
                Settings.key(from: &$0)
            }
            let current = reader.optionalValue(
                "current", expecting: "the number of a key", "The number of the current key; the first unless set.",
                parse: { Int($0) })
            let lifetime = reader.duration(
                "lifetime", default: .seconds(BATVKeyring.standardLifetime * 86_400),
                in: .seconds(86_400)...(.seconds(BATVKeyring.lifetimes.upperBound * 86_400)),
                "How long a tag is valid, in whole days; a bounce may be a week under way.")
            let domains = reader.values(
                "domains", default: [], expecting: "a domain name, or .domain for all its sub-domains",
                "The domains that are protected; those of local_domains unless set.",
                parse: {
                    VBRInfo.domain($0.hasPrefix(".") ? $0.dropFirst() : $0[...]) == nil ? nil : $0.asciiLowercased
                }
            ).map(\.value)
            exemptAddresses = SenderIndex(
                reader.values(
                    "exempt_addresses", default: [], expecting: SenderPattern.expecting,
                    "Addresses of ours that are not protected: their mail gets no tag, and their bounces need none.",
                    parse: { SenderPattern($0) }
                ).map(\.value))
            exemptHosts = reader.values(
                "exempt_hosts", default: [],
                expecting: "an address, a CIDR network, a range a-b, or an address with * and ?",
                "Clients whose bounces need no tag.", parse: { AddressPattern($0) }
            ).map(\.value)
            rejectsInvalid = Placed(
                reader.flag(
                    "reject_invalid", default: true,
                    "Whether bounces without a valid tag are refused, rather than weighed."),
                at: reader.place(of: "reject_invalid"))
            countsAutoresponders = reader.flag(
                "autoresponders", default: true,
                "Whether mail from mailer-daemon and reports from postmaster count as bounces do, and mail whose "
                    + "header says that it answers automatically is looked at.")
            self.domains = domains.isEmpty ? nil : Site(localDomains: domains)
            keyring = Settings.keyring(keys, current: current, lifetime: lifetime, notingIn: &reader)
        }

        private static func key(from reader: inout PolicyReader) -> BATVKey? {
            let number = reader.integer(
                "number", default: 0, in: BATVKey.numbers, "The number by which tags name the key.")
            let key = reader.secretFile(
                "file", expecting: "a secret of 1 to \(BATVKey.maximumLength) bytes",
                "The file that holds the secret; a line end at its end is no part of it.",
                parse: { BATVKey(number: number, file: $0) })
            if key == nil, reader.place(of: "file").isBuiltIn {
                reader.report("the entry names no 'file'", at: reader.place)
            }
            return key?.value
        }

        private static func keyring(
            _ keys: [Placed<BATVKey>], current: Placed<Int>?, lifetime: Duration, notingIn reader: inout PolicyReader
        ) -> BATVKeyring? {
            var numbers: Set<Int> = []
            for key in keys {
                guard let number = key.value.number, !numbers.insert(number).inserted else { continue }
                reader.report("the number \(number) is another key's", at: key.place)
            }
            if let current, !keys.isEmpty, !numbers.contains(current.value) {
                reader.report("no key has the number \(current.value)", at: current.place)
            }
            let days = Int(lifetime.milliseconds / 86_400_000)
            return BATVKeyring(keys.map(\.value), current: current?.value, lifetime: days)
        }

        public var symbolSettings: [SymbolSetting] {
            guard !rejectsInvalid.value else { return [] }
            return Backscatter.manifest.symbols.filter { $0.action == .reject }.map { declaration in
                SymbolSetting(
                    declaration.symbol, declaration.summary, at: rejectsInvalid.place,
                    action: Placed(.score, at: rejectsInvalid.place))
            }
        }
    }
}
