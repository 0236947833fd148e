import NIOCore
import NIOSSL
import SMTP

/// A TLS handshake of a scripted session: `TLS TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384 sni mx.example`, with version and
/// cipher suite as they will be agreed on, or `TLS failed REASON`, for which the client sends what is no handshake.
enum ScriptedHandshake: Sendable {
    case established(cipher: String, serverName: String?)
    case failed(reason: String)

    /// Reads what follows `TLS`. Of 1.3 it depends on the machine which suite is chosen, so 1.2 is all there is.
    init?(_ text: Substring) {
        let words = text.split(separator: " ")
        if words.first == "failed", words.count > 1 {
            self = .failed(reason: words.dropFirst().joined(separator: " "))
            return
        }
        guard words.count == 2 || words.count == 4 && words[2] == "sni", words[0] == "TLSv1.2" else { return nil }
        self = .established(cipher: String(words[1]), serverName: words.count == 4 ? String(words[3]) : nil)
    }

    /// As a transcript records it.
    var recorded: RecordedTLS {
        switch self {
        case .established(let cipher, let serverName):
            RecordedTLS(
                version: "TLSv1.2", cipher: cipher, bits: cipher.contains("AES256") ? 256 : 128, serverName: serverName)
        case .failed(let reason): RecordedTLS(failure: reason)
        }
    }

    /// Makes it on the client's side of a connection.
    func perform(on channel: any Channel) async throws {
        switch self {
        case .established(let cipher, let serverName):
            try await channel.eventLoop.submit {
                var configuration = TLSConfiguration.makeClientConfiguration()
                configuration.certificateVerification = .none
                configuration.trustRoots = .certificates([])
                configuration.maximumTLSVersion = .tlsv12
                configuration.cipherSuites = cipher
                let context = try NIOSSLContext(configuration: configuration)
                let handler = try NIOSSLClientHandler(context: context, serverHostname: serverName)
                try channel.pipeline.syncOperations.addHandler(handler, position: .first)
            }.get()
        case .failed:
            try await channel.writeAndFlush(ByteBuffer(string: "this is no handshake\r\n"))
        }
    }
}
