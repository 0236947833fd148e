import Values

/// Runs the programs that a policy asks for while a message is looked at. Live it runs them; in a replay it gives what
/// was recorded, or says that nothing is known.
public protocol ProgramRunner: Sendable {
    /// Runs a program, with `message` as its input where the call says so.
    func run(_ call: ProgramCall, on message: Bytes) async -> ProgramAnswer
}

/// Runs nothing.
public struct NoPrograms: ProgramRunner {
    private let reason: String

    /// Nothing is run, for this reason.
    public init(because reason: String = "program not run") { self.reason = reason }

    public func run(_ call: ProgramCall, on message: Bytes) async -> ProgramAnswer { .notRun(reason) }
}
