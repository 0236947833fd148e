import Policy
import Screening
import Values

extension SMTPAuthentication {
    /// Where authentication is required, how it may be done, and whose addresses are whose.
    public struct Settings: StageSettings {
        let isForLocalSenders: Bool
        let sparesLocalRecipients: Bool
        let privileged: [Placed<String>]
        let listeners: [Placed<ListenerPattern>]
        let matchesMail: Bool
        let matchesFrom: Bool
        let owners: AddressOwners
        let mechanisms: Set<String>
        let requiresTLS: Bool

        public init(from reader: inout PolicyReader) {
            isForLocalSenders = reader.flag(
                "local_senders", default: true,
                "Whether authentication is required for mail from the local domains.")
            sparesLocalRecipients = reader.flag(
                "unless_to_local", default: true,
                "Whether mail from the local domains to local addresses does without it.")
            privileged = reader.texts(
                "privileged_senders", default: ["postmaster", "abuse", "webmaster"],
                "Names at the local domains whose mail takes authentication whoever it is to.")
            listeners = reader.values(
                "required_listeners", default: [":587", ":465"], expecting: ListenerPattern.expecting,
                "Listeners where all mail takes authentication.", parse: { ListenerPattern($0) })
            matchesMail = reader.flag(
                "match_mail", default: false, "Whether the reverse-path has to be an address of the user's.")
            matchesFrom = reader.flag(
                "match_from", default: false, "Whether the addresses of the From field have to be the user's.")
            owners = AddressOwners(from: &reader)
            mechanisms = Set(
                reader.values(
                    "mechanisms", default: [], expecting: "the name of a mechanism such as SCRAM-SHA-256",
                    "The mechanisms that may be used; all unless set.",
                    parse: { text in
                        // RFC 4422 §3.1.
                        let name = text.uppercased()
                        let isName =
                            (1...20).contains(name.utf8.count)
                            && name.utf8.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") }
                        return isName ? name : nil
                    }
                ).map(\.value))
            requiresTLS = reader.flag(
                "require_tls", default: true,
                "Whether passwords in clear need TLS: those of PLAIN and LOGIN, and tokens that serve as passwords.")
        }
    }
}

/// Which addresses are whose.
struct AddressOwners: Sendable {
    private let addresses: [String: SenderIndex]

    /// Whether `address` is one of the user's who goes by `identity`: the identity itself, that name at a local domain
    /// where it has no domain, or an address that is listed for it.
    func owns(_ address: SenderAddress, _ identity: String, _ site: Site) -> Bool {
        let name = AddressOwners.canonical(identity)
        if name == address.text { return true }
        if !name.utf8.contains(.at), name == address.localPart, site.isLocal(domain: address.domain) { return true }
        return addresses[name].map { !$0.matches(address).isEmpty } ?? false
    }

    private static func canonical(_ identity: String) -> String {
        guard let at = identity.utf8.lastIndex(of: .at) else { return identity.asciiLowercased }
        return SenderAddress(
            localPart: String(identity[..<at]), domain: String(identity[identity.utf8.index(after: at)...])
        ).text
    }

    /// Reads the keys `identities` and `identity_files`.
    init(from reader: inout PolicyReader) {
        let entries = reader.entries("identities", "Users, and what addresses they may write as besides their own.") {
            reader -> (String, [SenderPattern])? in
            let identity = reader.optionalValue(
                "identity", expecting: "the name that a user authenticates by", "The user.",
                parse: { $0.isEmpty ? nil : $0 })
            let addresses: [Placed<SenderPattern>] = reader.values(
                "addresses", default: [], expecting: SenderPattern.expecting, "The addresses.",
                parse: { SenderPattern($0) })
            guard let identity else {
                if reader.place(of: "identity").isBuiltIn, !reader.place.isBuiltIn {
                    reader.report("an entry needs an 'identity'", at: reader.place)
                }
                return nil
            }
            return (identity.value, addresses.map(\.value))
        }
        let listed = reader.lists(
            "identity_files", expecting: "a user and the addresses that they may write as",
            "Files of further users, one a line: `ann sales@company.example @news.company.example`; # starts a comment.",
            parse: { line -> (String, [SenderPattern])? in
                let words = line.split { $0 == " " || $0 == "\t" }
                let patterns = words.dropFirst().map { SenderPattern($0) }
                guard let name = words.first, !patterns.isEmpty, !patterns.contains(nil) else { return nil }
                return (String(name), patterns.compactMap(\.self))
            })
        var patterns: [String: [SenderPattern]] = [:]
        for (identity, addresses) in (entries + listed).map(\.value) {
            patterns[AddressOwners.canonical(identity), default: []] += addresses
        }
        addresses = patterns.mapValues { SenderIndex($0) }
    }
}
