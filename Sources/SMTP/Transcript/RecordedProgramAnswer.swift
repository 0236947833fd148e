import Values

/// What became of a program that a policy had run about a message: enough to answer the same again in a replay.
public struct RecordedProgramAnswer: Sendable, Hashable {
    /// What the policy calls the program.
    public let name: String
    /// Its exit code; nil where it gave none.
    public let exitCode: Int?
    /// The signal that ended it.
    public let signal: Int?
    /// Why there is neither.
    public let failure: Failure?

    /// Why a program gave no exit code.
    public enum Failure: Sendable, Hashable {
        /// It did not end in time.
        case timeout
        /// It could not be run.
        case error(String)
    }

    /// An answer, field by field.
    public init(name: String, exitCode: Int? = nil, signal: Int? = nil, failure: Failure? = nil) {
        (self.name, self.exitCode, self.signal, self.failure) = (name, exitCode, signal, failure)
    }
}

extension RecordedProgramAnswer {
    /// The fields of a line with the event.
    var fields: [String: JSON] {
        var fields: [String: JSON] = ["name": .string(name)]
        fields["exit"] = exitCode.map(JSON.integer)
        fields["signal"] = signal.map(JSON.integer)
        switch failure {
        case .timeout: fields["timeout"] = .bool(true)
        case .error(let reason): fields["error"] = .string(reason)
        case nil: break
        }
        return fields
    }

    /// Reads the fields.
    init(_ fields: JSONFields) throws {
        var failure: Failure?
        if try fields.flag("timeout") ?? false { failure = .timeout }
        if let reason = try fields.text("error") { failure = .error(reason) }
        self.init(
            name: try fields.required("name", fields.text),
            exitCode: try fields.number("exit"),
            signal: try fields.number("signal"), failure: failure)
    }

    /// The answer in words.
    public var text: String {
        switch (exitCode, signal, failure) {
        case (let code?, _, _): "exit code \(code)"
        case (_, let signal?, _): "ended by signal \(signal)"
        case (_, _, .timeout?): "not done in time"
        case (_, _, .error(let reason)?): reason
        case (nil, nil, nil): "no answer"
        }
    }
}
