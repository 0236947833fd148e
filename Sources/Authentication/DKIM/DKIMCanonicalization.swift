import Values

/// How much change in transit a signature bears (RFC 6376 §3.4).
public struct DKIMCanonicalization: Sendable, Hashable {
    /// One of the two algorithms that header and body each have.
    public enum Algorithm: String, Sendable, Hashable, CaseIterable {
        /// No change but at the body's end.
        case simple
        /// White space and the case of field names may change.
        case relaxed

        fileprivate init?(name: Bytes) {
            let known: Algorithm? = name.withSpan { span in
                span.equalsIgnoringCase("relaxed", in: 0..<span.byteCount)
                    ? .relaxed : span.equalsIgnoringCase("simple", in: 0..<span.byteCount) ? .simple : nil
            }
            guard let known else { return nil }
            self = known
        }
    }

    public var header: Algorithm
    public var body: Algorithm

    public init(header: Algorithm, body: Algorithm) {
        (self.header, self.body) = (header, body)
    }

    /// What a `c=` names, or nil: `header` or `header/body`; without a body part the body's is simple.
    public init?(tag value: Bytes) {
        guard value.count <= 64 else { return nil }
        let slash = value.firstIndex(of: .ascii("/"))
        guard let header = Algorithm(name: value[0..<(slash ?? value.count)]),
            let body = slash.map({ Algorithm(name: value[$0 + 1..<value.count]) }) ?? .simple
        else { return nil }
        self.init(header: header, body: body)
    }
}

extension DKIMCanonicalization: CustomStringConvertible {
    /// The form of a `c=` tag.
    public var description: String { "\(header.rawValue)/\(body.rawValue)" }
}
