import State
import Testing
import Values

@Suite struct StateSourceTests {
    @Test(arguments: [
        ("memory", "memory"), ("sqlite:/var/lib/assayd/state.db", "sqlite:/var/lib/assayd/state.db"),
        ("sqlite:a b", "sqlite:a b"),
        ("redis://localhost", "redis://localhost:6379"), ("redis://192.0.2.1:7000/12", "redis://192.0.2.1:7000/12"),
        ("redis://[2001:db8::1]:7000/0", "redis://[2001:db8::1]:7000"),
        ("valkey://a_b.example/", "redis://a_b.example:6379"),
        ("rediss://user:/etc/secret@host:1/2", "rediss://host:1/2"), ("valkeys://:file@host", "rediss://host:6379"),
        ("unix:/run/redis.sock", "unix:/run/redis.sock"), ("file:a.ndjson", "file:a.ndjson"),
        ("file:-", "file:-"),
    ])
    func sourcesAreReadAndShownWithoutTheirLogin(text: String, shown: String) {
        #expect(StateSource(text)?.description == shown)
    }

    @Test(arguments: [
        "", "memory:", "sqlite:", "sqlite", "/var/lib/x", "redis:", "redis://", "redis://:6379", "redis://host:",
        "redis://host:0",
        "redis://host:65536", "redis://host:6379/x", "redis://host/1/2", "redis://user@host", "redis://user:@host",
        "redis://ho st", "redis://[192.0.2.1]", "redis://[::1", "redis://[::1]x", "redis://a:b:c", "http://host",
        "unix:redis.sock",
        "unix:/" + String(repeating: "x", count: 108), "sqlite:a\0b", "redis://host:+1", "redis://host/-1",
        "redis://host/123456",
    ]) func othersAreNone(text: String) { #expect(StateSource(text) == nil) }

    @Test func theLoginIsKept() throws {
        let server = try #require(RedisServer("redis://assay:/etc/a@b/secret@host"))
        #expect(
            server.user == "assay" && server.passwordFile == "/etc/a@b/secret"
                && server.place == .tcp(host: "host", port: 6379))
        let other = try #require(RedisServer("rediss://:secret@host/3"))
        #expect(other.user == nil && other.passwordFile == "secret" && other.database == 3 && other.usesTLS)
    }

    @Test(arguments: [["a"], ["a", "b|c", "%", ""], ["ä", "\n\0\u{7F}"], ["greylist", "contact", "<>", "x y"]])
    func keysAreReadBackFromTheirText(parts: [String]) {
        let key = StateKey(parts[0], parts: Array(parts.dropFirst()))
        #expect(StateKey(text: key.text) == key)
    }

    @Test(arguments: ["", "|a", "a|%", "a|%4", "a|%zz", "a|%41", "a|%7c", "a\n"]) func otherTextsAreNoKeys(text: String)
    {
        #expect(StateKey(text: text) == nil)
    }

    /// Memory that is full gives up what would expire first.
    @Test func memoryIsBounded() {
        let state = MemoryState(limit: 1000)
        let now = Timestamp(seconds: 1_714_557_600)
        for number in 0..<5000 {
            state.put(StateKey("x", String(number)), "v", expires: now + .seconds(100 + number), at: now)
        }
        #expect(state.count <= 1000 && state.takeForgotten() >= 4000 && state.takeForgotten() == 0)
        #expect(state.get(StateKey("x", "4999"), at: now) != nil && state.get(StateKey("x", "0"), at: now) == nil)
    }
}
