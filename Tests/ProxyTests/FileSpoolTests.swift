import Foundation
import Testing
import Values

@testable import Proxy

@Suite struct FileSpoolTests {
    /// Whatever stays in memory and whatever goes to the file, the message is the same.
    @Test(arguments: [0, 1, 10, 1000, 1 << 20])
    func givesBackWhatItTook(limit: Int) {
        let spool = FileSpool(folder: NSTemporaryDirectory(), memoryLimit: limit)
        for round in 0..<2 {
            var all: [UInt8] = []
            for piece in 0..<50 {
                let bytes = (0..<piece * 7).map { UInt8(truncatingIfNeeded: $0 + piece + round) }
                all += bytes
                #expect(spool.append(Bytes(bytes)))
            }
            #expect(spool.take()?.array == all)
        }
        #expect(spool.append(Bytes("x")))
        spool.discard()
        #expect(spool.take()?.array == [])
    }

    @Test func leavesNothingBehind() throws {
        let folder = NSTemporaryDirectory() + "spool-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let spool = FileSpool(folder: folder, memoryLimit: 0)
        #expect(spool.append(Bytes("message")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        #expect(spool.take()?.array == Array("message".utf8))
    }

    @Test func aMissingFolderIsNoRoom() {
        let spool = FileSpool(folder: "/nonexistent", memoryLimit: 4)
        #expect(spool.append(Bytes("1234")))
        #expect(!spool.append(Bytes("5")))
    }

    @Test func memoryIsEnoughForSmallMessages() {
        let spool = FileSpool(folder: "/nonexistent", memoryLimit: 100)
        #expect(spool.append(Bytes("small")))
        #expect(spool.take()?.array == Array("small".utf8))
    }
}
