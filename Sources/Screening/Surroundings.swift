import DNS
import State
import Values

/// Everything outside the checkpoint that a stage may look at. Live, recording, replaying and fixture forms differ
/// only in what is plugged in here; a stage cannot tell.
public struct Surroundings: Sendable {
    /// The event's time. There is no other clock.
    public let now: Timestamp
    /// Answers to DNS questions.
    public let dns: any DNSView
    /// What was remembered from earlier events. The engine does not ask stages that need state where there is none.
    public let state: any StateStore
    /// Answers of virus scanners. The engine does not ask stages that need them where there are none.
    public let scanner: any ScannerView
    /// What preceding stages found in this session and transaction.
    public internal(set) var earlier: EarlierFindings
    /// Runs the programs that the policy asks for.
    public let programs: any ProgramRunner
    /// Why the session is exempt, for a stage that is asked all the same.
    public internal(set) var exemption: StageReport.Omission?

    /// Surroundings of one evaluation.
    public init(
        now: Timestamp, dns: any DNSView, state: any StateStore, earlier: EarlierFindings = EarlierFindings([]),
        exemption: StageReport.Omission? = nil, scanner: any ScannerView = NoScanner(),
        programs: any ProgramRunner = NoPrograms()
    ) {
        self.scanner = scanner
        (self.now, self.dns, self.state, self.earlier, self.exemption) = (now, dns, state, earlier, exemption)
        self.programs = programs
    }
}

/// The findings of the stages and phases that came before.
public struct EarlierFindings: Sendable {
    /// The findings in the order in which they were made.
    public private(set) var findings: [Finding]
    private let weights: @Sendable (Symbol) -> Int

    /// Findings in the order in which they were made; `weights` is what a symbol counts, in thousandths of a point.
    public init(_ findings: [Finding], weights: @escaping @Sendable (Symbol) -> Int = { _ in 0 }) {
        (self.findings, self.weights) = (findings, weights)
    }

    /// Takes over what a stage found.
    mutating func add(_ more: [Finding]) {
        if !more.isEmpty { findings += more }
    }

    /// What `symbol` counts under the policy, in thousandths of a point.
    public func weight(of symbol: Symbol) -> Int { weights(symbol) }

    /// What all findings count together under the policy, in thousandths of a point.
    public var score: Int { findings.reduce(0) { $0 + weights($1.symbol) } }

    /// Whether `symbol` was found.
    public func contains(_ symbol: Symbol) -> Bool { findings.contains { $0.symbol == symbol } }

    /// The first finding of `symbol`.
    public func first(_ symbol: Symbol) -> Finding? { findings.first { $0.symbol == symbol } }
}

/// Where a screener's surroundings come from: one value for a whole run.
public struct ScreeningEnvironment: Sendable {
    /// The DNS as of a moment.
    public var dns: @Sendable (Timestamp) -> any DNSView
    /// The state shared by all sessions; nil where history is unknown, as in a plain replay.
    public var state: (any StateStore)?
    /// Why there is no state, when there is none.
    public var stateAbsence: String
    /// The virus scanners; nil where none is asked.
    public var scanner: (any ScannerView)?
    /// Why there is no scanner, when there is none.
    public var scannerAbsence = "no scanner is asked"
    /// What holds a stage to its deadline.
    public var timer: any StageTimer
    /// Runs the programs that the policy asks for.
    public var programs: any ProgramRunner = NoPrograms()
    /// Sees all that stages are asked and answer; nil where nobody looks.
    public var witness: (any ScreeningWitness)?

    /// An environment whose stages may take their time.
    public init(
        dns: @escaping @Sendable (Timestamp) -> any DNSView, state: (any StateStore)?,
        stateAbsence: String = "no state is kept", scanner: (any ScannerView)? = nil,
        timer: any StageTimer = UnlimitedTime()
    ) {
        self.scanner = scanner
        (self.dns, self.state, self.stateAbsence, self.timer) = (dns, state, stateAbsence, timer)
    }
}

/// Sees what happens in sessions and what stages make of it, as it is screened.
public protocol ScreeningWitness: Sendable {
    /// Stages were asked about `checkpoint`, and this is what they answered.
    func saw(_ checkpoint: Checkpoint, at now: Timestamp, _ outcomes: [Engine.Outcome])
}

/// What enforces a stage's deadline: the wall clock live, the recording in a replay.
public protocol StageTimer: Sendable {
    /// Runs `work`, or throws `StageDeadlinePassed` when it takes longer than `limit`.
    func run(
        stage: String, limit: Duration, _ work: @Sendable @escaping () async throws -> StageReport
    ) async throws -> StageReport

    /// Whether `run` does nothing but the work. False unless the timer says otherwise.
    var isUnlimited: Bool { get }
}

extension StageTimer {
    /// There is a limit.
    public var isUnlimited: Bool { false }
}

/// A stage did not answer in time.
public struct StageDeadlinePassed: Error, Sendable, CustomStringConvertible {
    /// The time the stage had.
    public let limit: Duration

    /// A deadline of this length has passed.
    public init(limit: Duration) { self.limit = limit }

    /// The failure in words.
    public var description: String { "no answer within \(JSON.decimal(thousandths: Int(limit.milliseconds))) s" }
}

/// No deadline: for replays, where time does not pass.
public struct UnlimitedTime: StageTimer {
    public init() {}

    /// Nothing is limited.
    public var isUnlimited: Bool { true }

    public func run(
        stage: String, limit: Duration, _ work: @Sendable @escaping () async throws -> StageReport
    ) async throws -> StageReport {
        try await work()
    }
}
