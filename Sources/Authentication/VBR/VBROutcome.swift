import DNS
import Values

/// What a check of a message's VBR-Info fields gave.
public struct VBROutcome: Sendable, Hashable {
    /// The result; nil when it hangs on DNS answers that nobody recorded (`unrecorded`).
    public let result: VBRResult?
    /// Why the result is not pass; nil when it is.
    public let reason: Reason?
    /// What is wrong with the first field, where none is usable.
    public let fault: String?
    /// What the deciding field says: the vouched-for one, else the first whose domain is authenticated, else the first.
    public let info: VBRInfo?
    /// How the domain of `info` is authenticated; nil when it is not.
    public let method: VBRIdentity.Method?
    /// The certifier that vouches.
    public let certifier: DomainName?
    /// The bytes of the deciding field in the message, line end included.
    public let fieldRange: Range<Int>?
    /// The certifiers asked, in order, with their answers.
    public let exchanges: [DNSExchange]

    /// Why a message is not vouched for.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// There is no VBR-Info field.
        case noField = "no-vbr-info"
        /// No field can be read.
        case syntax
        /// RFC 5518 §4: all fields of a message must have the same `mc=`.
        case contentsDiffer = "mc-differ"
        /// The domain of no field is authenticated.
        case unauthenticated
        /// Whether the domain is authenticated could not be told for now.
        case undecided = "authentication-undecided"
        /// No certifier named is one that counts.
        case noCertifier = "no-trusted-certifier"
        /// No certifier has a record of the domain, or none that can be read.
        case notVouched = "not-vouched"
        /// A certifier vouches for other kinds of mail of the domain.
        case otherContent = "type-not-vouched"
        /// RFC 5518 §5: a certifier must have no more than one record of a domain.
        case severalRecords = "several-records"
        /// More certifiers would have had to be asked than are.
        case tooMany = "too-many-certifiers"
        /// An answer could not be had for now.
        case unavailable = "dns-failure"
        /// Nobody recorded an answer that the result hangs on.
        case unrecorded
    }

    /// The questions that nobody recorded an answer to.
    public var unrecorded: [DNSQuestion] { exchanges.filter { $0.answer == .unrecorded }.map(\.question) }
}
