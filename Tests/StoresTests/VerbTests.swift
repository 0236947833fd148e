import Foundation
import State
import Testing
import Values

@testable import Stores

/// The same questions have the same answers on every backend.
@Suite struct VerbTests {
    /// A question to a store.
    enum Step: CustomStringConvertible {
        case get(StateKey)
        case insert(StateKey, String, Duration)
        case put(StateKey, String, Duration)
        case increment(StateKey, Int, Duration)
        case remove(StateKey)

        var description: String {
            switch self {
            case .get(let key): "get \(key)"
            case .insert(let key, let value, let life): "insert \(key) \(value.debugDescription) \(life)"
            case .put(let key, let value, let life): "put \(key) \(value.debugDescription) \(life)"
            case .increment(let key, let amount, let window): "increment \(key) \(amount) \(window)"
            case .remove(let key): "remove \(key)"
            }
        }

        /// What `store` answers, in words.
        func answer(of store: any StateStore, at now: Timestamp) async throws -> String {
            switch self {
            case .get(let key): return VerbTests.words(try await store.get(key, at: now))
            case .insert(let key, let value, let life):
                let (entry, inserted) = try await store.insertIfAbsent(key, value, expires: now + life, at: now)
                return "\(inserted ? "new" : "there") \(VerbTests.words(entry))"
            case .put(let key, let value, let life):
                try await store.put(key, value, expires: now + life, at: now)
                return "ok"
            case .increment(let key, let amount, let window):
                return String(try await store.increment(key, by: amount, window: window, at: now))
            case .remove(let key):
                try await store.remove(key, at: now)
                return "ok"
            }
        }
    }

    private static func words(_ entry: StateEntry?) -> String {
        entry.map { "\($0.value.debugDescription) \($0.created) \($0.expires)" } ?? "none"
    }

    private static let start = Timestamp(milliseconds: 1_714_557_600_123)
    private static let key = StateKey("greylist", "contact", "192.0.2.0/24", "<a@b.example>", "<c@d.example>")

    /// What each verb answers, and when an entry begins and ends.
    static let table: [(Int, Step, String)] = [
        (0, .get(key), "none"),
        (0, .insert(key, "waiting", .seconds(60)), "new \"waiting\" 2024-05-01T10:00:00.123Z 2024-05-01T10:01:00.123Z"),
        (
            59, .insert(key, "other", .seconds(90)),
            "there \"waiting\" 2024-05-01T10:00:00.123Z 2024-05-01T10:01:00.123Z"
        ),
        // An entry ends at its expiry, not after it; event time may go back to when it was there.
        (60, .get(key), "none"),
        (30, .get(key), "\"waiting\" 2024-05-01T10:00:00.123Z 2024-05-01T10:01:00.123Z"),
        (60, .insert(key, "again", .seconds(60)), "new \"again\" 2024-05-01T10:01:00.123Z 2024-05-01T10:02:00.123Z"),
        // `put` keeps the time of creation.
        (70, .put(key, "passed", .seconds(600)), "ok"),
        (71, .get(key), "\"passed\" 2024-05-01T10:01:00.123Z 2024-05-01T10:11:10.123Z"),
        (670, .put(key, "late", .seconds(10)), "ok"),
        (671, .get(key), "\"late\" 2024-05-01T10:11:10.123Z 2024-05-01T10:11:20.123Z"),
        // A window opens at its first increment and closes by the window of the last.
        (700, .increment(key, 1, .seconds(60)), "1"), (759, .increment(key, 2, .seconds(60)), "3"),
        (759, .get(key), "\"3\" 2024-05-01T10:11:40.123Z 2024-05-01T10:12:40.123Z"),
        (759, .increment(key, 0, .seconds(600)), "3"), (1299, .increment(key, -5, .seconds(600)), "-2"),
        (1300, .increment(key, 4, .seconds(60)), "4"),
        // What is no count counts as nothing.
        (1300, .put(key, "12 apples", .seconds(60)), "ok"), (1300, .increment(key, 1, .seconds(60)), "1"),
        (1300, .put(key, "+5", .seconds(60)), "ok"), (1300, .increment(key, 1, .seconds(60)), "1"),
        (1300, .put(key, "-", .seconds(60)), "ok"), (1300, .increment(key, 1, .seconds(60)), "1"),
        (1300, .put(key, "", .seconds(60)), "ok"), (1300, .increment(key, 1, .seconds(60)), "1"),
        (1300, .put(key, "0x10", .seconds(60)), "ok"), (1300, .increment(key, 1, .seconds(60)), "1"),
        (1300, .put(key, "00000000000000007", .seconds(60)), "ok"), (1300, .increment(key, 1, .seconds(60)), "1"),
        (1300, .put(key, "0000000000000007", .seconds(60)), "ok"), (1300, .increment(key, 1, .seconds(60)), "8"),
        // Counters stop where doubles are no longer exact.
        (1300, .put(key, "9007199254740990", .seconds(60)), "ok"),
        (1300, .increment(key, 1, .seconds(60)), "9007199254740991"),
        (1300, .increment(key, 1, .seconds(60)), "9007199254740991"),
        (1300, .put(key, "9007199254740992", .seconds(60)), "ok"), (1300, .increment(key, 1, .seconds(60)), "1"),
        (1300, .increment(key, .min, .seconds(60)), "-9007199254740990"),
        (1300, .increment(key, .max, .seconds(60)), "1"),
        (1300, .remove(key), "ok"), (1300, .get(key), "none"), (1300, .remove(key), "ok"),
        // An expiry that has passed already.
        (1300, .insert(key, "gone", .seconds(-5)), "new \"gone\" 2024-05-01T10:21:40.123Z 2024-05-01T10:21:35.123Z"),
        (1300, .get(key), "none"), (1290, .get(key), "\"gone\" 2024-05-01T10:21:40.123Z 2024-05-01T10:21:35.123Z"),
        // Ten years.
        (1301, .put(key, "long", .seconds(315_360_000)), "ok"),
        (1302, .get(key), "\"long\" 2024-05-01T10:21:41.123Z 2034-04-29T10:21:41.123Z"),
    ]

