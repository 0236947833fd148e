import Foundation
import GRDB
import State
import Testing
import Values

@testable import Stores

@Suite struct StateLogTests {
    private static let now = Timestamp(seconds: 1_714_557_600)
    /// What a frame takes in the log: its head and a page.
    private static let frame = 24 + 4096

    /// A connection that takes nothing over by itself.
    private func connection(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(60)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { db in
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "CREATE TABLE IF NOT EXISTS letters (number INTEGER PRIMARY KEY, text BLOB)")
        }
        return queue
    }

    private func write(_ number: Int, _ queue: DatabaseQueue) throws {
        try queue.writeWithoutTransaction {
            try $0.execute(sql: "INSERT INTO letters VALUES (?, zeroblob(3000))", arguments: [number])
        }
    }

    /// Frames in the log, and how many of them are taken over.
    private func takeOver(_ queue: DatabaseQueue) throws -> [Int] {
        try queue.writeWithoutTransaction { db in
            let row = try #require(try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(PASSIVE)"))
            return [row[1], row[2]]
        }
    }

    private func size(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    }

    /// What tells one log from the one before it in the same file (the salts of its head).
    private func name(ofLogOf path: String) throws -> Data {
        let head = try #require(try FileHandle(forReadingAtPath: path + "-wal")?.read(upToCount: 32))
        return head[16..<24]
    }

    private func begin(_ reader: DatabaseQueue) throws {
        try reader.writeWithoutTransaction { db in
            try db.execute(sql: "BEGIN")
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM letters")
        }
    }

    private func end(_ reader: DatabaseQueue) throws { try reader.writeWithoutTransaction { try $0.rollback() } }

    /// What the log's safety rests on: as long as somebody reads who has a mark in the log, nobody begins it anew.
    @Test func aLogThatIsReadIsNotBegunAnew() throws {
        let folder = try Folder()
        let path = folder.path + "/letters.db"
        let (writer, reader, copier) = (try connection(path), try connection(path), try connection(path))
        try write(1, writer)
        let first = try name(ofLogOf: path)
        try begin(reader)
        let whole = try takeOver(copier)
        #expect(whole[0] > 0 && whole[0] == whole[1], "the reader has seen all of it, and it is taken over whole")
        try write(2, writer)
        #expect(try name(ofLogOf: path) == first)
        try end(reader)
        _ = try takeOver(copier)
        try write(3, writer)
        #expect(try name(ofLogOf: path) != first, "with nobody reading it is begun anew")
    }

    /// And as long as somebody reads who has none, since all was taken over before, a checkpoint does nothing.
    @Test func aCheckpointDoesNothingBesideWhoReadsTheDatabaseAlone() throws {
        let folder = try Folder()
        let path = folder.path + "/letters.db"
        let (writer, reader, copier) = (try connection(path), try connection(path), try connection(path))
        try write(1, writer)
        _ = try takeOver(copier)
        let first = try name(ofLogOf: path)
        try begin(reader)
        try write(2, writer)
        #expect(try name(ofLogOf: path) != first, "such a reader does not keep it from being begun anew")
        let before = try Data(contentsOf: URL(filePath: path))
        let held = try takeOver(copier)
        #expect(held[0] > 0 && held[1] == 0)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        try end(reader)
        let free = try takeOver(copier)
        #expect(free[0] > 0 && free[0] == free[1])
    }

    /// However much is written, the log's file stays small.
    @Test func theLogBeginsAnew() throws {
        let folder = try Folder()
        let path = folder.path + "/letters.db"
        let writer = try connection(path)
        let log = try StateLog(path, writer, longest: 64)
        for number in 0..<2000 {
            try write(number, writer)
            if number % 16 == 15 { try log.takeOver() }
        }
        // A write is a page or two, and sixteen come between two looks.
        let longest = (64 + 16 * 3) * Self.frame
        #expect(try size(path + "-wal") <= longest)
        #expect(try writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM letters") } == 2000)
        log.close()
    }

    /// Somebody who reads for long keeps the log from being begun anew and nobody from writing; once he is done it is.
    @Test func aLongReaderHoldsNobodyUp() throws {
        let folder = try Folder()
        let path = folder.path + "/letters.db"
        let (writer, reader) = (try connection(path), try connection(path))
        let log = try StateLog(path, writer, longest: 64)
        try write(0, writer)
        try begin(reader)
        for number in 1..<500 {
            try write(number, writer)
            if number % 16 == 15 { try log.takeOver() }
        }
        let first = try name(ofLogOf: path)
        #expect(try size(path + "-wal") > 499 * Self.frame)
        #expect(try reader.writeWithoutTransaction { try Int.fetchOne($0, sql: "SELECT count(*) FROM letters") } == 1)
        try end(reader)
        try log.takeOver()
        try write(500, writer)
        #expect(try name(ofLogOf: path) != first)
        #expect(try writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM letters") } == 501)
        log.close()
    }

    /// Several that write one after another without a pause: the log begins anew again and again all the same, and nothing
    /// that was answered is lost.
    @Test(.timeLimit(.minutes(10))) func theLogBeginsAnewBesideWritersThatNeverPause() async throws {
        let folder = try Folder()
        let path = folder.path + "/state.db"
        let state = try SQLiteState(path: path, .writing(makes: true), RedisProcess.patient)
        let log = try StateLog(path, state.queue, longest: 8)
        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<4 {
                group.addTask {
                    var count = 0
                    while !Task.isCancelled {
                        let key = StateKey("greylist", "\(task).\(count)")
                        try await state.put(key, "v", expires: Self.now + .seconds(60), at: Self.now)
                        count += 1
                    }
                    return count
                }
            }
            var names: Set<Data> = []
            while names.count < 50 {
                try log.takeOver()
                names.insert(try name(ofLogOf: path))
                await Task.yield()
            }
            group.cancelAll()
            return try await group.reduce(0, +)
        }
        log.close()
        await state.close()
        let database = try DatabaseQueue(path: path)
        #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entries") } == written)
        #expect(try await database.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }

    /// Two that keep state in one file, and two logs that are taken over all the time: nothing that was answered is lost.
    @Test(.timeLimit(.minutes(10))) func severalTakeTheLogOver() async throws {
        let folder = try Folder()
        let path = folder.path + "/state.db"
        let states = try (0..<2).map { _ in
            try SQLiteState(path: path, .writing(makes: true), RedisProcess.patient)
        }
        try await withThrowingTaskGroup { group in
            for (number, state) in states.enumerated() {
                let log = try StateLog(path, state.queue, longest: 48)
                for task in 0..<2 {
                    group.addTask {
                        for entry in 0..<1500 {
                            let key = StateKey("greylist", "\(number).\(task).\(entry)")
                            try await state.put(key, "v", expires: Self.now + .seconds(60), at: Self.now)
                            // The other may be at it, or hold back those who write.
                            if entry % 8 == 0 { try? log.takeOver() }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        for state in states { await state.close() }
        let database = try DatabaseQueue(path: path)
        let found = try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entries") }
        #expect(found == 6000)
        #expect(try await database.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }
}
