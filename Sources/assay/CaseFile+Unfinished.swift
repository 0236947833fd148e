import Cases

extension CaseFile {
    /// What to tell of runs behind `run` that were not finished, where nobody asked for a run by its number.
    func unfinishedNotes(behind run: Int, askedFor number: Int?) throws -> [String] {
        guard number == nil else { return [] }
        return try unfinishedRuns().filter { $0 > run }.map { other in
            TerminalLine.safe("\(path): run \(other) was not finished; this is run \(run)")
        }
    }
}
