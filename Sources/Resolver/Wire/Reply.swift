/// What a datagram or a message on a stream is to whoever waits for the answer to one query.
enum Reply: Sendable, Hashable {
    /// The answer.
    case answer(DNSMessage)
    /// The answer to the question, but in letters of another case than asked in: forged, or from a server that does
    /// not keep the case.
    case otherCase
    /// From the server, to the query, and unreadable.
    case malformed

    /// Judges a message against the question that was sent under its id; nil when it answers something else
    /// (RFC 5452 §9.1). On a stream, whose sender cannot be forged so, the case of letters proves nothing more.
    init?(_ message: [UInt8], to question: WireQuestion, onStream: Bool = false) {
        guard let header = DNSMessage.Header(message), header.isResponse, header.opcode == 0 else { return nil }
        if header.questions == 0 {
            // A server that cannot make out the query says so without repeating the question.
            let codes = [DNSMessage.ResponseCode.formatError, .notImplemented].map(\.rawValue)
            guard codes.contains(header.responseCode) else { return nil }
        } else {
            guard let repeated = WireQuestion(ofMessage: message), repeated.asksTheSame(as: question) else {
                return nil
            }
            if repeated != question, !onStream {
                self = .otherCase
                return
            }
        }
        self = DNSWire.decode(message).map { .answer($0) } ?? .malformed
    }
}
