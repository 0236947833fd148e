import Values

/// The fields that mail checks ask for by name, read into their types. Each reading is done anew: keep the result.
extension HeaderBlock {
    /// The mailboxes of every From field (RFC 5322 §3.6.2 allows one field; forged mail has more).
    public var fromMailboxes: [Mailbox] { mailboxes(of: "From") }

    /// The mailbox of the first Sender field.
    public var sender: Mailbox? { first("Sender").flatMap { AddressList($0.rawValue).mailboxes.first } }

    /// The mailboxes of every Reply-To field.
    public var replyTo: [Mailbox] { mailboxes(of: "Reply-To") }

    /// The mailboxes of every To field.
    public var to: [Mailbox] { mailboxes(of: "To") }

    /// The mailboxes of every Cc field.
    public var cc: [Mailbox] { mailboxes(of: "Cc") }

    /// The first Date field's date, or nil when there is none or it cannot be read.
    public var date: MailDate? { first("Date").flatMap { MailDate($0.rawValue) } }

    /// The hops the message took, the last one first, as the fields stand in the message.
    public var received: [ReceivedField] { all("Received").map { ReceivedField($0.rawValue) } }

    /// The first Message-ID field's identifier (RFC 5322 §3.6.4), angle brackets off; the whole value where it has
    /// none. Nil when there is no such field or it is empty.
    public var messageID: String? {
        guard let value = first("Message-ID")?.value, !value.isEmpty else { return nil }
        guard let open = value.firstIndex(of: .ascii("<")),
            let close = value[open..<value.count].firstIndex(of: .ascii(">"))
        else { return value.lossyString }
        return value[open + 1..<open + close].lossyString
    }

    /// The first Subject field's value, unfolded, encoded words and all.
    public var subjectBytes: Bytes? { first("Subject")?.value }

    /// The reverse-path that the delivering host recorded (RFC 5321 §4.4): the first Return-Path field, read
    /// leniently. Nil when there is none or it holds no path.
    public var returnPath: SMTPPath? {
        guard let field = first("Return-Path") else { return nil }
        if let path = SMTPPath(field.text) { return path }
        guard let mailbox = AddressList(field.rawValue).mailboxes.first, !mailbox.domain.isEmpty else { return nil }
        return SMTPPath(localPart: mailbox.localPart, domain: mailbox.domain)
    }

    private func mailboxes(of name: String) -> [Mailbox] {
        var mailboxes: [Mailbox] = []
        for field in all(name) where mailboxes.count < AddressList.limit {
            mailboxes += AddressList(field.rawValue).mailboxes
        }
        return mailboxes.count > AddressList.limit ? Array(mailboxes.prefix(AddressList.limit)) : mailboxes
    }
}

extension Message {
    /// The address lists of the From fields, of the topmost `Message.authorFields` at most.
    public var authors: [AddressList] {
        if let known = shared.authors { return known }
        let lists = header.all("From").prefix(Message.authorFields).map { AddressList($0.rawValue) }
        shared.keep(authors: lists)
        return lists
    }

    /// From fields whose authors are read together: RFC 5322 §3.6 allows one.
    public static let authorFields = 20

    /// See `HeaderBlock.fromMailboxes`.
    public var fromMailboxes: [Mailbox] {
        if authors.count == 1 { return authors[0].mailboxes }
        return header.fromMailboxes
    }
    /// See `HeaderBlock.sender`.
    public var sender: Mailbox? { header.sender }
    /// See `HeaderBlock.replyTo`.
    public var replyTo: [Mailbox] { header.replyTo }
    /// See `HeaderBlock.to`.
    public var to: [Mailbox] { header.to }
    /// See `HeaderBlock.cc`.
    public var cc: [Mailbox] { header.cc }
    /// See `HeaderBlock.date`.
    public var date: MailDate? { header.date }
    /// See `HeaderBlock.received`.
    public var received: [ReceivedField] { header.received }
    /// See `HeaderBlock.messageID`.
    public var messageID: String? { header.messageID }
    /// See `HeaderBlock.subjectBytes`.
    public var subjectBytes: Bytes? { header.subjectBytes }
    /// See `HeaderBlock.returnPath`.
    public var returnPath: SMTPPath? { header.returnPath }
}
