import Values

/// Something a stage asks for that is not a verdict. The proxy carries it out; replay records it.
public enum Effect: Sendable, Hashable {
    /// Wait this long before the reply to the command at hand.
    case delayReply(Duration)
    /// Send and read no faster than this many bytes a second.
    case limitRate(bytesPerSecond: Int)
    /// Send and read, together with all connections that share what is called `name`, no faster than this many bytes a
    /// second.
    case shareRate(name: String, bytesPerSecond: Int)
    /// Add a header field above the message.
    case addHeader(name: String, value: String)
    /// Leave out the header field with this name whose bytes in the message, line end included, are `span`.
    case removeHeader(name: String, span: Range<Int>)
    /// Sign the message for a domain once all other changes to it are made (RFC 6376).
    case signDKIM(domain: String, selector: String)
    /// Seal the message with an ARC set once all other changes but signing are made (RFC 8617). `results` is what the
    /// set's ARC-Authentication-Results field says, its instance left out; `chain` is the chain's state found.
    case sealARC(domain: String, selector: String, results: String, chain: String)
    /// Send the message on under this reverse-path.
    case rewriteReversePath(String)
    /// Send the message on to `replacement` where `recipient` was given.
    case rewriteRecipient(recipient: String, replacement: String)
    /// Change what the message holds below its header.
    case editContent(ContentEdit)
    /// Send the message on to this address too.
    case copy(to: String)
    /// Send the message on to this address instead of to its recipients.
    case redirect(to: String)
    /// Do this once the fate of the message is settled; nothing where it is to be tried again.
    case later(LaterAction)
    /// Give a header field a text, which is written in encoded words where it is not ASCII (RFC 2047): in the place of
    /// the field whose bytes are `span`, or above the message.
    case writeHeader(name: String, text: String, replacing: Range<Int>?)
    /// Do not offer STARTTLS to the client.
    case withholdTLS(reason: String)
    /// Leave out these stages for the rest of the session.
    case exempt(stages: [String], reason: String)
    /// Count the client among these for the rest of the session: every stage that exempts them leaves it unchecked.
    case countAs(Exemption, because: StageReport.Omission)

    /// The effect as JSON.
    public var json: JSON {
        switch self {
        case .delayReply(let duration):
            .object(["effect": "delay-reply", "seconds": .thousandths(Int(duration.milliseconds))])
        case .limitRate(let rate): .object(["effect": "limit-rate", "bytes_per_second": .integer(rate)])
        case .shareRate(let name, let rate):
            .object(["effect": "share-rate", "name": .string(name), "bytes_per_second": .integer(rate)])
        case .addHeader(let name, let value):
            .object(["effect": "add-header", "name": .string(name), "value": .string(value)])
        case .removeHeader(let name, let span):
            .object([
                "effect": "remove-header", "name": .string(name),
                "span": .array([.integer(span.lowerBound), .integer(span.upperBound)]),
            ])
        case .signDKIM(let domain, let selector):
            .object(["effect": "sign-dkim", "domain": .string(domain), "selector": .string(selector)])
        case .sealARC(let domain, let selector, let results, let chain):
            .object([
                "effect": "seal-arc", "domain": .string(domain), "selector": .string(selector),
                "results": .string(results), "chain": .string(chain),
            ])
        case .rewriteReversePath(let path):
            .object(["effect": "rewrite-reverse-path", "reverse_path": .string(path)])
        case .rewriteRecipient(let recipient, let replacement):
            .object([
                "effect": "rewrite-recipient", "recipient": .string(recipient), "replacement": .string(replacement),
            ])
        case .editContent(let edit): .object(edit.members)
        case .copy(let address): .object(["effect": "copy", "to": .string(address)])
        case .redirect(let address): .object(["effect": "redirect", "to": .string(address)])
        case .later(let action): .object(action.members)
        case .writeHeader(let name, let text, let span):
            .object([
                "effect": "write-header", "name": .string(name), "text": .string(text),
                "span": span.map { .array([.integer($0.lowerBound), .integer($0.upperBound)]) } ?? .null,
            ])
        case .withholdTLS(let reason): .object(["effect": "withhold-tls", "reason": .string(reason)])
        case .exempt(let stages, let reason):
            .object([
                "effect": "exempt", "stages": .array(stages.map(JSON.string)), "reason": .string(reason),
            ])
        case .countAs(let exemption, let omission):
            .object([
                "effect": "count-as", "as": .string(exemption.rawValue), "reason": .string(omission.text),
            ])
        }
    }
}
