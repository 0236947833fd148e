import NIOCore
import NIOSSL

/// Why TLS cannot be had, in words.
public struct TLSFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason.
    public let description: String

    /// A fault with its reason.
    public init(_ description: String) { self.description = description }

    /// What an error of the TLS library comes to.
    init(_ error: any Error) {
        switch error {
        case let fault as TLSFault: self = fault
        case NIOSSLError.handshakeFailed(let cause): self = TLSFault.told(cause)
        case let cause as BoringSSLError: self = TLSFault.told(cause)
        case NIOSSLError.failedToLoadPrivateKey: self.init("the key is not that of the certificate")
        case NIOSSLError.uncleanShutdown, ChannelError.alreadyClosed, ChannelError.eof, ChannelError.ioOnClosedChannel:
            self.init("the connection ended")
        case let error as IOError: self.init("the connection broke: \(error.description)")
        default: self.init(String(describing: error))
        }
    }

    private static func told(_ error: BoringSSLError) -> TLSFault {
        switch error {
        case .sslError(let stack), .unknownError(let stack):
            let reasons = stack.map { TLSFault.reason($0.description) }
            return TLSFault(reasons.isEmpty ? "no reason told" : reasons.joined(separator: ", "))
        case .syscallError: return TLSFault("the connection broke")
        default: return TLSFault(String(describing: error))
        }
    }

    /// `no shared cipher` of `Error: 2684 error:100000b8:SSL routines:OPENSSL_internal:NO_SHARED_CIPHER at /…:643`.
    private static func reason(_ text: String) -> String {
        guard let end = text.range(of: " at /")?.lowerBound ?? text.range(of: " at ")?.lowerBound else {
            let words = text.drop { $0 != " " }.drop { $0 == " " }
            return words.isEmpty ? text : String(words)
        }
        let reason = text[..<end].split(separator: ":").last.map(String.init) ?? text
        return reason.lowercased().split(separator: "_").joined(separator: " ")
    }
}

extension String {
    /// Where `other` stands first.
    fileprivate func range(of other: String) -> Range<String.Index>? { firstRange(of: other) }
}
