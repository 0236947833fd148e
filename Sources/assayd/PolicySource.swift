import Archives
import Glibc
import Policy
import Screening
import Stages
import Values

/// The policy files that the agent serves by, read anew each time they are asked for.
struct PolicySource {
    let files: [String]

    /// The policy they give for all stages. Throws all of their mistakes at once.
    func policy() throws(StartError) -> ScreeningPolicy {
        var documents: [PolicyNode] = []
        var mistakes: [PolicyDiagnostic] = []
        for file in files {
            let text: Bytes
            do { text = try PolicySource.contents(of: file, limit: 4 << 20) } catch { throw StartError(error) }
            let (node, diagnostics) = PolicyDocument.parse(text, file: file)
            mistakes += diagnostics
            if let node { documents.append(node) }
        }
        let lists = PolicyFiles(list: { PolicySource.names(in: $0) }) { path in
            do throws(ArchiveError) {
                return .success(try PolicySource.contents(of: path, limit: 256 << 20))
            } catch {
                return .failure(PolicyFileError(error.description))
            }
        }
        let (policy, diagnostics) = ScreeningPolicy.read(documents, catalogue: catalogue, files: lists)
        mistakes += diagnostics
        guard mistakes.isEmpty, let policy else { throw StartError(.policy, mistakes.sorted().map(\.description)) }
        return policy
    }

    /// The names in a folder in byte order; nil where it is none that can be read.
    private static func names(in path: String) -> [String]? {
        guard let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The contents of a file, decompressed where it is compressed; an error when there are more than `limit` bytes.
    static func contents(of path: String, limit: Int) throws(ArchiveError) -> Bytes {
        var source = try ByteSource(path: path)
        guard let bytes = try source.contents(limit: limit) else {
            throw ArchiveError(.damaged, file: path, message: "larger than \(limit) bytes; is it the right file?")
        }
        return bytes
    }
}
