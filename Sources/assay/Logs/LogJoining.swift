import Archives
import Logs
import Mail
import Replay
import Values

/// Reads logs for the messages of archives.
enum LogJoining {
    /// The messages that `logs` tell of and `archives` may have. The archives are read once for their ids, so that memory
    /// does not grow with the logs; standard input cannot be, and all messages of the logs are held then.
    static func read(_ logs: [String], for archives: [ArchiveLocation], _ options: LogOptions) throws -> (
        join: LogJoin, tally: LogTally
    ) {
        var keys = LogKeySet()
        let paths = archives.map { location in
            switch location {
            case .path(let path): path
            case .standardInput: "-"
            }
        }
        var bar = ProgressBar(totalBytes: StandardError.isTerminal ? ArchiveSize.total(of: paths) : nil)
        var (count, done) = (0, 0)
        for location in archives {
            if case .standardInput = location {
                keys = LogKeySet(takesAll: true)
                break
            }
            // What cannot be read is told when the archive is read itself.
            guard var reader = try? ArchiveReader(location) else { continue }
            while let event = reader.next() {
                if case .message(let entry) = event { keys.add(LogKeys(Message(entry.message))) }
                count += 1
                bar.show(Progress(messages: count, bytes: done + reader.bytesRead))
            }
            done += reader.bytesRead
        }
        bar.clear()
        var files = try LogFileSet(logs, options, now: WallClock.now)
        var assembler = LogAssembler()
        var finished: [LogMessage] = []
        var found: [LogMessage] = []
        func keep() {
            found += finished.lazy.filter { keys.mayHold($0) }.prefix(max(0, LogJoin.most - found.count))
            finished.removeAll(keepingCapacity: true)
        }
        let log = try files.read { records in
            for record in records { assembler.add(record, into: &finished) }
            keep()
        }
        assembler.finish(into: &finished)
        keep()
        try files.finish()
        if found.count >= LogJoin.most {
            StandardError.write(
                "assay: the logs tell of more than \(LogJoin.most) messages; the rest is left out: give fewer logs, or --since and --until\n"
            )
        }
        return (LogJoin(found), log.tally)
    }

    /// Reads the sessions that `logs` tell of, whenever that is asked for.
    static func sessions(
        of logs: [String], zone: LogZone?, year: Int?
    ) -> @Sendable ((LoggedSession, String) throws -> Void) throws -> Void {
        { each in
            var options = LogOptions()
            (options.zone, options.year, options.span) = (zone, year, .all)
            var files = try LogFileSet(logs, options, now: WallClock.now)
            let names = files.files.map(\.path)
            var sessions = LoggedSessions()
            var finished: [LoggedSession] = []
            func hand() throws {
                for session in finished { try each(session, names[session.place.file]) }
                finished.removeAll(keepingCapacity: true)
            }
            _ = try files.read { records in
                for record in records { sessions.add(record, into: &finished) }
                try hand()
            }
            sessions.finish(into: &finished)
            try hand()
            try files.finish()
        }
    }
}
