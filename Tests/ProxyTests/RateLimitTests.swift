import DNS
import NIOCore
import NIOPosix
import Policy
import SMTP
import Screening
import State
import Synchronization
import Testing
import Values

@testable import Proxy

/// A stage that wants every connection to be slow.
private struct Slowing: Stage {
    static let manifest = StageManifest(
        id: "slowing", title: "Slowing", summary: "Slows.", phases: [.connect],
        symbols: [SymbolDeclaration("SLOWING_NEVER", "Is never found.")])

    struct Settings: StageSettings { init(from reader: inout PolicyReader) {} }

    init(settings: Settings, site: Site) {}

    func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        StageReport(effects: [.limitRate(bytesPerSecond: 50)])
    }
}

@Suite struct RateLimitTests {
    /// The waits that a session of 5,000 bytes asks for, as a client on a real connection meets them.
    private static func waits(isShadow: Bool) async throws -> Duration {
        let waited = Mutex(Duration.zero)
        var configuration = ProxyServer.Configuration(
            policy: ScreeningPolicy.builtIn(Catalogue([Slowing.self])),
            environment: ScreeningEnvironment(dns: { _ in NoDNS() }, state: MemoryState(), timer: WallClockTimer()),
            smtp: ServerConfiguration(hostname: "mx.example"), clock: { Timestamp(seconds: 0) }, sessionID: { "s" })
        configuration.isShadow = isShadow
        configuration.pause = { wait in waited.withLock { $0 += wait } }
        let server = try await ProxyServer.bind(host: "127.0.0.1", port: 0, configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: server.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            try await client.executeThenClose { inbound, outbound in
                var replies = inbound.makeAsyncIterator()
                _ = try await replies.next()
                for _ in 0..<10 {
                    try await outbound.write(ByteBuffer(string: "NOOP " + String(repeating: "x", count: 493) + "\r\n"))
                    _ = try await replies.next()
                }
            }
            group.cancelAll()
        }
        return waited.withLock { $0 }
    }

    /// 5,000 bytes come and some go, at 50 a second: a busy machine does not make up for that.
    @Test func aStageCanSlowAConnection() async throws {
        let slow = try await RateLimitTests.waits(isShadow: false)
        #expect(slow > .seconds(3), "\(slow)")
        #expect(try await RateLimitTests.waits(isShadow: true) == .zero)
    }
}
