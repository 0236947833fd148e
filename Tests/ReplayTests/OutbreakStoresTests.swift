import Foundation
import Glibc
import State
import Stores
import Testing
import Values

/// Waves over real stores: what two agents each see a part of counts together, and gives what memory gives.
@Suite(.serialized) struct OutbreakStoresTests {
    /// The stores of two agents: every other question is asked by the other one.
    private final class TwoAgents: StateStore {
        private let stores: [any StateStore]
        private let count = Counter()

        init(_ stores: [any StateStore]) { self.stores = stores }

        private actor Counter {
            private var value = 0
            func next() -> Int {
                value += 1
                return value
            }
        }

        private var next: any StateStore { get async { stores[await count.next() % stores.count] } }

        func get(_ key: StateKey, at now: Timestamp) async throws -> StateEntry? {
            try await next.get(key, at: now)
        }

        func insertIfAbsent(
            _ key: StateKey, _ value: String, expires: Timestamp, at now: Timestamp
        ) async throws -> (entry: StateEntry, inserted: Bool) {
            try await next.insertIfAbsent(key, value, expires: expires, at: now)
        }

        func put(_ key: StateKey, _ value: String, expires: Timestamp, at now: Timestamp) async throws {
            try await next.put(key, value, expires: expires, at: now)
        }

        func increment(_ key: StateKey, by amount: Int, window: Duration, at now: Timestamp) async throws -> Int {
            try await next.increment(key, by: amount, window: window, at: now)
        }

        func remove(_ key: StateKey, at now: Timestamp) async throws { try await next.remove(key, at: now) }
    }

    /// A wave among the fixtures, and among the wanted mail of a corpus where the corpora are there: the smallest, as each
    /// message is a dozen questions to a server.
    private func prove(_ name: String, _ state: any StateStore) async throws {
        let waves = OutbreakWaveTests()
        var archives = ["inbound.mbox", "maildir", "single", "older.mbox.zst"].map { Fixture.archive + $0 }
        if Place.hasCorpora { archives.append("\(Place.shared)/corpora/csdmc2010/ham.mbox.zst") }
        let text = ("wave", OutbreakWaveTests.ownText)
        let begin = Date(timeIntervalSince1970: 1_713_938_400)
        let (result, firsts) = try await waves.mix(
            [text], at: begin, substitutions: 10, into: archives, state: state)
        let (inMemory, expected) = try await waves.mix([text], at: begin, substitutions: 10, into: archives)
        let alarms = result.caught.filter { !$0.source.contains("wave-") }
        let first = try #require(firsts.first?.copy, "no copy was caught")
        print(
            "outbreak: \(name), two agents: caught at copy \(first), \(firsts[0].of) of 20; false alarms: "
                + "\(alarms.count) of \(result.messages - 20)")
        #expect(first <= 10)
        #expect(alarms.isEmpty)
        #expect(result.caught.count == inMemory.caught.count && first == expected.first?.copy, "memory gives the same")
    }

    @Test(.enabled(if: RedisProgram.path != nil, "there is no redis-server")) func overOneRedis() async throws {
        let redis = try await RedisProgram()
        defer { redis.end() }
        let server = try #require(RedisServer("unix:\(redis.socket)"))
        var settings = StateSettings()
        settings.timeout = .seconds(60)
        try await prove("Redis", TwoAgents([try RedisState(server, settings), try RedisState(server, settings)]))
    }

    @Test func overOneFile() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/state.db"
        var settings = StateSettings()
        settings.timeout = .seconds(60)
        let one = try SQLiteState(path: path, .writing(makes: true), settings)
        let other = try SQLiteState(path: path, .writing(makes: false), settings)
        try await prove("SQLite", TwoAgents([one, other]))
    }
}

/// A real Redis server on a socket in a folder of its own.
private final class RedisProgram {
    static let path = ["/usr/bin/redis-server", "/usr/bin/valkey-server"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let socket: String
    private let folder = try? TemporaryFolder()
    private let process = Process()

    init() async throws {
        socket = try #require(folder).path + "/redis.sock"
        process.executableURL = URL(fileURLWithPath: try #require(RedisProgram.path))
        process.arguments = ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<400 where !FileManager.default.fileExists(atPath: socket) {
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Ends the server; whoever runs tests may hold back signals that ask.
    func end() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
}
