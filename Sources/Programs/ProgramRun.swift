import Archives
import Glibc
import Synchronization
import Values

/// A run of a program: the file itself with its arguments, no shell in between, in a process group of its own, with a
/// time limit and with nothing of this process's but what it is given. Making one waits until the program has ended.
public struct ProgramRun: Sendable {
    /// What a program reads from its standard input.
    public enum Input: Sendable {
        case nothing
        /// The file at this path.
        case file(String)
        /// These bytes. A program need not read all of them.
        case bytes(Bytes)
    }

    /// How a program ended.
    public enum Ending: Sendable, Hashable {
        /// By itself, with this code.
        case exit(Int)
        /// By a signal.
        case signal(Int)
        /// Its time was over: it was killed, with all that it had started.
        case timeout
    }

    /// Why a program could not be run: its path, and the system's reason.
    public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// How it ended.
    public let ending: Ending
    /// What it wrote to its standard output and standard error, as far as it is kept.
    public let output: Bytes

    /// Runs the program at the path that is the first of `arguments`. Its environment is `environment`, `NAME=value`
    /// each, and nothing else.
    ///
    /// - Parameters:
    ///   - keptOutput: how many bytes of its output are kept; with 0 its output goes nowhere.
    ///   - endsLeftovers: whether what it has started and left behind is killed once it has ended by itself.
    ///   - limit: how long it may take.
    /// - Throws: `Fault` when it cannot be started.
    public init(
        _ arguments: [String], environment: [String], input: Input, keptOutput: Int = 0, endsLeftovers: Bool,
        within limit: Duration
    ) throws(Fault) {
        let deadline = ContinuousClock.now + limit
        var child = try Child(arguments, environment, input, keepsOutput: keptOutput > 0)
        defer { child.close() }
        var output: [UInt8] = []
        var ending: Ending?
        while true {
            ending = child.ending()
            if ending != nil { break }
            guard ContinuousClock.now < deadline else {
                child.kill()
                (self.ending, self.output) = (.timeout, Bytes(output))
                return
            }
            child.exchange(&output, limit: keptOutput)
        }
        // Something that it left behind may hold its output open: what is there now is all that counts.
        child.drain(&output, limit: keptOutput)
        if endsLeftovers { child.killGroup() }
        (self.ending, self.output) = (ending ?? .timeout, Bytes(output))
    }

    /// The path that programs are looked for in by those that look.
    public static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
}

/// A process that was started, in a group of its own.
private struct Child {
    private let process: pid_t
    /// Its ends of the pipes, negative once closed: what it reads is written to one, what it writes read from the other.
    private var inputEnd: Int32 = -1
    private var outputEnd: Int32 = -1
    private let input: Bytes
    private var written = 0
    private var pause: UInt32 = 500

    private static let starting = Mutex(())

    init(
        _ arguments: [String], _ environment: [String], _ input: ProgramRun.Input, keepsOutput: Bool
    ) throws(ProgramRun.Fault) {
        let program = arguments.first ?? ""
        var (content, file): (Bytes?, String) = (nil, "/dev/null")
        switch input {
        case .nothing: break
        case .file(let path): file = path
        case .bytes(let bytes): content = bytes
        }
        self.input = content ?? Bytes([])
        var (reading, writing) = (Pipe(), Pipe())
        var process: pid_t = 0
        // One after another: else one program would be started with the pipe of another open, which would not end then.
        let failure = Child.starting.withLock { _ -> Int32 in
            if content != nil, !reading.open() { return errno }
            if keepsOutput, !writing.open() { return errno }
            return Child.spawn(arguments, environment, reading.from, file, writing.to, &process)
        }
        reading.close(\.from)
        writing.close(\.to)
        guard failure == 0 else {
            reading.close(\.to)
            writing.close(\.from)
            throw ProgramRun.Fault(description: unsafe "\(program): \(String(cString: strerror(failure)))")
        }
        (self.process, inputEnd, outputEnd) = (process, reading.to, writing.from)
        for end in [inputEnd, outputEnd] where end >= 0 { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
        if content != nil { Child.blockPipeSignals() }
        if self.input.isEmpty { closeInput() }
    }

    /// A program need not read all that there is, and closes its input when it has what it wants.
    private static func blockPipeSignals() {
        var blocked = sigset_t()
        unsafe sigemptyset(&blocked)
        unsafe sigaddset(&blocked, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &blocked, nil)
    }

    /// Starts the program. It reads from `reading`, or from the file where that is negative, and writes to `writing`, or
    /// nowhere. The system's reason when it cannot be started, else 0.
    private static func spawn(
        _ arguments: [String], _ environment: [String], _ reading: Int32, _ file: String, _ writing: Int32,
        _ process: inout pid_t
    ) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        if reading >= 0 {
            unsafe posix_spawn_file_actions_adddup2(&actions, reading, 0)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, file, O_RDONLY, 0)
        }
        for descriptor: Int32 in 1...2 {
            if writing >= 0 {
                unsafe posix_spawn_file_actions_adddup2(&actions, writing, descriptor)
            } else {
                unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
            }
        }
        // Whatever else this process has open is none of the program's concern.
        for descriptor in openFiles { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // What this process ignores or blocks, the program would too.
        var (defaults, blocked) = (sigset_t(), sigset_t())
        unsafe sigfillset(&defaults)
        unsafe sigemptyset(&blocked)
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
        unsafe posix_spawnattr_setsigmask(&attributes, &blocked)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        return unsafe withStrings(arguments) { words in
            unsafe withStrings(environment) { variables in
                unsafe posix_spawn(&process, arguments.first ?? "", &actions, &attributes, words, variables)
            }
        }
    }

