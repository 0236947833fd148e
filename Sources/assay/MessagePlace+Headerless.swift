import Archives
import Values

extension MessagePlace {
    /// The contents of a file that begins with the empty line after an empty header, or has nothing at all: no archive,
    /// and yet a message (RFC 5322 §2.1) of which a check can tell that it has nothing to check. Nil for all else.
    var headerlessContents: Bytes? {
        guard number == nil, case .path(let path) = location, casePath == nil,
            case .success(let contents) = InputFile.contents(of: path, limit: 1 << 24), contents.isWithoutHeader
        else { return nil }
        return contents
    }
}

extension Bytes {
    /// Whether the first line is empty, and what follows is no mailbox.
    fileprivate var isWithoutHeader: Bool {
        guard let start = firstIndex(where: { $0 != .cr && $0 != .lf }) else { return true }
        return start > 0 && !self[start..<count].starts(with: "From ".utf8)
    }
}
