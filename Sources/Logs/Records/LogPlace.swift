/// Where an entry of a log stands, to the byte.
public struct LogPlace: Sendable, Hashable {
    /// Which of the files that were given, from 0.
    public var file: Int
    /// Where its first line begins, in bytes of the (decompressed) file.
    public var offset: Int
    /// The number of its first line, from 1.
    public var line: Int
    /// How many bytes it is long, line ends and continuation lines included.
    public var length: Int

    /// The place of an entry.
    public init(file: Int, offset: Int, line: Int, length: Int) {
        (self.file, self.offset, self.line, self.length) = (file, offset, line, length)
    }
}
