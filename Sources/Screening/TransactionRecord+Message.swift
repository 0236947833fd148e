import Cryptography
import Mail
import Values

extension TransactionRecord {
    /// Takes over what `message` says of itself: id, From, Subject, size, recorded results, and what is irregular about it. Its MIME
    /// structure is read for that; only a multipart or a message within costs a pass over the body. Recorded results are
    /// left out where nobody asks for them.
    public mutating func describe(_ message: Message, recordedFields wantsFields: Bool = true) {
        id = TransactionRecord.identifier(of: message.bytes)
        headerFrom = message.fromMailboxes.map(\.address)
        subject = message.header.first("Subject")?.decodedText
        size = message.bytes.count
        defects = message.header.defects.names + message.mime.defects.names
        if wantsFields { recordedFields = RecordedField.fields(of: message.header) }
    }

    /// Takes over what `changes` make of the message, where it would go on and is not the same then.
    public mutating func noteChanged(_ message: Message, by changes: (Delivery) -> Bytes) {
        guard let disposition = judgement.verdict?.disposition, !disposition.isTerminal, disposition != .discard else {
            return
        }
        let transaction = Transaction(
            session: session, reversePath: reversePath, recipients: recipients.map { Recipient($0) })
        let result = changes(
            Delivery(
                message: message, transaction: transaction, accepted: judgement.acceptedRecipients,
                disposition: disposition, effects: judgement.effects, judgement: judgement,
                time: time.value ?? Timestamp(seconds: 0)))
        if result != message.bytes { changed = result }
    }

    /// The id of a message: `sha256:` and the digest of its bytes.
    public static func identifier(of message: Bytes) -> String {
        "sha256:" + SHA256.hexadecimal(message)
    }
}
