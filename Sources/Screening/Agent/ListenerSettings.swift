import Policy
import SMTP
import Values

/// An address where clients connect, and what is served there.
public struct ListenerSettings: Sendable, Hashable {
    /// What a listener is for.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Mail from anybody; STARTTLS is offered where there is a certificate.
        case smtp
        /// Mail of authenticated users (RFC 6409); STARTTLS is offered.
        case submission
        /// As `smtp`, with TLS from the first byte on.
        case smtps
        /// As `submission`, with TLS from the first byte on (RFC 8314 §3.3).
        case submissions
    }

    /// Where it listens.
    public var address: ServerAddress
    /// What it is for.
    public var mode: Mode
    /// Whether mail is taken on protected connections only.
    public var requiresTLS: Bool
    /// Where it stands in the policy.
    public var place: PolicyPlace

    /// A listener.
    public init(
        _ address: ServerAddress, mode: Mode = .smtp, requiresTLS: Bool = false, place: PolicyPlace = .builtIn
    ) {
        (self.address, self.mode, self.requiresTLS, self.place) = (address, mode, requiresTLS, place)
    }

    /// Whether connections are protected from their first byte on.
    public var isImplicitTLS: Bool { mode == .smtps || mode == .submissions }

    /// Whether mail is taken from authenticated clients only.
    public var requiresAuthentication: Bool { mode == .submission || mode == .submissions }

    /// The port; nil for a Unix socket.
    public var port: Int? { if case .tcp(_, let port) = address { port } else { nil } }
}

extension ListenerSettings {
    /// Reads an entry of `listeners`; nil, with the mistake noted, without an address.
    init?(from reader: inout PolicyReader) {
        let address = reader.optionalValue(
            "address", expecting: AgentSettings.address, "Where clients connect.", parse: AgentSettings.listenAddress)
        let mode = reader.choice(
            "mode", default: Mode.smtp,
            "What is served: smtp takes mail from anybody (port 25), submission from authenticated clients (587); "
                + "smtps and submissions do the same with TLS from the first byte on (465).")
        let requiresTLS = reader.flag(
            "require_tls", default: false,
            "Whether mail is taken on protected connections only: MAIL before STARTTLS is 530.")
        guard let address else {
            if !reader.place.isBuiltIn, reader.place(of: "address").isBuiltIn {
                reader.report("a listener needs an 'address'", at: reader.place)
            }
            return nil
        }
        self.init(address.value, mode: mode, requiresTLS: requiresTLS, place: address.place)
    }
}
