import NIOCore
import SMTP
import Screening
import Synchronization
import Values

/// A session with clamd (clamd(8), IDSESSION), in which one command follows another.
final class ClamdSession: ScannerConnection {
    private let channel: ByteChannel
    private let state = Mutex<(count: Int, buffer: [UInt8])>((0, []))

    private init(_ channel: ByteChannel) { self.channel = channel }

    /// Opens a session, and sees that the other side is a clamd that answers.
    static func open(_ address: ServerAddress, by deadline: NIODeadline) async throws(ScannerFault) -> ClamdSession {
        let session = ClamdSession(try await ByteChannel.open(address, by: deadline))
        do throws(ScannerFault) {
            try await session.channel.send(ByteBuffer(string: "zIDSESSION\0"), by: deadline)
            let answer = try await session.command("zPING\0", by: deadline)
            guard answer.text == "PONG" else { throw ScannerFault("no clamd: it answers PING with '\(answer.text)'") }
            return session
        } catch {
            session.close()
            throw error
        }
    }

    var isUsable: Bool { channel.isUsable }

    func close() { channel.close() }

    /// The version of clamd and its signatures.
    func version(by deadline: NIODeadline) async throws(ScannerFault) -> String {
        let text = try await command("zVERSION\0", by: deadline).text
        guard !text.isEmpty, !text.hasSuffix("ERROR") else { throw ScannerFault("it does not tell its version") }
        return text
    }

    /// What clamd makes of `content`.
    func scan(_ content: Bytes, by deadline: NIODeadline) async throws(ScannerFault) -> ScanOutcome {
        let number = begin()
        try await channel.send(ByteBuffer(string: "zINSTREAM\0"), by: deadline)
        var start = 0
        // A chunk is its length in four bytes, most significant first, and its bytes; one of no length is the last.
        while start < content.count, !channel.hasInput {
            let chunk = content[start..<start + ClamdSession.chunk]
            start += chunk.count
            var bytes = ByteBuffer()
            bytes.reserveCapacity(chunk.count + 8)
            bytes.writeInteger(UInt32(chunk.count))
            bytes.writeBytes(chunk)
            if start == content.count { bytes.writeInteger(UInt32(0)) }
            do throws(ScannerFault) {
                try await channel.send(bytes, by: deadline)
            } catch {
                // It may have said why before it closed.
                guard let said = try? await reply(to: number, by: deadline) else { throw error }
                return said.outcome
            }
        }
        if content.isEmpty { try await channel.send(ByteBuffer(integer: UInt32(0)), by: deadline) }
        return try await reply(to: number, by: deadline).outcome
    }

    private static let chunk = 64 << 10

    private func command(_ command: String, by deadline: NIODeadline) async throws(ScannerFault) -> ClamdReply {
        let number = begin()
        try await channel.send(ByteBuffer(string: command), by: deadline)
        return try await reply(to: number, by: deadline)
    }

    private func begin() -> Int {
        state.withLock { state in
            state.count += 1
            return state.count
        }
    }

    private func reply(to number: Int, by deadline: NIODeadline) async throws(ScannerFault) -> ClamdReply {
        while true {
            let next: Result<ClamdReply?, any Error> = state.withLock { state in
                Result { try ClamdReply.next(in: &state.buffer) }
            }
            switch next {
            case .success(let reply?):
                guard reply.number == nil || reply.number == number else {
                    throw ScannerFault("an answer to another question")
                }
                return reply
            case .success(nil): break
            case .failure(let error): throw error as? ScannerFault ?? ScannerFault("\(error)")
            }
            guard let bytes = try await channel.receive(by: deadline) else {
                throw ScannerFault("the connection was closed before an answer came")
            }
            state.withLock { $0.buffer += bytes.readableBytesView }
        }
    }
}
