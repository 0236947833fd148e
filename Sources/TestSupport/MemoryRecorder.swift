import Proxy
import SMTP
import Screening
import Synchronization
import Values

/// Records sessions in memory, in the bytes of a transcript.
final class MemoryRecorder: SessionRecorder {
    private let transcript = Mutex<[UInt8]>([])

    func sink(for session: String) -> any RecordingSink { Sink(name: session, recorder: self) }

    /// The sessions, read back.
    func sessions() throws -> [RecordedSession] {
        var decoder = TranscriptDecoder(file: "recorded")
        var assembler = TranscriptAssembler()
        var sessions: [RecordedSession] = []
        for output in decoder.consume(Bytes(transcript.withLock { $0 })) { sessions += assembler.add(try output.get()) }
        return sessions + assembler.finish()
    }

    private struct Sink: RecordingSink {
        let name: String
        let recorder: MemoryRecorder

        func take(_ entries: [RecordedEntry], isLast: Bool) {
            var encoder = TranscriptEncoder()
            let lines = entries.flatMap { entry in
                let (event, marks): (TranscriptEvent, TranscriptLine.Marks) =
                    switch entry.content {
                    case .event(let event, let marks): (event, marks)
                    case .verdict(let record): (.verdict(record.json), [])
                    }
                return encoder.encode(
                    TranscriptLine(session: name, time: entry.time, event: event, number: entry.number, marks: marks))
            }
            recorder.transcript.withLock { $0 += lines }
        }
    }
}
