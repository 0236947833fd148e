import Archives
import DNS
import Foundation
import Resolver
import Testing
import Values

@Suite struct DNSSourceTests {
    @Test(arguments: [
        ("system", DNSSource.system), ("none", .none), ("zone:a:b.zone", .zone(path: "a:b.zone")),
        ("snapshot:dns.ndjson", .snapshot(path: "dns.ndjson")),
        ("server:192.0.2.1:5353", .server(host: "192.0.2.1", port: 5353)),
        ("server:ns.example.org", .server(host: "ns.example.org", port: 53)),
        ("server:[2001:db8::1]:54", .server(host: "2001:db8::1", port: 54)),
        ("server:[2001:db8::1]", .server(host: "2001:db8::1", port: 53)),
    ])
    func parsed(argument: String, source: DNSSource) throws { #expect(try DNSSource(argument) == source) }

    @Test(arguments: [
        "", "System", "zone", "zone:", "snapshot:", "server", "server:", "server:h:0", "server:h:65536", "server:h:",
        "server:h:5x", "server:2001:db8::1", "server:[::1", "server:[::1]x", "none:x", "system:x", "file:x",
    ])
    func refused(argument: String) { #expect(throws: DNSSourceError.malformed(argument)) { try DNSSource(argument) } }

    @Test func unknownServer() {
        let error = #expect(throws: DNSSourceError.self) {
            _ = try DNSSource("server:no-such-host.invalid:53").open()
        }
        #expect(error == .unresolvable(host: "no-such-host.invalid"))
    }

    @Test func missingFile() {
        let error = #expect(throws: DNSSourceError.self) { _ = try DNSSource("zone:/nowhere/x").open() }
        guard case .unreadable(let cause) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.code == .noSuchInput)
        #expect(cause.file == "/nowhere/x")
    }

    @Test(arguments: [
        ("zone", "example.org. A 192.0.2.1\n"),
        ("snapshot", #"{"name":"example.org","type":"A","rcode":"NOERROR","rdata":["192.0.2.1"]}"#),
    ])
    func opened(kind: String, contents: String) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "assay-\(kind)-\(getpid())").path()
        try contents.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let view = try DNSSource("\(kind):\(path)").open()(Timestamp(seconds: 0))
        let question = DNSQuestion(try #require(DomainName("example.org")), .a)
        let address = try #require(IPAddress("192.0.2.1"))
        #expect(await view.answer(to: question) == .records([.address(address)], authentic: false))
    }

    @Test func compressedSnapshot() async throws {
        let line = Array(#"{"name":"example.org","type":"A","rcode":"NXDOMAIN"}"#.utf8)
        // RFC 8878: a frame of one segment with a one-byte size, and one last block of raw bytes.
        let frame =
            [0x28, 0xB5, 0x2F, 0xFD, 0x20, UInt8(line.count), UInt8(line.count & 31) << 3 | 1] + [
                UInt8(line.count >> 5), 0,
            ] + line
        let path = FileManager.default.temporaryDirectory.appending(path: "assay-zstd-\(getpid())").path()
        try Data(frame).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let view = try DNSSource("snapshot:\(path)").open()(Timestamp(seconds: 0))
        #expect(await view.answer(to: DNSQuestion(try #require(DomainName("example.org")), .a)) == .nameError)
    }

    @Test func mistakesNameTheFile() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "assay-mistake-\(getpid())").path()
        try "\nexample.org. A x\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: DNSSourceError.self) { _ = try DNSSource("zone:\(path)").open() }
        #expect(error?.description.hasPrefix("\(path):2: ") == true)
    }

    @Test func noneKnowsNothing() async throws {
        let name = try #require(DomainName("example.org"))
        let view = try DNSSource.none.open(missing: .nameError)(Timestamp(seconds: 0))
        #expect(await view.answer(to: DNSQuestion(name, .a)) == .unrecorded)
    }
}
