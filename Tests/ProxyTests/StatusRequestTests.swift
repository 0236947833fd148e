import Testing

@testable import Proxy

@Suite struct StatusRequestTests {
    @Test(arguments: [
        ("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", StatusRequest.get(path: "/metrics", isHead: false)),
        ("HEAD /health?x=1 HTTP/1.0\r\n\r\n", .get(path: "/health", isHead: true)),
        ("\r\nGET / HTTP/1.1\n\n", .get(path: "/", isHead: false)), ("GET / HTTP/1.1\r\nHost: x\r\n", .incomplete),
        ("", .incomplete), ("POST / HTTP/1.1\r\n\r\n", .refused(405)), ("GET /\r\n\r\n", .refused(400)),
        ("GET  / HTTP/1.1\r\n\r\n", .refused(400)), ("GET /a b HTTP/1.1\r\n\r\n", .refused(400)),
        ("GET x HTTP/1.1\r\n\r\n", .refused(400)), ("GET / HTTP/2\r\n\r\n", .refused(400)),
        ("GET /\u{1} HTTP/1.1\r\n\r\n", .refused(400)),
        (String(repeating: "x", count: 8192), .refused(431)), (String(repeating: "\r\n", count: 4096), .refused(431)),
        ("GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 2000), .refused(431)),
    ])
    func requestsAreRead(text: String, expected: StatusRequest) {
        #expect(StatusRequest.read(Array(text.utf8)) == expected)
    }
}
