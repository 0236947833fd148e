import ArgumentParser
import Policy
import Screening
import Stages
import Values

/// The policy files of a command.
struct PolicyOptions: ParsableArguments {
    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp(
            "A policy file; repeat it to overlay files, later ones winning. Without one the built-in defaults hold.",
            valueName: "file"))
    var files: [String] = []

    /// The policy the files give. Throws all of their mistakes at once, with exit code 78.
    func load() throws -> ScreeningPolicy { try PolicyLoading(files).policy() }
}

/// Policy files on disk, read and combined.
struct PolicyLoading {
    private let files: [String]

    init(_ files: [String]) { self.files = files }

    /// The policy they give for all stages.
    func policy() throws -> ScreeningPolicy {
        var documents: [PolicyNode] = []
        var mistakes: [PolicyDiagnostic] = []
        for file in files {
            let (node, diagnostics) = PolicyDocument.parse(try contents(of: file), file: file)
            mistakes += diagnostics
            if let node { documents.append(node) }
        }
        let (policy, diagnostics) = ScreeningPolicy.read(documents, catalogue: catalogue, files: lists)
        mistakes += diagnostics
        guard mistakes.isEmpty, let policy else { throw Failure(.policy, mistakes.sorted().map(\.description)) }
        return policy
    }

    /// The files that lists in a policy name, read with the same care.
    private var lists: PolicyFiles {
        PolicyFiles { path in
            InputFile.contents(of: path, limit: 256 << 20).mapError { PolicyFileError($0.description) }
        }
    }

    private func contents(of file: String) throws -> Bytes {
        switch InputFile.contents(of: file, limit: 4 << 20) {
        case .success(let bytes): return bytes
        case .failure(let error): throw error.failure
        }
    }
}
