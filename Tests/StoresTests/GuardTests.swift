import Foundation
import State
import Synchronization
import TestServers
import Testing
import Values

@testable import Stores

/// A store that goes away, and what stands in for it: a real server that is killed, held up and started again.
@Suite(.serialized, .enabled(if: RedisProcess.isInstalled, "neither redis-server nor valkey-server is installed"))
struct GuardTests {
    private static let now = Timestamp(seconds: 1_714_557_600)
    private static let later = now + .seconds(600)
    private let key = StateKey("greylist", "host", "192.0.2.0/24")

    /// What was told, and the time that pauses go by.
    private final class Watch: Sendable {
        let notes = Mutex<[String]>([])
        let clock = Mutex(ContinuousClock.now)

        func tell(_ note: String) { notes.withLock { $0.append(note) } }
        func pass(_ time: Duration) { clock.withLock { $0 = $0 + time } }
        var told: [String] { notes.withLock { $0 } }
    }

    private func guarded(
        _ server: RedisProcess, _ whenAway: StateSettings.WhenAway, _ watch: Watch, timeout: Duration = .seconds(60)
    ) throws -> GuardedState {
        var settings = StateSettings()
        (settings.timeout, settings.whenAway) = (timeout, whenAway)
        return GuardedState(
            try server.state(0, settings), name: "redis", settings, now: { watch.clock.withLock { $0 } },
            note: { watch.tell($0) })
    }

