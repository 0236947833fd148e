import NIOCore
import NIOPosix
import SMTP
import Testing
import Values

@testable import Proxy

/// Deadlines of streams, which one clock keeps for all of them.
@Suite struct ByteStreamTests {
    /// A connection of two streams, and what is done with them.
    private static func connected(
        _ work: (_ one: ByteStream, _ other: ByteStream) async throws -> Void
    ) async throws {
        let (accepted, arrivals) = AsyncStream.makeStream(of: ByteStream.self)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    _ = try ByteStream.wrap(channel, isTCP: true) { arrivals.yield($0) }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let pool = NextHopPool(NextHopConfiguration([]))
        let one = try await pool.connect(
            to: .tcp(host: "127.0.0.1", port: listener.localAddress?.port ?? 0),
            on: MultiThreadedEventLoopGroup.singleton.any())
        var others = accepted.makeAsyncIterator()
        let other = try #require(await others.next())
        try await work(one, other)
        await one.close()
        await other.close()
        try await listener.close()
    }

    @Test(arguments: [Duration.milliseconds(1), .milliseconds(40), .milliseconds(300), .milliseconds(2500)])
    func whoSaysNothingIsWaitedForAsLongAsAllowed(_ limit: Duration) async throws {
        try await ByteStreamTests.connected { one, _ in
            let start = ContinuousClock.now
            await #expect(throws: ByteStream.Failure.timeout) { _ = try await one.next(within: limit) }
            #expect(ContinuousClock.now - start >= limit)
        }
    }

    @Test func aShorterTimeHoldsBeforeALongerOne() async throws {
        try await ByteStreamTests.connected { one, other in
            async let patient = one.somethingComes(within: .seconds(600))
            let start = ContinuousClock.now
            for limit in [Duration.milliseconds(50), .milliseconds(100)] {
                let hasCome = await other.somethingComes(within: limit)
                #expect(!hasCome)
            }
            #expect(ContinuousClock.now - start >= .milliseconds(150))
            try await other.send([1], within: .seconds(600))
            let hasCome = await patient
            #expect(hasCome)
            let bytes = try await one.next(within: .seconds(600)).map { Array($0.readableBytesView) }
            #expect(bytes == [1])
        }
    }

    @Test func whatComesInTimeIsTakenHoweverOftenTheClockLooks() async throws {
        try await ByteStreamTests.connected { one, other in
            for number in 0..<40 {
                async let sent: Void = other.send([UInt8(number)], within: .seconds(600))
                let limit: Duration = number.isMultiple(of: 2) ? .seconds(500) : .seconds(600)
                let bytes = try await one.next(within: limit).map { Array($0.readableBytesView) }
                #expect(bytes == [UInt8(number)])
                try await sent
            }
        }
    }

    @Test func whoeverWaitsIsToldOfTheEndAtOnce() async throws {
        try await ByteStreamTests.connected { one, other in
            async let ended = one.next(within: .seconds(600))
            await other.close()
            let bytes = try await ended
            #expect(bytes == nil)
        }
    }

    @Test func theEndsOfAConnectionKnowEachOther() async throws {
        try await ByteStreamTests.connected { one, other in
            #expect(one.remoteEnd?.address.description == "127.0.0.1")
            for (end, same) in [(one.remoteEnd, other.localEnd), (one.localEnd, other.remoteEnd)] {
                #expect(end?.address == same?.address)
                #expect(end?.port == same?.port)
                #expect((end?.port ?? 0) > 0)
            }
        }
    }
}
