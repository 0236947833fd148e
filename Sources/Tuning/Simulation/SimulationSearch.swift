import Screening
import State
import Values

/// Tries settings of the stages that remember, one stage at a time, on the histories of sessions: what each choice stops,
/// and what wanted mail it costs.
public struct SimulationSearch: Sendable {
    /// A choice of settings.
    public struct Choice: Sendable {
        /// The stage.
        public let stage: String
        /// The settings, as a policy writes them in one line.
        public let settings: String

        /// Settings of a stage.
        public init(stage: String, settings: String) { (self.stage, self.settings) = (stage, settings) }

        /// The choice as a policy of its own, to be laid over another.
        public var overlay: String { "version: 1\nstages:\n  \(stage): {\(settings)}\n" }

        /// What is chosen, in a line.
        public var words: String { "\(stage): {\(settings)}" }
    }

    /// What a choice comes to.
    public struct Result: Sendable {
        /// The choice; nil for the policy as it is.
        public let choice: Choice?
        /// What the stages do under it.
        public let tally: SimulationTally
        /// Wanted mail that is refused.
        public let lost: Int
        /// Wanted mail that is held up for a minute or more, or put off.
        public let delayed: Int
        /// Spam that is refused, put off, or greylisted and not seen again.
        public let stopped: Int
        /// What it costs: spam that is not stopped counts one, wanted mail held up one, wanted mail refused as
        /// `costRatio` says.
        public let cost: Double
    }

    /// The choices that are tried unless told otherwise.
    public static let standard: [Choice] = {
        var choices = [Choice(stage: "greylist", settings: "enabled: false")]
        for delay in ["1m", "5m", "15m", "30m", "1h"] {
            for network in [32, 24] {
                for pass in ["skip", "ignore"] {
                    choices.append(
                        Choice(
                            stage: "greylist",
                            settings: "enabled: true, delay: \(delay), prefix_v4: \(network), spf_pass: \(pass)"))
                }
            }
        }
        choices.append(Choice(stage: "tarpit", settings: "enabled: false"))
        for recipients in [1, 5, 20] {
            for delay in ["5s", "10s", "30s"] {
                choices.append(
                    Choice(stage: "tarpit", settings: "enabled: true, recipients: \(recipients), delay: \(delay)"))
            }
        }
        choices.append(Choice(stage: "dynamic-screen", settings: "enabled: false"))
        let limits = [
            ("unknown_recipients", [3, 5, 10, 20]), ("failed_authentications", [3, 5, 10, 20]),
            ("protocol_errors", [3, 10, 30]), ("connections", [10, 30, 100]), ("resets", [5, 20]),
        ]
        for (key, values) in limits {
            for value in values {
                for network in [32, 24] {
                    choices.append(
                        Choice(
                            stage: "dynamic-screen",
                            settings: "enabled: true, \(key): \(value), prefix_v4: \(network)"))
                }
            }
        }
        choices.append(Choice(stage: "throttle", settings: "enabled: false"))
        for messages in [5, 20, 60] {
            choices.append(Choice(stage: "throttle", settings: "enabled: true, messages: \(messages)"))
        }
        for rate in ["16k", "64k", "256k"] {
            choices.append(Choice(stage: "throttle", settings: "enabled: true, session: \(rate)"))
        }
        return choices
    }()

    private let histories: [SessionHistory]
    private let costRatio: Double
    private let start: [HeldEntry]

    /// A search on `histories`, in the order in which their sessions began, from the state `start`.
    public init(_ histories: [SessionHistory], costRatio: Double, start: [HeldEntry] = []) {
        (self.histories, self.costRatio, self.start) = (histories, costRatio, start)
    }

    /// What a policy comes to.
    public func result(of choice: Choice?, _ policy: ScreeningPolicy) async -> Result {
        let state = MemoryState()
        state.restore(start)
        var simulator = Simulator(policy: policy, state: state)
        var tally = SimulationTally(policy.site)
        for history in histories { await simulator.run(history) { tally.add($0) } }
        await simulator.finish { tally.add($0) }
        let hurt = tally.hurt
        let lost = hurt.count { $0.isLost }
        let stopped = tally.banned.spam + tally.putOff.spam + tally.greylisted.unknown.spam
        let left = max(0, tally.total.spam - stopped)
        return Result(
            choice: choice, tally: tally, lost: lost, delayed: hurt.count - lost, stopped: stopped,
            cost: Double(lost) * costRatio + Double(hurt.count - lost) + Double(left))
    }
}
