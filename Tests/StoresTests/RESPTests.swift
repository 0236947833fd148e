import Testing
import Values

@testable import Stores

@Suite struct RESPTests {
    private static let table: [(String, [RESPValue])] = [
        ("+OK\r\n", [.simple("OK")]), ("-ERR no\r\n", [.error("ERR no")]), (":-7\r\n", [.integer(-7)]),
        ("$5\r\na\r\nbc\r\n", [.bulk(Bytes("a\r\nbc"))]), ("$0\r\n\r\n", [.bulk(Bytes(""))]), ("$-1\r\n", [.null]),
        ("*-1\r\n", [.null]), ("*0\r\n", [.array([])]),
        (
            "*2\r\n$1\r\n0\r\n*2\r\n$1\r\na\r\n$-1\r\n",
            [.array([.bulk(Bytes("0")), .array([.bulk(Bytes("a")), .null])])]
        ),
        ("+a\r\n+b\r\n", [.simple("a"), .simple("b")]),
        // RESP3.
        ("_\r\n", [.null]), ("#t\r\n,1.5\r\n", [.other("t"), .other("1.5")]), ("!3\r\nERR\r\n", [.error("ERR")]),
        ("=5\r\ntxt:a\r\n", [.bulk(Bytes("a"))]), ("%1\r\n+k\r\n:1\r\n", [.array([.simple("k"), .integer(1)])]),
        ("~1\r\n:1\r\n", [.array([.integer(1)])]), (">1\r\n+x\r\n", [.push([.simple("x")])]),
        // An attribute is about the value after it.
        ("|1\r\n+ttl\r\n:1\r\n+OK\r\n", [.simple("OK")]), ("*1\r\n|1\r\n+a\r\n+b\r\n:7\r\n", [.array([.integer(7)])]),
        ("|0\r\n+OK\r\n", [.simple("OK")]),
    ]

    /// However the octets come, one at a time or all at once, the replies are the same.
    @Test(arguments: 0..<20) func repliesComeInPieces(row: Int) throws {
        let (text, expected) = RESPTests.table[row]
        let bytes = Array(text.utf8)
        for size in 1...bytes.count {
            var decoder = RESPDecoder()
            var replies: [RESPValue] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                replies += try decoder.consume(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(replies == expected, "\(text.debugDescription) in pieces of \(size)")
            #expect(decoder.heldByteCount == 0)
        }
    }

    @Test func theTableIsWhole() { #expect(RESPTests.table.count == 20) }

    @Test(arguments: [
        "hello\r\n", "\r\n", "+OK\n", "$x\r\n", "$-2\r\n", "$3\r\nabcd\r\n", ":a\r\n", ":99999999999999999999\r\n",
        "*99999999999\r\n", "$99999999\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n", "$?\r\n",
        "\u{0}",
    ]) func whatIsNoReplyIsToldOnce(text: String) throws {
        var decoder = RESPDecoder()
        var input = Array(text.utf8)
        if text == "\u{0}" { input = [UInt8](repeating: 0, count: 70_000) }
        #expect(throws: RESPDecoder.Fault.self) { try decoder.consume(input) }
        // Nothing more is read then, and nothing is held.
        #expect(throws: RESPDecoder.Fault.self) { try decoder.consume(Array("+OK\r\n".utf8)) }
        #expect(decoder.heldByteCount == 0)
    }

    /// What one reply may be is bounded in all its measures.
    @Test func repliesAreBounded() throws {
        var limits = RESPDecoder.Limits()
        (limits.values, limits.octets) = (100, 1000)
        var decoder = RESPDecoder(limits: limits)
        #expect(
            try decoder.consume(Array("*99\r\n".utf8) + Array(repeatElement("_\r\n", count: 99).joined().utf8)).count
                == 1)
        #expect(throws: RESPDecoder.Fault.self) {
            try decoder.consume(
                Array("*2\r\n*60\r\n".utf8) + Array(repeatElement("_\r\n", count: 60).joined().utf8)
                    + Array("*60\r\n".utf8) + Array(repeatElement("_\r\n", count: 60).joined().utf8))
        }
        decoder = RESPDecoder(limits: limits)
        let long = Array("$600\r\n".utf8) + [UInt8](repeating: 120, count: 600) + [.cr, .lf]
        // Two replies may be as long as they like, one with two such strings may not.
        #expect(try decoder.consume(long + long).count == 2)
        #expect(throws: RESPDecoder.Fault.self) { try decoder.consume(Array("*2\r\n".utf8) + long + long) }
    }

    /// Whatever comes, it means the same in one piece and in many, and no more is held than came.
    @Test(.timeLimit(.minutes(10))) func damagedRepliesMeanTheSameInPieces() {
        var dice = Dice(state: 9)
        let bits =
            RESPTests.table.map { Array($0.0.utf8) }
            + ["$", "*", "9", "\r\n", "-1", "|1\r\n", ">"].map { Array($0.utf8) }
        for _ in 0..<5000 {
            var input = (0..<dice.next(6)).flatMap { _ in bits[dice.next(bits.count)] }
            for _ in 0..<dice.next(3) where !input.isEmpty { input[dice.next(input.count)] = UInt8(dice.next(256)) }
            var whole = RESPDecoder()
            let expected = Result { () throws(RESPDecoder.Fault) in try whole.consume(input) }
            var decoder = RESPDecoder()
            var (replies, fault): ([RESPValue], RESPDecoder.Fault?) = ([], nil)
            var rest = input[...]
            while !rest.isEmpty, fault == nil {
                let piece = rest.prefix(1 + dice.next(5))
                rest = rest.dropFirst(piece.count)
                do throws(RESPDecoder.Fault) { replies += try decoder.consume(piece) } catch { fault = error }
                #expect(decoder.heldByteCount <= input.count)
            }
            switch expected {
            case .success(let values): #expect(fault == nil && replies == values, "\(input)")
            case .failure(let error): #expect(fault == error, "\(input)")
            }
        }
    }
}