    /// The files that are open in this process, those that every program has left out.
    private static var openFiles: [Int32] {
        guard let names = FolderNames.of("/proc/self/fd") else { return Array(3...1023) }
        return names.compactMap { Int32($0) }.filter { $0 > 2 }
    }

    /// Passes on what the program takes and takes what it gives, waiting a little for either.
    mutating func exchange(_ output: inout [UInt8], limit: Int) {
        guard inputEnd >= 0 || outputEnd >= 0 else {
            usleep(pause)
            pause = min(pause * 2, 20_000)
            return
        }
        // A negative descriptor is passed over.
        var wanted = [
            pollfd(fd: inputEnd, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: outputEnd, events: Int16(POLLIN), revents: 0),
        ]
        // The end of a program that holds neither is looked for now and then.
        guard unsafe poll(&wanted, 2, outputEnd >= 0 ? 50 : 5) > 0 else { return }
        if wanted[0].revents != 0 { feed() }
        if wanted[1].revents != 0 { read(&output, limit: limit) }
    }

    /// Takes what the program has written by now.
    mutating func drain(_ output: inout [UInt8], limit: Int) {
        while outputEnd >= 0, output.count < limit {
            let known = output.count
            read(&output, limit: limit)
            if output.count == known { return }
        }
    }

    private mutating func feed() {
        let (end, start) = (inputEnd, written)
        let count = input.withSpan { span in
            unsafe span.withUnsafeBytes { bytes in
                unsafe bytes.baseAddress.map { unsafe write(end, $0 + start, bytes.count - start) } ?? 0
            }
        }
        if count > 0 {
            written += count
            if written == input.count { closeInput() }
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            closeInput()
        }
    }

    private mutating func read(_ output: inout [UInt8], limit: Int) {
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        let count = unsafe Glibc.read(outputEnd, &piece, piece.count)
        if count > 0 {
            output += piece.prefix(min(count, max(0, limit - output.count)))
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            _ = Glibc.close(outputEnd)
            outputEnd = -1
        }
    }

    /// How it ended; nil while it runs.
    func ending() -> ProgramRun.Ending? {
        var status: Int32 = 0
        let ended = unsafe waitpid(process, &status, WNOHANG)
        if ended == 0 || (ended < 0 && errno == EINTR) { return nil }
        guard ended == process else { return .signal(0) }
        // wait(2): the low seven bits are the signal, the next byte the exit code.
        let signal = Int(status & 0x7f)
        return signal == 0 ? .exit(Int(status >> 8 & 0xff)) : .signal(signal)
    }

    /// Ends it and what it has started.
    func kill() {
        killGroup()
        _ = Glibc.kill(process, SIGKILL)
        var status: Int32 = 0
        _ = unsafe waitpid(process, &status, 0)
    }

    /// Ends what it has started.
    func killGroup() { _ = Glibc.kill(-process, SIGKILL) }

    private mutating func closeInput() {
        if inputEnd >= 0 { _ = Glibc.close(inputEnd) }
        inputEnd = -1
    }

    mutating func close() {
        closeInput()
        if outputEnd >= 0 { _ = Glibc.close(outputEnd) }
        outputEnd = -1
    }
}

/// Two ends, negative while they are closed.
private struct Pipe {
    var from: Int32 = -1
    var to: Int32 = -1

    /// Opens both; whether that went well.
    mutating func open() -> Bool {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return false }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (from, to) = (ends[0], ends[1])
        return true
    }

    mutating func close(_ end: WritableKeyPath<Pipe, Int32>) {
        if self[keyPath: end] >= 0 { _ = Glibc.close(self[keyPath: end]) }
        self[keyPath: end] = -1
    }
}

/// Calls `body` with texts as C has them: a list that ends with nothing.
private func withStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var copies = unsafe texts.map { unsafe strdup($0) }
    unsafe copies.append(nil)
    defer { while let copy = unsafe copies.popLast() { unsafe free(copy) } }
    return unsafe copies.withUnsafeBufferPointer { list in
        // A list that ends with nothing is never empty.
        unsafe body(list.baseAddress.unsafelyUnwrapped)
    }
}
