import Values

/// Access to the files that lists in a policy name. The policy layer itself touches no disk.
public struct PolicyFiles: Sendable {
    /// Reads the file at a path.
    public typealias Read = @Sendable (String) -> Result<Bytes, PolicyFileError>

    /// The names in the folder at a path, in byte order; nil where there is no folder.
    public typealias List = @Sendable (String) -> [String]?

    /// The cache in the folder at a path, or in the program's own where there is none; nil where nothing is kept.
    public typealias Cache = @Sendable (String?) -> PolicyCache?

    private let read: Read
    private let readSecret: Read
    private let list: List
    private let cache: Cache

    /// Access through `read`, which is given a path. Files that hold secrets are read through `secrets`, where it is
    /// given; what folders hold is told by `list`, without which there are none; `cache` keeps what was dear to make.
    public init(
        secrets: Read? = nil, list: @escaping List = { _ in nil }, cache: @escaping Cache = { _ in nil },
        _ read: @escaping Read
    ) {
        (self.read, readSecret, self.list, self.cache) = (read, secrets ?? read, list, cache)
    }

    /// No files: naming one is a mistake.
    public static let none = PolicyFiles { _ in .failure(PolicyFileError("files cannot be read here")) }

    /// The contents of the file that a policy at `place` names: a relative name is relative to the policy's folder.
    func contents(of name: String, namedAt place: PolicyPlace) -> (path: String, Result<Bytes, PolicyFileError>) {
        let path = PolicyFiles.path(of: name, namedAt: place)
        return (path, read(path))
    }

    /// The cache in the folder that a policy at `place` names; the program's own where it names none.
    func cache(in folder: Placed<String>?) -> PolicyCache? {
        cache(folder.map { PolicyFiles.path(of: $0.value, namedAt: $0.place) })
    }

    /// The contents of the file of a secret that a policy at `place` names.
    func secret(in name: String, namedAt place: PolicyPlace) -> Result<Bytes, PolicyFileError> {
        readSecret(PolicyFiles.path(of: name, namedAt: place))
    }

    /// The files that a policy at `place` names: one, or those of a folder whose names have one of `endings`, by name.
    func all(in name: String, endings: [String], namedAt place: PolicyPlace) -> [(
        path: String, Result<Bytes, PolicyFileError>
    )] {
        let path = PolicyFiles.path(of: name, namedAt: place)
        guard let names = list(path) else { return [(path, read(path))] }
        let folder = path.hasSuffix("/") ? path : path + "/"
        return names.filter { name in !name.hasPrefix(".") && endings.contains { name.hasSuffix($0) } }
            .map { (folder + $0, read(folder + $0)) }
    }

    /// The path of the file that a policy at `place` names.
    public static func path(of name: String, namedAt place: PolicyPlace) -> String {
        let folder = place.file.lastIndex(of: "/").map { place.file[...$0] } ?? ""
        return name.hasPrefix("/") ? name : folder + name
    }
}

/// A file that a policy names could not be read.
public struct PolicyFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why, in words.
    public let description: String

    /// The reason in words.
    public init(_ description: String) { self.description = description }
}
