import Foundation
import Screening
import Testing
import Values

@testable import Scanners

/// What servers send, damaged in thousands of ways: it is read to the same end in one piece and byte by byte.
@Suite struct DamageTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "fixtures/fuzz")

    private static func seeds(_ parser: String) throws -> [[UInt8]] {
        let folder = folder.appending(path: parser)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.map { Array(try Data(contentsOf: folder.appending(path: $0))) }
    }

    /// Bytes changed, put in and left out, the same ones at each run.
    private static func damaged(_ seed: [UInt8], _ number: Int) -> [UInt8] {
        var state = UInt64(number) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(limit, 1)
        }
        var bytes = seed
        for _ in 0...next(4) where !bytes.isEmpty {
            let place = next(bytes.count)
            switch next(3) {
            case 0: bytes[place] = UInt8(next(256))
            case 1: bytes.insert(UInt8(next(256)), at: place)
            default: bytes.remove(at: place)
            }
        }
        return bytes
    }

    private static func response(_ pieces: [[UInt8]]) -> ICAPReader.Response? {
        var reader = ICAPReader(to: Bytes(Array(repeating: UInt8(ascii: "x"), count: 40)))
        for piece in pieces {
            do { if let response = try reader.consume(piece) { return response } } catch { return nil }
        }
        return nil
    }

    private static func replies(_ pieces: [[UInt8]]) -> [ClamdReply] {
        var (buffer, replies): ([UInt8], [ClamdReply]) = ([], [])
        for piece in pieces {
            buffer += piece
            while let reply = try? ClamdReply.next(in: &buffer) { replies.append(reply) }
        }
        return replies
    }

    @Test func icapResponses() throws {
        for seed in try DamageTests.seeds("icap") {
            #expect(DamageTests.response([seed]) != nil, "a seed is whole")
            for number in 0..<2000 {
                let bytes = DamageTests.damaged(seed, number)
                let whole = DamageTests.response([bytes])
                #expect(DamageTests.response(bytes.map { [$0] }) == whole)
                #expect((whole?.outcome.detail ?? "").unicodeScalars.count <= 300)
            }
        }
    }

    @Test func clamdReplies() throws {
        for seed in try DamageTests.seeds("clamd") {
            for number in 0..<2000 {
                let bytes = DamageTests.damaged(seed, number)
                let whole = DamageTests.replies([bytes])
                #expect(DamageTests.replies(bytes.map { [$0] }) == whole)
                for reply in whole { #expect((reply.outcome.detail ?? "").unicodeScalars.count <= 300) }
            }
        }
    }
}
