import Glibc

/// The right to write to a case: one process has it at a time, and the system takes it back when that one ends.
final class CaseLock: Sendable {
    private let descriptor: Int32

    /// Takes the right for the file at `path`, which is made where it is not there. Throws when another has it.
    init(_ path: String) throws(CaseError) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CaseError(.inputOutput, path, unsafe "cannot be written: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let reason = unsafe String(cString: strerror(errno))
            close(descriptor)
            throw isHeld
                ? CaseError(.inUse, path, "another replay is writing to it; wait for it, or name another file")
                : CaseError(.inputOutput, path, "cannot be locked: \(reason)")
        }
    }

    deinit { close(descriptor) }
}
