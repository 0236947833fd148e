import DNS
import NIOCore
import Synchronization

/// A server to ask: over UDP first, over TCP where that is called for.
final class NameServer: Sendable {
    private let address: SocketAddress
    private let asksForAuthenticity: Bool
    private let asksForSignatures: Bool
    private let eventLoop: any EventLoop
    private let sockets: NIOLoopBoundBox<QuerySockets>
    private let roundTrip: Mutex<RoundTrip>

    init(
        _ address: SocketAddress, asksForAuthenticity: Bool, asksForSignatures: Bool, shortestWait: Duration,
        eventLoop: any EventLoop
    ) {
        roundTrip = Mutex(RoundTrip(shortest: shortestWait))
        (self.address, self.asksForAuthenticity, self.asksForSignatures, self.eventLoop) = (
            address, asksForAuthenticity, asksForSignatures, eventLoop
        )
        sockets = NIOLoopBoundBox.makeBoxSendingValue(
            QuerySockets(server: address, eventLoop: eventLoop), eventLoop: eventLoop)
    }

    deinit { eventLoop.execute { [sockets] in sockets.value.close() } }

    /// How long to wait before a query is sent again.
    var retransmission: Duration { roundTrip.withLock { $0.retransmission } }

    /// Closes the sockets; queries that wait are given up.
    func close() async { try? await eventLoop.submit { [sockets] in sockets.value.close() }.get() }

    /// Asks once, waiting `wait` for a datagram and `streamWait` for an answer over TCP.
    func ask(_ question: WireQuestion, wait: Duration, streamWait: Duration) async -> Exchange {
        var exchange = await sendDatagram(question, usesEDNS: true, wait: wait)
        var usesEDNS = true
        if case .reply(.answer(let message)) = exchange, message.refusesEDNS {
            // RFC 6891 §7: a server that does not know EDNS is asked again without.
            usesEDNS = false
            exchange = await sendDatagram(question, usesEDNS: false, wait: wait)
        }
        switch exchange {
        case .reply(.answer(let message)) where message.header.isTruncated:
            // RFC 7766 §5: what does not fit into a datagram is asked for over TCP.
            return await sendOverStream(question, usesEDNS: usesEDNS, wait: streamWait)
        case .reply(.otherCase), .reply(.malformed):
            // Forged, or a server that mangles; over TCP nobody else can answer (RFC 5452 §9.3).
            return await sendOverStream(question, usesEDNS: usesEDNS, wait: streamWait)
        default:
            return exchange
        }
    }

    private func sendDatagram(_ question: WireQuestion, usesEDNS: Bool, wait: Duration) async -> Exchange {
        let (asksForAuthenticity, asksForSignatures) = (asksForAuthenticity, asksForSignatures)
        let start = ContinuousClock.now
        let future = eventLoop.flatSubmit { [sockets] in
            sockets.value.send(question, wait: TimeAmount(wait)) { question, id in
                var query = DNSQuery(id: id, question: question)
                query.usesEDNS = usesEDNS
                query.wantsAuthenticity = asksForAuthenticity
                query.wantsSignatures = asksForSignatures
                return DNSWire.encode(query)
            }
        }
        let exchange = (try? await future.get()) ?? .unreachable
        if case .reply = exchange {
            let sample = start.duration(to: .now)
            roundTrip.withLock { $0.add(sample) }
        }
        return exchange
    }

    private func sendOverStream(_ question: WireQuestion, usesEDNS: Bool, wait: Duration) async -> Exchange {
        var random = SystemRandomNumberGenerator()
        let id = UInt16.random(in: .min ... .max, using: &random)
        let question = question.mixingCase(using: &random)
        var query = DNSQuery(id: id, question: question)
        query.usesEDNS = usesEDNS
        query.wantsAuthenticity = asksForAuthenticity
        query.wantsSignatures = asksForSignatures
        guard let wire = DNSWire.encode(query) else { return .unreachable }
        let future = eventLoop.flatSubmit { [eventLoop, address] in
            StreamExchange.run(wire, id: id, question: question, to: address, on: eventLoop, wait: TimeAmount(wait))
        }
        return (try? await future.get()) ?? .unreachable
    }
}

extension DNSMessage {
    fileprivate var refusesEDNS: Bool {
        [.formatError, .notImplemented, .badVersion].contains(responseCode)
    }
}
