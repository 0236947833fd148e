import Foundation
import GRDB
import State
import Testing
import Values

@testable import Stores

/// The write-ahead log is taken over while others write.
@Suite struct StateLogTests {
    private static let now = Timestamp(seconds: 1_714_557_600)

    private static func key(_ writer: Int, _ number: Int) -> StateKey {
        StateKey("greylist", "contact", "\(writer)", "\(number)")
    }

    /// Two that write as fast as they can, each with a log to look after, and the database is whole and has it all; the
    /// more so where one of them forgets at once what it has written.
    @Test func nothingIsLostBesideWriters() async throws {
        let folder = try Folder()
        let path = folder.path + "/state.db"
        let first = try SQLiteState(path: path, .writing(makes: true), RedisProcess.patient)
        let second = try SQLiteState(path: path, .writing(makes: false), RedisProcess.patient)
        let count = 6_000
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (writer, state) in [first, second].enumerated() {
                group.addTask {
                    for number in 0..<count {
                        try await state.put(
                            Self.key(writer, number), "passed", expires: Self.now + .seconds(86_400), at: Self.now)
                    }
                }
            }
            try await group.waitForAll()
        }
        for writer in 0..<2 {
            for number in stride(from: 0, to: count, by: 97) {
                #expect(try await first.get(Self.key(writer, number), at: Self.now)?.value == "passed")
            }
        }
        await first.close()
        await second.close()
        let queue = try DatabaseQueue(path: path)
        #expect(try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entries") } == 2 * count)
        #expect(try await queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }

    /// What is taken over is in the database itself, and who reads for a long time loses nothing by it.
    @Test func theDatabaseHasWhatWasTakenOver() async throws {
        let folder = try Folder()
        let path = folder.path + "/state.db"
        let state = try SQLiteState(path: path, .writing(makes: true), RedisProcess.patient)
        defer { Task { await state.close() } }
        let log = try StateLog(path, state.queue, on: state.line)
        let reader = try DatabaseQueue(path: path)
        for number in 0..<500 {
            try await state.put(Self.key(0, number), "passed", expires: Self.now + .seconds(60), at: Self.now)
        }
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        try reader.inDatabase { db in
            try db.inTransaction {
                #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM entries") == 500)
                try log.takeOver()
                #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM entries") == 500)
                return .commit
            }
        }
        try log.takeOver()
        let after = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        #expect(after > size && after > 500 * 40, "\(size) \(after)")
        log.close()
    }
}
