import Logs
import Policy
import Screening
import State
import Testing
import Values

@testable import Stages

/// What stages remember of logs.
@Suite struct LearningTests {
    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    private func policy(_ stages: String) throws -> ScreeningPolicy {
        let (node, _) = PolicyDocument.parse(
            Bytes("version: 1\nlocal_domains: [company.example]\nstages: {\(stages)}\n"), file: "policy")
        let read = ScreeningPolicy.read([try #require(node)], catalogue: catalogue)
        return try #require(read.policy, "\(read.diagnostics)")
    }

    /// At any moment a login counts when there was one in the time before, whatever came after; as the plain rule says.
    @Test func loginsCountAsTheRuleSays() async throws {
        let client = try #require(IPAddress("192.0.2.1"))
        let start = try time("2024-05-01T00:00:00Z")
        let window = Duration.seconds(1800)
        // Times in minutes, close together and far apart, at the ends of spans and within.
        let logins = [3, 4, 29, 30, 31, 90, 119, 120, 200, 261].map { start + .seconds($0 * 60) }
        let (state, kept) = (MemoryState(), MailboxLogins(window: window))
        for login in logins { try await kept.note("ann", from: client, at: login, in: state) }
        for minute in 0..<400 {
            let now = start + .seconds(minute * 60 + 7)
            let expected = logins.contains { $0 <= now && now < $0 + window }
            let found = try await kept.last(from: client, in: state, at: now)
            #expect((found != nil) == expected, "at minute \(minute)")
        }
        #expect(try await kept.last(from: try #require(IPAddress("192.0.2.2")), in: state, at: start) == nil)
    }

    /// Of several people behind one address, the one counts who was there last at the time.
    @Test func loginsAreOfWhoLoggedIn() async throws {
        let client = try #require(IPAddress("192.0.2.1"))
        let start = try time("2024-05-01T10:00:00Z")
        let (state, kept) = (MemoryState(), MailboxLogins(window: .seconds(3600)))
        for (user, minutes) in [("alice", 0), ("bob", 25), ("bob", 30), ("alice", 50)] {
            try await kept.note(user, from: client, at: start + .seconds(minutes * 60), in: state)
        }
        for (minute, user, login) in [(1, "alice", 0), (26, "bob", 25), (49, "bob", 25), (55, "alice", 50)] {
            let found = try await kept.last(from: client, in: state, at: start + .seconds(minute * 60))
            #expect(found?.user == user && found?.time == start + .seconds(login * 60), "at minute \(minute)")
        }
    }

    @Test func recipientsOfUsersNeedNotWait() async throws {
        let lessons = LogLessons(try policy("greylist: {enabled: true}"), subjects: [.recipients])
        let at = try time("2024-05-01T10:00:00Z")
        let outside = try #require(IPAddress("192.0.2.9"))
        let lan = try #require(IPAddress("10.0.0.1"))
        let told: [(String, String, LogEvent.Origin, Bool)] = [
            ("Ann@company.example", "bob@far.example", .authenticated("ann"), true),
            ("ann@company.example", "tom@far.example", .local, true),
            ("ann@company.example", "kim@far.example", .client(lan), true),
            ("ann@company.example", "eve@far.example", .client(outside), false),
            ("ann@far.example", "bob@other.example", .authenticated("ann"), false),
            ("ann@company.example", "eva@company.example", .authenticated("ann"), false),
            ("<>", "bob@far.example", .local, false),
        ]
        for (from, to, origin, isLearned) in told {
            let state = MemoryState()
            let subject = try await lessons.learn(
                LogEvent(.delivered(from: from, to: to, origin: origin), at: at), in: state)
            #expect((subject == .recipients) == isLearned && state.count == (isLearned ? 1 : 0), "\(from) \(to)")
        }
        let state = MemoryState()
        _ = try await lessons.learn(
            LogEvent(.delivered(from: "Ann@company.example", to: "Bob@far.example", origin: .local), at: at), in: state)
        let key = StateKey("greylist", "correspondents", "<bob@far.example>", "<ann@company.example>")
        #expect(state.get(key, at: at)?.value == "wrote")
    }

    @Test func failuresAreCounted() async throws {
        let lessons = LogLessons(try policy(""), subjects: [.failures])
        let client = try #require(IPAddress("2001:db8::1"))
        let other = try #require(IPAddress("2001:db8::2"))
        let (state, at) = (MemoryState(), try time("2024-05-01T10:00:00Z"))
        for (client, count) in [(client, 1), (other, 3)] {
            _ = try await lessons.learn(
                LogEvent(.failure(user: "x", client: client, service: .imap, count: count), at: at), in: state)
        }
        _ = try await lessons.learn(LogEvent(.login(user: "x", client: client, service: .imap), at: at), in: state)
        #expect(state.get(StateKey("dynamic-screen", "auth-failure", "2001:db8::/64"), at: at)?.value == "4")
        #expect(state.count == 1)
    }

    /// As the stage counts: together with the client's network, within its window.
    @Test func failuresAreCountedAsThePolicySays() async throws {
        let lessons = LogLessons(
            try policy("dynamic-screen: {failed_authentications: 5, window: 1h, prefix_v4: 24}"), subjects: [.failures])
        let (state, at) = (MemoryState(), try time("2024-05-01T10:00:00Z"))
        for (text, minutes) in [("192.0.2.1", 0), ("192.0.2.77", 50), ("192.0.2.1", 59)] {
            let client = try #require(IPAddress(text))
            _ = try await lessons.learn(
                LogEvent(
                    .failure(user: "x", client: client, service: .imap, count: 1), at: at + .seconds(60 * minutes)),
                in: state)
        }
        let held = state.get(StateKey("dynamic-screen", "auth-failure", "192.0.2.0/24"), at: at + .seconds(3540))
        #expect(held?.value == "3" && held?.expires == at + .seconds(3600))
    }

    /// A clock that is ahead, or a line that lies, is no way to be let in for longer.
    @Test func eventsAreNotAheadOfTime() async throws {
        let lessons = LogLessons(try policy(""), subjects: [.logins])
        let client = try #require(IPAddress("192.0.2.1"))
        let (state, now) = (MemoryState(), try time("2024-05-01T10:00:00Z"))
        _ = try await lessons.learn(
            LogEvent(.login(user: "x", client: client, service: .pop), at: now + .seconds(86_000)), in: state,
            notAfter: now)
        let kept = MailboxLogins(window: .seconds(1800))
        #expect(try await kept.last(from: client, in: state, at: now)?.expires == now + .seconds(1800))
    }

    @Test(arguments: [
        ("dn: x\nmail: a@b.example\n", ["a@b.example"], []),
        ("mail: a@b\n .example\r\nMAIL;lang-de:: YUBjLmV4YW1wbGU=\r\n", ["a@b.example", "a@c.example"], []),
        ("# mail: a@b.example\n-\nmail:a@b.example", ["a@b.example"], []),
        ("proxyAddresses: SMTP:A@B.example\nproxyAddresses: sip:a@b.example\n", ["a@b.example"], []),
        ("mail: nobody\nmail:: !!\nmail:< file:///etc/passwd\nnonsense\n", [], [1, 2, 3, 4]),
        ("jpegPhoto:: \(String(repeating: "A", count: 9000))\nmail: a@b.example\n", ["a@b.example"], []),
    ])
    func exportsAreRead(_ text: String, _ addresses: [String], _ mistakes: [Int]) {
        let ldif = LDIFAddresses(Bytes(text), attributes: ["mail", "proxyAddresses"])
        #expect(ldif.addresses.map(\.text) == addresses && ldif.mistakes.map(\.line) == mistakes)
    }
}
