import Policy
import Screening
import Stages
import State
import Testing
import Values

@testable import Tuning

@Suite struct SimulatorTests {
    private static let noon = Timestamp(seconds: 1_714_564_800)

    private static func policy(_ stages: String) throws -> ScreeningPolicy {
        let text = "version: 1\nlocal_domains: [local.example]\nstages:\n\(stages)\n"
        let (node, _) = PolicyDocument.parse(Bytes(text), file: "policy")
        let read = ScreeningPolicy.read([try #require(node)], catalogue: catalogue)
        return try #require(read.policy, "\(read.diagnostics)")
    }

    private static func session(
        _ name: String, _ client: String, at seconds: Int, _ kinds: [SessionHistory.Kind], every gap: Int = 1
    ) -> SessionHistory {
        var history = SessionHistory(source: name)
        history.client = IPAddress(client)
        for (place, kind) in ([.connect] + kinds + [.closed]).enumerated() {
            history.events.append(SessionHistory.Event(noon + .seconds(seconds + place * gap), kind))
        }
        return history
    }

    private static func tally(
        _ stages: String, _ histories: [SessionHistory], state: MemoryState = MemoryState()
    ) async throws -> SimulationTally {
        let policy = try policy(stages)
        var simulator = Simulator(policy: policy, state: state)
        var tally = SimulationTally(policy.site)
        for history in histories { await simulator.run(history) { tally.add($0) } }
        await simulator.finish { tally.add($0) }
        return tally
    }

    @Test func aHistoryIsItsText() {
        var history = Self.session(
            "a\tb\\c\nd#1", "2001:db8::1", at: 0,
            [
                .helo(nil), .helo(""), .auth(mechanism: "PLAIN", identity: "ann", succeeded: false),
                .auth(mechanism: "PLAIN", identity: "ann", succeeded: false, isRepeated: true),
                .auth(mechanism: "X", identity: nil, succeeded: true), .mail("<>"), .mail(nil),
                .rcpt("<a\tb@c.example>"),
                .message(octets: 1234), .reset, .protocolError, .unknownRecipient, .spokeEarly(.helo),
            ])
        history.label = "spam"
        history.listener = IPAddress("192.0.2.25")
        history.listenerPort = 587
        history.events[1].symbols = ["SPF_PASS", "OTHER"]
        history.events[2].grants = [
            .exempt(stages: ["greylist", "tarpit"], reason: "exempt then"),
            .countAs(.trusted, because: StageReport.Omission("exempt then")),
        ]
        #expect(SessionHistory(text: history.text) == history)
        for text in ["", "a", "a\t\t\t\nx\tconnect\t\t", "a\t\t\t\n1\tnothing\t\t", "a\t\t\t\n1\tmessage\tx\t\t"] {
            #expect(SessionHistory(text: text) == nil)
        }
    }

    /// Sessions that were open at the same time are so again; those that came one after another are not.
    @Test func sessionsRunBesideOneAnother() async throws {
        let rule = "  dynamic-screen: {simultaneous: 3}"
        let beside = (0..<3).map { Self.session("b\($0)", "192.0.2.1", at: $0, [.helo("x")], every: 10) }
        #expect(try await Self.tally(rule, beside).banCounts.map(\.reason) == ["3 connections at a time"])
        let after = (0..<9).map { Self.session("a\($0)", "192.0.2.1", at: $0 * 60, [.helo("x")]) }
        #expect(try await Self.tally(rule, after).banCounts.isEmpty)
    }

    @Test func aRetryIsKnownByItsContact() async throws {
        func mail(_ name: String, at seconds: Int) -> SessionHistory {
            Self.session(
                name, "192.0.2.1", at: seconds,
                [.helo("x"), .mail("<ann@p.example>"), .rcpt("<eva@local.example>"), .message(octets: 10)])
        }
        var histories = [mail("first", at: 0), mail("early", at: 60), mail("again", at: 1200)]
        for place in histories.indices { histories[place].label = "ham" }
        let tally = try await Self.tally("  greylist: {delay: 5m}", histories)
        #expect(tally.greylisted.retried.wanted == 1 && tally.greylisted.unknown.all == 0)
        #expect(tally.greylistDelays.percentiles([50]) == [.seconds(1200)])
        #expect(tally.hurt.map(\.harm) == ["greylisted for 20 min"] && tally.hurt.map(\.source) == ["first"])
    }

    /// What is labelled spam is not wanted, whatever another message of its contact is; nor is it counted twice. Tried
    /// again it is the same message, whose label says what was held up.
    @Test func aLabelOutweighsItsContact() async throws {
        func mail(_ name: String, at seconds: Int, _ label: String?, isArchived: Bool = true) -> SessionHistory {
            var history = Self.session(
                name, "192.0.2.1", at: seconds,
                [.helo("x"), .mail("<ann@p.example>"), .rcpt("<eva@local.example>"), .message(octets: 10)])
            history.label = label
            if isArchived { history.events.removeLast() }
            return history
        }
        let archived = try await Self.tally(
            "  greylist: {delay: 5m}", [mail("one", at: 0, "spam"), mail("two", at: 60, "ham")])
        let held = archived.greylisted.unknown
        #expect(held.all == 1 && held.spam == 1 && held.wanted == 0)
        #expect(archived.hurt.isEmpty)
        let again = try await Self.tally(
            "  greylist: {delay: 5m}",
            [mail("one", at: 0, nil, isArchived: false), mail("two", at: 900, "spam", isArchived: false)])
        #expect(again.greylisted.retried.spam == 1 && again.greylisted.retried.wanted == 0)
    }

    /// Of archived messages only the first contact is known: another message is no retry.
    @Test func archivedMailIsNotTriedAgain() async throws {
        let events: [SessionHistory.Kind] = [
            .helo("x"), .mail("<ann@p.example>"), .rcpt("<eva@local.example>"), .message(octets: 10),
        ]
        var histories = [
            Self.session("one", "192.0.2.1", at: 0, events), Self.session("two", "192.0.2.1", at: 1200, events),
        ]
        for place in histories.indices { histories[place].events.removeLast() }
        let tally = try await Self.tally("  greylist: {delay: 5m}", histories)
        #expect(tally.greylisted.retried.all == 0 && tally.greylisted.unknown.all == 1)
        #expect(tally.greylistDelays.count == 0)
    }

    /// An attempt that a log knows of, and the message that came of it, which an archive has.
    @Test func anArchivedMessageIsAnAttemptTriedAgain() async throws {
        let events: [SessionHistory.Kind] = [
            .helo("x"), .mail("<ann@p.example>"), .rcpt("<eva@local.example>"), .message(octets: 10),
        ]
        var histories = [
            Self.session("attempt", "192.0.2.1", at: 0, events),
            Self.session("archived", "192.0.2.1", at: 1200, events),
        ]
        histories[1].events.removeLast()
        let tally = try await Self.tally("  greylist: {delay: 5m}", histories)
        #expect(tally.greylisted.retried.all == 1 && tally.greylisted.unknown.all == 0)
        #expect(tally.greylistDelays.percentiles([50]) == [.seconds(1200)])
    }

    /// Where no try that is known waited for long enough, the message is lost as far as anybody can tell.
    @Test(arguments: [("5m", "greylisted for 10 min"), ("15m", "greylisted for 20 min")])
    func whatCameTooEarlyIsLost(delay: String, harm: String) async throws {
        func tally(_ delay: String) async throws -> SimulationTally {
            var histories = [0, 600, 1200].map { seconds in
                Self.session(
                    "\(seconds)", "192.0.2.1", at: seconds,
                    [.helo("x"), .mail("<ann@p.example>"), .rcpt("<eva@local.example>"), .message(octets: 10)])
            }
            for place in histories.indices { histories[place].label = "ham" }
            return try await Self.tally("  greylist: {delay: \(delay)}", histories)
        }
        let passed = try await tally(delay).hurt
        #expect(passed.map(\.harm) == [harm] && passed.map(\.isLost) == [false])
        let lost = try await tally("30m").hurt
        #expect(lost.map(\.isLost) == [true])
        #expect(
            lost.map(\.harm) == ["greylisted; sent again after 20 min, too early, and not known to have come later"])
    }

    /// Somebody whom people here have written to is wanted.
    @Test func correspondentsAreWanted() async throws {
        let out = Self.session(
            "out", "10.0.0.1", at: 0, [.mail("<eva@local.example>"), .rcpt("<ann@p.example>"), .message(octets: 1)])
        let back = Self.session(
            "in", "192.0.2.1", at: 60, [.mail("<ann@p.example>"), .rcpt("<bob@local.example>"), .message(octets: 1)])
        let tally = try await Self.tally("  greylist: {learn_from_outgoing: false}", [out, back])
        #expect(tally.hurt.map(\.virtue) == ["somebody here has written to the sender"])
    }

    /// An account that fails from many places is barred, whoever logs in to it then.
    @Test func accountsAreBarred() async throws {
        let failing = (0..<4).map {
            Self.session(
                "f\($0)", "192.0.2.\($0)", at: $0 * 10, [.auth(mechanism: "PLAIN", identity: "Ann", succeeded: false)])
        }
        let right = Self.session(
            "right", "198.51.100.1", at: 100,
            [.auth(mechanism: "PLAIN", identity: "ann", succeeded: true), .mail("<ann@local.example>")])
        let rule = "  dynamic-screen: {account_failures: 4}"
        let tally = try await Self.tally(rule, failing + [right])
        #expect(tally.banned.all == 2 && tally.banCounts.first?.subject == "account ann", "\(tally.banCounts)")
        #expect(try await Self.tally(rule, failing.dropLast() + [right]).banned.all == 0)
    }

    /// A ban that one session brings ends the client's others at the next thing that is counted of them.
    @Test(arguments: [("true", 2), ("false", 0)])
    func aBanEndsOtherSessions(closes: String, banned: Int) async throws {
        let rule = "  dynamic-screen: {unknown_recipients: 2, close_session: \(closes)}"
        let mail: [SessionHistory.Kind] = [
            .helo("x"), .mail("<a@b.example>"), .rcpt("<u@local.example>"), .unknownRecipient,
        ]
        let slow = Self.session("slow", "192.0.2.1", at: 0, mail + [.message(octets: 100)], every: 3)
        let quick = Self.session("quick", "192.0.2.1", at: 1, mail + [.rcpt("<v@local.example>"), .unknownRecipient])
        let tally = try await Self.tally(rule, [slow, quick])
        #expect(tally.banCounts.map(\.reason) == ["2 unknown recipients in 2 s"])
        #expect(tally.banned.all == banned)
    }

    /// What is tried once the client is banned, where the recording went on, bars no account.
    @Test func whatABannedClientTriesBarsNoAccount() async throws {
        let guess = SessionHistory.Kind.auth(mechanism: "PLAIN", identity: "eva", succeeded: false)
        let login = SessionHistory.Kind.auth(mechanism: "PLAIN", identity: "eva", succeeded: true)
        let tally = try await Self.tally(
            "  dynamic-screen: {failed_authentications: 3, account_failures: 6}",
            [
                Self.session("guesses", "192.0.2.1", at: 0, Array(repeating: guess, count: 10)),
                Self.session("hers", "198.51.100.1", at: 60, [login, .mail("<eva@local.example>")]),
            ])
        #expect(tally.banCounts.map(\.subject) == ["192.0.2.1"] && tally.banned.all == 1)
    }

    /// Guesses that were made before count where the policy says so.
    @Test(arguments: [("true", 1), ("false", 0)])
    func repeatedGuesses(counts: String, bans: Int) async throws {
        let again = SessionHistory.Kind.auth(mechanism: "PLAIN", identity: "eva", succeeded: false, isRepeated: true)
        let tally = try await Self.tally(
            "  dynamic-screen: {failed_authentications: 3, count_repeated: \(counts)}",
            [Self.session("s", "192.0.2.1", at: 0, [again, again, again])])
        #expect(tally.banCounts.count == bans)
    }

    /// Whoever writes a local name from elsewhere makes nobody wanted; whom people of the site write to stays so though
    /// they are refused, and their own mail is wanted.
    @Test(arguments: [("192.0.2.1", 0, 0), ("10.0.0.5", 1, 1)])
    func onlyOurOwnMailMakesOthersWanted(client: String, own: Int, held: Int) async throws {
        func mail(_ from: String, _ to: String) -> [SessionHistory.Kind] {
            [.helo("x"), .mail("<\(from)>"), .rcpt("<\(to)>"), .message(octets: 100)]
        }
        let tally = try await Self.tally(
            "  dynamic-screen: {connections: 2}\n  greylist: {enabled: true, learn_from_outgoing: false}",
            [
                Self.session("before", client, at: 0, [.helo("x")]),
                Self.session("out", client, at: 10, mail("eva@local.example", "boss@far.example")),
                Self.session("in", "203.0.113.5", at: 60, mail("boss@far.example", "eva@local.example")),
            ])
        #expect(tally.hurt.count { $0.isLost } == own && tally.hurt.count { !$0.isLost } == held)
    }

    /// A message is hurt once, to however many it goes.
    @Test func aMessageIsHurtOnce() async throws {
        var history = Self.session(
            "s", "192.0.2.1", at: 0,
            [
                .helo("x"), .mail("<a@b.example>"), .rcpt("<u@local.example>"), .rcpt("<v@local.example>"),
                .message(octets: 100),
            ])
        history.label = "ham"
        let tally = try await Self.tally("  greylist: {enabled: true}", [history])
        #expect(tally.hurt.map(\.harm) == ["greylisted; whether it was sent again is not known"])
        #expect(tally.greylisted.unknown.all == 2)
    }

    @Test func failedAuthenticationsBan() async throws {
        let kind = SessionHistory.Kind.auth(mechanism: "LOGIN", identity: nil, succeeded: false)
        let tally = try await Self.tally(
            "  dynamic-screen: {failed_authentications: 3}",
            [
                Self.session("one", "192.0.2.1", at: 0, [kind, kind]), Self.session("two", "192.0.2.1", at: 60, [kind]),
                Self.session("three", "192.0.2.1", at: 120, [.mail("<a@b.example>")]),
            ])
        #expect(tally.banCounts.map(\.reason) == ["3 failed authentications in 60 s"])
        #expect(tally.banned.all == 2)
    }

    /// The next hop is not asked about a recipient that policy puts off, and so knows nothing of it.
    @Test(arguments: [(",", 1), (", allow_clients: [203.0.113.9],", 2)])
    func nobodyIsAskedAboutWhomPolicyPutsOff(_ setting: String, _ bans: Int) async throws {
        let robot: [SessionHistory.Kind] = [
            .mail("<a@b.example>"), .rcpt("<1@local.example>"), .unknownRecipient, .rcpt("<2@local.example>"),
            .unknownRecipient,
        ]
        let tally = try await Self.tally(
            "  dynamic-screen: {unknown_recipients: 2}\n  greylist: {delay: 5m\(setting) allow_recipients: [x]}",
            [
                Self.session("one", "203.0.113.9", at: 0, robot), Self.session("two", "203.0.113.8", at: 60, robot),
                Self.session("three", "203.0.113.8", at: 1200, robot),
            ])
        #expect(tally.banCounts.count == bans, "\(tally.banCounts)")
    }

    /// What comes of a session after its last transaction is told, and is no further mail.
    @Test func theRestOfASessionIsTold() async throws {
        let mail: [SessionHistory.Kind] = [
            .mail("<a@b.example>"), .rcpt("<trap@local.example>"), .rcpt("<trap@local.example>"),
        ]
        let tally = try await Self.tally(
            "  dynamic-screen: {spam_traps: 2, resets: 2}\n  spam-trap: {addresses: [trap@local.example]}",
            [
                Self.session("message", "203.0.113.1", at: 0, mail + [.message(octets: 10)]),
                Self.session("none", "203.0.113.2", at: 0, mail),
                Self.session("resets", "203.0.113.3", at: 0, [.mail("<a@b.example>"), .reset, .reset]),
            ])
        #expect(
            tally.banCounts.map { "\($0.subject) \($0.reason)" } == [
                "203.0.113.3 2 RSETs in 1 s", "203.0.113.1 2 spam-trap hits in 2 s",
                "203.0.113.2 2 spam-trap hits in 2 s",
            ])
        #expect(tally.total.all == 3 && tally.banned.all == 0)
    }

