import Values

/// Reads the first handshake message from the records of one side of a TLS connection (RFC 8446 §5.1), in whatever
/// pieces they come. It looks on: nothing it reads is kept from anybody.
public struct TLSHelloReader: Sendable {
    /// How far the reading is.
    public enum Outcome: Sendable, Hashable {
        /// More bytes are needed.
        case incomplete
        /// The message.
        case hello(TLSHello)
        /// The bytes are no such message.
        case other
    }

    /// The longest message read: key shares of today take two thousand octets.
    private static let limit = 1 << 16

    private var records: [UInt8] = []
    private var message: [UInt8] = []

    /// A reader before the first byte.
    public init() {}

    /// Takes bytes; once the outcome is another than `incomplete`, there is no need of more.
    public mutating func consume(_ input: some Sequence<UInt8>) -> Outcome {
        records += input
        var position = 0
        defer { records.removeFirst(position) }
        while records.count - position >= 5 {
            let (type, length) = (records[position], Int(records[position + 3]) << 8 | Int(records[position + 4]))
            // RFC 8446 §5.1: type 22 is the handshake; a record of clear text has at most 2^14 octets.
            guard type == 22, records[position + 1] == 3, (1...(1 << 14)).contains(length) else { return .other }
            guard records.count - position >= 5 + length else { return .incomplete }
            message += records[position + 5..<position + 5 + length]
            position += 5 + length
            guard message.count >= 4 else { continue }
            let size = message[1...3].reduce(0) { $0 << 8 | Int($1) }
            guard size <= TLSHelloReader.limit else { return .other }
            guard message.count >= 4 + size else { continue }
            return TLSHello(type: message[0], body: message[4..<4 + size]).map(Outcome.hello) ?? .other
        }
        // The beginning of what is no record need not wait for the rest of it.
        if records.count > position, records[position] != 22 { return .other }
        return .incomplete
    }
}
