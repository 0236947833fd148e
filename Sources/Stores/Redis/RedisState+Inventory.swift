import NIOCore
import State
import Values

extension RedisState {
    /// A listing or a change of many entries is no stage's: it may take its time.
    private static let patience = TimeAmount.seconds(60)

    public func entries(under prefix: String, _ body: ([HeldEntry]) async throws -> Bool) async throws {
        // The server gives keys in no order, and some of them twice.
        var names: Set<StateKey> = []
        var cursor = "0"
        let pattern = RedisState.literally(self.prefix + Array(prefix.utf8)) + [.ascii("*")]
        repeat {
            let answer = try await askPatiently([
                ["SCAN".utf8Array, cursor.utf8Array, "MATCH".utf8Array, pattern, "COUNT".utf8Array, "1000".utf8Array]
            ])
            guard case .array(let parts)? = answer.first, parts.count == 2, let next = parts[0].text,
                case .array(let keys) = parts[1]
            else { throw StateError("\(server): SCAN was not answered: \(answer.first?.text ?? "")") }
            cursor = next
            for case .bulk(let name) in keys where name.count > self.prefix.count {
                if let key = StateKey(text: name[self.prefix.count..<name.count].lossyString) { names.insert(key) }
            }
        } while cursor != "0"
        let sorted = names.map { (key: $0, text: $0.text) }.sorted {
            $0.text.utf8.lexicographicallyPrecedes($1.text.utf8)
        }
        var rest = sorted[...]
        while !rest.isEmpty {
            let part = rest.prefix(1000)
            rest = rest.dropFirst(1000)
            let answer = try await askPatiently([["MGET".utf8Array] + part.map { name(of: $0.key) }])
            guard case .array(let values)? = answer.first, values.count == part.count else {
                throw StateError("\(server): MGET was not answered")
            }
            let batch = zip(part, values).compactMap { item, value -> HeldEntry? in
                guard case .bulk(let raw) = value, let entry = RedisState.entry(raw) else { return nil }
                return HeldEntry(item.key, entry)
            }
            if !batch.isEmpty, try await !body(batch) { return }
        }
    }

    public func restore(_ entries: [HeldEntry]) async throws {
        try await changing(entries) { held in
            [
                "SET".utf8Array, name(of: held.key), RedisState.raw(held.entry), "PX".utf8Array,
                RedisState.keep(held.entry.expires, held.entry.created),
            ]
        }
    }

    public func remove(_ keys: [StateKey]) async throws {
        try await changing(keys) { ["DEL".utf8Array, name(of: $0)] }
    }

    private func changing<Item>(_ items: [Item], _ command: (Item) -> [[UInt8]]) async throws {
        var rest = items[...]
        while !rest.isEmpty {
            let part = rest.prefix(1000)
            rest = rest.dropFirst(1000)
            for answer in try await askPatiently(part.map(command)) {
                if case .error(let text) = answer { throw StateError("\(server): \(text)") }
            }
        }
    }

    private func askPatiently(_ commands: [[[UInt8]]]) async throws -> [RESPValue] {
        // The connection itself has to be there as soon as for anybody.
        let login = try await login(by: deadline)
        return try await login.connection.ask(commands, by: .now() + RedisState.patience)
    }

    /// A pattern that only these bytes match.
    private static func literally(_ bytes: [UInt8]) -> [UInt8] {
        var pattern: [UInt8] = []
        for byte in bytes {
            if [UInt8.ascii("*"), .ascii("?"), .ascii("["), .ascii("]"), .backslash, .ascii("^")].contains(byte) {
                pattern.append(.backslash)
            }
            pattern.append(byte)
        }
        return pattern
    }
}
