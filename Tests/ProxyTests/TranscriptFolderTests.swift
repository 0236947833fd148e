import Archives
import Foundation
import Screening
import Synchronization
import Testing
import Values

@testable import Proxy
@testable import SMTP

/// What a recorder keeps of sessions, and what it removes.
@Suite struct TranscriptFolderTests {
    private final class Clock: Sendable {
        private let time = Mutex(Timestamp(seconds: 1_714_557_600))
        var now: Timestamp { time.withLock { $0 } }
        func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    private final class Folder: Sendable {
        let path = NSTemporaryDirectory() + "records-" + UUID().uuidString
        let faults = Mutex<[String]>([])
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

        func text(_ name: String) throws -> String {
            var source = try ByteSource(path: "\(path)/\(name)")
            return try #require(try source.contents(limit: 1 << 30)).lossyString
        }
    }

    private func session(_ name: String, in folder: TranscriptFolder, message: Int = 0, at now: Timestamp) {
        let recording = SessionRecording(
            client: Endpoint(.v4(0xC000_0201), port: 1), server: nil,
            service: RecordedService(ServerConfiguration(hostname: "mx.example"), isShadow: false), at: now,
            to: folder.sink(for: name))
        recording.connected(hasMoreBehind: false)
        recording.took(
            TakenLine(
                content: Bytes("AUTH PLAIN AHNlY3JldA=="), isTooLong: false, isSecret: false, isStray: false,
                hasMoreBehind: false))
        recording.took(
            TakenLine(
                content: Bytes("c2VjcmV0"), isTooLong: false, isSecret: true, isStray: false, hasMoreBehind: false))
        if message > 0 {
            var dice = SystemRandomNumberGenerator()
            let bytes = Bytes((0..<message).map { _ in UInt8.random(in: 33...126, using: &dice) })
            recording.tookMessage(ReceivedMessage(content: bytes), size: message)
            recording.screens(bytes)
        }
        recording.close(at: now)
        folder.finish()
    }

    private func recorder(_ folder: Folder, _ clock: Clock, _ change: (inout RecordingSettings) -> Void)
        -> TranscriptFolder
    {
        var settings = RecordingSettings(folder: folder.path)
        change(&settings)
        let faults = folder
        return TranscriptFolder(settings, clock: { clock.now }) { text in faults.faults.withLock { $0.append(text) } }
    }

    @Test func filesAreBegunAtSizeAndAge() throws {
        let (folder, clock) = (try Folder(), Clock())
        let recorder = recorder(folder, clock) {
            $0.rotateSize = 64 << 10
            $0.rotateAge = .seconds(60)
        }
        session("a", in: recorder, at: clock.now)
        session("b", in: recorder, message: 100_000, at: clock.now)
        session("c", in: recorder, at: clock.now)
        clock.advance(.seconds(61))
        session("d", in: recorder, at: clock.now)
        #expect(
            folder.names == [
                "20240501T100000Z-0001.ndjson.zst", "20240501T100000Z-0002.ndjson.zst",
                "20240501T100101Z-0001.ndjson.zst",
            ])
        let texts = try folder.names.map { try folder.text($0) }
        #expect(texts.map { $0.contains("\"session\":\"b\"") } == [true, false, false])
        #expect(texts.map { $0.split(separator: "\n").count } == [11, 5, 5])
        #expect(!texts.joined().contains("c2VjcmV0") && !texts.joined().contains("AHNlY3JldA"))
        #expect(recorder.lostSessions == 0 && folder.faults.withLock { $0 }.isEmpty)
    }

    @Test func whatNeedNotBeKeptIsRemoved() throws {
        let (folder, clock) = (try Folder(), Clock())
        for name in [
            "mine.ndjson.zst", "20240501T100000Z-0001.txt", "20230501T100000Z-0001.ndjson.zst",
            ".20230501T100000Z-0001-m1.eml.zst",
        ] {
            try Data([1]).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
        }
        // The files' own times count, which are now.
        clock.advance(.seconds(Int64(Date().timeIntervalSince1970) - 1_714_557_600 + 100_000))
        let recorder = recorder(folder, clock) { $0.keepAge = .seconds(86_400) }
        session("a", in: recorder, at: clock.now)
        #expect(folder.names.filter { $0.hasPrefix("2023") || $0.hasPrefix(".2023") } == [])
        #expect(folder.names.contains("mine.ndjson.zst") && folder.names.contains("20240501T100000Z-0001.txt"))
        #expect(folder.names.count == 3)
    }

    @Test func onlyAsMuchIsKeptAsIsAllowed() throws {
        let (folder, clock) = (try Folder(), Clock())
        let recorder = recorder(folder, clock) {
            $0.rotateSize = 64 << 10
            $0.keepSize = 250_000
        }
        for number in 0..<8 { session("s\(number)", in: recorder, message: 100_000, at: clock.now) }
        let sizes = try folder.names.map {
            try #require(try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\($0)")[.size] as? Int)
        }
        #expect(sizes.reduce(0, +) < 350_000 && folder.names.count >= 2, "\(folder.names) \(sizes)")
    }

    @Test func largeMessagesLieBeside() throws {
        let (folder, clock) = (try Folder(), Clock())
        session("a", in: recorder(folder, clock) { _ in }, message: 2 << 20, at: clock.now)
        #expect(folder.names == [".20240501T100000Z-0001-m1.eml.zst", "20240501T100000Z-0001.ndjson.zst"])
        let text = try folder.text("20240501T100000Z-0001.ndjson.zst")
        #expect(text.contains("\"file\":\".20240501T100000Z-0001-m1.eml.zst\"") && !text.contains("base64"))
        #expect(try folder.text(".20240501T100000Z-0001-m1.eml.zst").utf8.count == 2 << 20)
    }

    @Test func aFolderThatIsGoneCostsRecordingsAndIsToldOnce() throws {
        let (folder, clock) = (try Folder(), Clock())
        let recorder = recorder(folder, clock) { _ in }
        session("a", in: recorder, at: clock.now)
        try FileManager.default.removeItem(atPath: folder.path)
        for name in ["b", "c", "d"] { session(name, in: recorder, at: clock.now) }
        #expect(recorder.lostSessions == 3)
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        session("e", in: recorder, at: clock.now)
        let faults = folder.faults.withLock { $0 }
        #expect(
            faults.count == 2
                && faults.last == "sessions are recorded again; 3 in all have not been, or not to their end",
            "\(faults)")
        #expect(folder.names.count == 1)
    }

    @Test(arguments: [
        ("20240501T100000Z-0001.ndjson.zst", true), (".20240501T100000Z-0001-m12.eml.zst", true),
        ("20240501T100000Z-0001.ndjson", false), ("notes.ndjson.zst", false), ("", false), (".", false),
        ("20240501T100000Z-0001-m1.eml.zst.part", false), ("2024050aT100000Z-0001.ndjson.zst", false),
    ])
    func namesOfItsOwn(name: String, isOurs: Bool) { #expect(TranscriptRetention.isOurs(name) == isOurs) }
}
