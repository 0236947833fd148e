import Values

/// What is wrong with an SPF record, and where.
public struct SPFSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The term at fault as written, cut when it is long.
    public let term: String
    /// The octet of the record at which it was noticed, from 0.
    public let offset: Int
    /// The mistake in words.
    public let message: String

    init(term: some Collection<UInt8>, offset: Int, _ message: String) {
        self.term = SPFText.printable(term, limit: 80)
        self.offset = offset
        self.message = message
    }

    /// `unknown mechanism 'moo' in 'moo:x' at octet 12`.
    public var description: String { "\(message) in '\(term)' at octet \(offset)" }
}

/// Outside bytes made fit for people to read.
enum SPFText {
    /// The bytes as printable ASCII, each other one as `?`, cut at `limit`.
    static func printable(_ bytes: some Collection<UInt8>, limit: Int = .max) -> String {
        if bytes.count <= limit, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) {
            return String(decoding: bytes, as: UTF8.self)
        }
        let shown = bytes.prefix(limit).map { (0x20...0x7E).contains($0) ? $0 : .ascii("?") }
        return String(decoding: shown, as: UTF8.self) + (bytes.count > limit ? "…" : "")
    }
}
