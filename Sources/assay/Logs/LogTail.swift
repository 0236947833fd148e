import Archives
import Logs
import Values

/// A log that is read as it is written.
struct LogTail {
    /// What a look at it gave besides records.
    struct State {
        /// Something to tell once.
        var note: String?
        /// Whether there was nothing new.
        var isIdle = true
    }

    private let file: FollowedFile
    private let number: Int
    private let options: LogOptions
    private var log: LogImport
    private var isBegun = false
    private var obstacle: String?
    /// Whether all that was there when it began has been read.
    private(set) var hasCaughtUp = false

    init(path: String, number: Int, options: LogOptions) {
        (self.number, self.options) = (number, options)
        file = FollowedFile(path: path, from: nil)
        log = LogImport(clock: LogClock(reference: Timestamp(seconds: 0)), waits: false)
    }

    /// Reads on: all that there is, but for what comes meanwhile.
    mutating func look(at now: Timestamp) -> (records: [LogRecord], state: State) {
        var records: [LogRecord] = []
        var state = State()
        var unknown = 0
        for _ in 0..<64 {
            switch file.look() {
            case .bytes(let bytes):
                state.isIdle = false
                obstacle = nil
                var bytes = bytes[...]
                if !isBegun {
                    log.begin(file: number, clock: options.clock(modified: now))
                    isBegun = true
                    if file.beganWithinLine { bytes = bytes.firstIndex(of: .lf).map { bytes[($0 + 1)...] } ?? [] }
                }
                let known = log.unknownCount
                log.add(bytes, into: &records)
                unknown += log.unknownCount - known
                if unknown > 0 {
                    let lines = Counted.words(unknown, "line is", "lines are")
                    state.note = "\(lines) not known (assay logs summary shows their shapes)"
                }
            case .restarted:
                state.isIdle = false
                log.finish(into: &records)
                isBegun = false
            case .nothing:
                hasCaughtUp = true
                return (records, state)
            case .away(let reason):
                hasCaughtUp = true
                if obstacle != reason { state.note = "cannot be followed: \(reason)" }
                obstacle = reason
                return (records, state)
            }
        }
        return (records, state)
    }
}