    /// Hostile: addresses that never come twice, and networks that are hopped through, leave a bounded state.
    @Test(arguments: [true, false]) func stateIsBounded(_ isV6: Bool) async throws {
        let policy = try Self.policy(
            """
              dynamic-screen: {connections: 3, protocol_errors: 3}
              greylist: {delay: 5m}
            """)
        let state = MemoryState(limit: 4000)
        var simulator = Simulator(policy: policy, state: state)
        var largest = 0
        for number in 0..<20_000 {
            // 1 million in an hour are 278 a second.
            let text =
                isV6
                ? "2001:db8:\(String(number, radix: 16)):1::1"
                : "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)"
            var history = SessionHistory(source: "s\(number)")
            history.client = IPAddress(text)
            let time = Self.noon + .milliseconds(number * 4)
            history.events = [
                .init(time, .connect), .init(time, .mail("<s\(number)@x.example>")),
                .init(time, .rcpt("<e@local.example>")),
                .init(time, .closed),
            ]
            await simulator.run(history) { _ in }
            largest = max(largest, state.count)
        }
        #expect(largest <= 4000)
    }

    /// Hostile: a clock that jumps to and fro crashes nothing and bans nobody for longer than a ban lasts from then on.
    @Test func aClockThatJumps() async throws {
        let state = MemoryState()
        let policy = try Self.policy(
            "  dynamic-screen: {connections: 2}\n  greylist: {delay: 5m}\n  throttle: {messages: 2}")
        var simulator = Simulator(policy: policy, state: state)
        for seconds in [0, 1, -86_400 * 365, 86_400 * 3650, -1, 0, 1, 86_400] {
            let time = Self.noon + .seconds(seconds)
            var history = SessionHistory(source: "s\(seconds)")
            history.client = IPAddress("192.0.2.1")
            history.events = [
                .init(time, .connect), .init(time, .mail("<a@x.example>")), .init(time, .rcpt("<e@local.example>")),
                .init(time - .seconds(5), .message(octets: .max)), .init(Timestamp(milliseconds: .min), .closed),
            ]
            await simulator.run(history) { _ in }
        }
        await simulator.finish { _ in }
        try await state.entries(under: "") { batch in
            for held in batch where held.key.parts.first == "ban" {
                #expect(held.entry.expires.since(held.entry.created) <= .seconds(86_400 * 30))
            }
            return true
        }
    }
}
