import NIOCore
import SMTP
import Screening
import Values

/// A connection to an ICAP server, on which one request follows another.
final class ICAPConnection: ScannerConnection {
    private let channel: ByteChannel

    private init(_ channel: ByteChannel) { self.channel = channel }

    static func open(_ service: ICAPService, by deadline: NIODeadline) async throws(ScannerFault) -> ICAPConnection {
        ICAPConnection(try await ByteChannel.open(service.address, by: deadline))
    }

    var isUsable: Bool { channel.isUsable }

    func close() { channel.close() }

    /// Asks what the service takes.
    func options(of service: ICAPService, by deadline: NIODeadline) async throws(ScannerFault) -> ICAPOptions {
        try await channel.send(ICAPRequest.options(service), by: deadline)
        var reader = ICAPReader(to: Bytes([]))
        let response = try await response(&reader, by: deadline)
        guard response.head.status == 200 else {
            throw ScannerFault("ICAP status \(response.head.status) \(response.head.reason) to OPTIONS")
        }
        return ICAPOptions(response.head)
    }

    /// Has the service look at `content`.
    func scan(
        _ content: Bytes, by service: ICAPService, _ options: ICAPOptions, until deadline: NIODeadline
    ) async throws(ScannerFault) -> ICAPReader.Response {
        let preview = options.preview.map { min($0, content.count) }
        try await channel.send(ICAPRequest.begin(service, content, preview: preview, options), by: deadline)
        var start = 0
        if let preview {
            let isWhole = preview == content.count
            try await channel.send(ICAPRequest.chunk(content[0..<preview]), by: deadline)
            try await channel.send(ICAPRequest.end(isWhole: isWhole), by: deadline)
            start = preview
            var reader = ICAPReader(to: content)
            let response = try await response(&reader, by: deadline)
            // RFC 3507 §4.5: 100 asks for the rest; whatever else comes is the answer.
            guard response.head.status == 100, !isWhole else { return response }
        }
        while start < content.count, !channel.hasInput {
            let piece = content[start..<start + ICAPConnection.chunk]
            start += piece.count
            try await channel.send(ICAPRequest.chunk(piece), by: deadline)
        }
        // A server that answers before it has all is not sent the rest; the connection is of no more use then.
        if start == content.count { try await channel.send(ICAPRequest.end(), by: deadline) }
        var reader = ICAPReader(to: content)
        let response = try await response(&reader, by: deadline)
        if start < content.count { close() }
        return response
    }

    private static let chunk = 64 << 10

    private func response(
        _ reader: inout ICAPReader, by deadline: NIODeadline
    ) async throws(ScannerFault) -> ICAPReader.Response {
        while let bytes = try await channel.receive(by: deadline) {
            do throws(ICAPReader.Mistake) {
                if let response = try reader.consume(bytes.readableBytesView) { return response }
            } catch {
                throw ScannerFault("\(error)")
            }
        }
        throw ScannerFault("the connection was closed before an answer came")
    }
}
