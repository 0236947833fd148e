import Values

/// Refusals for now and the messages that came after all: for each triplet of client network, sender and recipient, how long
/// it took from the first refusal to the arrival.
public struct LogGreylist: Sendable {
    /// Triplets that were refused for now.
    public private(set) var deferredCount = 0
    /// Those of them whose message came later.
    public private(set) var acceptedCount = 0
    /// How long that took.
    public private(set) var delays = LogSpread()

    private var first: [String: Timestamp] = [:]
    private var order: [String] = []
    static let most = 100_000

    init() {}

    mutating func add(_ record: LogRecord) {
        guard let client = record[.client], let sender = record[.sender], let recipient = record[.recipient],
            let time = record.instant?.time
        else { return }
        let key = LogGreylist.key(client, sender, recipient)
        guard first[key] == nil else { return }
        deferredCount += 1
        first[key] = time
        order.append(key)
        guard order.count > 2 * LogGreylist.most else { return }
        for old in order.prefix(LogGreylist.most) { first[old] = nil }
        order.removeFirst(LogGreylist.most)
    }

    mutating func add(_ message: LogMessage) {
        guard !first.isEmpty, !message.isRefused, let client = message.session?.client, let sender = message.sender,
            let time = message.time?.time
        else { return }
        for recipient in message.recipients {
            let keys = [recipient.original, recipient.address].compactMap(\.self).map {
                LogGreylist.key(client, sender, $0)
            }
            guard let key = keys.first(where: { first[$0] != nil }), let start = first[key], time >= start else {
                continue
            }
            first[key] = nil
            acceptedCount += 1
            delays.add(milliseconds: Int(time.since(start).milliseconds))
        }
    }

    /// Large senders retry from neighbouring addresses, and greylists look at the network alone.
    private static func key(_ client: String, _ sender: String, _ recipient: String) -> String {
        let network: Substring
        if client.contains(":") {
            network =
                client.split(separator: ":", omittingEmptySubsequences: false).prefix(4).joined(separator: ":")[...]
        } else {
            network = client.utf8.lastIndex(of: .dot).map { client[..<$0] } ?? client[...]
        }
        return "\(network)|\(sender.asciiLowercased)|\(recipient.asciiLowercased)"
    }
}
