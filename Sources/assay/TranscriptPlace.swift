import Archives
import Glibc
import Replay
import SMTP
import Values

/// Sessions named on the command line: a transcript or a folder of them, `TRANSCRIPT#N`, `TRANSCRIPT#N.T` for the
/// session's transaction T, or `TRANSCRIPT#ID`.
struct TranscriptPlace {
    let path: String
    /// The session by its number or its name; nil for all of them.
    let key: String?
    /// What logs of dialogues leave out, where such are read as well.
    var logs: DialogueLogOptions?

    /// Takes `text` apart: a file of that name is meant before anything else.
    init(_ text: String) {
        if text != "-", unsafe access(text, F_OK) != 0, let hash = text.lastIndex(of: "#"),
            unsafe access(String(text[..<hash]), F_OK) == 0
        {
            (path, key) = (String(text[..<hash]), String(text[text.index(after: hash)...]))
        } else {
            (path, key) = (text, nil)
        }
    }

    /// The sessions of `path`, or the one of them that `session` names.
    init(_ path: String, session: String?) { (self.path, key) = (path, session) }

    /// Whether the file begins as a transcript does. Mail, folders and standard input do not.
    var isTranscript: Bool {
        var status = stat()
        guard path != "-", unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            var reader = try? ArchiveReader(.path(path)), case .transcript? = reader.next()
        else { return false }
        return true
    }

    /// The transaction that is named, from 1; nil for all of the session's.
    var transaction: Int? {
        guard let parts = key?.split(separator: ".", omittingEmptySubsequences: false), parts.count == 2,
            Int(parts[0]) != nil
        else { return nil }
        return Int(parts[1])
    }

    /// As `read`, for who takes time over a session.
    func forEach(_ take: (TranscriptSession) async throws -> Bool) async throws -> Failure.Code? {
        var run = try Run(self)
        while let session = try run.next() {
            guard try await take(session) else { break }
        }
        return run.problem
    }

    /// Hands out the sessions that are meant; false from `take` ends it. What cannot be read is told. Returns the exit
    /// code for the first problem.
    ///
    /// - Throws: `Failure` when nothing can be read at all, or there is no such session.
    func read(_ take: (TranscriptSession) throws -> Bool) throws -> Failure.Code? {
        var run = try Run(self)
        while let session = try run.next() {
            guard try take(session) else { break }
        }
        return run.problem
    }

    /// The sessions as they are read.
    private struct Run: ~Copyable {
        private let place: TranscriptPlace
        private var reader: TranscriptReader?
        private var log: DialogueLogReader?
        private(set) var problem: Failure.Code?
        private var (count, found) = (0, 0)

        init(_ place: TranscriptPlace) throws {
            self.place = place
            var opened = try place.opened(place.logs)
            reader = nil
            log = opened.log.take()
            guard log == nil else { return }
            do {
                var options = ArchiveOptions()
                options.begun = opened.begun
                reader = try TranscriptReader(place.path == "-" ? .standardInput : .path(place.path), options: options)
            } catch {
                throw Failure(error.code.exitStatus, TerminalLine.safe(error.description))
            }
        }

        /// The next session that is meant; nil after the last.
        mutating func next() throws -> TranscriptSession? {
            if log != nil { return try nextOfLog() }
            while let event = reader?.next() {
                switch event {
                case .problem(let part):
                    problem = problem ?? part.error.code.exitStatus
                    StandardError.write(TerminalLine.safe(part.error.description) + "\n")
                case .note(let note): StandardError.write(TerminalLine.safe(note) + "\n")
                case .session(let session):
                    count += 1
                    guard place.isMeant(session) else { continue }
                    found += 1
                    return session
                }
            }
            try complain()
            return nil
        }

        /// Throws where a session is named and there is no such one.
        private func complain() throws {
            guard let key = place.key, found == 0 else { return }
            let name = "\(place.path): no session \(key); the transcript has \(count)"
            throw Failure(problem ?? .noInput, TerminalLine.safe(name))
        }

        private func notes() throws -> [String] {
            switch log {
            case .some(let log): try TranscriptPlace.notes(on: log, place.path)
            case .none: []
            }
        }

        private mutating func nextOfLog() throws -> TranscriptSession? {
            while true {
                do throws(ArchiveError) {
                    guard let session = try log?.next() else { break }
                    count += 1
                    guard place.isMeant(session) else { continue }
                    found += 1
                    return session
                } catch {
                    problem = problem ?? error.code.exitStatus
                    StandardError.write(TerminalLine.safe(error.description) + "\n")
                }
            }
            for note in try notes() { StandardError.write(TerminalLine.safe(note) + "\n") }
            try complain()
            return nil
        }
    }

    private func isMeant(_ session: TranscriptSession) -> Bool {
        guard let key else { return true }
        if session.session.id == key { return true }
        let number = transaction == nil ? key[...] : key.prefix { $0 != "." }
        return Int(number) == session.number
    }
}
