import Values

/// Tells which lines of a client may be credentials although nobody asked for them: clients go on with what they wanted to
/// say where AUTH was refused, or is misspelt (RFC 4954 §4).
public struct StrayCredentials: Sendable {
    /// Whether no other command has been taken since AUTH.
    private var isBehindAuthentication = false

    /// Watches a session from its beginning.
    public init() {}

    /// Notes a command line, and tells whether it is no command and may say credentials, which are one word.
    public mutating func note(_ line: Bytes) -> Bool {
        if line.prefix(4).elementsEqual("AUTH".utf8, by: { $0 & 0xDF == $1 }) {
            isBehindAuthentication = true
            return false
        }
        guard isBehindAuthentication else { return false }
        switch SMTPCommand.parse(line) {
        // What asks for nothing may stand between.
        case .success(.noop), .success(.rset): return false
        case .success(.unknown): return StrayCredentials.isWord(line)
        case .failure(let error) where error.verb == nil: return StrayCredentials.isWord(line)
        case .success, .failure:
            isBehindAuthentication = false
            return false
        }
    }

    private static func isWord(_ line: Bytes) -> Bool { !line.contains(where: \.isWhitespace) }

    /// What is written down in the place of such a line: what is no command stays none, of one kind or the other.
    public static func standIn(for line: Bytes) -> Bytes {
        let defects = line.filter { $0 == 0 || $0 == .cr || $0 == .lf }
        return Bytes(Array((line.first?.isLetter ?? false ? "AUTH* *" : "*").utf8) + defects)
    }
}
