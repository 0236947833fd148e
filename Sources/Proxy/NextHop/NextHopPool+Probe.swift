import NIOCore
import NIOPosix
import SMTP
import Screening
import Values

extension NextHopPool {
    /// Asks each server for its banner, as a client would; why one gives none, or nil where it does. No server is asked
    /// for longer than `limit`.
    public func probe(within limit: Duration) async -> [(server: ServerAddress, obstacle: String?)] {
        var results: [(server: ServerAddress, obstacle: String?)] = []
        for address in configuration.addresses { results.append((address, await obstacle(at: address, limit))) }
        return results
    }

    /// Whether one of the servers gives its banner within `limit` each.
    public func isReachable(within limit: Duration) async -> Bool {
        for address in candidates() where await obstacle(at: address, limit) == nil { return true }
        return false
    }

    private func obstacle(at address: ServerAddress, _ limit: Duration) async -> String? {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let stream: ByteStream
        do {
            stream = try await connect(to: address, on: loop)
        } catch {
            return "cannot be connected to: \(SystemReason.words(error))"
        }
        let obstacle: String?
        do {
            obstacle = try await NextHopPool.banner(of: stream, configuration.identification, limit)
        } catch ByteStream.Failure.timeout {
            obstacle = "gives no banner within \(limit)"
        } catch {
            obstacle = "breaks the connection: \(SystemReason.words(error))"
        }
        await stream.close()
        return obstacle
    }

    private static func banner(
        of stream: ByteStream, _ identification: ClientIdentification, _ limit: Duration
    ) async throws -> String? {
        switch identification {
        case .none, .xclient, .transparent: break
        case .proxy1: try await stream.sendAll(ProxyHeader.version1(source: nil, destination: nil), within: limit)
        case .proxy2: try await stream.sendAll(ProxyHeader.version2(source: nil, destination: nil), within: limit)
        }
        var replies = Replies(stream: stream, deadline: ContinuousClock.now + limit)
        switch try await replies.next() {
        case .reply(let reply) where reply.code != 220: return "takes no mail now: \(reply)"
        case .reply: break
        case .malformed: return NextHopPool.noReply
        case nil: return "closes the connection without a banner"
        }
        let obstacle = identification == .xclient ? try await obstacleToXCLIENT(stream, &replies, limit) : nil
        try? await stream.sendAll(Array("QUIT\r\n".utf8), within: limit)
        return obstacle
    }

    private static let noReply = "answers with what is no SMTP reply"

    /// Whether the server lets this host tell it the address of a client: servers offer XCLIENT to those they trust alone.
    private static func obstacleToXCLIENT(
        _ stream: ByteStream, _ replies: inout Replies, _ limit: Duration
    ) async throws -> String? {
        try await stream.sendAll(Array("EHLO localhost\r\n".utf8), within: limit)
        switch try await replies.next() {
        case .reply(let reply) where reply.code == 250:
            let offered = PeerExtensions(reply)
            // Where TLS comes first, what is offered before it is not all.
            if offered.parameters(of: "XCLIENT").contains("ADDR") || offered.contains("STARTTLS") { return nil }
            return """
                lets nobody here tell the addresses of clients by XCLIENT: allow this host there (in Postfix \
                smtpd_authorized_xclient_hosts), or change agent.identification
                """
        case .reply(let reply): return "refuses EHLO: \(reply)"
        case .malformed: return noReply
        case nil: return "closes the connection after EHLO"
        }
    }

    /// What a server answers, one reply after the other.
    private struct Replies {
        let stream: ByteStream
        let deadline: ContinuousClock.Instant
        private var decoder = ReplyDecoder()
        private var waiting: [ReplyParser.Output] = []

        init(stream: ByteStream, deadline: ContinuousClock.Instant) {
            (self.stream, self.deadline) = (stream, deadline)
        }

        /// The next reply; nil where the server closes instead.
        mutating func next() async throws -> ReplyParser.Output? {
            while waiting.isEmpty {
                let left = max(.milliseconds(1), ContinuousClock.now.duration(to: deadline))
                guard let buffer = try await stream.next(within: left) else { return nil }
                waiting += decoder.consume(Bytes(Array(buffer.readableBytesView)))
            }
            return waiting.removeFirst()
        }
    }
}
