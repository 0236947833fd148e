import Policy
import Values

extension AgentSettings {
    /// How verdicts are carried out.
    public struct Enforcement: Sendable, Hashable {
        /// What stands at the beginning of tagged messages' subjects; nil where subjects stay as they are.
        public var subjectTag: String?
        /// Whether a field Received tells of the session.
        public var addsReceivedField: Bool
        /// Whether refusals of a connection, greeting or sender are told when a recipient is named.
        public var delaysRefusals: Bool

        /// Which fields say what the policy made of messages.
        public var headers: Headers

        /// Kinds of fields that say what the policy made of a message.
        public enum Headers: String, Sendable, Hashable, CaseIterable {
            /// X-Assay-Verdict, on tagged messages.
            case assay
            /// The same, and X-Spam-Status and its kin on all messages.
            case spamassassin
        }

        /// The most octets of a subject tag: as an encoded word it has to fit into one line (RFC 2047 §2).
        private static let tagLimit = 40

        init(from reader: inout PolicyReader) {
            subjectTag =
                reader.optionalValue(
                    "subject_tag", expecting: "a text of 40 octets at most, without control characters",
                    "What tagged messages have at the beginning of their Subject, such as \"[SPAM?]\".",
                    parse: { (text: String) -> String? in
                        let isGood =
                            !text.isEmpty && text.utf8.count <= Enforcement.tagLimit
                            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
                            && text.utf8.first != .space && text.utf8.last != .space
                        return isGood ? text : nil
                    })?.value
            addsReceivedField = reader.flag(
                "received_field", default: false,
                "Whether messages get a Received field that tells of the client; the next hop adds its own in any case."
            )
            delaysRefusals = reader.flag(
                "delay_refusals", default: false,
                "Tell refusals of a connection, greeting or sender only when a recipient is named, so that the log has "
                    + "sender and recipient; an AUTH before that is refused.")
            headers = reader.choice(
                "headers", default: Headers.assay,
                "The fields that messages get: spamassassin adds X-Spam-Status, X-Spam-Level and, to tagged ones, "
                    + "X-Spam-Flag and X-Spam-Report, and leaves out those that mail comes with.")
        }
    }
}
