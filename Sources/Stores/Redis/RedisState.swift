import Foundation
import NIOCore
import State
import Synchronization
import Values

/// State on a Redis or Valkey server, which several agents share: one connection on which questions follow each other
/// without waiting, made anew whenever it is lost.
public final class RedisState: StateInventory {
    private enum Link {
        case none
        case opening(Task<Login, any Error>)
        case open(Login)
        case closed
    }

    /// A connection that is logged in, with the names under which the server knows the scripts.
    struct Login: Sendable {
        let connection: RedisConnection
        let scripts: [RedisScript: [UInt8]]
    }

    let server: RedisServer
    let prefix: [UInt8]
    private let name: String
    private let timeout: TimeAmount
    private let protect: @Sendable (any Channel) throws -> Void
    private let link = Mutex(Link.none)

    /// The longest that a server is asked to keep something: a hundred years.
    static let longest: Int64 = 36_525 * 86_400_000

    /// State on `server`; nothing is connected before something is asked. Throws where the settings cannot work.
    public init(_ server: RedisServer, _ settings: StateSettings) throws(StoreError) {
        (self.server, name, prefix) = (server, server.description, Array(settings.prefix.utf8))
        timeout = .milliseconds(settings.timeout.milliseconds)
        if let file = server.passwordFile { _ = try RedisState.password(in: file) }
        protect = try RedisTLS.protection(for: server, certificateAuthority: settings.certificateAuthority)
    }

    /// The password in the first line of a file.
    private static func password(in file: String) throws(StoreError) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw StoreError(
                .noSuchFile,
                "\(file): the file of the password of the state server cannot be read; check its name and its owner")
        }
        defer { try? handle.close() }
        let contents = (try? handle.read(upToCount: 4097)) ?? nil
        let line = Array(contents ?? Data()).prefix { $0 != .lf && $0 != .cr }
        guard !line.isEmpty, line.count <= 4096 else {
            throw StoreError(.badData, "\(file): its first line is no password")
        }
        return Array(line)
    }

    public func get(_ key: StateKey, at: Timestamp) async throws -> StateEntry? {
        let answer = try await ask([Array("GET".utf8), name(of: key)])
        guard let raw = try bulk(answer, key) else { return nil }
        let entry = try entry(raw, key)
        return entry.isLive(at: at) ? entry : nil
    }

    public func insertIfAbsent(
        _ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp
    ) async throws -> (entry: StateEntry, inserted: Bool) {
        let answer = try await run(
            .insertIfAbsent, key, [decimal(at), decimal(expires), Array(value.utf8), RedisState.keep(expires, at)])
        guard let raw = try bulk(answer, key) else {
            return (StateEntry(value: value, created: at, expires: expires), true)
        }
        return (try entry(raw, key), false)
    }

    public func put(_ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp) async throws {
        let answer = try await run(
            .put, key, [decimal(at), decimal(expires), Array(value.utf8), RedisState.keep(expires, at)])
        try check(answer, key)
    }

    public func increment(_ key: StateKey, by amount: Int, window: Duration, at: Timestamp) async throws -> Int {
        let amount = StateCount.clamped(amount)
        let slack = StateSlack.duration.milliseconds
        let answer = try await run(
            .increment, key,
            [
                decimal(at), Array(String(amount).utf8), Array(String(window.milliseconds).utf8),
                Array(String(slack).utf8),
            ])
        guard let text = try bulk(answer, key), let count = Int(text.lossyString) else { throw strange(key) }
        return count
    }

    public func remove(_ key: StateKey, at: Timestamp) async throws {
        try check(try await ask([Array("DEL".utf8), name(of: key)]), key)
    }

    public func close() async {
        let old = link.withLock { link in
            defer { link = .closed }
            return link
        }
        switch old {
        case .open(let login): login.connection.close()
        case .opening(let task): (try? await task.value)?.connection.close()
        case .none, .closed: break
        }
    }

    deinit {
        if case .open(let login) = link.withLock({ $0 }) { login.connection.close() }
    }
}

extension RedisState {
    /// The time by which a question that is asked now is to be answered.
    var deadline: NIODeadline { .now() + timeout }

    private func ask(_ command: [[UInt8]]) async throws -> RESPValue {
        let deadline = deadline
        let answers = try await login(by: deadline).connection.ask([command], by: deadline)
        return try answers.first ?? { throw StateError("\(name): no answer") }()
    }

    private func run(_ script: RedisScript, _ key: StateKey, _ arguments: [[UInt8]]) async throws -> RESPValue {
        let deadline = deadline
        let login = try await login(by: deadline)
        let rest = [[UInt8]("1".utf8), name(of: key)] + arguments
        if let digest = login.scripts[script] {
            let answer = try await login.connection.ask([[Array("EVALSHA".utf8), digest] + rest], by: deadline).first
            // Somebody has made the server forget its scripts.
            if case .error(let text)? = answer, text.hasPrefix("NOSCRIPT") {} else if let answer { return answer }
        }
        let words = [Array("EVAL".utf8), Array(script.text.utf8)] + rest
        guard let answer = try await login.connection.ask([words], by: deadline).first else {
            throw StateError("\(name): no answer")
        }
        return answer
    }

