import Mail
import Policy
import Screening
import Values

/// Carries out what stages ask to be changed in a message before it goes on.
public struct MessageEditor: Sendable {
    /// Whether a field says what the policy made of the message.
    public var addsVerdictField: Bool
    /// What is put at the beginning of tagged messages' subjects; nil to leave them.
    public var subjectTag: String?
    /// The name of the host in a field Received of its own; nil for no such field.
    public var receivedBy: String?
    /// Fields as SpamAssassin writes them; nil for none.
    public var spamFields: SpamReportFields?
    /// What signs and seals once all else is done.
    public var signer = MessageSigner()
    /// Called with why a signature could not be made.
    public var onFault: @Sendable (String) -> Void = { _ in }

    /// An editor.
    public init(addsVerdictField: Bool = true) { self.addsVerdictField = addsVerdictField }

    /// The message as it goes on: fields that stages ask to leave out are left out, those they ask for stand on top, the
    /// last one asked for first, as trace fields do (RFC 5321 §4.4). All else is byte for byte as it came.
    func edited(_ delivery: Delivery) -> Bytes {
        let (message, faults) = signer.signed(changed(delivery), asking: delivery.effects, at: delivery.time)
        for fault in faults { onFault("session \(delivery.transaction.session.id): \(fault)") }
        return message
    }

    private func changed(_ delivery: Delivery) -> Bytes {
        let message = delivery.message.bytes
        // The session is the oldest thing to tell of.
        var added = receivedBy.map { ReceivedTrace(hostname: $0).field(delivery) } ?? []
        var removed: [Range<Int>] = []
        var replaced: [Int: [UInt8]] = [:]
        for effect in delivery.effects {
            switch effect {
            case .addHeader(let name, let value): added = MessageEditor.field(name, value) + added
            case .removeHeader(_, let span): removed.append(span)
            case .delayReply, .limitRate, .exempt, .countAs, .signDKIM, .sealARC, .rewriteReversePath,
                .rewriteRecipient, .withholdTLS:
                break
            }
        }
        if addsVerdictField {
            // A field of this name that came with the message was written by somebody else.
            removed += delivery.message.header.filter { $0.hasName("X-Assay-Verdict") }.map(\.range)
        }
        if let spamFields {
            removed += delivery.message.header.filter { SpamReportFields.isOne($0.name) }.map(\.range)
            added = spamFields.fields(delivery) + added
        }
        if delivery.disposition == .tag {
            if addsVerdictField { added = MessageEditor.field("X-Assay-Verdict", verdict(delivery)) + added }
            if let tag = subjectTag.map(SubjectTag.init(text:)) {
                if let field = delivery.message.header.first("Subject") {
                    if let tagged = tag.added(to: field) {
                        removed.append(field.range)
                        replaced[field.range.lowerBound] = tagged
                    }
                } else {
                    added += tag.field
                }
            }
        }
        guard !added.isEmpty || !removed.isEmpty else { return message }
        var output = added
        output.reserveCapacity(added.count + message.count)
        var position = 0
        for span in removed.sorted(by: { $0.lowerBound < $1.lowerBound })
        where span.lowerBound >= position && span.upperBound <= message.count {
            output += message[position..<span.lowerBound]
            output += replaced[span.lowerBound] ?? []
            position = span.upperBound
        }
        output += message[position..<message.count]
        return Bytes(output)
    }

    /// What the policy made of a message, in words.
    private func verdict(_ delivery: Delivery) -> String {
        let judgement = delivery.judgement
        var symbols: [String] = []
        for finding in judgement.findings where finding.weight.value != 0 || finding.action.value != .score {
            let name = finding.finding.symbol.name
            if !symbols.contains(name), symbols.count < 50 { symbols.append(name) }
        }
        var words = ["\(delivery.disposition.rawValue)", "score=\(JSON.decimal(thousandths: judgement.score))"]
        if !symbols.isEmpty { words.append("symbols=" + symbols.joined(separator: ", ")) }
        words.append("session=\(delivery.transaction.session.id)")
        return words.joined(separator: "; ")
    }

    /// A field with its line end, folded at spaces where a line grows longer than 78 characters (RFC 5322 §2.1.1). No
    /// line end or control character of a value gets through.
    static func field(_ name: String, _ value: String) -> [UInt8] {
        var output = Array(name.utf8) + [.colon]
        var column = output.count
        for word in value.utf8.map({ $0 < 0x20 || $0 == 0x7F ? .space : $0 }).split(separator: UInt8.space) {
            if column + 1 + word.count > 78, column > name.utf8.count + 1 {
                output += [.cr, .lf]
                column = 0
            }
            output.append(.space)
            output += word
            column += 1 + word.count
        }
        return output + [.cr, .lf]
    }
}
