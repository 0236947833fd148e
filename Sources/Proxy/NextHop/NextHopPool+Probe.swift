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
        let deadline = ContinuousClock.now + limit
        var replies = ReplyDecoder()
        while let buffer = try await stream.next(
            within: max(.milliseconds(1), ContinuousClock.now.duration(to: deadline)))
        {
            switch replies.consume(Bytes(Array(buffer.readableBytesView))).first {
            case .reply(let reply):
                if reply.code != 220 { return "takes no mail now: \(reply)" }
                try? await stream.sendAll(Array("QUIT\r\n".utf8), within: limit)
                return nil
            case .malformed: return "answers with what is no SMTP reply"
            case nil: continue
            }
        }
        return "closes the connection without a banner"
    }
}
