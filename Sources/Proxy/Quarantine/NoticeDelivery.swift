import Mail
import NIOCore
import NIOPosix
import SMTP
import Screening
import Values

/// Sends mail of the program's own to one recipient, under the null reverse-path: nobody is to answer it but people
/// (RFC 3834 §3.3).
public struct NoticeDelivery: Sendable {
    private let pool: NextHopPool

    /// Sends to `servers`. `onFault` is told why one of them could not be used.
    public init(to servers: NextHopConfiguration, onFault: @escaping @Sendable (String) -> Void) {
        pool = NextHopPool(servers, onFault: onFault)
    }

    /// Sends `content` to `recipient`; the last reply, positive where the server has it.
    public func send(_ content: Bytes, to recipient: String, at now: Timestamp) async -> SMTPReply {
        let relay = NextHopRelay(
            pool: pool, endpoint: ClientEndpoint(address: nil, localAddress: nil, localPort: 25),
            loop: MultiThreadedEventLoopGroup.singleton.any(), store: nil,
            edits: MessageEditor(addsVerdictField: false))
        let reply = await exchange(content, recipient, relay, now)
        await relay.close()
        return reply
    }

    private func exchange(
        _ content: Bytes, _ recipient: String, _ relay: NextHopRelay, _ now: Timestamp
    ) async -> SMTPReply {
        let session = Session(id: "notice")
        let offered: PeerExtensions
        switch await relay.greet(session) {
        case .ready(let extensions): offered = extensions ?? PeerExtensions()
        case .unavailable(let reply): return reply
        }
        var words: [String] = []
        // RFC 6531 §3.4: an address of other characters than ASCII has to be announced.
        if offered.contains("SMTPUTF8"), recipient.utf8.contains(where: { $0 >= 0x80 }) { words.append("SMTPUTF8") }
        if let reply = await relay.reply(to: .mail(path: "", ESMTPParameters(words: words))), !reply.isPositive {
            return reply
        }
        if let reply = await relay.reply(to: .rcpt(path: recipient, .none)), !reply.isPositive { return reply }
        let delivery = Delivery(
            message: Message(content), transaction: Transaction(session: session), accepted: [], disposition: .accept,
            effects: [], judgement: TransactionRecord.Judgement(), time: now)
        return await relay.reply(to: .message(delivery))
            ?? ClientSession.unavailable("the mail server gave no answer")
    }
}
