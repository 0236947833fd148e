import Values

/// How much change in transit a signature bears (RFC 6376 §3.4).
public struct DKIMCanonicalization: Sendable, Hashable {
    /// One of the two algorithms that header and body each have.
    public enum Algorithm: String, Sendable, Hashable, CaseIterable {
        /// No change but at the body's end.
        case simple
        /// White space and the case of field names may change.
        case relaxed
    }

    public var header: Algorithm
    public var body: Algorithm

    public init(header: Algorithm, body: Algorithm) {
        (self.header, self.body) = (header, body)
    }

    /// What a `c=` names, or nil: `header` or `header/body`; without a body part the body's is simple.
    public init?(tag value: Bytes) {
        guard value.count <= 64 else { return nil }
        let parts = value.lowercasedText.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let header = Algorithm(rawValue: String(parts[0])) else { return nil }
        guard let body = parts.count == 2 ? Algorithm(rawValue: String(parts[1])) : .simple else { return nil }
        self.init(header: header, body: body)
    }
}

extension DKIMCanonicalization: CustomStringConvertible {
    /// The form of a `c=` tag.
    public var description: String { "\(header.rawValue)/\(body.rawValue)" }
}
