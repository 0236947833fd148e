import Logs
import Mail
import Values

/// What of an archived message logs may name it by: the ids that servers gave it, and its own.
public struct LogKeys: Sendable, Hashable {
    /// A hop that gave the message an id.
    struct Hop: Sendable, Hashable {
        let id: String
        let host: String?
        let time: Timestamp?
        let isLocal: Bool
        let recipient: String?
    }

    /// The hops, the last first.
    let hops: [Hop]
    /// The value of the Message-ID field, brackets off.
    let messageID: String?
    /// How large the message is.
    let size: Int
    /// The reverse-path and the recipients that the message tells, in lower case.
    let sender: String?, recipients: [String]
    /// The earliest and latest time that the message tells.
    let time: Timestamp?

    /// The keys of `message`.
    public init(_ message: Message) {
        var hops: [Hop] = []
        // RFC 5321 §6.3: more hops than these are a loop.
        for field in message.header.all("Received").prefix(100) {
            let received = ReceivedField(field.value)
            guard let id = received.id, !id.isEmpty else { continue }
            hops.append(
                Hop(
                    id: id, host: received.by?.asciiLowercased, time: received.date?.timestamp,
                    isLocal: received.isLocal,
                    recipient: received.for?.asciiLowercased))
        }
        self.hops = hops
        messageID = message.header.first("Message-ID").map { LogKeys.unbracketed($0.text) }.flatMap {
            $0.isEmpty ? nil : $0
        }
        size = message.bytes.count
        sender = message.header.first("Return-Path").map { LogKeys.unbracketed($0.text).asciiLowercased }
        let fields = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"]
        recipients = fields.flatMap { message.header.all($0).prefix(20) }.flatMap {
            $0.text.split(separator: ",").prefix(100)
        }
        .map { LogKeys.unbracketed($0).asciiLowercased }
        time = hops.first?.time ?? message.header.first("Date").flatMap { MailDate($0.value)?.timestamp }
    }

    private static func unbracketed(_ text: some StringProtocol) -> String {
        var bytes = Substring(text).utf8
        while let first = bytes.first, first.isFoldingWhitespace || first == .ascii("<") { bytes.removeFirst() }
        while let last = bytes.last, last.isFoldingWhitespace || last == .ascii(">") { bytes.removeLast() }
        return String(Substring(bytes))
    }
}

/// The keys of all messages of archives, so that of logs only what is about them is kept. Four bytes or so for each.
public struct LogKeySet: Sendable {
    private var ids: Set<UInt64> = [], messageIDs: Set<UInt64> = []
    /// Whether nothing is left out: the archives could not be read beforehand.
    private let takesAll: Bool

    /// A set that holds nothing, or one that everything is in.
    public init(takesAll: Bool = false) { self.takesAll = takesAll }

    /// Adds the keys of a message.
    public mutating func add(_ keys: LogKeys) {
        for hop in keys.hops { ids.insert(LogKeySet.digest(hop.id)) }
        if let id = keys.messageID { messageIDs.insert(LogKeySet.digest(id)) }
    }

    /// Whether a message of a log may be one of the archives'.
    public func mayHold(_ message: LogMessage) -> Bool {
        takesAll || ids.contains(LogKeySet.digest(message.id))
            || message.messageID.map { messageIDs.contains(LogKeySet.digest($0)) } ?? false
    }

    /// FNV-1a: what it confuses is only looked at in vain.
    private static func digest(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
