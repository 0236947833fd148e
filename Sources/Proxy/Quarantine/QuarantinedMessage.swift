import SMTP
import Screening
import Values

/// A message that was kept aside, as the file beside it describes it. All text in it is from outside.
public struct QuarantinedMessage: Sendable, Hashable {
    /// Its id.
    public var id: String
    /// When its end of data came.
    public var time: Timestamp
    /// The client's address; nil where it was not known.
    public var client: IPAddress?
    /// The name that the client greeted with.
    public var helo: String?
    /// The client's verified name.
    public var reverseName: String?
    /// Who the client authenticated as.
    public var authenticated: String?
    /// The address that the client connected to.
    public var listener: IPAddress?
    /// The reverse-path as the client gave it; empty for the null path.
    public var sender: String
    /// The recipients that policy and next hop had taken.
    public var recipients: [Recipient]
    /// The reverse-path as the next hop is told it.
    public var forwardedSender: String
    /// What the client wants to be told of the mail's fate: parameters of MAIL (RFC 3461 §4).
    public var notifications: ESMTPParameters
    /// The decoded Subject.
    public var subject: String?
    /// The addresses of the From field.
    public var headerFrom: [String]
    /// The SHA-256 digest of the message in hexadecimal; nil where the description does not tell it.
    public var content: String?
    /// The parts that were taken out of a message that was passed on, where only those are kept.
    public var parts: [SetAsideParts.Part]
    /// The message's size in octets.
    public var size: Int
    /// The sum of the weights, in thousandths of a point.
    public var score: Int
    /// What was found, each symbol once.
    public var symbols: [String]
    /// Why it was kept: each ground with its policy line.
    public var why: [String]
    /// What was found, with its policy lines.
    public var findings: [Finding]
    /// What stages asked to be changed in the message before it goes on.
    public var edits: [Effect]

    /// A recipient of the envelope.
    public struct Recipient: Sendable, Hashable {
        /// The address as the client gave it.
        public var address: String
        /// The address as the next hop is told it.
        public var forwarded: String
        /// What the client wants to be told of the recipient: parameters of RCPT (RFC 3461 §4).
        public var notifications: ESMTPParameters
    }

    /// A finding, and what weighed it.
    public struct Finding: Sendable, Hashable {
        /// The stage that made it.
        public var stage: String
        /// Its symbol.
        public var symbol: String
        /// When it was made.
        public var checkpoint: String
        /// Its weight, in thousandths of a point.
        public var score: Int
        /// The policy line of the weight.
        public var scoreBy: String
        /// What the policy does about it besides.
        public var action: String
        /// The policy line of the action.
        public var actionBy: String
        /// The evidence, each item on one line.
        public var evidence: [String]
    }
}
