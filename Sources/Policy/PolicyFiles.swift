import Values

/// Access to the files that lists in a policy name. The policy layer itself touches no disk.
public struct PolicyFiles: Sendable {
    private let read: @Sendable (String) -> Result<Bytes, PolicyFileError>

    /// Access through `read`, which is given a path.
    public init(_ read: @escaping @Sendable (String) -> Result<Bytes, PolicyFileError>) { self.read = read }

    /// No files: naming one is a mistake.
    public static let none = PolicyFiles { _ in .failure(PolicyFileError("files cannot be read here")) }

    /// The contents of the file that a policy at `place` names: a relative name is relative to the policy's folder.
    func contents(of name: String, namedAt place: PolicyPlace) -> (path: String, Result<Bytes, PolicyFileError>) {
        let folder = place.file.lastIndex(of: "/").map { place.file[...$0] } ?? ""
        let path = name.hasPrefix("/") ? name : folder + name
        return (path, read(path))
    }
}

/// A file that a policy names could not be read.
public struct PolicyFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why, in words.
    public let description: String

    /// The reason in words.
    public init(_ description: String) { self.description = description }
}
