import NIOCore
import SMTP
import Screening
import Synchronization
import Values

extension ProxySession {
    /// Whether more than one line has come.
    static func isPipelined(_ input: ByteBuffer) -> Bool { input.readableBytesView.dropLast().contains(.lf) }

    /// Sends the replies to some of what came together where the rest takes long, or what has been answered is a message: a
    /// client that is not told that it was taken sends it again (RFC 5321 §6.1).
    func courier(
        since start: ContinuousClock.Instant, _ sent: SentAhead, _ recording: SessionRecording?
    ) -> Conversation.Courier {
        { outputs, ends in
            guard ends || start.duration(to: .now) > ProxySession.longest else { return false }
            // A client that is gone is met where the session goes on.
            try? await say(outputs, recording)
            sent.add(Conversation.wireCount(of: outputs))
            return true
        }
    }

    /// How long the reply to a command may wait for those to what was sent with it.
    private static let longest = Duration.milliseconds(200)

    /// Sends replies in order, each after its delay.
    private func say(_ outputs: [Conversation.Output], _ recording: SessionRecording?) async throws {
        var pending: [UInt8] = []
        for case .reply(let reply, let delay) in outputs {
            if delay > .zero {
                try await stream.send(pending, within: configuration.timeouts.reply)
                pending = []
                try await configuration.pause(delay)
            }
            recording?.sent(reply, at: configuration.clock())
            pending += reply.wire()
        }
        try await stream.send(pending, within: configuration.timeouts.reply)
    }

    /// Sends replies in order, and does what else there is to do. False once the connection is to be closed.
    func carryOut(
        _ outputs: [Conversation.Output], of conversation: inout Conversation, _ recording: SessionRecording?
    ) async throws -> Bool {
        try await say(outputs, recording)
        switch outputs.last {
        case .startTLS: return await startTLS(&conversation, recording)
        case .close:
            try await stream.sendAll([], within: configuration.timeouts.reply)
            return false
        case .reply, nil: return true
        }
    }
}

extension Conversation {
    /// How many bytes the replies among `outputs` take.
    static func wireCount(of outputs: [Output]) -> Int {
        outputs.reduce(0) { sum, output in
            if case .reply(let reply, _) = output {
                sum + reply.lines.reduce(0) { $0 + $1.utf8.count + 6 }
            } else {
                sum
            }
        }
    }
}

/// Octets that were sent before their turn.
final class SentAhead: Sendable {
    private let count = Mutex(0)
    var octets: Int { count.withLock { $0 } }

    func add(_ octets: Int) { count.withLock { $0 += octets } }
}
