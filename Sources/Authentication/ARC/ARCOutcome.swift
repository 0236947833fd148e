import DNS
import Values

/// What validating a chain gave, with the evidence.
public struct ARCOutcome: Sendable, Hashable {
    /// The state of the chain; nil when it hangs on DNS answers that the recording at hand lacks.
    public internal(set) var status: ARCStatus?
    /// Why the chain fails.
    public internal(set) var fault: ARCFault?
    /// The newest instance; 0 without a chain, or when there are too many.
    public internal(set) var instance = 0
    /// The complete sets, the first handler's first.
    public internal(set) var hops: [ARCHop] = []
    /// RFC 8617 §5.2 step 5: 0 when every ARC-Message-Signature validates, that is when the message is as the first
    /// handler sealed it; else the lowest instance from which on all do. Nil when that was not found out.
    public internal(set) var oldestPass: Int?
    /// The questions asked, with their answers, the newest set's first.
    public internal(set) var answersUsed: [DNSExchange] = []

    /// Why the chain fails, in a few words that programs can compare.
    public var reason: String? { fault?.description ?? (status == nil ? "key-unrecorded" : nil) }

    /// The questions that the recording at hand has no answer to.
    public var unrecorded: [DNSQuestion] {
        answersUsed.filter { $0.answer == .unrecorded }.map(\.question)
    }
}
