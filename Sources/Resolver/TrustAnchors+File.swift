extension TrustAnchors {
    /// Reads the file at `path`.
    public init(path: String) throws(DNSSourceError) {
        let contents = try FileContents.read(path, maximumSize: 1 << 20)
        do {
            try self.init(contents, file: path)
        } catch {
            throw .unusable(error)
        }
    }
}
