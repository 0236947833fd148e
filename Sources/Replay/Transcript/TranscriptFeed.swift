import Archives
import SMTP
import Values

/// Puts the sessions of a transcript together from its pieces.
struct TranscriptFeed {
    /// What a piece completes.
    enum Output {
        case session(TranscriptSession)
        /// A line that cannot be read.
        case problem(ArchiveProblem)
        /// Something to know that is no mistake of the transcript's.
        case note(String)
    }

    private let file: String
    private var decoder: TranscriptDecoder
    private var assembler = TranscriptAssembler()
    private var count = 0

    /// At the beginning of the transcript `file`.
    init(_ file: String) {
        self.file = file
        decoder = TranscriptDecoder(file: file)
    }

    /// Takes the next piece.
    mutating func add(_ piece: TranscriptPiece) -> [Output] {
        var outputs: [Output] = []
        for output in decoder.consume(piece.bytes) { add(output, to: &outputs) }
        guard piece.isLast else { return outputs }
        var isCutOff = piece.isCutOff
        var place = file
        switch decoder.finish() {
        case .success(let line): add(.success(line), to: &outputs)
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
        if count == 0, !outputs.contains(where: { if case .problem = $0 { true } else { false } }), !isCutOff {
            let error = ArchiveError(.notMail, file: file, message: "the transcript holds no session")
            outputs.append(.problem(ArchiveProblem(error, source: file)))
        }
        return outputs
    }

    private mutating func add(_ output: TranscriptDecoder.Output, to outputs: inout [Output]) {
        switch output {
        case .success(let line): for session in assembler.add(line) { add(session, to: &outputs) }
        case .failure(let error):
            let told = ArchiveError(.damaged, file: "\(error.file):\(error.line)", message: error.message)
            outputs.append(.problem(ArchiveProblem(told, source: file)))
        }
    }

    private mutating func add(_ session: RecordedSession, to outputs: inout [Output]) {
        count += 1
        outputs.append(.session(TranscriptSession(session, file: file, number: count)))
    }
}
