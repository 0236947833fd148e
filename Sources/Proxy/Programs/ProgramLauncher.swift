import Archives
import Glibc
import NIOPosix
import Screening
import Synchronization
import Values

/// Runs programs: the file itself with its arguments, no shell in between, in a process group of its own that is ended as
/// a whole when its time is over.
///
/// Standard output and error of a program go nowhere, no other file of this process is open to it, and its environment is
/// PATH, LANG and what the call says.
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
        let input = call.readsMessage ? message.array : nil
        let answer = try? await threads.runIfActive { ProgramLauncher.run(call, input) }
        return answer ?? .failed("the program is ending")
    }

    private static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    private static let starting = Mutex(())

    /// The files that are open in this process, those that every program has left out.
    private static var openFiles: [Int32] {
        guard let names = FolderNames.of("/proc/self/fd") else { return Array(3...1023) }
        return names.compactMap { Int32($0) }.filter { $0 > 2 }
    }

    private static func run(_ call: ProgramCall, _ input: [UInt8]?) -> ProgramAnswer {
        let deadline = ContinuousClock.now + call.limit
        // A program need not read all of the message, and closes its input when it has what it wants.
        var blocked = sigset_t()
        unsafe sigemptyset(&blocked)
        unsafe sigaddset(&blocked, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &blocked, nil)
        var ends: [Int32] = [-1, -1]
        var process: pid_t = 0
        // One after another: else one program would be started with the pipe of another open, which would not end then.
        let failure = starting.withLock { _ in
            if input != nil {
                if unsafe pipe(&ends) != 0 { return errno }
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            }
            return spawn(call, input: ends[0], &process)
        }
        if ends[0] >= 0 { close(ends[0]) }
        let writing = ends[1]
        guard failure == 0 else {
            if writing >= 0 { close(writing) }
            return .failed("\(call.path): \(reason(failure))")
        }
        if let input { feed(input, to: writing, of: process, until: deadline) }
        return wait(for: process, until: deadline)
    }

    /// Starts the program with `input`, or nothing to read where that is negative. The system's reason when it cannot be
    /// started, else 0.
    private static func spawn(_ call: ProgramCall, input: Int32, _ process: inout pid_t) -> Int32 {
        var arguments = unsafe ([call.path] + call.arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        let variables = [path, "LANG=C.UTF-8"] + call.environment.map { "\($0.name)=\($0.value)" }
        var environment = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer { unsafe environment.forEach { unsafe free($0) } }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        if input >= 0 {
            unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        for descriptor: Int32 in 1...2 {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        for descriptor in openFiles { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        return unsafe posix_spawn(&process, call.path, &actions, &attributes, &arguments, &environment)
    }

    /// Writes what the program is to read, as long as it reads and there is time.
    private static func feed(
        _ input: [UInt8], to pipe: Int32, of process: pid_t, until deadline: ContinuousClock.Instant
    ) {
        defer { close(pipe) }
        let flags = fcntl(pipe, F_GETFL)
        _ = fcntl(pipe, F_SETFL, flags | O_NONBLOCK)
        var position = 0
        while position < input.count, ContinuousClock.now < deadline {
            let written = unsafe input.withUnsafeBytes { bytes in
                unsafe bytes.baseAddress.map { unsafe write(pipe, $0 + position, bytes.count - position) } ?? 0
            }
            if written > 0 {
                position += written
            } else if errno == EAGAIN {
                var event = pollfd(fd: pipe, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&event, 1, 50)
            } else if errno != EINTR {
                return
            }
        }
    }

    private static func wait(for process: pid_t, until deadline: ContinuousClock.Instant) -> ProgramAnswer {
        var status: Int32 = 0
        var pause: UInt32 = 500
        while true {
            let ended = unsafe waitpid(process, &status, WNOHANG)
            if ended == process { break }
            if ended < 0, errno != EINTR { return .failed(reason(errno)) }
            guard ContinuousClock.now < deadline else {
                kill(-process, SIGKILL)
                kill(process, SIGKILL)
                unsafe waitpid(process, &status, 0)
                return .timedOut
            }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
        // What it has started and left behind is not to outlive it.
        kill(-process, SIGKILL)
        // wait(2): the low seven bits are the signal, the next byte the exit code.
        let signal = Int(status & 0x7F)
        return signal == 0 ? .exited(Int(status >> 8 & 0xFF)) : .killed(signal: signal)
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
