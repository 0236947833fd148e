import Archives
import Captures
import SMTP
import Values

/// Puts the sessions of a transcript, or of a capture of packets, together from its pieces.
struct TranscriptFeed {
    /// What a piece completes.
    enum Output {
        case session(TranscriptSession)
        /// A line that cannot be read.
        case problem(ArchiveProblem)
        /// Something to know that is no mistake of the transcript's.
        case note(String)
    }

    /// What the file is, once its first octets are there.
    private enum Form {
        case undecided
        case transcript(TranscriptDecoder, TranscriptAssembler)
        case capture(CaptureReader)
    }

    private let file: String
    private var form = Form.undecided
    private var count = 0
    private var hasProblem = false

    /// At the beginning of the transcript `file`.
    init(_ file: String) { self.file = file }

    /// Takes the next piece.
    mutating func add(_ piece: TranscriptPiece) -> [Output] {
        var outputs: [Output] = []
        if case .undecided = form {
            form =
                CaptureReader.isCapture(piece.bytes)
                ? .capture(CaptureReader()) : .transcript(TranscriptDecoder(file: file), TranscriptAssembler())
        }
        switch form {
        case .undecided: break
        case .transcript(var decoder, var assembler):
            form = .undecided
            for output in decoder.consume(piece.bytes) { add(output, &assembler, to: &outputs) }
            if piece.isLast { finish(piece, &decoder, &assembler, to: &outputs) }
            form = .transcript(decoder, assembler)
        case .capture(var reader):
            form = .undecided
            for output in reader.consume(piece.bytes) { add(output, to: &outputs) }
            if piece.isLast {
                for output in reader.finish() { add(output, to: &outputs) }
                if count == 0, !hasProblem {
                    let error = ArchiveError(.notMail, file: file, message: "the capture holds no session of SMTP")
                    outputs.append(.problem(ArchiveProblem(error, source: file)))
                }
            }
            form = .capture(reader)
        }
        return outputs
    }

    private mutating func finish(
        _ piece: TranscriptPiece, _ decoder: inout TranscriptDecoder, _ assembler: inout TranscriptAssembler,
        to outputs: inout [Output]
    ) {
        var isCutOff = piece.isCutOff
        var place = file
        switch decoder.finish() {
        case .success(let line): add(.success(line), &assembler, to: &outputs)
        case .failure(let error):
            // A line that nothing ends is what a recorder was writing when it was stopped.
            isCutOff = true
            place = "\(file):\(error.line)"
        case nil: break
        }
        let whole = count
        for session in assembler.finish() { add(session, to: &outputs) }
        if isCutOff {
            outputs.append(
                .note(
                    "\(place): the transcript is cut off here, as when its recorder was stopped; "
                        + "\(whole) sessions are whole, \(count - whole) are not"))
        }
        if count == 0, !hasProblem, !isCutOff {
            let error = ArchiveError(.notMail, file: file, message: "the transcript holds no session")
            outputs.append(.problem(ArchiveProblem(error, source: file)))
        }
    }

    private mutating func add(
        _ output: TranscriptDecoder.Output, _ assembler: inout TranscriptAssembler, to outputs: inout [Output]
    ) {
        switch output {
        case .success(let line): for session in assembler.add(line) { add(session, to: &outputs) }
        case .failure(let error):
            hasProblem = true
            let told = ArchiveError(.damaged, file: "\(error.file):\(error.line)", message: error.message)
            outputs.append(.problem(ArchiveProblem(told, source: file)))
        }
    }

    private mutating func add(_ output: CaptureReader.Output, to outputs: inout [Output]) {
        switch output {
        case .session(let session): add(session, to: &outputs)
        case .damage(let offset, let reason):
            hasProblem = true
            let told = ArchiveError(.damaged, file: file, offset: offset, message: reason)
            outputs.append(.problem(ArchiveProblem(told, source: file)))
        case .note(let note): outputs.append(.note("\(file): \(note)"))
        }
    }

    private mutating func add(_ session: RecordedSession, to outputs: inout [Output]) {
        count += 1
        outputs.append(.session(TranscriptSession(session, file: file, number: count)))
    }
}
