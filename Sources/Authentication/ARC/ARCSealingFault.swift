/// Why a message is not sealed.
public enum ARCSealingFault: Error, Sendable, Hashable {
    /// The newest seal says `cv=fail`: the chain has ended, and nobody adds to it (RFC 8617 §5.1).
    case chainEnded
    /// The chain has 50 sets, or what claims to be more (RFC 8617 §4.2.1).
    case tooManySets
    /// The state given cannot be that of the message's chain: `none` with one, `pass` without.
    case chainStatus(ARCStatus)
    /// There are no results to put into the set: the text names the authserv-id whose fields the message lacks.
    case noResults(String)
    /// The results have characters, or words so long, that no field can have.
    case resultsUnusable
    /// What a DKIM signature would not be made for either: the message, the key or the fields to sign.
    case signing(DKIMSigningFault)
}

extension ARCSealingFault: CustomStringConvertible {
    /// The fault in words.
    public var description: String {
        switch self {
        case .chainEnded:
            "the newest seal says cv=fail: the chain has ended, and no set is added to it (RFC 8617 section 5.1)"
        case .tooManySets: "the chain has all the 50 sets that RFC 8617 section 4.2.1 allows"
        case .chainStatus(let status): "the state given, \(status.rawValue), cannot be that of the message's chain"
        case .noResults(let identifier):
            "the message has no Authentication-Results field of \(identifier); say what was found with --results"
        case .resultsUnusable: "the results have a character or a word that no header field can have"
        case .signing(let fault): fault.description
        }
    }
}
