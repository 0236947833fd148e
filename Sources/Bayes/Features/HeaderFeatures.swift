import Mail
import Values

/// Features of the header: of fields that the sender's program writes, and of how they agree.
///
/// Nothing is taken from what tells of the recipient's own side, of lists, of dates or of verdicts passed earlier:
/// Received, Return-Path, Delivered-To, To's addresses, List-Id, X-Spam-*, Authentication-Results and the like would
/// teach where a message was kept and not what it is.
struct HeaderFeatures {
    private let header: HeaderBlock
    /// The registered domain of the author, empty where there is none.
    private(set) var authorDomain = ""

    init(_ header: HeaderBlock) { self.header = header }

    /// Fields whose presence counts.
    private static let present: Set<String> = [
        "mime-version", "x-mailer", "user-agent", "x-priority", "x-msmail-priority", "importance", "x-mimeole",
        "thread-index", "thread-topic", "organization", "in-reply-to", "references", "reply-to", "cc", "bcc",
        "list-unsubscribe", "list-unsubscribe-post", "feedback-id", "errors-to", "content-language",
        "accept-language", "priority", "disposition-notification-to", "return-receipt-to", "auto-submitted",
        "x-auto-response-suppress", "content-disposition", "comments", "keywords", "x-php-originating-script",
    ]

    /// Adds the features of the header, its subject apart.
    mutating func add(into collector: inout FeatureCollector) {
        var names: Set<String> = []
        var from: HeaderField?
        var (messageID, replyTo, contentType): (HeaderField?, HeaderField?, HeaderField?) = (nil, nil, nil)
        var (to, mailers): (HeaderField?, [HeaderField]) = (nil, [])
        var signatures: [HeaderField] = []
        for field in header.prefix(200) {
            let name = field.nameBytes.lowercasedText
            switch name {
            case "from": if from == nil { from = field } else { collector.add(.field, "several from") }
            case "message-id": messageID = messageID ?? field
            case "reply-to": replyTo = replyTo ?? field
            case "content-type": contentType = contentType ?? field
            case "to": to = to ?? field
            case "x-mailer", "user-agent": mailers.append(field)
            case "dkim-signature": signatures.append(field)
            default: break
            }
            if HeaderFeatures.present.contains(name) { names.insert(name) }
        }
        for name in names.sorted() { collector.add(.field, name) }
        addSender(from, into: &collector)
        addMessageID(messageID, into: &collector)
        addReplyTo(replyTo, into: &collector)
        addRecipients(to, into: &collector)
        addSignatures(signatures, into: &collector)
        for field in mailers.prefix(2) { addMailer(field, into: &collector) }
        if let contentType { addContentType(contentType, into: &collector) }
        if header.defects.contains(.eightBit) { collector.add(.field, "eight bit") }
        if header.defects.contains(.longLine) { collector.add(.field, "long line") }
    }

    private mutating func addSender(_ field: HeaderField?, into collector: inout FeatureCollector) {
        guard let field, let mailbox = AddressList(field.rawValue).mailboxes.first else {
            collector.add(.sender, "none")
            return
        }
        let domain = mailbox.domain.asciiLowercased
        authorDomain = DomainShape.registered(domain)
        if authorDomain.isEmpty { collector.add(.sender, "no domain") } else { collector.add(.sender, authorDomain) }
        if let top = domain.split(separator: ".").last { collector.add(.sender, ".\(top)") }
        collector.add(.sender, "local \(DomainShape.pattern(mailbox.localPart.utf8.prefix(40)))")
        if mailbox.localPart.utf8.count > 24 { collector.add(.sender, "long local part") }
        guard let phrase = mailbox.displayName, !phrase.isEmpty else {
            collector.add(.sender, "no name")
            return
        }
        let shown = EncodedWords.decode(Bytes(phrase))
        if phrase.containsBytes(of: "=?") { collector.add(.sender, "encoded name") }
        if shown.utf8.contains(.at) {
            collector.add(
                .sender,
                shown.asciiLowercased.contains(mailbox.address.asciiLowercased)
                    ? "name is address" : "name has another address")
        }
        var count = 0
        for word in shown.utf8.split(whereSeparator: { !($0.isAlphanumeric || $0 >= 0x80) }).prefix(8) {
            let text = String(decoding: word.map { $0.isDigit ? 0x30 : $0.lowercased }.prefix(40), as: UTF8.self)
            collector.add(.sender, "name \(text)")
            count += 1
        }
        collector.add(.sender, "name words \(count)")
        if shown.utf8.contains(where: \.isLetter), !shown.utf8.contains(where: { (0x61...0x7A).contains($0) }) {
            collector.add(.sender, "name in capitals")
        }
    }

