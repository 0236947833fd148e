import Testing
import Values

@testable import Proxy

@Suite struct ProxyHeaderTests {
    private static let v4 = (IPAddress.v4(0xC000_0201), IPAddress.v4(0xC633_6419))

    /// What is written is read, however little of it has come before.
    @Test(arguments: [("192.0.2.1", "198.51.100.25"), ("2001:db8::1", "2001:db8::25")])
    func writtenAndRead(source: String, destination: String) throws {
        let ends = (try #require(IPAddress(source)), try #require(IPAddress(destination)))
        for header in [
            ProxyHeader.version1(source: (ends.0, 4312), destination: (ends.1, 25)),
            ProxyHeader.version2(source: (ends.0, 4312), destination: (ends.1, 25)),
        ] {
            for length in 0..<header.count {
                guard case .incomplete = ProxyLine.read(Array(header[..<length])) else {
                    Issue.record("\(length) of \(header.count) bytes were enough")
                    continue
                }
            }
            guard case .header(let line, let length) = ProxyLine.read(header + Array("EHLO c\r\n".utf8)) else {
                Issue.record("not read")
                continue
            }
            #expect(length == header.count && line.port == 4312)
            #expect(line.source == ends.0 && line.destination == ends.1)
        }
    }

    @Test func whatIsNotKnownIsSaidToBeUnknown() throws {
        let v6 = try #require(IPAddress("2001:db8::1"))
        let mixed = (source: (ProxyHeaderTests.v4.0, 1), destination: (v6, 2))
        #expect(ProxyHeader.version1(source: nil, destination: nil) == Array("PROXY UNKNOWN\r\n".utf8))
        #expect(
            ProxyHeader.version1(source: mixed.source, destination: mixed.destination)
                == Array("PROXY UNKNOWN\r\n".utf8))
        #expect(ProxyHeader.version2(source: nil, destination: nil) == ProxyHeader.signature + [0x20, 0, 0, 0])
        #expect(
            ProxyHeader.version2(source: mixed.source, destination: mixed.destination)
                == ProxyHeader.signature + [0x20, 0, 0, 0])
    }

    /// §2.2: bytes of version 2, made by hand.
    @Test func versionTwoByteForByte() {
        #expect(
            ProxyHeader.version2(source: (ProxyHeaderTests.v4.0, 0x1234), destination: (ProxyHeaderTests.v4.1, 25))
                == ProxyHeader.signature + [0x21, 0x11, 0, 12, 192, 0, 2, 1, 198, 51, 100, 25, 0x12, 0x34, 0, 25])
    }

    @Test(arguments: [
        // A version that is none, too long, too short for its addresses.
        ([0x11, 0x11, 0, 12], 12), ([0x21, 0x11, 0xFF, 0xFF], 0), ([0x21, 0x11, 0, 4], 4), ([0x21, 0x21, 0, 12], 12),
    ])
    func badHeadersAreNone(head: [UInt8], payload: Int) {
        guard case .none = ProxyLine.read(ProxyHeader.signature + head + [UInt8](repeating: 1, count: payload)) else {
            Issue.record("was read")
            return
        }
    }

    @Test(arguments: [([0x20, 0, 0, 3], 3), ([0x21, 0x31, 0, 216], 216)])
    func localAndOtherFamiliesNameNobody(head: [UInt8], payload: Int) {
        let bytes = ProxyHeader.signature + head + [UInt8](repeating: 1, count: payload)
        guard case .header(let line, let length) = ProxyLine.read(bytes) else {
            Issue.record("was not read")
            return
        }
        #expect(line.source == nil && length == bytes.count)
    }

    @Test func aClientWithoutAHeaderIsNone() {
        guard case .none = ProxyLine.read(Array("EHLO c.example\r\n".utf8)) else {
            Issue.record("was read")
            return
        }
        guard case .none = ProxyLine.read([UInt8](repeating: 0x50, count: 200)) else {
            Issue.record("was read")
            return
        }
    }
}
