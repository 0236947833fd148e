import Archives
import Values

/// Files that hold a secret: keys of tags and of signatures.
enum SecretFile {
    /// The contents of `path`. A file that others can read is read all the same, with a warning.
    static func contents(of path: String, limit: Int = 1 << 16) -> Result<Bytes, InputFile.ReadError> {
        if let warning = SecretFileMode.warning(about: path) {
            StandardError.write(TerminalLine.safe(warning) + "\n")
        }
        return InputFile.contents(of: path, limit: limit)
    }
}
