import NIOCore
import Values

/// What a service says that it takes (RFC 3507 §4.10).
struct ICAPOptions: Sendable {
    /// How many bytes it wants to see before the rest; nil where it wants all at once.
    let preview: Int?
    /// Whether it takes `Allow: 204`.
    let allowsNoContent: Bool
    /// The state of the service: it changes when its signatures do (RFC 3507 §4.7).
    let tag: String?
    /// From when on it has to be asked again.
    let until: NIODeadline

    /// RFC 3507 §4.10.2; a service that says that this holds for long may yet get new signatures.
    private static let longest = 60

    init(_ head: ICAPHead) {
        preview = head["preview"].flatMap { Int($0.filter(\.isNumber)) }.map { min($0, 1 << 20) }
        allowsNoContent = head["allow"]?.contains("204") ?? false
        tag = ICAPOptions.tag(of: head)
        let time = head["options-ttl"].flatMap { Int($0.filter(\.isNumber)) } ?? ICAPOptions.longest
        until = .now() + .seconds(Int64(min(time, ICAPOptions.longest)))
    }

    /// The ISTag of a response, without its quotes.
    static func tag(of head: ICAPHead) -> String? {
        guard let value = head["istag"]?.asShown.filter({ $0 != "\"" }), !value.isEmpty else { return nil }
        return String(value.prefix(100))
    }
}
