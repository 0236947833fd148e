import Policy
import State
import Testing
import Values

@testable import Screening

@Suite struct StateSettingsTests {
    @Test func defaultsLeaveThePlaceToTheProgram() {
        let state = ScreeningPolicy.builtIn(probes).state
        #expect(state == StateSettings() && state.source == nil && state.timeout == .milliseconds(250))
        #expect(state.whenAway == .skip && state.prefix == "assay:")
    }

    /// Paths are relative to the folder of the policy, the one of the password too.
    @Test(arguments: [
        ("state: memory", StateSource.memory), ("state: sqlite:state.db", .sqlite(path: "etc/state.db")),
        ("state: sqlite:/var/lib/state.db", .sqlite(path: "/var/lib/state.db")),
        ("state: {url: 'sqlite:a.db'}", .sqlite(path: "etc/a.db")),
        ("state: redis://host/2", .redis(server(database: 2))),
        ("state: 'redis://u:secret@host'", .redis(server(user: "u", file: "etc/secret"))),
        ("state: {url: 'redis://u:secret@host', user: w, password_file: /s}", .redis(server(user: "w", file: "/s"))),
        ("state: {}", nil), ("state:", nil),
    ])
    func placesAreRead(text: String, expected: StateSource?) throws {
        #expect(try policy("version: 1\n" + text, file: "etc/policy.yaml").state.source == expected)
    }

    private static func server(user: String? = nil, file: String? = nil, database: Int = 0) -> RedisServer {
        var server = RedisServer(.tcp(host: "host", port: 6379))
        (server.user, server.passwordFile, server.database) = (user, file, database)
        return server
    }

    @Test func everyKeyIsRead() throws {
        let state = try policy(
            """
            version: 1
            state:
              url: redis://host
              certificate_authority: ca.pem
              timeout: 100ms
              prefix: "a:"
              max_size: 1G
              max_entries: 5000
              when_away: memory
            """
        ).state
        #expect(state.certificateAuthority == "ca.pem" && state.timeout == .milliseconds(100) && state.prefix == "a:")
        #expect(state.sizeLimit == 1 << 30 && state.entryLimit == 5000 && state.whenAway == .memory)
    }

    @Test(arguments: [
        (
            "state: nowhere",
            "policy:2:8: expected memory, sqlite:PATH or redis://HOST:PORT/DATABASE, found 'nowhere'"
        ),
        ("state: [memory]", "policy:2:8: expected keys and values, found a list"),
        ("state: {user: a}", "policy:2:15: a login is for a Redis server, which 'url' does not name"),
        ("state: {when_away: wait}", "policy:2:20: expected one of skip, defer or memory, found 'wait'"),
        ("state: {timeout: 0s}", "policy:2:18: expected a duration from 10ms to 10s, found '0s'"),
        ("state: {prefix: 'a b'}", "policy:2:17: expected at most 64 visible characters, found 'a b'"),
        (
            "state: {path: x}",
            "policy:2:9: unknown key 'path' in 'state'; there is 'url', 'user', 'password_file', "
                + "'certificate_authority', 'timeout', 'prefix', 'max_size', 'max_entries', 'when_away'"
        ),
    ])
    func mistakesHaveTheirPlace(text: String, expected: String) {
        let (node, _) = PolicyDocument.parse("version: 1\n" + text, file: "policy")
        let (_, mistakes) = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: probes)
        #expect(mistakes.map(\.description) == [expected])
    }
}
