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
    /// The name of this host, in ids of messages that it makes.
    public var hostname = "localhost"
    /// The name of the host in a field Received of its own; nil for no such field.
    public var receivedBy: String?
    /// Fields as SpamAssassin writes them; nil for none.
    public var spamFields: SpamReportFields?
    /// Whether fields that claim to be our verdict are left out though none is written: of what is released from
    /// quarantine.
    public var removesVerdicts = false
    /// Whether fields as SpamAssassin writes them are left out though none are written.
    public var removesSpamFields = false
    /// What signs and seals once all else is done.
    public var signer = MessageSigner()
    /// Called with why a signature could not be made.
    public var onFault: @Sendable (String) -> Void = { _ in }

    /// An editor.
    public init(addsVerdictField: Bool = true) { self.addsVerdictField = addsVerdictField }

    /// The message as it goes on: fields that stages ask to leave out are left out, those they ask for stand on top, the
    /// last one asked for first, as trace fields do (RFC 5321 §4.4). All else is byte for byte as it came.
    public func edited(_ delivery: Delivery) -> Bytes {
        let (message, faults) = signer.signed(
            changed(delivery), of: delivery.message, asking: delivery.effects, at: delivery.time)
        for fault in faults { onFault("session \(delivery.transaction.session.id): \(fault)") }
        return message
    }

    private func changed(_ delivery: Delivery) -> Bytes {
        var edits = MessageEdits(delivery.message)
        let isTagged = delivery.disposition == .tag
        var effects = delivery.effects
        if isTagged, let tag = subjectTag.map(SubjectTag.init(text:)) {
            effects = tag.added(to: effects, of: delivery.message, in: &edits)
        }
        // The session is the oldest thing to tell of.
        if let receivedBy { edits.prepend(ReceivedTrace(hostname: receivedBy).field(delivery)) }
        for fault in edits.carryOut(effects) {
            onFault("session \(delivery.transaction.session.id): \(fault.text)")
        }
        if removesSpamFields || spamFields != nil {
            for field in delivery.message.header where SpamReportFields.isOne(field.name) { edits.remove(field) }
        }
        if let spamFields { edits.prepend(spamFields.fields(delivery)) }
        if removesVerdicts || addsVerdictField {
            // A field of this name that came with the message was written by somebody else.
            for field in delivery.message.header.all("X-Assay-Verdict") { edits.remove(field) }
        }
        if addsVerdictField, isTagged {
            edits.prepend(HeaderWriting.structuredField("X-Assay-Verdict", verdict(delivery)))
        }
        return edits.applied().bytes
    }

    /// What the policy made of a message, in words.
    private func verdict(_ delivery: Delivery) -> String {
        let judgement = delivery.judgement
        var symbols: [String] = []
        for finding in judgement.decidingFindings where finding.weight.value != 0 || finding.action.value != .score {
            let name = finding.finding.symbol.name
            if !symbols.contains(name), symbols.count < 50 { symbols.append(name) }
        }
        var words = ["\(delivery.disposition.rawValue)", "score=\(JSON.decimal(thousandths: judgement.decidingScore))"]
        if !symbols.isEmpty { words.append("symbols=" + symbols.joined(separator: ", ")) }
        words.append("session=\(delivery.transaction.session.id)")
        return words.joined(separator: "; ")
    }
}
