import Glibc
import Values

/// Files that hold a secret: keys of tags and of signatures.
enum SecretFile {
    /// The contents of `path`. A file that others can read is read all the same, with a warning.
    static func contents(of path: String, limit: Int = 1 << 16) -> Result<Bytes, InputFile.ReadError> {
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_mode & (S_IROTH | S_IWOTH) != 0
        {
            StandardError.write(
                TerminalLine.safe("\(path): holds a secret and is open to everybody; chmod o-rwx would close it") + "\n"
            )
        }
        return InputFile.contents(of: path, limit: limit)
    }
}
