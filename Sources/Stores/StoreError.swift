/// Why a store cannot be used at all.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Code: Sendable, Hashable {
        /// There is no such file.
        case noSuchFile
        /// The file is something else, is damaged, or was written by a newer version.
        case badData
        /// The disk or the system failed.
        case inputOutput
        /// A server or another program keeps it from being used now.
        case unavailable
        /// What was asked for cannot be had.
        case usage
    }

    /// What kind of failure it is.
    public let code: Code
    /// The failure in words, with the remedy.
    public let description: String

    /// A failure in words.
    public init(_ code: Code, _ description: String) { (self.code, self.description) = (code, description) }
}
