import Cases

extension CaseFile {
    /// What to tell where `run` was not finished itself, and of runs behind it that were not, where nobody asked for a
    /// run by its number.
    func unfinishedNotes(behind run: Int, askedFor number: Int?) throws -> [String] {
        let unfinished = try unfinishedRuns()
        if unfinished.contains(run) {
            return [
                TerminalLine.safe(
                    "\(path): run \(run) was not finished, so messages are missing; the same replay with --case goes on with it"
                )
            ]
        }
        guard number == nil else { return [] }
        return unfinished.filter { $0 > run }.map { other in
            TerminalLine.safe("\(path): run \(other) was not finished; this is run \(run)")
        }
    }
}
