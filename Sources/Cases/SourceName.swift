/// A replay line's `source` in two parts: the file, and which message of it.
struct SourceName {
    let file: String
    /// The number behind the `#`; nil for a file of its own.
    let number: Int?

    init(_ source: String) {
        if let hash = source.utf8.lastIndex(of: UInt8(ascii: "#")) {
            let digits = source[source.utf8.index(after: hash)...]
            // Only what is put together again to the same text is taken apart.
            if let number = Int(digits), number > 0, String(number) == digits {
                (file, self.number) = (String(source[..<hash]), number)
                return
            }
        }
        (file, number) = (source, nil)
    }
}
