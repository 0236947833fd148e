import Archives
import Mail
import Screening
import Values

/// The session and envelope of an archived message, as far as the message still tells: each fact with the header
/// field it was read from, or absent.
///
/// Only fields that our own side wrote can be believed. With `trusted_relays` in the policy the walk down the Received
/// fields passes every hop from a trusted relay and stops at the first client that is none; without it, the first
/// client with a public address is taken, and the provenance says so.
public struct Reconstruction: Sendable {
    /// The session.
    public let session: Session
    /// The reverse-path.
    public let reversePath: Fact<SMTPPath>
    /// The recipients; empty when none is known.
    public let recipients: [Fact<SMTPPath>]
    /// When the message was received.
    public let time: Fact<Timestamp>

    init(session: Session, reversePath: Fact<SMTPPath>, recipients: [Fact<SMTPPath>], time: Fact<Timestamp>) {
        (self.session, self.reversePath, self.recipients, self.time) = (session, reversePath, recipients, time)
    }

    /// Reconstructs what `message` tells. `envelope` is the mbox "From " line it was stored under, if any.
    public init(_ message: Message, envelope: EnvelopeLine?, site: Site, sessionID: String) {
        let trace = TraceWalk(message, site: site)
        self.session = Session(
            id: sessionID, client: trace.client, reverseName: trace.reverseName, helo: trace.helo, tls: trace.tls,
            transmission: trace.transmission,
            authenticated: trace.authenticated)
        self.reversePath = Reconstruction.reversePath(message, envelope, trace)
        self.recipients = Reconstruction.recipients(message, trace)
        self.time = Reconstruction.time(message, envelope, trace)
    }
}

extension Reconstruction {
    private static func reversePath(
        _ message: Message, _ envelope: EnvelopeLine?, _ trace: TraceWalk
    ) -> Fact<SMTPPath> {
        // RFC 5321 §4.4: the final server writes the reverse-path into Return-Path, above all else.
        if let field = message.header.first("Return-Path"), let path = SMTPPath(envelope: field.text) {
            let note = trace.isOurs(field) ? nil : belowEntry
            return .reconstructed(path, from: HeaderSource(field, note: note))
        }
        if let envelope, let path = SMTPPath(envelopeSender: envelope.sender) {
            return .reconstructed(path, from: HeaderSource(field: "envelope line", range: nil))
        }
        for name in ["X-Envelope-From", "X-Envelope-Sender", "Envelope-From", "X-MailFrom"] {
            if let field = message.header.first(name), let path = SMTPPath(envelope: field.text) {
                return .reconstructed(path, from: HeaderSource(field))
            }
        }
        if let field = message.header.first("Received-SPF"), let sender = ReceivedSPFField(field.value)?.envelopeFrom,
            let path = SMTPPath(envelope: sender)
        {
            return .reconstructed(path, from: HeaderSource(field))
        }
        return .absent
    }

    /// What a field below the hop into the site may be: an earlier server's, or the sender's own invention.
    private static let belowEntry = "stands below the hop into the site, where any sender may write"

    private static let recipientFields = [
        "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-RcptTo",
    ]

    /// A delivery field that our side wrote, else what the hop says, else a delivery field of an earlier server.
    private static func recipients(_ message: Message, _ trace: TraceWalk) -> [Fact<SMTPPath>] {
        let fields = recipientFields.compactMap { message.header.first($0) }
        func first(where isWanted: (HeaderField) -> Bool, note: String?) -> [Fact<SMTPPath>]? {
            for field in fields where isWanted(field) {
                let found = recipients(in: field, note: note)
                if !found.isEmpty { return found }
            }
            return nil
        }
        if let ours = first(where: { trace.isOurs($0) }, note: nil) { return ours }
        if let recipient = trace.recipient { return [recipient] }
        return first(where: { _ in true }, note: belowEntry) ?? []
    }

    private static func recipients(in field: HeaderField, note: String?) -> [Fact<SMTPPath>] {
        let source = HeaderSource(field, note: note)
        let text = field.text
        // Nearly every such field names one recipient.
        guard text.utf8.contains(.comma) else {
            return SMTPPath(envelope: text).map { [.reconstructed($0, from: source)] } ?? []
        }
        return text.utf8.split(separator: .comma, maxSplits: 1000).prefix(1000)
            .compactMap { SMTPPath(envelope: Substring($0)) }
            .map { .reconstructed($0, from: source) }
    }

    private static func time(_ message: Message, _ envelope: EnvelopeLine?, _ trace: TraceWalk) -> Fact<Timestamp> {
        if let time = trace.time { return time }
        if let time = envelope?.date {
            return .reconstructed(time, from: HeaderSource(field: "envelope line", range: nil))
        }
        if let field = message.header.first("Date"), let date = MailDate(field.value) {
            return .reconstructed(date.timestamp, from: HeaderSource(field))
        }
        return .absent
    }
}

extension TraceWalk {
    /// Whether `field` stands where our side writes: above the hop into the site, anywhere when there is none.
    fileprivate func isOurs(_ field: HeaderField) -> Bool { entryOffset.map { field.range.lowerBound < $0 } ?? true }
}

extension SMTPPath {
    /// The path that the sender of an mbox envelope line stands for: `MAILER-DAEMON` and `<>` for the null path,
    /// nothing for the placeholders `-` and `???@???`.
    fileprivate init?(envelopeSender sender: String) {
        if sender.equalsIgnoringASCIICase("MAILER-DAEMON") || sender == "<>" {
            self = .null
            return
        }
        guard !sender.isEmpty, sender != "-", !sender.hasPrefix("???") else { return nil }
        self.init(envelope: sender)
    }

    /// The path in `text` as envelope fields carry it: brackets or not, white space around.
    fileprivate init?(envelope text: some StringProtocol) {
        var bytes = Substring(text).utf8
        while bytes.first?.isWhitespace == true { bytes.removeFirst() }
        while bytes.last?.isWhitespace == true { bytes.removeLast() }
        guard !bytes.isEmpty else { return nil }
        self.init(Substring(bytes))
    }
}
