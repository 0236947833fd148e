import Mail
import Values

/// A header field in which a host that the message passed wrote what it found about who sent it: Authentication-Results
/// (RFC 8601) or Received-SPF (RFC 7208 §9.1).
public struct RecordedField: Sendable, Hashable {
    /// The field's name, as it is registered.
    public let name: String
    /// How many Received fields stand above it: hosts that the message passed later.
    public let hops: Int
    /// The value, unfolded, cut where it is very long.
    public let value: String

    /// A field.
    public init(name: String, hops: Int, value: String) { (self.name, self.hops, self.value) = (name, hops, value) }

    private static let names = ["Authentication-Results", "Received-SPF"]
    /// Fields of one message that are kept.
    private static let fieldLimit = 20
    /// Bytes of a value that are kept.
    private static let valueLimit = 8192

    /// The value on one line.
    private static func withoutLineEnds(_ value: Bytes) -> String {
        value.withSpan { span in
            guard span.firstIndex(of: .lf) != nil || span.firstIndex(of: .cr) != nil else { return value.lossyString }
            let kept = [UInt8](capacity: span.byteCount) { output in
                for offset in 0..<span.byteCount where span[offset] != .cr && span[offset] != .lf {
                    output.append(span[offset])
                }
            }
            return Bytes(kept).lossyString
        }
    }

    /// The first such fields of `header`, in its order.
    static func fields(of header: HeaderBlock) -> [RecordedField] {
        let found = names.flatMap { name in header.all(name).prefix(fieldLimit).map { (name, $0) } }
        guard !found.isEmpty else { return [] }
        let received = header.all("Received").map(\.range.lowerBound)
        return found.sorted { $0.1.range.lowerBound < $1.1.range.lowerBound }.prefix(fieldLimit).map { name, field in
            let start = field.range.lowerBound
            let value = field.rawValue[0..<valueLimit]
            return RecordedField(
                name: name, hops: received.prefix { $0 < start }.count,
                value: withoutLineEnds(value))
        }
    }
}
