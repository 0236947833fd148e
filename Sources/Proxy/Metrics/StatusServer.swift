import Glibc
import NIOCore
import NIOPosix
import SMTP
import Synchronization

/// Tells the state of the service by HTTP: one request a connection, and few connections at once.
public final class StatusServer: Sendable {
    /// What a path gives.
    public struct Answer: Sendable, Hashable {
        /// The HTTP status.
        public let status: Int
        /// The text.
        public let text: String

        /// An answer.
        public init(_ status: Int, _ text: String) { (self.status, self.text) = (status, text) }
    }

    private static let maximumConnections = 32
    private static let patience = Duration.seconds(5)

    private let listener: any Channel
    private let accepted: AsyncStream<ByteStream>
    private let answer: @Sendable (String) async -> Answer?
    private let count = Mutex(0)

    private init(
        _ listener: any Channel, _ accepted: AsyncStream<ByteStream>,
        _ answer: @escaping @Sendable (String) async -> Answer?
    ) {
        (self.listener, self.accepted, self.answer) = (listener, accepted, answer)
    }

    /// The port it listens on; 0 on a Unix socket.
    public var port: Int { listener.localAddress?.port ?? 0 }

    /// Listens on `address`; `answer` gives what a path gives, nil for what there is not. Throws when the address
    /// cannot be bound.
    public static func bind(
        _ address: ServerAddress, answer: @escaping @Sendable (String) async -> Answer?
    ) async throws -> StatusServer {
        let (accepted, arrivals) = AsyncStream.makeStream(of: ByteStream.self)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 32)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    _ = try ByteStream.wrap(channel, isTCP: false) { arrivals.yield($0) }
                }
            }
        let listener: any Channel
        switch address {
        case .tcp(let host, let port):
            listener = try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port).get()
        case .unix(let path):
            removeSocket(at: path)
            listener = try await bootstrap.bind(unixDomainSocketPath: path).get()
        }
        listener.closeFuture.whenComplete { _ in arrivals.finish() }
        return StatusServer(listener, accepted, answer)
    }

    /// A socket that an earlier run has left behind would be in the way. Nothing else is removed.
    private static func removeSocket(at path: String) {
        var status = stat()
        if unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unsafe unlink(path) }
    }

    /// Answers until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            await withTaskCancellationHandler {
                for await stream in accepted { group.addTask { await self.serve(stream) } }
            } onCancel: {
                listener.close(promise: nil)
            }
            group.cancelAll()
        }
    }

    private func serve(_ stream: ByteStream) async {
        let number = count.withLock { count in
            count += 1
            return count
        }
        defer { count.withLock { $0 -= 1 } }
        // The requests of all connections that are let in cannot take more time and memory than this.
        if number <= StatusServer.maximumConnections { try? await reply(to: stream) }
        await stream.close()
    }

    private func reply(to stream: ByteStream) async throws {
        let deadline = ContinuousClock.now + StatusServer.patience
        var bytes: [UInt8] = []
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero, let buffer = try await stream.next(within: left) else { return }
            bytes += buffer.readableBytesView.prefix(StatusRequest.limit)
            switch StatusRequest.read(bytes) {
            case .incomplete: continue
            case .refused(let status):
                let answer = Answer(status, StatusServer.reason(status) + "\n")
                return try await stream.sendAll(StatusServer.wire(answer, isHead: false), within: StatusServer.patience)
            case .get(let path, let isHead):
                let answer = await self.answer(path) ?? Answer(404, "there are /metrics, /health and /ready\n")
                return try await stream.sendAll(
                    StatusServer.wire(answer, isHead: isHead), within: StatusServer.patience)
            }
        }
    }

    /// RFC 9112 §4 and §6.3: a status line, the length, and the end of the connection.
    private static func wire(_ answer: Answer, isHead: Bool) -> [UInt8] {
        let head =
            [
                "HTTP/1.1 \(answer.status) \(reason(answer.status))",
                "Content-Type: text/plain; version=0.0.4; charset=utf-8",
                "Content-Length: \(answer.text.utf8.count)", "Cache-Control: no-store", "Connection: close",
            ] + (answer.status == 405 ? ["Allow: GET, HEAD"] : [])
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + (isHead ? "" : answer.text)).utf8)
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 431: "Request Header Fields Too Large"
        default: "Service Unavailable"
        }
    }
}
