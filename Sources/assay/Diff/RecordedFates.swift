import Cases
import Reports
import Screening
import Values

/// What servers did with the transactions of recorded sessions, as a case keeps it.
enum RecordedFates {
    /// The fates of a run. Throws where there are none.
    static func of(_ file: CaseFile, run: Int) throws -> [Int: StoredFate] {
        try require(in: file, run: run)
        return try file.recordedFates(run: run)
    }

    /// Throws where a run has nothing of what servers did.
    static func require(in file: CaseFile, run: Int) throws {
        guard try file.hasRecordedFates(run: run) else {
            throw Failure(
                .noInput,
                TerminalLine.safe(
                    "\(file.path): run \(run) has no session of which it is recorded what the server did; replay "
                        + "transcripts, captures or imported logs into the case (assay replay --case)"))
        }
    }
}
