import Glibc

/// How files that hold a secret, such as a private key, are protected.
public enum SecretFileMode {
    /// What its owner should know of the file at `path`: that everybody may read or write it. Nil where that is not so.
    public static func warning(about path: String) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_mode & (S_IROTH | S_IWOTH) != 0
        else { return nil }
        return "\(path): holds a secret and is open to everybody; chmod o-rwx would close it"
    }
}
