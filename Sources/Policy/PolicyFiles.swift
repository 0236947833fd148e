import Values

/// Access to the files that lists in a policy name. The policy layer itself touches no disk.
public struct PolicyFiles: Sendable {
    /// Reads the file at a path.
    public typealias Read = @Sendable (String) -> Result<Bytes, PolicyFileError>

    private let read: Read
    private let readSecret: Read

    /// Access through `read`, which is given a path. Files that hold secrets are read through `secrets`, where it is
    /// given.
    public init(secrets: Read? = nil, _ read: @escaping Read) { (self.read, readSecret) = (read, secrets ?? read) }

    /// No files: naming one is a mistake.
    public static let none = PolicyFiles { _ in .failure(PolicyFileError("files cannot be read here")) }

    /// The contents of the file that a policy at `place` names: a relative name is relative to the policy's folder.
    func contents(of name: String, namedAt place: PolicyPlace) -> (path: String, Result<Bytes, PolicyFileError>) {
        let path = PolicyFiles.path(of: name, namedAt: place)
        return (path, read(path))
    }

    /// The contents of the file of a secret that a policy at `place` names.
    func secret(in name: String, namedAt place: PolicyPlace) -> Result<Bytes, PolicyFileError> {
        readSecret(PolicyFiles.path(of: name, namedAt: place))
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
