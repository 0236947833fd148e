import Authentication
import DNS
import Mail
import Policy
import Screening
import Values

extension DKIMStage {
    /// Whose outgoing mail is signed, and with which key.
    public struct SigningRule: Sendable {
        /// The domain that signs (`d=`), in lower case.
        public let domain: String
        /// The key's selector (`s=`).
        public let selector: String
        /// The file of the private key; nil where whoever signs knows it from elsewhere.
        public let keyFile: String?
        let coversSubdomains: Bool

        /// Reads an entry; nil, with the mistake noted, when it names no domain or no selector.
        init?(from reader: inout PolicyReader) {
            let domain = reader.optionalValue(
                "domain", expecting: "a domain name such as example.org",
                "The domain that signs: mail with an address of it in From.", parse: DKIMSigner.domain)
            let selector = reader.optionalValue(
                "selector", expecting: "a selector such as s2024", "The selector that the key is published under.",
                parse: DKIMSigner.selector)
            keyFile = reader.optionalText("key", "The file of the private key, for the program that signs.")
            coversSubdomains = reader.flag(
                "subdomains", default: true,
                "Whether mail from sub-domains is signed too, where no entry is for them.")
            for (key, isGiven) in [
                ("domain", reader.place(of: "domain") != .builtIn),
                ("selector", reader.place(of: "selector") != .builtIn),
            ]
            where !isGiven {
                reader.report("the entry needs '\(key)'", at: reader.place)
            }
            guard let domain, let selector else { return nil }
            self.domain = domain.value.relativeText
            self.selector = selector.value.relativeText
        }

        func covers(_ other: String) -> Bool {
            other == domain || coversSubdomains && other.hasSuffix("." + domain)
        }
    }

    /// Whose outgoing mail is signed.
    enum Sender: String, Sendable, CaseIterable {
        case authenticated
        case trusted
        case lan
    }

    /// What asks for the signatures of outgoing mail: none where the client is not one that mail goes out for, or no
    /// entry is for the address in From.
    func signatures(_ session: Session, _ message: Message, _ surroundings: Surroundings) -> [Effect] {
        guard !settings.signing.isEmpty, isOutgoing(session, surroundings),
            // RFC 5322 §3.6.2, RFC 6376 §5.4: several authors leave open whose signature it would be.
            case let mailboxes = message.fromMailboxes, mailboxes.count == 1, let author = mailboxes.first
        else { return [] }
        let rules = settings.signing.map(\.value).filter { $0.covers(author.domain.asciiLowercased) }
        // The entries of the nearest domain, several where it signs with several keys (RFC 8463).
        let nearest = rules.map(\.domain.utf8.count).max()
        return rules.filter { $0.domain.utf8.count == nearest }.map {
            .signDKIM(domain: $0.domain, selector: $0.selector)
        }
    }

    private func isOutgoing(_ session: Session, _ surroundings: Surroundings) -> Bool {
        let isAuthenticated = session.authenticated.value != nil
        if isAuthenticated { return settings.signedSenders.contains(.authenticated) }
        // What comes through a relay of our own came from elsewhere.
        guard let client = session.client.value, !site.isTrustedRelay(client) else { return false }
        if settings.signedSenders.contains(.trusted) {
            // A stage may have made the client a trusted one.
            if surroundings.exemption != nil || site.trustedNetworks.contains(where: { $0.contains(client) }) {
                return true
            }
        }
        return settings.signedSenders.contains(.lan) && site.lanNetworks.contains { $0.contains(client) }
    }
}