    private func addMessageID(_ field: HeaderField?, into collector: inout FeatureCollector) {
        guard let field else {
            collector.add(.field, "no message-id")
            return
        }
        let value = field.value.array.prefix(300)
        guard let at = value.lastIndex(of: .at) else {
            collector.add(.field, "message-id without domain")
            return
        }
        // How a program makes identifiers, not which one this is.
        collector.add(.field, "message-id \(DomainShape.pattern(value[..<at]))")
        let domain = String(decoding: value[(at + 1)...].prefix { $0 != .ascii(">") && $0 > .space }, as: UTF8.self)
        if !domain.utf8.contains(.dot) {
            collector.add(.field, "message-id domain without dot")
        } else if !authorDomain.isEmpty {
            collector.add(
                .field,
                DomainShape.registered(domain) == authorDomain ? "message-id own domain" : "message-id other domain")
        }
    }

    private func addReplyTo(_ field: HeaderField?, into collector: inout FeatureCollector) {
        guard let field, let mailbox = AddressList(field.rawValue).mailboxes.first, !authorDomain.isEmpty else {
            return
        }
        collector.add(
            .field,
            DomainShape.registered(mailbox.domain) == authorDomain ? "reply-to own domain" : "reply-to other domain")
    }

    private func addRecipients(_ field: HeaderField?, into collector: inout FeatureCollector) {
        guard let field else {
            collector.add(.field, "no to")
            return
        }
        let boxes = AddressList(field.rawValue).mailboxes
        collector.add(.field, "to", sized: boxes.count)
        guard let first = boxes.first else { return }
        if first.displayName == nil { collector.add(.field, "to without name") }
        if let name = first.displayName, name.asciiLowercased == first.address.asciiLowercased {
            collector.add(.field, "to named by address")
        }
        if !authorDomain.isEmpty, DomainShape.registered(first.domain) == authorDomain {
            collector.add(.field, "to own domain")
        }
    }

    /// RFC 6376 §3.5: who signs, as the signature says; whether it is true is for others to find.
    private func addSignatures(_ fields: [HeaderField], into collector: inout FeatureCollector) {
        guard !fields.isEmpty, !authorDomain.isEmpty else { return }
        var isOwn = false
        for field in fields.prefix(4) {
            for tag in field.value.array.prefix(2_000).split(separator: .semicolon) {
                let tag = tag.drop { $0 <= .space }
                guard tag.first == .ascii("d"), let equals = tag.firstIndex(of: .equals) else { continue }
                let domain = String(decoding: tag[(equals + 1)...].filter { $0 > .space }, as: UTF8.self)
                if DomainShape.registered(domain) == authorDomain { isOwn = true }
            }
        }
        collector.add(.field, isOwn ? "signed by own domain" : "signed by other domain")
    }

    private func addMailer(_ field: HeaderField, into collector: inout FeatureCollector) {
        let value = field.value.array.prefix(120)
        var words = 0
        for word in value.split(whereSeparator: { !($0.isLetter || $0 >= 0x80) }).prefix(6) where word.count > 1 {
            collector.add(.mailer, String(decoding: word.map(\.lowercased), as: UTF8.self))
            words += 1
        }
        if words == 0 { collector.add(.mailer, DomainShape.pattern(value)) }
    }

    private func addContentType(_ field: HeaderField, into collector: inout FeatureCollector) {
        guard let boundary = ContentType(field.rawValue).boundary else { return }
        collector.add(.field, "boundary \(DomainShape.pattern(boundary))")
    }
}
