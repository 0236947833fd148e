/// What is wrong at a place of a rule file. The rest of the file counts all the same.
public struct RuleFileProblem: Sendable, Hashable, CustomStringConvertible {
    /// The file as it was named.
    public let file: String
    /// The line, from 1; 0 where the file as a whole is meant.
    public let line: Int
    public let message: String

    public init(file: String, line: Int, message: String) {
        (self.file, self.line, self.message) = (file, line, message)
    }

    public var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
}
