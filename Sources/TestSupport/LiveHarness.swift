import NIOCore
import NIOPosix
import Proxy
import SMTP
import Screening
import Synchronization
import Values

/// Runs a case by playing its sessions to a real server on the loopback interface, which screens them live. Only the
/// clock is the script's.
public enum LiveHarness {
    /// The records of `run`'s sessions, in order, and where replies differed from the script.
    public static func run(_ run: CaseRun) async throws -> CaseRun.Result {
        guard let policy = run.policy else { return CaseRun.Result(lines: run.mistakes) }
        let clock = ScriptClock()
        let records = Records()
        var configuration = ProxyServer.Configuration(
            policy: policy, environment: run.environment(), smtp: run.smtp, clock: { clock.now },
            sessionID: { "session-\(clock.session)" })
        configuration.pause = { _ in }
        configuration.answering = run.nextHop
        configuration.expectsProxyHeader = true
        configuration.onRecord = { records.add($0) }
        if run.file.sessions.contains(where: \.hasTLS) {
            configuration.tls = try TLSAcceptor([TestIdentity.mx.get()]) { clock.now }
        }
        if run.file.sessions.contains(where: \.isImplicitTLS) {
            configuration.listeners = [ListenerSettings(.tcp(host: "127.0.0.1", port: 0), mode: .smtps)]
        }
        let recorder = MemoryRecorder()
        configuration.recorder = recorder
        let server = try await ProxyServer.bind(host: "127.0.0.1", port: 0, configuration)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            var result = CaseRun.Result()
            for (index, session) in run.file.sessions.enumerated() {
                clock.set(session.connectTime, session: index + 1)
                result.differences += try await play(session, port: server.port, clock)
                // Its last record may come after its end.
                while server.connectionCount > 0 { try await Task.sleep(for: .milliseconds(1)) }
            }
            group.cancelAll()
            result.lines = records.all.map(\.json.text)
            result.sessions = try recorder.sessions()
            return result
        }
    }

    private static func play(_ session: ScriptedSession, port: Int, _ clock: ScriptClock) async throws -> [String] {
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await client.executeThenClose { inbound, outbound in
            var replies = ReplyLines(inbound.makeAsyncIterator())
            var differences: [String] = []
            for (index, exchange) in session.exchanges.enumerated() {
                clock.set(exchange.time)
                var bytes = ByteBuffer()
                if index == 0 { bytes.writeString(session.proxyLine) }
                if let handshake = exchange.handshake {
                    if bytes.readableBytes > 0 { try await outbound.write(bytes) }
                    bytes.clear()
                    try await handshake.perform(on: client.channel)
                }
                for line in exchange.sent { bytes.writeBytes(line) }
                if bytes.readableBytes > 0 { try await outbound.write(bytes) }
                for expected in exchange.replies {
                    let reply = try await replies.next()
                    if reply != expected {
                        differences.append("line \(exchange.line): expected '\(expected)', got '\(reply ?? "end")'")
                    }
                }
            }
            outbound.finish()
            // The server's last word and its closing come after its record.
            while try await replies.next() != nil {}
            return differences
        }
    }
}

/// The script's time, and which session is played.
private final class ScriptClock: Sendable {
    private let state = Mutex((now: Timestamp(seconds: 0), session: 0))
    var now: Timestamp { state.withLock { $0.now } }
    var session: Int { state.withLock { $0.session } }
    func set(_ time: Timestamp) { state.withLock { $0.now = time } }
    func set(_ time: Timestamp, session: Int) { state.withLock { $0 = (time, session) } }
}

/// Records in the order in which they came.
private final class Records: Sendable {
    private let records = Mutex<[TransactionRecord]>([])
    var all: [TransactionRecord] { records.withLock { $0 } }
    func add(_ record: TransactionRecord) { records.withLock { $0.append(record) } }
}

/// The server's replies, line by line.
private struct ReplyLines {
    private var incoming: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var buffer: [UInt8] = []

    init(_ incoming: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) { self.incoming = incoming }

    mutating func next() async throws -> String? {
        while true {
            if let end = buffer.firstIndex(of: .lf) {
                let line = buffer[..<end].filter { $0 != .cr }
                buffer.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            guard let more = try await incoming.next(isolation: #isolation) else { return nil }
            buffer += more.readableBytesView
        }
    }
}

extension ScriptedSession {
    /// The line by which a balancer would name the client.
    var proxyLine: String {
        if client.isV4, listener.isV4 { return "PROXY TCP4 \(client) \(listener) 40000 25\r\n" }
        let ends = [client, listener].map { $0.isV4 ? "::ffff:\($0)" : $0.description }
        return "PROXY TCP6 \(ends[0]) \(ends[1]) 40000 25\r\n"
    }
}
