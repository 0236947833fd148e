import Archives
import Glibc
import Policy
import Values

extension PolicyCache {
    /// A cache in `folder`; what is odd about it is told on standard error.
    init(_ folder: CacheFolder) {
        let note: @Sendable (String) -> Void = { StandardError.write(TerminalLine.safe($0) + "\n") }
        self.init(
            load: { name, limit in
                do throws(CacheFolder.Problem) {
                    return try folder.contents(of: name, limit: limit)
                } catch {
                    note(error.description)
                    return nil
                }
            },
            keep: { name, contents in
                do throws(CacheFolder.Problem) { try folder.keep(contents, as: name) } catch { note(error.description) }
            }, note: note)
    }
}

/// The environment of this process.
enum Environment {
    /// The value of a variable; nil where it is not set.
    static func value(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
}
