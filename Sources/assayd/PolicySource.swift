import Archives
import Glibc
import Policy
import Screening
import Stages
import Values

/// The policy files that the agent serves by, read anew each time they are asked for.
struct PolicySource {
    let files: [String]
    /// What was read for the policy.
    let watched = WatchedFiles()

    /// The policy they give for all stages. Throws all of their mistakes at once.
    func policy() throws(StartError) -> ScreeningPolicy {
        var documents: [PolicyNode] = []
        var mistakes: [PolicyDiagnostic] = []
        let watched = watched
        watched.begin()
        for file in files {
            let text: Bytes
            watched.notePolicy(file)
            do { text = try PolicySource.contents(of: file, limit: 4 << 20) } catch { throw StartError(error) }
            let (node, diagnostics) = PolicyDocument.parse(text, file: file)
            mistakes += diagnostics
            if let node { documents.append(node) }
        }
        let secrets: @Sendable (String) -> Result<Bytes, PolicyFileError> = { path in
            do throws(ArchiveError) {
                return .success(try PolicySource.secret(in: path, limit: 1 << 16))
            } catch {
                return .failure(PolicyFileError(error.description))
            }
        }
        let lists = PolicyFiles(
            secrets: secrets, list: { FolderNames.of($0) },
            cache: { path in (path ?? PolicySource.cacheFolder).map { PolicySource.cache(in: CacheFolder($0)) } },
            map: { path, head in
                watched.noteList(path)
                return FileMapping.of(path, beginningWith: head, limit: 256 << 20)
            }
        ) { path in
            watched.noteList(path)
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

    /// The contents of a file that holds a secret. One that others can read is read all the same, with a warning.
    static func secret(in path: String, limit: Int) throws(ArchiveError) -> Bytes {
        if let warning = SecretFileMode.warning(about: path) {
            Log.standardError.note(warning, at: Service.now, .warning)
        }
        return try contents(of: path, limit: limit)
    }

    /// The contents of a file, decompressed where it is compressed; an error when there are more than `limit` bytes.
    static func contents(of path: String, limit: Int) throws(ArchiveError) -> Bytes {
        var source = try ByteSource(path: path)
        guard let bytes = try source.contents(limit: limit) else {
            throw ArchiveError(.damaged, file: path, message: "larger than \(limit) bytes; is it the right file?")
        }
        return bytes
    }

    /// The folder that the service manager gives for caches (systemd.exec(5), CacheDirectory=).
    private static var cacheFolder: String? {
        let folders = unsafe getenv("CACHE_DIRECTORY").map { unsafe String(cString: $0) }
        return folders?.split(separator: ":").first.map(String.init)
    }

    /// What is kept in `folder`; what is odd about it is told in the log.
    private static func cache(in folder: CacheFolder) -> PolicyCache {
        PolicyCache(
            load: { name, limit throws(CacheFolder.Problem) in try folder.contents(of: name, limit: limit) },
            keep: { name, contents throws(CacheFolder.Problem) in try folder.keep(contents, as: name) },
            note: { Log.standardError.note($0, at: Service.now, .warning) })
    }
}
