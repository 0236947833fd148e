import Glibc
import Screening
import Synchronization
import Values

/// A run of a program on some content: without a shell, with a time limit, and with nothing of this process's but what
/// it is given. Making one waits until the program has ended.
struct ProgramRun: Sendable {
    enum Ending: Sendable, Hashable {
        case exit(Int)
        case signal(Int)
        /// It was killed, with all that it had started.
        case timeout
    }

    let ending: Ending
    /// What it wrote to its standard output and standard error, as far as it is kept.
    let output: Bytes

    private static let keptOutput = 64 << 10
    private static let runs = Atomic<UInt64>(0)

    init(
        _ command: ScanCommand, _ content: Bytes, digest: String, within limit: Duration
    ) throws(ScannerFault) {
        let path = try ProgramRun.file(of: content, in: command.folder)
        defer { unsafe unlink(path) }
        let arguments = command.arguments.map { $0.replacing(ScanCommand.fileWord, with: path) }
        let environment =
            [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
                "ASSAY_SHA256=\(digest)", "ASSAY_SIZE=\(content.count)",
            ] + command.environment
        let deadline = ContinuousClock.now + limit
        let child = try Child(arguments, environment, input: command.takesFile ? "/dev/null" : path)
        defer { child.close() }
        var output: [UInt8] = []
        var (isOpen, ending): (Bool, Ending?) = (true, nil)
        while ending == nil {
            guard ContinuousClock.now < deadline else {
                child.kill()
                (self.ending, self.output) = (.timeout, Bytes(output))
                return
            }
            if isOpen {
                isOpen = child.read(into: &output, limit: ProgramRun.keptOutput, milliseconds: 50)
            } else {
                usleep(2000)
            }
            ending = child.ending()
        }
        // Something that it left behind may hold its output open: what is there now is all that counts.
        while isOpen, output.count < ProgramRun.keptOutput {
            let known = output.count
            isOpen = child.read(into: &output, limit: ProgramRun.keptOutput, milliseconds: 0)
            if output.count == known { break }
        }
        (self.ending, self.output) = (ending ?? .timeout, Bytes(output))
    }

    /// Makes a file of `content` that only this user may read.
    private static func file(of content: Bytes, in folder: String) throws(ScannerFault) -> String {
        for _ in 0..<16 {
            let number = runs.wrappingAdd(1, ordering: .relaxed).newValue
            let path = "\(folder)/assay-scan-\(getpid())-\(number)"
            let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if descriptor < 0, errno == EEXIST { continue }
            guard descriptor >= 0 else { throw ScannerFault("\(path): \(systemError(errno))") }
            let failure = write(content, to: descriptor)
            _ = close(descriptor)
            if let failure {
                unsafe unlink(path)
                throw ScannerFault("\(path): \(failure)")
            }
            return path
        }
        throw ScannerFault("\(folder): a file of every name is there already")
    }

    private static func write(_ content: Bytes, to descriptor: Int32) -> String? {
        content.withSpan { span in
            unsafe span.withUnsafeBytes { bytes in
                var done = 0
                while done < bytes.count {
                    guard let start = bytes.baseAddress else { return nil }
                    let count = unsafe Glibc.write(descriptor, start + done, bytes.count - done)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { return systemError(errno) }
                    done += count
                }
                return nil
            }
        }
    }
}

private func systemError(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }

/// A process that was started, in a group of its own.
private struct Child {
    private let process: pid_t
    private let outputEnd: Int32

    init(_ arguments: [String], _ environment: [String], input: String) throws(ScannerFault) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw ScannerFault("no pipe: \(systemError(errno))") }
        let (reading, writing) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        defer { _ = Glibc.close(writing) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, writing, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, writing, 2)
        // Whatever else this process has open is none of the program's concern.
        for descriptor in Child.inherited { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        // What this process ignores, the program would ignore too.
        var (defaults, blocked) = (sigset_t(), sigset_t())
        unsafe sigfillset(&defaults)
        unsafe sigemptyset(&blocked)
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
        unsafe posix_spawnattr_setsigmask(&attributes, &blocked)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        var process: pid_t = 0
        let program = arguments.first ?? ""
        let code = unsafe withStrings(arguments) { arguments in
            unsafe withStrings(environment) { environment in
                unsafe posix_spawn(&process, program, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else {
            _ = Glibc.close(reading)
            throw ScannerFault("\(program): \(systemError(code))")
        }
        (self.process, outputEnd) = (process, reading)
    }

    /// The descriptors that a program would have besides its own three.
    private static var inherited: [Int32] {
        guard let folder = unsafe opendir("/proc/self/fd") else { return [] }
        defer { unsafe closedir(folder) }
        var found: [Int32] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            guard let descriptor = Int32(name), descriptor > 2 else { continue }
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0, flags & FD_CLOEXEC == 0 { found.append(descriptor) }
        }
        return found
    }

    /// Reads what there is, waiting so long for it; whether more may come.
    func read(into output: inout [UInt8], limit: Int, milliseconds: Int32) -> Bool {
        var wanted = pollfd(fd: outputEnd, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&wanted, 1, milliseconds) > 0 else { return true }
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        let count = unsafe Glibc.read(outputEnd, &piece, piece.count)
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        output += piece.prefix(min(count, max(0, limit - output.count)))
        return count > 0
    }

    /// How it ended; nil while it runs.
    func ending() -> ProgramRun.Ending? {
        var status: Int32 = 0
        let ended = unsafe waitpid(process, &status, WNOHANG)
        if ended == 0 || (ended < 0 && errno == EINTR) { return nil }
        guard ended == process else { return .signal(0) }
        let signal = Int(status & 0x7f)
        return signal == 0 ? .exit(Int(status >> 8 & 0xff)) : .signal(signal)
    }

    /// Ends it and what it has started.
    func kill() {
        _ = Glibc.kill(-process, SIGKILL)
        var status: Int32 = 0
        _ = unsafe waitpid(process, &status, 0)
    }

    func close() { _ = Glibc.close(outputEnd) }
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