    /// The backends, each fresh.
    static func backends(_ folder: Folder, _ servers: [RedisProcess]) throws -> [(String, any StateInventory)] {
        let sqlite = try SQLiteState(
            path: folder.path + "/\(UUID().uuidString).db", .writing(makes: true), RedisProcess.patient)
        return [("memory", MemoryState()), ("SQLite", sqlite)] + (try servers.map { ("Redis", try $0.state()) })
    }

    /// One of each server that is installed.
    static func servers() async throws -> [RedisProcess] {
        var servers: [RedisProcess] = []
        for program in RedisProcess.programs { servers.append(try await RedisProcess(program)) }
        if servers.isEmpty { print("VerbTests: neither redis-server nor valkey-server is installed: left out") }
        return servers
    }

    @Test(.timeLimit(.minutes(10))) func everyBackendAnswersTheTable() async throws {
        let folder = try Folder()
        let servers = try await VerbTests.servers()
        defer { withExtendedLifetime(servers) {} }
        for (name, store) in try VerbTests.backends(folder, servers) {
            for (seconds, step, expected) in VerbTests.table {
                let answer = try await step.answer(of: store, at: VerbTests.start + .seconds(seconds))
                #expect(answer == expected, "\(name), second \(seconds): \(step)")
            }
            await store.close()
        }
    }

    /// Whatever is asked, in whatever order and however hostile the keys and values, all backends answer alike and hold
    /// the same at the end.
    @Test(.timeLimit(.minutes(10)), arguments: 1...6) func backendsAgree(seed: UInt64) async throws {
        let folder = try Folder()
        let servers = try await VerbTests.servers()
        defer { withExtendedLifetime(servers) {} }
        let backends = try VerbTests.backends(folder, servers)
        var dice = Dice(state: seed)
        let parts = [
            "a", "a|b", "%", "%7C", "", " ", "\n\r\0", "ä→\u{1F600}", "<a@b.example>",
            String(repeating: "x", count: 900), "*?[^]\\",
        ]
        let values = [
            "waiting", "", " ", "a b c", "\0", "1", "-7", "9007199254740991", "ü\r\n", "1 2 3",
            String(repeating: "v", count: 5000),
        ]
        var now = VerbTests.start
        var latest = now
        for _ in 0..<400 {
            now = now + .milliseconds(dice.next(200_000) - 60_000)
            latest = max(latest, now)
            let key = StateKey("s\(dice.next(2))", parts: (0..<dice.next(3)).map { _ in parts[dice.next(parts.count)] })
            let value = values[dice.next(values.count)]
            let life = Duration.milliseconds([1, 1000, 100_000, 10_000_000, -1000, 0][dice.next(6)])
            let step: Step =
                switch dice.next(6) {
                case 0: .get(key)
                case 1: .insert(key, value, life)
                case 2: .put(key, value, life)
                case 3: .remove(key)
                default: .increment(key, dice.next(7) - 3, max(life, .milliseconds(1)))
                }
            var answers: [String] = []
            for (_, store) in backends { answers.append(try await step.answer(of: store, at: now)) }
            #expect(Set(answers).count == 1, "\(now): \(step): \(answers)")
        }
        var contents: [[HeldEntry]] = []
        for (_, store) in backends {
            // Each backend removes what has expired when it suits it.
            contents.append(try await VerbTests.contents(of: store).filter { $0.entry.isLive(at: latest) })
            await store.close()
        }
        #expect(!contents[0].isEmpty && contents.allSatisfy { $0 == contents[0] })
    }

