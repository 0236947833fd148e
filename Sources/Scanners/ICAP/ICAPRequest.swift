import NIOCore
import SMTP
import Screening
import Values

/// The requests of an ICAP client (RFC 3507 §4.8 to §4.10).
enum ICAPRequest {
    /// Asks what the service takes.
    static func options(_ service: ICAPService) -> ByteBuffer {
        ByteBuffer(string: line("OPTIONS", service) + "Encapsulated: null-body=0\r\n\r\n")
    }

    /// Begins a request with `content` in its body: all but the body. With a `preview`, that many bytes of it follow first.
    static func begin(_ service: ICAPService, _ content: Bytes, preview: Int?, _ options: ICAPOptions) -> ByteBuffer {
        // The content has no address of its own, and no type that a scanner should go by.
        let target = "http://mail.invalid/message"
        let (head, encapsulated): (String, String)
        switch service.method {
        case .respmod:
            let request = "GET \(target) HTTP/1.1\r\nHost: mail.invalid\r\n\r\n"
            let response =
                "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: \(content.count)\r\n\r\n"
            let start = request.utf8.count
            (head, encapsulated) = (
                request + response, "req-hdr=0, res-hdr=\(start), res-body=\(start + response.utf8.count)"
            )
        case .reqmod:
            let request =
                "POST \(target) HTTP/1.1\r\nHost: mail.invalid\r\nContent-Type: application/octet-stream\r\n"
                + "Content-Length: \(content.count)\r\n\r\n"
            (head, encapsulated) = (request, "req-hdr=0, req-body=\(request.utf8.count)")
        }
        var text = line(service.method.rawValue.uppercased(), service)
        // RFC 3507 §4.6: 204 saves sending back what is not changed. A preview allows it by itself.
        if options.allowsNoContent { text += "Allow: 204\r\n" }
        if let preview { text += "Preview: \(preview)\r\n" }
        return ByteBuffer(string: text + "Encapsulated: \(encapsulated)\r\n\r\n" + head)
    }

    /// Bytes of a body as one chunk (RFC 3507 §4.4.2).
    static func chunk(_ bytes: Bytes) -> ByteBuffer {
        guard !bytes.isEmpty else { return ByteBuffer() }
        var buffer = ByteBuffer(string: String(bytes.count, radix: 16) + "\r\n")
        buffer.writeBytes(bytes)
        buffer.writeString("\r\n")
        return buffer
    }

    /// The end of a body, or of its preview; `isWhole` where a preview holds all there is (RFC 3507 §4.5).
    static func end(isWhole: Bool = false) -> ByteBuffer {
        ByteBuffer(string: isWhole ? "0; ieof\r\n\r\n" : "0\r\n\r\n")
    }

    private static func line(_ method: String, _ service: ICAPService) -> String {
        "\(method) \(service) ICAP/1.0\r\nHost: \(service.address)\r\nUser-Agent: assay\r\n"
    }
}
