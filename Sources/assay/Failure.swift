import ArgumentParser
import Cases
import Proxy
import Values

/// How a command ends when it cannot do what it was asked: messages for standard error and an exit code of
/// sysexits(3).
struct Failure: Error {
    /// The exit codes of the command line contract.
    typealias Code = ExitStatus

    let code: Code
    let messages: [String]

    init(_ code: Code, _ messages: [String]) { (self.code, self.messages) = (code, messages) }

    init(_ code: Code, _ message: String) { self.init(code, [message]) }

    /// Writes the messages to standard error and turns into the exit code.
    func reported() -> ExitCode {
        for message in messages { StandardError.write(message + "\n") }
        return ExitCode(code.rawValue)
    }
}

/// Runs a command's work; a failure is reported and becomes its exit code.
func reportingFailure<Result>(_ work: () async throws -> Result) async throws -> Result {
    do {
        return try await work()
    } catch let failure as Failure {
        throw failure.reported()
    } catch let error as CaseError {
        throw Failure(error).reported()
    } catch let error as QuarantineError {
        throw Failure(error).reported()
    } catch is OutputClosed {
        throw ExitCode.success
    }
}

extension Failure {
    /// The failure that a case file is the reason of.
    init(_ error: CaseError) {
        let code: Code =
            switch error.code {
            case .noSuchFile, .notInCase: .noInput
            case .badData: .badData
            case .inUse, .interrupted: .unavailable
            case .inputOutput: .inputOutput
            case .badStatement: .usage
            }
        self.init(code, TerminalLine.safe(error.description))
    }
}
