import ArgumentParser
import Values

/// A reverse-path as it is given on the command line.
enum ReversePathArgument {
    /// Throws a usage error for what is more than a path, such as `<ann@example.org> SIZE=1`: the parameters of MAIL are
    /// no part of the address, and taken for one they would give an answer about another domain. A path need not be
    /// valid: what SPF makes of one that is not is what is asked for.
    static func check(_ path: String?) throws {
        guard let path else { return }
        let bytes = Array(path.utf8)
        let isWords = path.contains(where: \.isWhitespace) && !path.contains("@")
        guard (bytes.first == .ascii("<")) == (bytes.last == .ascii(">")), !hasUnquotedSpace(bytes), !isWords else {
            throw ValidationError("--mail-from is an address alone, as in ann@example.org or <ann@example.org>.")
        }
    }

    private static func hasUnquotedSpace(_ bytes: [UInt8]) -> Bool {
        var (isQuoted, isEscaped) = (false, false)
        for byte in bytes {
            if isEscaped {
                isEscaped = false
            } else if byte == .ascii("\\") {
                isEscaped = true
            } else if byte == .quote {
                isQuoted.toggle()
            } else if byte == .space, !isQuoted {
                return true
            }
        }
        return false
    }
}
