import ArgumentParser
import Dispatch
import Reports

/// The program's beginning. The thread that it begins on waits for its end: left to the runtime it would be gone by the
/// time root's rights are given up, and a process whose first thread went as root is shown as root's for ever.
@main
enum Program {
    static func main() {
        let end = DispatchSemaphore(value: 0)
        Task.detached {
            await Assayd.main(CommandLineWords.withEmptyValues(Array(CommandLine.arguments.dropFirst())))
            end.signal()
        }
        end.wait()
    }
}
