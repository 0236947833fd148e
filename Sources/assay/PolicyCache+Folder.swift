import Archives
import Glibc
import Policy
import Values

extension PolicyCache {
    /// A cache in `folder`; what is odd about it is told on standard error.
    init(_ folder: CacheFolder) {
        self.init(
            load: { name, limit throws(CacheFolder.Problem) in try folder.contents(of: name, limit: limit) },
            keep: { name, contents throws(CacheFolder.Problem) in try folder.keep(contents, as: name) },
            note: { StandardError.write(TerminalLine.safe($0) + "\n") })
    }
}

/// The environment of this process.
enum Environment {
    /// The value of a variable; nil where it is not set.
    static func value(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
}
