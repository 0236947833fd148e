import DNS
import Resolver
import Testing
import Values

/// Messages as no server sends them.
@Suite struct WireTests {
    private static let query = ReceivedQuery(
        bytes: [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + wire("host.test") + [0, 1, 0, 1], isOverTCP: false)

    private static let good = Response(
        query,
        [
            .a(1), .cname("b.test", name: "a.test"), .init(type: 15, data: [0, 10] + wire("mx.test")),
            .init(type: 16, data: [3, 97, 98, 99, 0]), .init(type: 28, data: Array(repeating: 1, count: 16)),
        ]
    ).with { $0.authority = [.soa(), .ns("ns.test")] }.bytes

    @Test func read() throws {
        let reading = try #require(AnswerReading(Bytes(WireTests.good)))
        #expect(reading.records.count == 5)
        #expect(reading.answer == .records([.address(.v4(0xC000_0201))], authentic: false))
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]

        init(_ description: String, _ bytes: [UInt8]) { (testDescription, self.bytes) = (description, bytes) }
    }

    private static func pointing(_ name: [UInt8]) -> [UInt8] {
        Response(query).bytes.enumerated().map { $0.offset == 7 ? 1 : $0.element } + name
            + [0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 66]
    }

    @Test(arguments: [
        Bad("nothing", []),
        Bad("a header alone", Array(good.prefix(12))),
        Bad("a query", query.bytes),
        Bad("two questions", good.enumerated().map { $0.offset == 5 ? 2 : $0.element }),
        Bad("an answer too few", good.enumerated().map { $0.offset == 7 ? 200 : $0.element }),
        Bad("a name that points at itself", pointing([0xC0, UInt8(Response(query).bytes.count)])),
        Bad("a name that points past the end", pointing([0xFF, 0xFF])),
        Bad("a label of a reserved kind", pointing([0x80, 1, 0])),
        Bad("a question in a pointer", [0x12, 0x34, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 0x0C, 0, 1, 0, 1]),
        Bad("a question without an end", [0x12, 0x34, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, 65]),
        Bad("an address of two octets", Response(query, [.init(type: 1, data: [1, 2])]).bytes),
        Bad("an exchanger without a name", Response(query, [.init(type: 15, data: [0, 10])]).bytes),
        Bad("a string longer than its record", Response(query, [.init(type: 16, data: [9, 65])]).bytes),
    ])
    func refused(_ item: Bad) { #expect(AnswerReading(Bytes(item.bytes)) == nil) }

    /// Whatever is cut off or changed, reading ends, and no record appears that is not in the message.
    @Test func anyOctetMayBeWrong() {
        for length in WireTests.good.indices {
            let reading = AnswerReading(Bytes(Array(WireTests.good.prefix(length))))
            #expect(reading == nil || reading?.records.isEmpty == true, "cut at \(length)")
        }
        for position in WireTests.good.indices {
            for value: UInt8 in [0x00, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFF] {
                var bytes = WireTests.good
                bytes[position] = value
                if let reading = AnswerReading(Bytes(bytes)) { #expect(reading.records.count <= 7) }
            }
        }
    }
}
