/// A line of a transcript that could not be read.
public struct TranscriptError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The transcript's name.
    public let file: String
    /// The line's number, from 1.
    public let line: Int
    /// What is wrong with it.
    public let message: String

    /// An error at a place.
    public init(file: String, line: Int, message: String) {
        (self.file, self.line, self.message) = (file, line, message)
    }

    /// `file:line: message`.
    public var description: String { "\(file):\(line): \(message)" }
}
