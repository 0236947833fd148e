/// Where a key or a value stands: a file, a line and a column, both counted from 1, columns in Unicode scalars.
public struct PolicyPlace: Sendable, Hashable {
    /// The file's name as the user gave it.
    public let file: String
    /// The line, from 1; 0 for a value no file sets.
    public let line: Int
    /// The column, from 1; 0 for a value no file sets.
    public let column: Int

    /// A place in a file.
    public init(file: String, line: Int, column: Int) {
        (self.file, self.line, self.column) = (file, line, column)
    }

    /// The place of a value that no file sets.
    public static let builtIn = PolicyPlace(file: "(default)", line: 0, column: 0)

    /// Whether the value is a default rather than one a file sets.
    public var isBuiltIn: Bool { self == .builtIn }
}

extension PolicyPlace: Comparable {
    /// File names in byte order, then lines, then columns.
    public static func < (left: PolicyPlace, right: PolicyPlace) -> Bool {
        if left.file != right.file { return left.file.utf8.lexicographicallyPrecedes(right.file.utf8) }
        return (left.line, left.column) < (right.line, right.column)
    }
}

extension PolicyPlace: CustomStringConvertible {
    /// `policy.yaml:12:5`, or `(default)`.
    public var description: String { isBuiltIn ? file : "\(file):\(line):\(column)" }
}
