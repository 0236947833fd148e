import Glibc

/// A program that serves for as long as a test holds it, and ends with it.
public final class ServerProcess {
    /// A program that did not start, with the system's reason.
    public struct NotStarted: Error, CustomStringConvertible {
        /// The program and the reason.
        public let description: String
    }

    private var process: pid_t

    /// Starts `arguments`, the first of which is the program's path, without standard input and output.
    ///
    /// Throws `NotStarted`.
    public init(_ arguments: [String]) throws(NotStarted) { process = try ServerProcess.spawn(arguments) }

    deinit { end(SIGTERM) }

    /// Whether it still runs: one that could not have its port has ended.
    public var isRunning: Bool {
        var status = unsafe siginfo_t()
        return unsafe process > 0 && waitid(P_PID, id_t(process), &status, WEXITED | WNOHANG | WNOWAIT) == 0
            && status._sifields._kill.si_pid == 0
    }

    /// Sends it a signal.
    public func signal(_ number: Int32) { if process > 0 { kill(process, number) } }

    /// Ends it by a signal, though it be stopped, and waits until it has gone.
    public func end(_ number: Int32) {
        guard process > 0 else { return }
        kill(process, SIGCONT)
        kill(process, number)
        var status: Int32 = 0
        unsafe waitpid(process, &status, 0)
        process = 0
    }

    private static func spawn(_ arguments: [String]) throws(NotStarted) -> pid_t {
        guard let program = arguments.first else { throw NotStarted(description: "no program is named") }
        var argv = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe argv.forEach { unsafe free($0) } }
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        // Other tests' sockets, which would stay open for as long as the server runs.
        for descriptor: Int32 in 3...1023 { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        // A test's thread has all signals blocked, and a program would start so too.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process: pid_t = 0
        let failure = unsafe posix_spawn(&process, program, &actions, &attributes, &argv, &environment)
        if failure != 0 { throw unsafe NotStarted(description: "\(program): \(String(cString: strerror(failure)))") }
        return process
    }
}
