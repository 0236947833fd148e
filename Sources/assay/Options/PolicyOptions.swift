import Archives
import ArgumentParser
import Cases
import Policy
import Screening
import Stages
import Synchronization
import Values

/// The policy files of a command.
struct PolicyOptions: ParsableArguments {
    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp(
            "A policy file; repeat it to overlay files, later ones winning. Without one the built-in defaults hold, "
                + "and for a case file the policy of its run.",
            valueName: "file"))
    var files: [String] = []

    /// The policy the files give. Throws all of their mistakes at once, with exit code 78.
    func load() throws -> ScreeningPolicy { try PolicyLoading(files).policy() }

    /// The policy the files give, with the text of each and the names of the lists they read.
    func loadWithTexts() throws -> LoadedPolicy {
        let noted = NotedFiles()
        let loading = PolicyLoading(files)
        return LoadedPolicy(
            policy: try loading.policy(noting: noted),
            texts: try files.map { RunDescription.PolicyFile(name: $0, text: try loading.contents(of: $0)) },
            lists: noted.names)
    }
}

/// A policy together with the files it was made from.
struct LoadedPolicy {
    let policy: ScreeningPolicy
    let texts: [RunDescription.PolicyFile]
    let lists: [String]
}

/// The names of files that were read on behalf of a policy.
final class NotedFiles: Sendable {
    private let all = Mutex<Set<String>>([])

    func note(_ name: String) { all.withLock { _ = $0.insert(name) } }

    var names: [String] { all.withLock { $0.sorted() } }
}

/// Policy files on disk, read and combined.
struct PolicyLoading {
    private let files: [String]

    init(_ files: [String]) { self.files = files }

    /// The policy they give for all stages.
    func policy(noting noted: NotedFiles? = nil) throws -> ScreeningPolicy {
        try policy(texts: files.map { try contents(of: $0) }, noting: noted)
    }

    /// The policy that `texts` give, one for each file.
    func policy(texts: [Bytes], noting noted: NotedFiles? = nil) throws -> ScreeningPolicy {
        var documents: [PolicyNode] = []
        var mistakes: [PolicyDiagnostic] = []
        for (file, text) in zip(files, texts) {
            let (node, diagnostics) = PolicyDocument.parse(text, file: file)
            mistakes += diagnostics
            if let node { documents.append(node) }
        }
        let (policy, diagnostics) = ScreeningPolicy.read(documents, catalogue: catalogue, files: lists(noting: noted))
        mistakes += diagnostics
        guard mistakes.isEmpty, let policy else { throw Failure(.policy, mistakes.sorted().map(\.description)) }
        return policy
    }

    /// The files that lists in a policy name, read with the same care.
    private func lists(noting noted: NotedFiles?) -> PolicyFiles {
        // What a secret was is not to be told by what case files note of the files behind a run.
        PolicyFiles(
            secrets: { path in
                SecretFile.contents(of: path).mapError { PolicyFileError($0.description) }
            }, list: { FolderNames.of($0) },
            cache: { path in
                (path.map { CacheFolder($0) } ?? .ofUser(Environment.value)).map { PolicyCache($0) }
            },
            map: { path, head in
                noted?.note(path)
                return FileMapping.of(path, beginningWith: head, limit: 256 << 20)
            }
        ) { path in
            noted?.note(path)
            return InputFile.contents(of: path, limit: 256 << 20).mapError { PolicyFileError($0.description) }
        }
    }

    func contents(of file: String) throws -> Bytes {
        switch InputFile.contents(of: file, limit: 4 << 20) {
        case .success(let bytes): return bytes
        case .failure(let error): throw error.failure
        }
    }
}
