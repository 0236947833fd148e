import Values

/// Which listeners are meant: those at a local address, at a local port, or at both.
public struct ListenerPattern: Sendable, Hashable {
    /// The pattern as written.
    public let text: String
    private let address: IPAddress?
    private let port: Int?

    /// What a policy expects, for messages.
    public static let expecting = "a local address, a port such as :587, or both such as 192.0.2.1:587"

    /// Reads `192.0.2.1`, `:587`, `192.0.2.1:587` or `[2001:db8::1]:587`.
    public init?(_ text: String) {
        self.text = text
        if let address = IPAddress(text) {
            (self.address, port) = (address, nil)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard host.isEmpty || IPAddress(host) != nil else { return nil }
        (address, self.port) = (IPAddress(host), port)
    }

    /// Whether the session came in at a listener that is meant.
    public func matches(_ session: Session) -> Bool {
        if let address, session.listener.value != address { return false }
        if let port, session.listenerPort.value != port { return false }
        return true
    }

    /// Whether what is known of the session tells if it matches.
    func isTold(by session: Session) -> Bool {
        (address == nil || session.listener.value != nil) && (port == nil || session.listenerPort.value != nil)
    }
}

extension ConfiguredStage {
    /// Why the stage does not look at a session: it came in elsewhere, or nobody knows where.
    func omission(of session: Session) -> StageReport.Omission? {
        guard !listeners.isEmpty, !listeners.contains(where: { $0.matches(session) }) else { return nil }
        guard listeners.allSatisfy({ $0.isTold(by: session) }) else {
            return StageReport.Omission("listener not known")
        }
        return StageReport.Omission(
            "not for this listener", detail: session.listener.value.map(\.description) ?? "unknown address")
    }
}
