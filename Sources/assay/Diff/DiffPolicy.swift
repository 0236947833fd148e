import Cases
import Glibc
import Policy
import Screening
import Stages
import Values

/// A policy as `--policy` of `assay diff` names it: a file, or several with commas between them.
struct DiffPolicy {
    /// The files as they were given.
    let name: String
    /// The files in order, later ones overlaying earlier ones.
    let files: [String]

    init(_ text: String) {
        name = text
        // A file may have a comma in its name.
        files = unsafe access(text, F_OK) == 0 ? [text] : text.split(separator: ",").map(String.init)
    }

    /// The policy. Throws its mistakes.
    func load() throws -> ScreeningPolicy { try PolicyLoading(files).policy() }
}

/// The policy of a run, from the texts that the case keeps.
struct RunPolicy {
    private let files: [(name: String, text: String)]?
    private let run: Int

    init(of file: CaseFile, run: Int) {
        self.run = run
        files = try? file.policyFiles(run: run)
    }

    /// The names of its files.
    var names: String { (files ?? []).map(\.name).joined(separator: ", ") }

    /// The policy. Lists are read from where they are now. Throws when it is one no more.
    func policy() throws -> ScreeningPolicy {
        guard let files else {
            throw Failure(.badData, "the policy of run \(run) is not in the case; name two policies")
        }
        return try PolicyLoading(files.map(\.name)).policy(texts: files.map { Bytes($0.text) })
    }
}
