import Values

/// The parameters of a MIME header field (RFC 2045 §5.1), with RFC 2231 continuations joined and values decoded.
///
/// Names are in lower case and unique: of duplicates the first counts, and the extended form of a parameter
/// (`filename*`) counts before the plain one, as RFC 6266 §4.3 has it.
public struct MIMEParameters: Sendable, Hashable, RandomAccessCollection {
    /// One parameter.
    public struct Parameter: Sendable, Hashable {
        /// The name in lower case, without RFC 2231's section numbers and stars.
        public let name: String
        /// The value: unquoted, percent-decoded, converted from its charset; encoded words decoded too, though
        /// RFC 2047 §5 forbids them here.
        public let value: String
        /// The language tag of RFC 2231 §4, where one is given.
        public let language: String?
        /// The value's bytes before any charset was applied: what boundaries are compared by.
        public let octets: [UInt8]
        /// What the field gives as the parameter's value besides, in its plain form, a second time or up to a gap in the
        /// numbers of its sections, decoded: another reader may take one of these.
        public var others: [String] = []
    }

    let parameters: [Parameter]

    init(_ parameters: [Parameter] = []) { self.parameters = parameters }

    public var startIndex: Int { 0 }
    public var endIndex: Int { parameters.count }
    public subscript(position: Int) -> Parameter { parameters[position] }

    /// The value of the parameter called `name`, which is given in lower case.
    public subscript(name: String) -> String? { parameter(name)?.value }

    /// The parameter called `name`, which is given in lower case.
    public func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }
}
