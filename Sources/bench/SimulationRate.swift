import Mail
import Policy
import Screening
import Stages
import State
import Tuning
import Values

/// Simulates sessions that are made up as they come: what the stages that remember cost besides reading.
enum SimulationRate {
    private static let policy = """
        version: 1
        local_domains: [local.example]
        stages:
          greylist: {delay: 5m}
          tarpit: {recipients: 5}
          dynamic-screen: {connections: 100, unknown_recipients: 10, protocol_errors: 10, failed_authentications: 5}
          throttle: {messages: 1000, session: 64k}
        """

    static func measure(count: String) async throws {
        guard let count = Int(count), count > 0 else { throw Bench.Failure("the argument is no number") }
        let (node, _) = PolicyDocument.parse(Bytes(policy), file: "policy")
        guard let policy = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: catalogue).policy else {
            throw Bench.Failure("the policy cannot be read")
        }
        var simulator = Simulator(policy: policy, state: MemoryState(limit: 1_000_000))
        var tally = SimulationTally(policy.site)
        let start = CPUTime.seconds
        for number in 0..<count { await simulator.run(session(number)) { tally.add($0) } }
        await simulator.finish { tally.add($0) }
        let spent = CPUTime.seconds - start
        print(
            "sessions \(count) cpu \(spent) per_second \(Int(Double(count) / spent)) transactions \(tally.total.all) "
                + "greylisted \(tally.greylisted.retried.all + tally.greylisted.unknown.all) banned \(tally.banned.all) "
                + "tarpitted \(tally.tarpitted.all)")
    }

    /// A session every half second: most of mail that comes once, some of which comes again, a few of robots.
    private static func session(_ number: Int) -> SessionHistory {
        var history = SessionHistory(source: "s\(number)")
        let isRetry = number % 4 == 3
        let who = isRetry ? number - 1203 : number
        let isRobot = number % 20 == 7
        let address = isRobot ? who % 50 : who % 200_000
        history.client = .v4(0x0B00_0000 + UInt32(truncatingIfNeeded: max(address, 0) &* 2_654_435) % 0x0100_0000)
        var time = Timestamp(milliseconds: 1_700_000_000_000 + Int64(number) * 500)
        func add(_ kind: SessionHistory.Kind, _ symbols: Symbol...) {
            var event = SessionHistory.Event(time, kind)
            event.symbols = symbols
            history.events.append(event)
            time = time + .milliseconds(150)
        }
        add(.connect)
        add(.helo("mail\(who).example.com"), "SPF_HELO_NONE")
        add(.mail("<sender\(who)@example.com>"), number % 3 == 0 ? "SPF_PASS" : "SPF_NONE")
        for recipient in 0..<(isRobot ? 8 : 1) {
            add(.rcpt("<recipient\(recipient)@local.example>"))
            if isRobot { add(.unknownRecipient) }
        }
        if !isRobot { add(.message(octets: 20_000)) }
        add(.closed)
        return history
    }
}
