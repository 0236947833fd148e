import Values

/// Access to the files that lists in a policy name. The policy layer itself touches no disk.
public struct PolicyFiles: Sendable {
    /// Reads the file at a path.
    public typealias Read = @Sendable (String) -> Result<Bytes, PolicyFileError>

    /// Maps the file at a path where it begins with the bytes given; nil where it is to be read instead.
    public typealias Map = @Sendable (String, [UInt8]) -> MappedBytes?

    /// The names in the folder at a path, in byte order; nil where there is no folder.
    public typealias List = @Sendable (String) -> [String]?

    /// The cache in the folder at a path, or in the program's own where there is none; nil where nothing is kept.
    public typealias Cache = @Sendable (String?) -> PolicyCache?

    private let read: Read
    private let readSecret: Read
    private let map: Map
    private let list: List
    private let cache: Cache

    /// Access through `read`, which is given a path. Files that hold secrets are read through `secrets`, where it is
    /// given; what folders hold is told by `list`, without which there are none; `cache` keeps what was dear to make;
    /// large files that are only looked into are mapped by `map`, or read where there is none.
    public init(
        secrets: Read? = nil, list: @escaping List = { _ in nil }, cache: @escaping Cache = { _ in nil },
        map: @escaping Map = { _, _ in nil }, _ read: @escaping Read
    ) {
        (self.read, readSecret, self.list, self.cache) = (read, secrets ?? read, list, cache)
        self.map = map
    }

    /// No files: naming one is a mistake.
    public static let none = PolicyFiles { _ in .failure(PolicyFileError("files cannot be read here")) }

    /// The contents of the file that a policy at `place` names: a relative name is relative to the policy's folder.
    func contents(of name: String, namedAt place: PolicyPlace) -> (path: String, Result<Bytes, PolicyFileError>) {
        let path = PolicyFiles.path(of: name, namedAt: place)
        return (path, read(path))
    }

    /// The contents of a file that one of a policy's files names by its path; nil where it cannot be read.
    var otherwise: @Sendable (String) -> Bytes? { { [read] in try? read($0).get() } }

    /// The file that a policy at `place` names, mapped where it begins with `head` and can be, or read.
    func mapped(
        _ name: String, beginningWith head: [UInt8], namedAt place: PolicyPlace
    ) -> Result<FileContents, PolicyFileError> {
        mapped(at: PolicyFiles.path(of: name, namedAt: place), beginningWith: head)
    }

    private func mapped(at path: String, beginningWith head: [UInt8]) -> Result<FileContents, PolicyFileError> {
        map(path, head).map { .success(.mapped($0)) } ?? read(path).map { .read($0) }
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
        paths(in: name, endings: endings, namedAt: place).map { ($0, read($0)) }
    }

    /// The same files, each mapped where it begins with `head` and can be.
    func allMapped(
        in name: String, endings: [String], beginningWith head: [UInt8], namedAt place: PolicyPlace
    ) -> [(path: String, Result<FileContents, PolicyFileError>)] {
        paths(in: name, endings: endings, namedAt: place).map { ($0, mapped(at: $0, beginningWith: head)) }
    }

    private func paths(in name: String, endings: [String], namedAt place: PolicyPlace) -> [String] {
        let path = PolicyFiles.path(of: name, namedAt: place)
        guard let names = list(path) else { return [path] }
        let folder = path.hasSuffix("/") ? path : path + "/"
        return names.filter { name in !name.hasPrefix(".") && endings.contains { name.hasSuffix($0) } }
            .map { folder + $0 }
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
