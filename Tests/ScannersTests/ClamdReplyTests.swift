import Screening
import Testing
import Values

@testable import Scanners

@Suite struct ClamdReplyTests {
    static let replies: [(String, Int?, ScanOutcome)] = [
        ("3: stream: OK", 3, .clean),
        ("1: stream: Eicar-Signature FOUND", 1, .infected(name: "Eicar-Signature")),
        (
            "2: stream: Test.Worm(44d88612fea8a8f36de82e1278abb02f:68) FOUND", 2, .infected(name: "Test.Worm")
        ),
        ("2: stream: Two Words FOUND", 2, .infected(name: "Two Words")),
        ("2: stream:  FOUND", 2, .infected(name: "unnamed")),
        ("2: stream: a\u{202e}b\nc FOUND", 2, .infected(name: "a?b?c")),
        ("2: stream: Heuristics.Encrypted.Zip FOUND", 2, .unscannable(reason: "Heuristics.Encrypted.Zip")),
        ("2: stream: Heuristics.Broken.Executable FOUND", 2, .unscannable(reason: "Heuristics.Broken.Executable")),
        (
            "2: stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", 2,
            .tooLarge(reason: "Heuristics.Limits.Exceeded.MaxFileSize")
        ),
        (
            "2: stream: Heuristics.Phishing.Email.SpoofedDomain FOUND", 2,
            .infected(name: "Heuristics.Phishing.Email.SpoofedDomain")
        ),
        ("INSTREAM size limit exceeded. ERROR", nil, .tooLarge(reason: "more than clamd's StreamMaxLength")),
        ("4: INSTREAM size limit exceeded. ERROR", 4, .tooLarge(reason: "more than clamd's StreamMaxLength")),
        ("2: stream: Can't allocate memory ERROR", 2, .failed(reason: "Can't allocate memory")),
        ("UNKNOWN COMMAND", nil, .failed(reason: "UNKNOWN COMMAND")),
        ("", nil, .failed(reason: "clamd gave no answer")),
        ("0: stream: OK", nil, .failed(reason: "0: stream: OK")),
    ]

    @Test(arguments: replies) func saysWhatWasFound(line: String, number: Int?, outcome: ScanOutcome) {
        let reply = ClamdReply(Bytes(line))
        #expect(reply.number == number)
        #expect(reply.outcome == outcome)
    }

    @Test func comesPieceByPiece() throws {
        let wire = Array("1: PONG\0".utf8) + Array("2: stream: OK\u{0}3: stre".utf8)
        var (whole, pieces): ([UInt8], [UInt8]) = (wire, [])
        var expected: [ClamdReply] = []
        while let reply = try ClamdReply.next(in: &whole) { expected.append(reply) }
        var replies: [ClamdReply] = []
        for byte in wire {
            pieces.append(byte)
            while let reply = try ClamdReply.next(in: &pieces) { replies.append(reply) }
        }
        #expect(replies == expected && replies.map(\.text) == ["PONG", "stream: OK"])
        #expect(pieces == Array("3: stre".utf8) && whole == pieces)
    }

    @Test func aReplyWithoutEndIsNone() {
        var buffer = [UInt8](repeating: 65, count: 20_000)
        #expect(throws: (any Error).self) { try ClamdReply.next(in: &buffer) }
    }
}
