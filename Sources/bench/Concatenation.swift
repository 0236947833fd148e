import Archives

/// Writes mailboxes, decompressed, one after another to standard output.
enum Concatenation {
    static func write(_ paths: [String]) throws {
        for path in paths {
            var source = try ByteSource(path: path)
            while let chunk = try source.next() { try StandardOutput.write(chunk) }
        }
    }
}