    @Test(.timeLimit(.minutes(10)), arguments: [StateSettings.WhenAway.skip, .defer])
    func nobodyAsksAStoreThatIsAway(_ whenAway: StateSettings.WhenAway) async throws {
        let server = try await RedisProcess()
        let watch = Watch()
        let state = try guarded(server, whenAway, watch)
        #expect(try await state.increment(key, by: 1, window: .seconds(60), at: Self.now) == 1)
        server.end()
        for _ in 0..<3 {
            await #expect(throws: StateError.self) { try await state.get(key, at: Self.now) }
        }
        try await server.start()
        // The pause is not over: it is still taken to be away.
        await #expect(throws: StateError.self) { try await state.get(key, at: Self.now) }
        watch.pass(.milliseconds(150))
        #expect(try await state.get(key, at: Self.now) == nil)
        #expect(try await state.increment(key, by: 1, window: .seconds(60), at: Self.now) == 1)
        #expect(watch.told.count == 2, "\(watch.told)")
        #expect(
            watch.told.last?.contains("is back after 0.15 s; 4 questions had no answer of it") == true, "\(watch.told)")
    }

    @Test(.timeLimit(.minutes(10))) func memoryStandsInAndIsHandedOver() async throws {
        let server = try await RedisProcess()
        let watch = Watch()
        let state = try guarded(server, .memory, watch)
        try await state.put(StateKey("x", "before"), "there", expires: Self.later, at: Self.now)
        server.end()
        let (entry, isNew) = try await state.insertIfAbsent(key, "waiting", expires: Self.later, at: Self.now)
        #expect(isNew)
        #expect(try await state.get(StateKey("x", "before"), at: Self.now) == nil)
        #expect(
            try await state.insertIfAbsent(key, "b", expires: Self.later, at: Self.now + .seconds(1)).entry == entry)
        try await server.start()
        watch.pass(.seconds(1))
        // The question that finds out is answered by the store; what memory had follows.
        _ = try await state.get(StateKey("x", "y"), at: Self.now)
        var found: StateEntry?
        for _ in 0..<1000 where found == nil {
            found = try await server.state().get(key, at: Self.now)
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(found == entry)
        #expect(try await state.get(key, at: Self.now) == entry)
    }

    /// A server that holds its tongue costs one time-out, and then nobody asks it.
    @Test(.timeLimit(.minutes(10))) func aHungServerIsAway() async throws {
        let server = try await RedisProcess()
        let watch = Watch()
        let state = try guarded(server, .skip, watch, timeout: .milliseconds(250))
        var isWarm = false
        for _ in 0..<100 where !isWarm {
            isWarm = (try? await state.get(key, at: Self.now)) != nil || watch.told.isEmpty
            watch.pass(.seconds(10))
        }
        server.signal(SIGSTOP)
        for _ in 0..<200 {
            await #expect(throws: StateError.self) { try await state.get(key, at: Self.now) }
        }
        #expect(watch.told.last?.contains("in time") == true, "\(watch.told)")
        server.signal(SIGCONT)
        var answered = false
        for _ in 0..<100 where !answered {
            watch.pass(.seconds(10))
            answered = (try? await state.increment(key, by: 1, window: .seconds(60), at: Self.now)) != nil
        }
        #expect(answered, "\(watch.told)")
    }

    /// A key that holds something else is a refusal: it tells nothing of the server.
    @Test(.timeLimit(.minutes(10))) func aStrangeKeyIsNoAbsence() async throws {
        let server = try await RedisProcess()
        let watch = Watch()
        let state = try guarded(server, .memory, watch)
        var settings = RedisProcess.patient
        settings.prefix = ""
        let raw = try server.state(0, settings)
        let deadline = raw.deadline
        let connection = try await raw.login(by: deadline).connection
        for command in [["SET", "assay:x|text", "no entry"], ["LPUSH", "assay:x|list", "a"]] {
            _ = try await connection.ask([command.map { Array($0.utf8) }], by: deadline)
        }
        for name in ["text", "list"] {
            let key = StateKey("x", name)
            await #expect(throws: StateError.self) { try await state.get(key, at: Self.now) }
            await #expect(throws: StateError.self) {
                try await state.insertIfAbsent(key, "a", expires: Self.later, at: Self.now)
            }
            await #expect(throws: StateError.self) { try await state.put(key, "a", expires: Self.later, at: Self.now) }
            await #expect(throws: StateError.self) {
                try await state.increment(key, by: 1, window: .seconds(1), at: Self.now)
            }
        }
        // That is told once for a while.
        #expect(watch.told.count == 1 && watch.told[0].contains("x|text is no entry"), "\(watch.told)")
        #expect(try await state.increment(key, by: 1, window: .seconds(60), at: Self.now) == 1)
        // They are in no listing either.
        #expect(try await VerbTests.contents(of: server.state()).map(\.key) == [key])
    }

    /// A server that forgets its scripts is told them again; one that wants a password gets it.
    @Test(.timeLimit(.minutes(10))) func scriptsAndPasswords() async throws {
        let folder = try Folder()
        let server = try await RedisProcess(nil, ["--requirepass", "open sesame"])
        try "open sesame\nmore\n".write(toFile: folder.path + "/password", atomically: true, encoding: .utf8)
        var place = try #require(RedisServer("redis://:x@127.0.0.1:\(server.port)/5"))
        place.passwordFile = folder.path + "/password"
        let state = try RedisState(place, RedisProcess.patient)
        #expect(try await state.increment(key, by: 1, window: .seconds(60), at: Self.now) == 1)
        let deadline = state.deadline
        _ = try await state.login(by: deadline).connection.ask(
            [["SCRIPT", "FLUSH"].map { Array($0.utf8) }], by: deadline)
        #expect(try await state.increment(key, by: 1, window: .seconds(60), at: Self.now) == 2)
        #expect(try await VerbTests.contents(of: state).count == 1)

        let none = try server.state()
        await #expect(throws: StateError.self) { try await none.get(key, at: Self.now) }
        try "wrong".write(toFile: folder.path + "/password", atomically: true, encoding: .utf8)
        let wrong = try RedisState(place, RedisProcess.patient)
        await #expect {
            try await wrong.get(key, at: Self.now)
        } throws: { "\($0)".contains("WRONGPASS") && !"\($0)".contains("wrong") }
        place.passwordFile = folder.path + "/no such file"
        #expect(throws: StoreError.self) { try RedisState(place, RedisProcess.patient) }
    }

    /// Over a Unix socket, and with a user of its own.
    @Test(.timeLimit(.minutes(10))) func socketsAndUsers() async throws {
        let folder = try Folder()
        let socket = "/tmp/assay-\(UUID().uuidString.prefix(8)).sock"
        let server = try await RedisProcess(
            nil, ["--unixsocket", socket, "--user", "assay", "on", ">secret", "~assay:*", "+@all"])
        defer { try? FileManager.default.removeItem(atPath: socket) }
        try "secret".write(toFile: folder.path + "/password", atomically: true, encoding: .utf8)
        var place = try #require(RedisServer("unix:" + socket))
        (place.user, place.passwordFile) = ("assay", folder.path + "/password")
        let state = try RedisState(place, RedisProcess.patient)
        #expect(try await state.increment(key, by: 1, window: .seconds(60), at: Self.now) == 1)
        #expect(try await server.state().get(key, at: Self.now)?.value == "1")
    }

    /// TLS with a certificate for the address, and none with one that nobody vouches for.
    @Test(.timeLimit(.minutes(10)), .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
    func serversMayBeProtected() async throws {
        let folder = try Folder()
        let made = Process()
        made.executableURL = URL(filePath: "/usr/bin/openssl")
        made.arguments =
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=state -keyout key.pem -out cert.pem"
            .split(separator: " ").map(String.init) + ["-addext", "subjectAltName=IP:127.0.0.1"]
        made.currentDirectoryURL = URL(filePath: folder.path)
        made.standardError = FileHandle.nullDevice
        try made.run()
        made.waitUntilExit()
        try #require(made.terminationStatus == 0)
        let secure = try LoopbackPort.free().number
        let server = try await RedisProcess(
            nil,
            [
                "--tls-port", String(secure), "--tls-cert-file", folder.path + "/cert.pem", "--tls-key-file",
                folder.path + "/key.pem", "--tls-auth-clients", "no",
            ])
        defer { withExtendedLifetime(server) {} }
        let place = try #require(RedisServer("rediss://127.0.0.1:\(secure)"))
        var settings = RedisProcess.patient
        settings.certificateAuthority = folder.path + "/cert.pem"
        let state = try RedisState(place, settings)
        #expect(try await state.increment(key, by: 1, window: .seconds(60), at: Self.now) == 1)
        #expect(try await server.state().get(key, at: Self.now)?.value == "1")
        let stranger = try RedisState(place, RedisProcess.patient)
        await #expect {
            try await stranger.get(key, at: Self.now)
        } throws: { "\($0)".contains("CERTIFICATE_VERIFY_FAILED") }
        settings.certificateAuthority = folder.path + "/key.pem"
        #expect(throws: StoreError.self) { try RedisState(place, settings) }
    }
}
