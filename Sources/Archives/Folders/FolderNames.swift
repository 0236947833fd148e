import Values

/// The names in a folder, as text.
public enum FolderNames {
    /// The names in the folder at `path` in byte order, without `.` and `..`; nil when it cannot be read.
    public static func of(_ path: String) -> [String]? {
        try? FolderListing.names(Array(path.utf8), name: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