    /// The connection, made where there is none. Whoever asks meanwhile waits for the same one.
    func login(by deadline: NIODeadline) async throws -> Login {
        let task = try link.withLock { link -> Task<Login, any Error>? in
            switch link {
            case .open(let login) where login.connection.isOpen: return nil
            case .opening(let task): return task
            case .closed: throw StateError("\(name): closed")
            case .none, .open:
                let task = Task { try await self.connect(by: deadline) }
                link = .opening(task)
                return task
            }
        }
        guard let task else {
            if case .open(let login) = link.withLock({ $0 }) { return login }
            throw StateError("\(name): closed")
        }
        return try await task.value
    }

    private func connect(by deadline: NIODeadline) async throws -> Login {
        do {
            let connection = try await RedisConnection.open(server.place, name: name, by: deadline, protect: protect)
            do {
                let login = try await logIn(connection, by: deadline)
                let isKept = link.withLock { link in
                    guard case .opening = link else { return false }
                    link = .open(login)
                    return true
                }
                if !isKept { throw StateError("\(name): closed") }
                return login
            } catch {
                connection.close()
                throw error
            }
        } catch {
            link.withLock { link in
                if case .opening = link { link = .none }
            }
            throw error
        }
    }

    private func logIn(_ connection: RedisConnection, by deadline: NIODeadline) async throws -> Login {
        var commands: [[[UInt8]]] = []
        if let file = server.passwordFile {
            let password: [UInt8]
            do { password = try RedisState.password(in: file) } catch { throw StateError(error.description) }
            commands.append([Array("AUTH".utf8)] + [server.user.map { Array($0.utf8) }].compactMap(\.self) + [password])
        }
        if server.database != 0 { commands.append([Array("SELECT".utf8), Array(String(server.database).utf8)]) }
        let scripts = RedisScript.allCases
        let first = commands.count
        commands += scripts.map { [Array("SCRIPT".utf8), Array("LOAD".utf8), Array($0.text.utf8)] }
        let answers = try await connection.ask(commands, by: deadline)
        var digests: [RedisScript: [UInt8]] = [:]
        for (index, answer) in answers.enumerated() {
            if case .error(let text) = answer {
                throw StateError("\(name): \(index < first ? "login" : "scripts"): \(RedisState.shown(text))")
            }
            if index >= first, let digest = answer.text { digests[scripts[index - first]] = Array(digest.utf8) }
        }
        return Login(connection: connection, scripts: digests)
    }
}

extension RedisState {
    func name(of key: StateKey) -> [UInt8] { prefix + Array(key.text.utf8) }

    private func decimal(_ time: Timestamp) -> [UInt8] { Array(String(time.milliseconds).utf8) }

    /// How long the server keeps an entry: until after it has expired for stages, by whatever clock they go.
    static func keep(_ expires: Timestamp, _ at: Timestamp) -> [UInt8] {
        let life = max(1, expires.since(at).milliseconds)
        return Array(String(min(life, longest) + StateSlack.duration.milliseconds).utf8)
    }

    /// How an entry is kept.
    static func raw(_ entry: StateEntry) -> [UInt8] {
        Array("\(entry.created.milliseconds) \(entry.expires.milliseconds) \(entry.value)".utf8)
    }

    /// The entry that is kept as `raw`.
    static func entry(_ raw: Bytes) -> StateEntry? {
        let parts = raw.lossyString.utf8.split(separator: UInt8.space, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let created = Int64(String(Substring(parts[0]))),
            let expires = Int64(String(Substring(parts[1])))
        else { return nil }
        return StateEntry(
            value: String(Substring(parts[2])), created: Timestamp(milliseconds: created),
            expires: Timestamp(milliseconds: expires))
    }

    private func entry(_ raw: Bytes, _ key: StateKey) throws(StateError) -> StateEntry {
        guard let entry = RedisState.entry(raw) else { throw strange(key) }
        return entry
    }

    /// The string of an answer, nil for none.
    private func bulk(_ answer: RESPValue, _ key: StateKey) throws(StateError) -> Bytes? {
        switch answer {
        case .null: return nil
        case .bulk(let bytes): return bytes
        case .error(let text): throw failure(text, key)
        case .simple, .integer, .array, .other, .push: throw strange(key)
        }
    }

    func check(_ answer: RESPValue, _ key: StateKey) throws(StateError) {
        if case .error(let text) = answer { throw failure(text, key) }
    }

    private func strange(_ key: StateKey) -> StateError {
        StateError(
            "\(name): what is kept under \(key.text) is no entry, and stages that ask for it are not evaluated; "
                + "'assay state clear' with that key removes it; is the prefix used by others?", cause: .refused)
    }

    /// What an error of the server means: about the server as a whole, or about this question alone.
    private func failure(_ text: String, _ key: StateKey) -> StateError {
        if ["WRONGTYPE", "UNREADABLE"].contains(where: { text.hasPrefix($0) }) { return strange(key) }
        return StateError("\(name): \(RedisState.shown(text))")
    }

    /// Words of the server, as far as they are fit to show.
    private static func shown(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
