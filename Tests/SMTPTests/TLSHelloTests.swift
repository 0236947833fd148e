import SMTP
import Testing
import Values

@Suite struct TLSHelloTests {
    /// A record of this type around `content` (RFC 8446 §5.1).
    private static func record(_ content: [UInt8], type: UInt8 = 22) -> [UInt8] {
        [type, 3, 1, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
    }

    private static func vector(_ content: [UInt8], octets: Int) -> [UInt8] {
        (0..<octets).reversed().map { UInt8(content.count >> (8 * $0) & 0xFF) } + content
    }

    private static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type] + vector(body, octets: 3) }

    private static func client(_ name: String?, nameType: UInt8 = 0) -> [UInt8] {
        let list = name.map { vector([nameType] + vector(Array($0.utf8), octets: 2), octets: 2) }
        let grease: [UInt8] = [0x0A, 0x0A] + vector([], octets: 2)
        let extensions = grease + (list.map { [0, 0] + vector($0, octets: 2) } ?? [])
        return message(
            1,
            [3, 3] + Array(repeating: 7, count: 32) + vector(Array(repeating: 1, count: 32), octets: 1)
                + vector([0x13, 0x01, 0xC0, 0x2F], octets: 2) + vector([0], octets: 1) + vector(extensions, octets: 2))
    }

    private static func server(_ cipher: [UInt8], version: [UInt8]?) -> [UInt8] {
        let extensions = version.map { vector([0, 43] + vector($0, octets: 2), octets: 2) } ?? []
        return message(
            2, [3, 3] + Array(repeating: 7, count: 32) + vector([], octets: 1) + cipher + [0] + extensions)
    }

    private static func read(_ bytes: [UInt8], pieces: Int = .max) -> TLSHelloReader.Outcome {
        var reader = TLSHelloReader()
        var rest = bytes[...]
        var outcome = TLSHelloReader.Outcome.incomplete
        while !rest.isEmpty, outcome == .incomplete {
            outcome = reader.consume(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return outcome
    }

    @Test(arguments: [
        (client("MX.example"), TLSHello.client(serverName: "mx.example")), (client(nil), .client(serverName: nil)),
        (client("not a host"), .client(serverName: nil)), (client("", nameType: 0), .client(serverName: nil)),
        (client("mx.example", nameType: 1), .client(serverName: nil)),
        (client(String(repeating: "a", count: 254)), .client(serverName: nil)),
        (server([0xC0, 0x2F], version: nil), .server(version: 0x0303, cipherSuite: 0xC02F)),
        (server([0x13, 0x02], version: [3, 4]), .server(version: 0x0304, cipherSuite: 0x1302)),
    ])
    func hellosAreRead(message: [UInt8], hello: TLSHello) {
        let whole = TLSHelloTests.record(message)
        #expect(TLSHelloTests.read(whole) == .hello(hello))
        #expect(TLSHelloTests.read(whole, pieces: 1) == .hello(hello))
        // RFC 8446 §5.1: a message may come in several records.
        let halves = TLSHelloTests.record(Array(message.prefix(3))) + TLSHelloTests.record(Array(message.dropFirst(3)))
        #expect(TLSHelloTests.read(halves, pieces: 7) == .hello(hello))
        #expect(TLSHelloTests.read(Array(whole.dropLast())) == .incomplete)
    }

    @Test(arguments: [
        Array("EHLO evil.example\r\n".utf8), [0x15, 3, 1, 0, 2, 2, 40], [22, 2, 0, 0, 1, 0], [22, 3, 1, 0, 0],
        [22, 3, 1, 0xFF, 0xFF], [22, 3, 1, 0, 4, 1, 0xFF, 0xFF, 0xFF], record(message(1, [3, 3])),
        record(message(11, [0])), record(message(1, Array(repeating: 0xFF, count: 200))), record(message(2, [])),
    ])
    func whatIsNoneIsTold(bytes: [UInt8]) { #expect(TLSHelloTests.read(bytes) == .other) }
}
