import Screening
import Testing
import Values

@testable import Scanners

@Suite struct ICAPTests {
    private static let sent = "what was sent"
    private static let http = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"

    private static func modified(
        _ fields: String, http: String = ICAPTests.http, body: String? = ICAPTests.sent
    ) -> String {
        let name = body == nil ? "null-body" : "res-body"
        let chunks = (body.map { [String($0.prefix(5)), String($0.dropFirst(5))] } ?? []).filter { !$0.isEmpty }
        let text = chunks.map { String($0.utf8.count, radix: 16) + ";x=1\r\n\($0)\r\n" }.joined()
        return "ICAP/1.0 200 OK\r\n\(fields)Encapsulated: res-hdr=0, \(name)=\(http.utf8.count)\r\n\r\n\(http)"
            + (body == nil ? "" : text + "0\r\n\r\n")
    }

    static let responses: [(String, ScanOutcome)] = [
        ("ICAP/1.0 204 Unmodified\r\nISTag: \"a\"\r\n\r\n", .clean),
        (modified(""), .clean),
        (modified("", body: ""), .infected(name: "blocked by the server")),
        (modified("", body: "something else"), .infected(name: "blocked by the server")),
        (modified("", http: "HTTP/1.1 403 Forbidden\r\n\r\n"), .infected(name: "blocked by the server")),
        (modified("", body: nil), .infected(name: "blocked by the server")),
        (
            modified("X-Infection-Found: Type=0; Resolution=2; Threat=Eicar Test;\r\n"), .infected(name: "Eicar Test")
        ),
        (modified("X-Infection-Found: Type=0; Resolution=2;\r\nX-Virus-ID: Worm\r\n"), .infected(name: "Worm")),
        (modified("X-Infection-Found: Type=2; Resolution=2; Threat=Encrypted;\r\n"), .unscannable(reason: "Encrypted")),
        (modified("X-Virus-ID: Worm\r\n"), .infected(name: "Worm")),
        (modified("X-Virus-ID: no\r\n"), .clean),
        (modified("X-Violations-Found: 1\r\n\t-\r\n\tOwn.Worm\r\n\t0\r\n\t0\r\n"), .infected(name: "Own.Worm")),
        (modified("X-Violations-Found: 0\r\n"), .clean),
        ("ICAP/1.0 204 Unmodified\r\nX-Infection-Found: Type=0; Threat=Odd\r\n\r\n", .infected(name: "Odd")),
        ("ICAP/1.0 404 Service not found\r\n\r\n", .failed(reason: "ICAP status 404 Service not found")),
        ("ICAP/1.0 503\r\nConnection: close\r\n\r\n", .failed(reason: "ICAP status 503")),
        ("ICAP/1.0 413 Too large\r\n\r\n", .tooLarge(reason: "ICAP status 413 Too large")),
    ]

    @Test(arguments: responses) func saysWhatWasFound(_ text: String, _ outcome: ScanOutcome) throws {
        var reader = ICAPReader(to: Bytes(ICAPTests.sent))
        let response = try #require(try reader.consume(Array(text.utf8)))
        #expect(response.outcome == outcome)
        // Whatever pieces it comes in.
        var slow = ICAPReader(to: Bytes(ICAPTests.sent))
        var dripped: ICAPReader.Response?
        for byte in text.utf8 where dripped == nil { dripped = try slow.consume([byte]) }
        #expect(dripped == response)
    }

    /// What a server gives back is kept only where it says that it is what it was sent without the virus.
    @Test(
        arguments: [
            ("X-Infection-Found: Type=0; Resolution=1; Threat=Worm;\r\n", "repaired", "repaired"),
            ("X-Infection-Found: Type=0; Resolution=2; Threat=Worm;\r\n", "a page", nil),
            ("X-Infection-Found: Type=2; Resolution=1; Threat=Locked;\r\n", "something", nil),
            ("", "something else", nil),
            (
                "X-Infection-Found: Type=0; Resolution=1; Threat=Worm;\r\n", String(repeating: "long ", count: 300_000),
                nil
            ),
        ] as [(String, String, String?)])
    func keepsWhatIsRepaired(fields: String, body: String, kept: String?) throws {
        var reader = ICAPReader(to: Bytes(ICAPTests.sent))
        let response = try #require(try reader.consume(Array(ICAPTests.modified(fields, body: body).utf8)))
        #expect(response.outcome.kind != .clean)
        #expect(response.repaired == kept.map { Bytes($0) })
    }

    @Test(arguments: [
        "SIP/2.0 200 OK\r\n\r\n", "ICAP/1.0\r\n\r\n", "ICAP/1.0 2000 OK\r\n\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\nxyz\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\nffffffffffffffffff\r\n",
        "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\n4\r\nwhatever\r\n",
        "ICAP/1.0 200 OK\r\n" + String(repeating: "x", count: 100_000),
    ])
    func whatIsNoResponseIsTold(_ text: String) {
        var reader = ICAPReader(to: Bytes(ICAPTests.sent))
        #expect(throws: ICAPReader.Mistake.self) { try reader.consume(Array(text.utf8)) }
    }

    @Test func aResponseThatIsNotWholeIsNone() throws {
        for text in [
            "ICAP/1.0 204 Unmodified\r\n", "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=99\r\n\r\nHTTP",
        ] {
            var reader = ICAPReader(to: Bytes(ICAPTests.sent))
            #expect(try reader.consume(Array(text.utf8)) == nil)
        }
    }
}
