import NIOPosix
import Programs
import Screening
import Values

/// Runs the programs that a policy names, each as `ProgramRun` does; what is left of one when it has ended is ended too.
///
/// Standard output and error of a program go nowhere, and its environment is PATH, LANG and what the call says.
public final class ProgramLauncher: ProgramRunner {
    /// Threads that wait for programs: as many run at once.
    private let threads: NIOThreadPool

    /// A launcher that runs at most `count` programs at once; others wait for their turn.
    public init(atOnce count: Int = 16) {
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
    }

    deinit { threads.shutdownGracefully { _ in } }

    public func run(_ call: ProgramCall, on message: Bytes) async -> ProgramAnswer {
        let answer = try? await threads.runIfActive { ProgramLauncher.run(call, message) }
        return answer ?? .failed("the program is ending")
    }

    private static func run(_ call: ProgramCall, _ message: Bytes) -> ProgramAnswer {
        let environment = [ProgramRun.path, "LANG=C.UTF-8"] + call.environment.map { "\($0.name)=\($0.value)" }
        do throws(ProgramRun.Fault) {
            let run = try ProgramRun(
                [call.path] + call.arguments, environment: environment,
                input: call.readsMessage ? .bytes(message) : .nothing, endsLeftovers: true, within: call.limit)
            switch run.ending {
            case .exit(let code): return .exited(code)
            case .signal(let number): return .killed(signal: number)
            case .timeout: return .timedOut
            }
        } catch {
            return .failed(error.description)
        }
    }
}
