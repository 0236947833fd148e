/// The initial response of an AUTH command (RFC 4954 §4): base64 of credentials, so nothing prints it.
public struct InitialResponse: Sendable, Hashable {
    /// The response as sent, in base64; `=` for an empty one.
    public let base64: String

    /// A response as sent.
    public init(base64: String) { self.base64 = base64 }
}

extension InitialResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A placeholder: secrets reach no log, transcript or report.
    public var description: String { "(secret)" }
    /// The same placeholder.
    public var debugDescription: String { description }
    /// A mirror without children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
