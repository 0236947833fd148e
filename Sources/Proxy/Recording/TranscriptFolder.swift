import Dispatch
import SMTP
import Screening
import Synchronization
import Values

/// Records sessions as transcripts in a folder (assay-transcript(5)), away from the sessions themselves: they hand over
/// what they have and go on. Where a disk is slow or full, recordings are lost and counted, and no mail waits.
public final class TranscriptFolder: SessionRecorder {
    /// Octets that wait to be written, from which on sessions are not recorded.
    private static let mostWaiting = 64 << 20

    /// What waits to be written.
    private struct Part {
        let session: SessionSink
        let entries: [RecordedEntry]
        let isLast: Bool
    }

    private struct State {
        var parts: [Part] = []
        var octets = 0
        var isWriting = false
        var lostSessions = 0
        var isFailing = false
    }

    /// Where and how sessions are recorded.
    public let settings: RecordingSettings
    private let clock: @Sendable () -> Timestamp
    private let onFault: @Sendable (String) -> Void
    private let queue = DispatchQueue(label: "assayd.recording", qos: .utility)
    private let state = Mutex(State())
    /// The file that sessions which begin are recorded in.
    private let current = Mutex<TranscriptFile?>(nil)

    /// A recorder with these settings. `onFault` is told, once each time, when sessions can no longer be recorded, and
    /// when they can again.
    public init(
        _ settings: RecordingSettings, clock: @escaping @Sendable () -> Timestamp,
        onFault: @escaping @Sendable (String) -> Void
    ) {
        (self.settings, self.clock, self.onFault) = (settings, clock, onFault)
    }

    /// How many sessions were not recorded, or not to their end.
    public var lostSessions: Int { state.withLock { $0.lostSessions } }

    public func sink(for session: String) -> any RecordingSink { SessionSink(session, self) }

    /// Waits until all that was handed over has been written.
    public func finish() {
        while true {
            queue.sync {}
            if state.withLock({ $0.parts.isEmpty && !$0.isWriting }) { return }
        }
    }

    /// One session's way into the folder.
    fileprivate final class SessionSink: RecordingSink {
        let name: String
        private let folder: TranscriptFolder
        /// All of a session goes into one file.
        let place = Mutex<(file: TranscriptFile?, encoder: TranscriptEncoder)>((nil, TranscriptEncoder()))
        let isLost = Atomic(false)

        init(_ name: String, _ folder: TranscriptFolder) { (self.name, self.folder) = (name, folder) }

        func take(_ entries: [RecordedEntry], isLast: Bool) {
            folder.add(Part(session: self, entries: entries, isLast: isLast))
        }
    }

    private func add(_ part: Part) {
        guard !part.session.isLost.load(ordering: .relaxed) else { return }
        let octets = part.entries.reduce(0) { $0 + $1.octets }
        let (isTaken, startsWriting) = state.withLock { state in
            guard state.octets + octets <= TranscriptFolder.mostWaiting || state.octets == 0 else {
                return (false, false)
            }
            state.parts.append(part)
            state.octets += octets
            defer { state.isWriting = true }
            return (true, !state.isWriting)
        }
        if !isTaken { lose([part.session], because: "the disk is too slow") }
        if startsWriting { queue.async { self.write() } }
    }

    /// Writes what waits, until nothing does.
    private func write() {
        while true {
            let parts = state.withLock { state in
                defer { (state.parts, state.octets) = ([], 0) }
                if state.parts.isEmpty { state.isWriting = false }
                return state.parts
            }
            if parts.isEmpty { return }
            write(parts)
        }
    }

    private func write(_ parts: [Part]) {
        var batch = Batch()
        for part in parts where !part.session.isLost.load(ordering: .relaxed) {
            let result = part.session.place.withLock { place -> Result<TranscriptFile, TranscriptFile.Fault> in
                let found = place.file.map { .success($0) } ?? openFile()
                if case .success(let file) = found {
                    if batch.file !== file { flush(&batch) }
                    place.file = file
                    batch.add(part.entries, of: part.session, with: &place.encoder, to: file)
                }
                return found
            }
            if case .failure(let fault) = result { lose([part.session], because: fault.reason) }
            if batch.octets.count >= 1 << 20 { flush(&batch) }
        }
        flush(&batch)
    }

    /// What is written as one frame.
    private struct Batch {
        var file: TranscriptFile?
        var octets: [UInt8] = []
        var sessions: [SessionSink] = []

        mutating func add(
            _ entries: [RecordedEntry], of session: SessionSink, with encoder: inout TranscriptEncoder,
            to file: TranscriptFile
        ) {
            self.file = file
            sessions.append(session)
            for entry in entries {
                octets += encoder.encode(entry.line(of: session.name, besides: file))
            }
        }
    }

    private func flush(_ batch: inout Batch) {
        defer { batch = Batch() }
        guard let file = batch.file, !batch.octets.isEmpty else { return }
        if let fault = file.append(batch.octets) {
            lose(batch.sessions, because: fault.reason)
        } else {
            recover()
        }
    }

    /// The file to begin a session in: the one at hand, or another where that has grown too large or too old.
    private func openFile() -> Result<TranscriptFile, TranscriptFile.Fault> {
        current.withLock { current in
            let now = clock()
            if let file = current, file.size < settings.rotateSize, now.since(file.opened) < settings.rotateAge,
                !file.isRemoved
            {
                return .success(file)
            }
            let opened = TranscriptFile.create(in: settings.folder, level: Int32(settings.level), at: now)
            current = try? opened.get()
            if let file = current { TranscriptRetention(settings).apply(at: now, sparing: file.stem) }
            return opened
        }
    }

    private func lose(_ sessions: [SessionSink], because reason: String) {
        let lost = sessions.filter { !$0.isLost.exchange(true, ordering: .relaxed) }.count
        let isNews = state.withLock { state in
            state.lostSessions += lost
            defer { state.isFailing = true }
            return !state.isFailing
        }
        guard isNews else { return }
        onFault("sessions are not recorded in \(settings.folder): \(reason); mail goes on without")
    }

    private func recover() {
        let lost = state.withLock { state in
            defer { state.isFailing = false }
            return state.isFailing ? state.lostSessions : nil
        }
        if let lost { onFault("sessions are recorded again; \(lost) in all have not been, or not to their end") }
    }
}

extension RecordedEntry {
    /// About how many octets the entry holds.
    fileprivate var octets: Int {
        switch content {
        case .verdict: 4096
        case .event(.message(let message), _):
            if case .inline(let bytes) = message.content { 200 + bytes.count } else { 200 }
        case .event(.line(_, let bytes), _): 200 + bytes.count
        case .event: 300
        }
    }
}