    /// All that is in a store.
    static func contents(of store: any StateInventory, under prefix: String = "") async throws -> [HeldEntry] {
        var all: [HeldEntry] = []
        try await store.entries(under: prefix) { batch in
            all += batch
            return true
        }
        return all
    }

    /// What is written as lines on one backend is the same, byte for byte, wherever it has been put back since.
    @Test(.timeLimit(.minutes(10))) func linesGoRound() async throws {
        let folder = try Folder()
        let servers = try await VerbTests.servers()
        defer { withExtendedLifetime(servers) {} }
        let backends = try VerbTests.backends(folder, servers)
        let source = MemoryState()
        for number in 0..<3000 {
            let key = StateKey(number % 3 == 0 ? "greylist" : "other", "n|%\n\(number)", "ä")
            source.put(
                key, "v \(number)", expires: VerbTests.start + .seconds(number),
                at: VerbTests.start - .milliseconds(number))
        }
        func lines(_ store: any StateInventory) async throws -> String {
            try await VerbTests.contents(of: store).map { StateLines.line($0).text + "\n" }.joined()
        }
        let first = try await lines(source)
        for (name, store) in backends {
            try await StateLines.read(Bytes(first), file: "lines") { try await store.restore($0) }
            #expect(try await lines(store) == first, "\(name)")
            let some = try await VerbTests.contents(of: store, under: "greylist|")
            #expect(some.count == 1000 && some.allSatisfy { $0.key.space == "greylist" }, "\(name)")
            try await store.remove(some.map(\.key))
            #expect(try await VerbTests.contents(of: store).count == 2000, "\(name)")
            var batches = 0
            try await store.entries(under: "") { _ in
                batches += 1
                return false
            }
            #expect(batches == 1, "\(name)")
            await store.close()
        }
    }

    /// Several at once, over connections of their own, count each increment once and insert each entry once.
    @Test(.timeLimit(.minutes(10))) func severalCountRight() async throws {
        let folder = try Folder()
        let servers = try await VerbTests.servers()
        defer { withExtendedLifetime(servers) {} }
        let path = folder.path + "/shared.db"
        var groups: [(String, [any StateInventory])] = [
            (
                "SQLite",
                try (0..<4).map { _ in try SQLiteState(path: path, .writing(makes: true), RedisProcess.patient) }
            )
        ]
        for server in servers {
            groups.append(("Redis", try (0..<4).map { _ in try server.state() }))
        }
        for (name, stores) in groups {
            let inserted = try await withThrowingTaskGroup(of: Int.self) { group in
                for store in stores {
                    for task in 0..<5 {
                        group.addTask {
                            var mine = 0
                            for number in 0..<40 {
                                _ = try await store.increment(
                                    VerbTests.key, by: 1, window: .seconds(60), at: VerbTests.start)
                                let key = StateKey("once", String(number))
                                let (_, isNew) = try await store.insertIfAbsent(
                                    key, String(task), expires: VerbTests.start + .seconds(60), at: VerbTests.start)
                                mine += isNew ? 1 : 0
                            }
                            return mine
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(inserted == 40, "\(name)")
            #expect(try await stores[0].get(VerbTests.key, at: VerbTests.start)?.value == "800", "\(name)")
            for store in stores { await store.close() }
        }
    }
}

/// Numbers that are the same in every run.
struct Dice {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
