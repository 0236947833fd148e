import DNS
import Mail
import PublicSuffix
import Screening
import Values

extension OutbreakProtection {
    /// Where a message comes from and goes to: what tells a wave from mail of one place.
    struct Copy {
        /// Where it comes from: the client's network, or the author's domain where a signature shows that it is from
        /// there, whose mail may leave from many networks. Nil where neither is known.
        let network: String?
        /// The registered domain of the reverse-path, or of From where that is not known; that of the author where a
        /// signature shows it. Nil where there is none.
        let sender: String?
        /// The conversation that it is part of, in 16 digits; empty where it answers nothing.
        let thread: String
        /// The recipients, in lower case.
        let recipients: [String]
        /// Words that differ from copy to copy because they name a recipient.
        let names: [String]
        let subject: String
        private let reversePath: String

        /// Recipients of a message that are counted.
        static let mostRecipients = 20

        init(_ transaction: Transaction, _ message: Message, _ settings: Settings, signer: String?) {
            let client = transaction.session.client.value.map { client in
                let prefix = client.isV4 ? settings.prefixV4 : settings.prefixV6
                return IPNetwork(client, prefixLength: min(prefix, client.bitWidth))?.description ?? client.description
            }
            network = signer ?? client
            let from = transaction.reversePath.value
            reversePath = from?.description ?? ""
            let domain = from?.domain ?? (from == nil ? message.fromMailboxes.first?.domain : nil)
            sender =
                signer
                ?? domain.map { domain in
                    DomainName(domain).map { PublicSuffixList.builtIn.organizationalDomain(of: $0).relativeText }?
                        .asciiLowercased ?? domain.asciiLowercased
                }
            // RFC 5322 §3.6.4: what begins the conversation stands first in References.
            let origin = (message.header.first("References") ?? message.header.first("In-Reply-To"))?.value.lossyString
                .split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," }).first
            thread = origin.map { String(StateName.hex(of: String($0)).prefix(16)) } ?? ""
            var recipients = transaction.recipients.compactMap { $0.path.value?.address.asciiLowercased }
            let named = message.header.to.prefix(Copy.mostRecipients)
            if recipients.isEmpty { recipients = named.map { $0.address.asciiLowercased } }
            self.recipients = Array(recipients.prefix(Copy.mostRecipients))
            names = self.recipients + named.flatMap { [$0.displayName ?? "", $0.localPart] }
            subject = String(
                decoding: (message.header.first("Subject")?.decodedText ?? "").utf8.prefix(100), as: UTF8.self)
        }

        /// What stays the same when the message is tried again, and differs from every other message.
        func identity(_ message: Message) -> [String] {
            [
                network ?? "", reversePath, recipients.joined(separator: " "),
                message.header.first("Message-ID")?.value.lossyString ?? "",
                message.header.first("Date")?.value.lossyString ?? "",
            ]
        }
    }

    /// What is being counted.
    enum Kind: String, Sendable { case text, links, attachment }

    /// How far a wave has got when a copy of it is judged.
    struct Standing: Sendable {
        let wave: String
        let kind: Kind
        let copies: Int
        let networks: Int
        let senders: Int
        let recipients: Int
        /// Copies of late.
        let recent: Int
        let first: Timestamp
        let caught: Timestamp
        let elapsed: Duration
        let similarity: Int?
        let subject: String
        /// Whether the wave is one that was caught in an earlier window.
        let isRemembered: Bool

        var evidence: Evidence {
            var evidence: Evidence = [
                "seen": .text(words), "wave": .text(wave), "copies": .number(copies), "networks": .number(networks),
                "senders": .number(senders), "recipients": .number(recipients), "within": .duration(elapsed),
                "first": .text(StateMeaning.time(first)), "caught": .text(StateMeaning.time(caught)),
            ]
            evidence.add("similarity", similarity.map(EvidenceValue.number))
            evidence.add("subject", .text(subject))
            return evidence
        }

        /// `41 near-copies from 29 networks in 6 minutes`.
        private var words: String {
            func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
            let copies =
                switch kind {
                case .text: copies == 1 ? "1 near-copy" : "\(copies) near-copies"
                case .links: "\(copies) with the same links"
                case .attachment: "\(copies) with nearly the same file"
                }
            let places = networks > 0 ? count(networks, "network") : count(senders, "sender domain")
            let known = isRemembered ? ", of a wave known since \(StateMeaning.time(caught))" : ""
            return "\(copies) from \(places) in \(Standing.words(elapsed))\(known)"
        }

        private static func words(_ time: Duration) -> String {
            let seconds = max(0, time.milliseconds / 1000)
            let (number, unit): (Int64, String) =
                switch seconds {
                case ..<120: (seconds, "second")
                case ..<7200: (seconds / 60, "minute")
                case ..<172_800: (seconds / 3600, "hour")
                default: (seconds / 86_400, "day")
                }
            return "\(number) \(unit)\(number == 1 ? "" : "s")"
        }
    }
}
