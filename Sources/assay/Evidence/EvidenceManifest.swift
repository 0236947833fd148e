import Archives
import Cryptography
import Foundation
import Values

/// The manifest of exported evidence, and what differs from it.
struct EvidenceManifest: Decodable {
    /// The name of the manifest in its folder.
    static let name = "manifest.json"

    /// A file of the folder.
    struct File: Decodable {
        let file: String
        let sha256: String
        let size: Int
    }

    /// A source that the case was made of.
    struct Source: Decodable {
        let location: String
        let sha256: String?
        let size: Int?
    }

    /// A message or a session.
    struct Item: Decodable {
        let kind: String
        let id: String?
        let file: String?
    }

    let manifest: Int
    let redacted: Bool
    let sources: [Source]
    let items: [Item]
    let files: [File]

    /// Reads the manifest in `folder`; and its SHA-256.
    static func read(in folder: String) throws -> (manifest: EvidenceManifest, sha256: String) {
        let path = "\(folder)/\(name)"
        let bytes: Bytes?
        do {
            var source = try ByteSource(path: path)
            bytes = try source.contents(limit: 256 << 20)
        } catch {
            throw Failure(error.code.exitStatus, TerminalLine.safe(error.description))
        }
        guard let bytes, let read = try? JSONDecoder().decode(EvidenceManifest.self, from: Data(bytes.array)),
            read.manifest == 1
        else { throw Failure(.badData, TerminalLine.safe("\(path): is no manifest of assay query --export")) }
        return (read, SHA256.hexadecimal(bytes))
    }

    /// What is not as the manifest says, a sentence each; and what could not be compared.
    func differences(in folder: String) -> (differences: [String], notes: [String]) {
        var (differences, notes): ([String], [String]) = ([], [])
        var listed: Set<String> = [EvidenceManifest.name]
        for file in files {
            guard !file.file.contains("/"), !file.file.hasPrefix(".") else {
                differences.append("\(file.file): a name that leads out of the folder")
                continue
            }
            listed.insert(file.file)
            guard let found = FileDigest.of("\(folder)/\(file.file)") else {
                differences.append("\(file.file): is missing, or cannot be read")
                continue
            }
            if found.size != file.size {
                differences.append("\(file.file): has \(found.size) octets, not \(file.size)")
            }
            if found.sha256 != file.sha256 {
                differences.append("\(file.file): its SHA-256 is \(found.sha256), not \(file.sha256)")
            }
        }
        for item in items {
            guard let id = item.id, let name = item.file, let file = files.first(where: { $0.file == name }) else {
                continue
            }
            if id != "sha256:\(file.sha256)" {
                differences.append("\(name): is not the message \(id) that the case knows")
            }
        }
        for name in (FolderNames.of(folder) ?? []).sorted() where !listed.contains(name) {
            differences.append("\(name): is not in the manifest")
        }
        if redacted { return (differences, notes) }
        for source in sources {
            guard let sha256 = source.sha256 else {
                notes.append("\(source.location): no SHA-256 was kept of it")
                continue
            }
            guard let found = FileDigest.ofArchive(source.location) else {
                notes.append("\(source.location): is not here, and was not compared")
                continue
            }
            if found.sha256 != sha256 {
                differences.append(
                    "\(source.location): the source has changed: its SHA-256 is \(found.sha256), not \(sha256)")
            }
        }
        return (differences, notes)
    }
}
