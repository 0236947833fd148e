import Foundation
import GRDB
import State
import Synchronization
import Testing
import Values

@testable import Stores

@Suite struct SQLiteTests {
    private static let now = Timestamp(seconds: 1_714_557_600)

    private func open(
        _ folder: Folder, _ settings: StateSettings = RedisProcess.patient,
        note: @escaping @Sendable (String) -> Void = { _ in }
    )
        throws -> SQLiteState
    {
        try SQLiteState(path: folder.path + "/state.db", .writing(makes: true), settings, note: note)
    }

    private func count(_ folder: Folder) throws -> Int {
        let queue = try DatabaseQueue(path: folder.path + "/state.db")
        return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entries") ?? 0 }
    }

    /// Keeps `thread` from running anything else.
    private func stall(_ thread: IdleThread, until isOver: DispatchSemaphore) {
        let isBegun = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            try? thread.run(patience: .seconds(600)) {
                isBegun.signal()
                isOver.wait()
            } hurry: {
            }
        }
        isBegun.wait()
    }

    @Test func theFileIsItsOwnersAlone() async throws {
        let folder = try Folder()
        let state = try open(folder)
        try await state.put(StateKey("a", "b"), "c", expires: Self.now + .seconds(60), at: Self.now)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let mode =
                try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        await state.close()
        let again = try open(folder)
        #expect(try await again.get(StateKey("a", "b"), at: Self.now)?.value == "c")
        await again.close()
    }

    /// Something else under the name is not touched, and what is missing is not made by who only reads.
    @Test func onlyStateIsOpened() throws {
        let folder = try Folder()
        let path = folder.path + "/x"
        #expect(throws: StoreError(.noSuchFile, "\(path): No such file or directory; check the name")) {
            try SQLiteState(path: path, .reading)
        }
        #expect(throws: StoreError.self) { try SQLiteState(path: path, .writing(makes: false)) }
        #expect(SQLiteState.obstacle(at: path) == nil && !FileManager.default.fileExists(atPath: path))
        #expect(SQLiteState.obstacle(at: folder.path + "/no/x")?.code == .noSuchFile)

        try "a letter to a friend, long enough to be no header of a database at all".write(
            toFile: path, atomically: true, encoding: .utf8)
        #expect { try SQLiteState(path: path, .writing(makes: true)) } throws: { ($0 as? StoreError)?.code == .badData }
        #expect(SQLiteState.obstacle(at: path)?.code == .badData)

        let other = folder.path + "/other.db"
        try DatabaseQueue(path: other).write { try $0.execute(sql: "CREATE TABLE letters (text TEXT)") }
        let before = try Data(contentsOf: URL(filePath: other))
        #expect { try SQLiteState(path: other, .writing(makes: true)) } throws: { "\($0)".contains("none of state") }
        #expect(try Data(contentsOf: URL(filePath: other)) == before)

        let newer = folder.path + "/newer.db"
        _ = try SQLiteState(path: newer, .writing(makes: true))
        try DatabaseQueue(path: newer).write { try $0.execute(sql: "PRAGMA user_version = 9") }
        #expect { try SQLiteState(path: newer, .reading) } throws: { "\($0)".contains("newer assay") }
    }

    /// What expired over an hour ago goes while others write, and the file shrinks; on a machine so busy that its thread for
    /// what is not urgent never runs, too.
    @Test(.timeLimit(.minutes(10)), arguments: [false, true]) func expiredEntriesGo(isBusy: Bool) async throws {
        let folder = try Folder()
        let state = try open(folder)
        let isOver = DispatchSemaphore(value: 0)
        defer { isOver.signal() }
        if isBusy { try stall(#require(state.upkeep).log.aside, until: isOver) }
        let filling = String(repeating: "x", count: 500)
        let old = (0..<20_000).map {
            HeldEntry(
                StateKey("old", String($0)),
                StateEntry(value: filling, created: Self.now, expires: Self.now + .seconds(60)))
        }
        try await state.restore(old)
        let later = Self.now + .seconds(60 + 3600)
        for number in 0..<600 {
            try await state.put(StateKey("new", String(number)), "v", expires: later + .seconds(60), at: later)
        }
        var left = 20_600
        for _ in 0..<3000 where left != 600 {
            try await Task.sleep(for: .milliseconds(10))
            left = try count(folder)
        }
        #expect(left == 600)
        // A step removes 50 entries at most.
        #expect(state.upkeepTimes.count >= 20_000 / 50)
        #expect(state.upkeepTimes.longest > .zero)
        var size = Int.max
        for number in 0..<3000 where size > 4 << 20 {
            try await Task.sleep(for: .milliseconds(10))
            // The log may have been read when the room was given back: the next round has it taken over whole.
            try await state.put(StateKey("new", String(number % 600)), "v", expires: later + .seconds(60), at: later)
            size = try FileManager.default.attributesOfItem(atPath: folder.path + "/state.db")[.size] as? Int ?? .max
        }
        #expect(size <= 4 << 20)
        await state.close()
    }

    /// A database that is full gives up what would expire first, and says so.
    @Test(.timeLimit(.minutes(10))) func aFullDatabaseForgets() async throws {
        let folder = try Folder()
        let notes = Mutex<[String]>([])
        var settings = RedisProcess.patient
        settings.sizeLimit = 1 << 20
        let state = try open(folder, settings) { note in notes.withLock { $0.append(note) } }
        let filling = String(repeating: "x", count: 500)
        for start in stride(from: 0, to: 12_000, by: 1000) {
            let entries = (start..<start + 1000).map {
                HeldEntry(
                    StateKey("a", String($0)),
                    StateEntry(value: filling, created: Self.now, expires: Self.now + .seconds(100_000 + $0)))
            }
            try await state.restore(entries)
        }
        try await state.restore([])
        var left = Int.max
        for _ in 0..<3000 {
            left = try count(folder)
            if left < 2000 { break }
            try await Task.sleep(for: .milliseconds(10))
            for number in 0..<20 {
                try await state.put(
                    StateKey("b", String(number)), "v", expires: Self.now + .seconds(200_000), at: Self.now)
            }
        }
        #expect((500..<2000).contains(left), "\(left)")
        // The last to expire are there.
        #expect(try await state.get(StateKey("a", "11999"), at: Self.now) != nil)
        #expect(try await state.get(StateKey("a", "0"), at: Self.now) == nil)
        await state.close()
        #expect(notes.withLock { $0.first?.contains("full at 1 MiB") } == true)
    }

    /// While another holds the database a question fails after its time, and nothing is wrong afterwards.
    @Test(.timeLimit(.minutes(10))) func aHeldDatabaseIsAway() async throws {
        let folder = try Folder()
        var settings = StateSettings()
        settings.timeout = .milliseconds(50)
        let state = try open(folder, settings)
        let key = StateKey("a", "b")
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: folder.path + "/state.db", configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        await #expect(throws: StateError.self) {
            try await state.increment(key, by: 1, window: .seconds(60), at: Self.now)
        }
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        var answer: Int?
        for _ in 0..<1000 where answer == nil {
            answer = try? await state.increment(key, by: 1, window: .seconds(60), at: Self.now)
        }
        #expect(answer != nil)
        await state.close()
        await #expect(throws: StateError.self) { try await state.get(key, at: Self.now) }
    }
}
