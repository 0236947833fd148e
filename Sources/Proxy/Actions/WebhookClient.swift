import Cryptography
import NIOCore
import NIOPosix
import SMTP
import Screening
import Values

/// Calls web services: a POST of JSON by HTTP/1.1 (RFC 9112), under TLS where the address says https.
public struct WebhookClient: Sendable {
    /// The secrets that calls are signed with, by the names of services.
    public var secrets: [String: [UInt8]] = [:]
    /// What makes the handshakes; nil where there are none.
    public var tls: TLSConnector?
    /// How long a call may take.
    public var limit = Duration.seconds(10)

    private let connections = NextHopPool(NextHopConfiguration([]))

    /// More of an answer than this is not read.
    private static let answerLimit = 16 << 10

    /// A client without secrets.
    public init(tls: TLSConnector?) { self.tls = tls }

    func send(_ call: WebhookCall, id: String, at now: Timestamp) async -> ActionMeans.Outcome {
        guard let address = WebAddress(call.url) else { return .refused("\(call.url) is no address") }
        let server = ServerAddress.tcp(host: address.host, port: address.port)
        let deadline = ContinuousClock.now + limit
        let stream: ByteStream
        do {
            stream = try await connections.connect(to: server, on: MultiThreadedEventLoopGroup.singleton.any())
        } catch {
            return .failed("\(address.hostField): no connection")
        }
        let outcome = await exchange(request(call, address, id: id, at: now), with: server, address, stream, deadline)
        await stream.close()
        return outcome
    }

    private func exchange(
        _ request: [UInt8], with server: ServerAddress, _ address: WebAddress, _ stream: ByteStream,
        _ deadline: ContinuousClock.Instant
    ) async -> ActionMeans.Outcome {
        var left: Duration { max(.milliseconds(1), deadline - .now) }
        do {
            if address.isSecure {
                guard let tls else { return .failed("\(address.hostField): there is no TLS") }
                _ = try await stream.secure(by: tls, to: server, within: left)
            }
            try await stream.sendAll(request, within: left)
            var answer: [UInt8] = []
            while answer.count < WebhookClient.answerLimit, let buffer = try await stream.next(within: left) {
                answer += buffer.readableBytesView
                if let status = WebhookClient.status(of: answer) {
                    return WebhookClient.outcome(of: status, address)
                }
            }
            return .failed("\(address.hostField): no answer that could be read")
        } catch let fault as TLSFault {
            return .failed("\(address.hostField): \(fault)")
        } catch {
            return .failed("\(address.hostField): \(error)")
        }
    }

    private func request(_ call: WebhookCall, _ address: WebAddress, id: String, at now: Timestamp) -> [UInt8] {
        let body = Array(call.body.utf8)
        var fields = [
            "POST \(address.target) HTTP/1.1", "Host: \(address.hostField)", "User-Agent: assay",
            "Content-Type: application/json", "Content-Length: \(body.count)", "Connection: close",
            // A call that was not answered comes again, by the same name.
            "X-Assay-Id: \(id)",
        ]
        if let secret = secrets[call.name] {
            let time = String(now.seconds)
            let code = HMAC.code(of: Array("\(time).".utf8) + body, key: secret, with: .sha256)
            fields += ["X-Assay-Time: \(time)", "X-Assay-Signature: sha256=\(WebhookClient.hexadecimal(code))"]
        }
        return Array((fields.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The final status in an answer (RFC 9112 §4); nil while it is not there. One of class 1 is followed by another
    /// (RFC 9110 §15.2). What is no answer of HTTP counts as a failure of the server.
    private static func status(of answer: [UInt8]) -> Int? {
        var start = 0
        while let end = answer[start...].firstIndex(of: .lf) {
            let line = answer[start..<end].split { $0 == .space || $0 == .cr }
            guard line.count >= 2, line[0].starts(with: Array("HTTP/1.".utf8)),
                let status = Int(String(decoding: line[1], as: UTF8.self)), (100...599).contains(status)
            else { return 500 }
            if status >= 200 { return status }
            var position = end + 1
            while true {
                guard let next = answer[position...].firstIndex(of: .lf) else { return nil }
                let isEmpty = answer[position..<next].allSatisfy { $0 == .cr }
                position = next + 1
                if isEmpty { break }
            }
            start = position
        }
        return nil
    }

    private static func outcome(of status: Int, _ address: WebAddress) -> ActionMeans.Outcome {
        let reason = "\(address.hostField): status \(status)"
        switch status {
        case 200...299: return .done
        // RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4: these ask for another attempt.
        case 408, 425, 429, 500...599: return .failed(reason)
        // Mail does not go where nobody has said: a redirection is not followed.
        default: return .refused(reason)
        }
    }
}
