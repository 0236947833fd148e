import ArgumentParser
import Values

/// `assay evidence verify`
struct EvidenceVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Tell whether exported evidence is what it was.",
        discussion: """
            FOLDER is what assay query CASE --export FOLDER wrote. The SHA-256 of every file is computed anew and \
            compared with manifest.json, that of every message with the case's, and that of every source with what it \
            was when it was replayed, where it is still in its place. What differs is told; the exit code is 1 then.

            The manifest itself is vouched for by its SHA-256, which the export printed: give it with --manifest.
            """)

    @Argument(help: ArgumentHelp("The folder that was exported.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("The SHA-256 that the manifest must have.", valueName: "sha256"))
    var manifest: String?

    func run() async throws {
        try await reportingFailure {
            let (evidence, sha256) = try EvidenceManifest.read(in: folder)
            var (differences, notes) = evidence.differences(in: folder)
            if let manifest, manifest.lowercased() != sha256 {
                differences.insert("\(EvidenceManifest.name): its SHA-256 is \(sha256), not \(manifest)", at: 0)
            }
            var output = try FileOutput(path: nil)
            for difference in differences { output.append(TerminalLine.safe(difference) + "\n") }
            for note in notes { StandardError.write(TerminalLine.safe(note) + "\n") }
            let count = evidence.files.count
            output.append(
                differences.isEmpty
                    ? "\(count) files as exported; manifest \(sha256)\n"
                    : "\(differences.count) \(differences.count == 1 ? "thing differs" : "things differ")\n")
            try output.flush()
            if !differences.isEmpty { throw ExitCode(Failure.Code.differs.rawValue) }
        }
    }
}
