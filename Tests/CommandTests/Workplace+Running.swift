import Foundation
import Glibc
import Testing

extension Workplace {
    /// What `make sanitize` tells the sanitizers, for the programs that tests start.
    private static let sanitizerOptions = ["ASAN_OPTIONS", "TSAN_OPTIONS"].compactMap { name in
        ProcessInfo.processInfo.environment[name].map { "\(name)=\($0)" }
    }

    /// Runs a program with this folder as its working folder; ended after `seconds`, which fails the test. Input is
    /// the file `input`; output goes to the file `output` where one is named.
    func run(_ arguments: [String], input: String? = nil, output: String? = nil, seconds: Double) throws -> Outcome {
        let name = UUID().uuidString
        let (out, err) = (output ?? "\(path)/\(name).out", "\(path)/\(name).err")
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, err, O_WRONLY | O_CREAT, 0o600)
        // Other tests' sockets and files, which are not the program's.
        for descriptor: Int32 in 3...1023 { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        // `env -C` changes the folder and becomes the program.
        var argv = unsafe Workplace.strings(["/usr/bin/env", "-C", path] + arguments)
        var environment = unsafe Workplace.strings(["PATH=/usr/bin:/bin", "LC_ALL=C"] + Workplace.sanitizerOptions)
        defer { unsafe (argv + environment).forEach { unsafe free($0) } }
        var process: pid_t = 0
        let failure = unsafe posix_spawn(&process, "/usr/bin/env", &actions, nil, &argv, &environment)
        guard failure == 0 else { throw unsafe NotStarted(reason: String(cString: strerror(failure))) }

        let deadline = ContinuousClock.now + .seconds(seconds)
        var status: Int32 = 0
        var peak = 0
        while unsafe waitpid(process, &status, WNOHANG) == 0 {
            peak = max(peak, Workplace.memory(of: process))
            if ContinuousClock.now > deadline {
                kill(process, SIGKILL)
                unsafe waitpid(process, &status, 0)
                Issue.record("\(arguments.dropFirst().joined(separator: " ")): took more than \(seconds) s")
                break
            }
            usleep(2000)
        }
        let signal = status & 0x7F
        return Outcome(
            code: signal == 0 ? Int(status >> 8 & 0xFF) : 128 + Int(signal),
            output: output == nil ? try contents(out) : "", errors: try contents(err), peak: peak)
    }

    private struct NotStarted: Error { let reason: String }

    /// C's form of a list of strings, to be freed by the caller.
    private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe []
        for text in texts { unsafe pointers.append(strdup(text)) }
        unsafe pointers.append(nil)
        return unsafe pointers
    }

    private func contents(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
    }

    /// The high-water mark of a process's resident memory in MiB. The figure of `wait4` would not do: the memory of
    /// whoever started the process counts towards it.
    private static func memory(of process: pid_t) -> Int {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Int($0)
            })
        else { return 0 }
        return kibibytes >> 10
    }
}
