import Archives
import Foundation
import Testing

@testable import assayd

/// A log that is read as it is written, whatever is done to its file.
@Suite struct FollowedFileTests {
    private final class Folder {
        let path: String
        init() throws {
            path = FileManager.default.temporaryDirectory.appending(path: "follow-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        var log: String { path + "/mail.log" }
        func append(_ text: String, to name: String = "mail.log") throws {
            let file = path + "/" + name
            if !FileManager.default.fileExists(atPath: file) {
                _ = FileManager.default.createFile(atPath: file, contents: nil)
            }
            let handle = try #require(FileHandle(forWritingAtPath: file))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        }
        func rename(_ old: String, _ new: String) throws {
            try FileManager.default.moveItem(atPath: path + "/" + old, toPath: path + "/" + new)
        }
    }

    /// All that is there to read, `|` where another file began, `?` where there is none.
    private func read(_ file: FollowedFile) -> String {
        var text = ""
        for _ in 0..<100 {
            switch file.look() {
            case .bytes(let bytes): text += String(decoding: bytes, as: UTF8.self)
            case .restarted: text += "|"
            case .nothing: return text
            case .away: return text + "?"
            }
        }
        return text
    }

    @Test func aFileIsReadThroughRotation() throws {
        let folder = try Folder()
        let file = FollowedFile(path: folder.log, from: nil)
        #expect(read(file) == "?")
        try folder.append("one\n")
        #expect(read(file) == "one\n")
        try folder.append("two\n")
        try folder.rename("mail.log", "mail.log.1")
        // It is written on until the server opens its successor.
        #expect(read(file) == "two\n")
        try folder.append("three\n", to: "mail.log.1")
        try folder.append("four\n")
        #expect(read(file) == "three\n|four\n")
    }

    @Test func aFileIsReadThroughTruncation() throws {
        let folder = try Folder()
        let file = FollowedFile(path: folder.log, from: nil)
        try folder.append("a long first line\n")
        #expect(read(file) == "a long first line\n")
        #expect(unsafe truncate(folder.log, 0) == 0)
        try folder.append("new\n")
        #expect(read(file) == "|new\n")
    }

    @Test func readingGoesOnWhereItEnded() throws {
        let folder = try Folder()
        try folder.append("one\n")
        let first = FollowedFile(path: folder.log, from: nil)
        #expect(read(first) == "one\n")
        let position = try #require(first.position.flatMap { FollowedFile.Position($0.text) })
        #expect(position == first.position)
        try folder.append("two\n")
        try folder.rename("mail.log", "mail.log.1")
        try folder.append("three\n")
        #expect(read(FollowedFile(path: folder.log, from: position)) == "two\n|three\n")
        // Another file under the old name is read from its beginning.
        try FileManager.default.removeItem(atPath: folder.path + "/mail.log.1")
        #expect(read(FollowedFile(path: folder.log, from: position)) == "three\n")
    }

    /// Logs are compressed when they have been rotated; another log is not taken for the one that was read.
    @Test(arguments: [["gzip", "-q"], ["zstd", "-q", "--rm"], ["xz", "-q"]])
    func readingGoesOnInACompressedLog(_ command: [String]) throws {
        let folder = try Folder()
        try folder.append("one\n")
        let first = FollowedFile(path: folder.log, from: nil)
        #expect(read(first) == "one\n")
        let position = try #require(first.position)
        let long = String(repeating: "two and some more, so that there are several pieces of it\n", count: 10_000)
        try folder.append(long)
        try folder.rename("mail.log", "mail.log.2")
        try folder.append("another\n", to: "mail.log.1")
        let pack = Process()
        pack.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        pack.arguments = command + [folder.path + "/mail.log.1", folder.path + "/mail.log.2"]
        try pack.run()
        pack.waitUntilExit()
        #expect(pack.terminationStatus == 0 && !FileManager.default.fileExists(atPath: folder.path + "/mail.log.2"))
        try folder.append("three\n")
        let file = FollowedFile(path: folder.log, from: position)
        guard case .bytes(let bytes) = file.look() else { return #expect(Bool(false), "nothing comes") }
        let middle = try #require(file.position)
        #expect(String(decoding: bytes, as: UTF8.self) + read(file) == long + "|three\n")
        #expect(middle.offset == Int64(4 + bytes.count))
        // Stopped in the middle of it, reading goes on there.
        let rest = long.dropFirst(bytes.count)
        #expect(read(FollowedFile(path: folder.log, from: middle)) == rest + "|three\n")
    }

    @Test(arguments: ["", "1:2:3", "a:b:c:d:e", "1:2:-3:0:0", "1:2:3:999:0"]) func noPosition(_ text: String) {
        #expect(FollowedFile.Position(text) == nil)
    }

    @Test func foldersAndPipesAreNoLogs() throws {
        let folder = try Folder()
        #expect(unsafe mkfifo(folder.log, 0o600) == 0)
        #expect(read(FollowedFile(path: folder.log, from: nil)) == "?")
        #expect(read(FollowedFile(path: folder.path, from: nil)) == "?")
    }

    @Test func ofALongLogTheLastPartIsRead() throws {
        let folder = try Folder()
        try folder.append(String(repeating: "0123456789abcde\n", count: 80_000))
        let file = FollowedFile(path: folder.log, from: nil)
        #expect(read(file).utf8.count == 1 << 20 && file.beganWithinLine)
    }
}
