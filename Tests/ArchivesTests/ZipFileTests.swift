import Archives
import Testing
import Values

/// Zip files and gzip members held whole.
@Suite struct ZipFileTests {
    /// A zip file with stored members; `change` gets it with the offset of its directory.
    static func zip(
        _ members: [(name: String, content: [UInt8])], _ change: (inout [UInt8], Int) -> Void = { _, _ in }
    ) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for (name, content) in members {
            let offset = file.count
            var sums = long(Int(checksum(content)))
            sums += long(content.count)
            sums += long(content.count)
            file += [0x50, 0x4B, 3, 4, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            file += sums
            file += long(name.utf8.count)
            file += Array(name.utf8)
            file += content
            directory += [0x50, 0x4B, 1, 2, 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            directory += sums
            directory += long(name.utf8.count)
            directory += [UInt8](repeating: 0, count: 10)
            directory += long(offset)
            directory += Array(name.utf8)
        }
        let start = file.count
        file += directory
        file += [0x50, 0x4B, 5, 6, 0, 0, 0, 0, UInt8(members.count), 0, UInt8(members.count), 0]
        file += long(directory.count)
        file += long(start)
        file += [0, 0]
        change(&file, start)
        return file
    }

    private static func long(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }

    @Test func membersAreRead() throws {
        let file = try ZipFile(Bytes(Self.zip([("a.xml", Array("hello".utf8)), ("d/", []), ("b", [])])))
        #expect(
            file.members.map(\.name) == ["a.xml", "d/", "b"] && file.members.map(\.isFolder) == [false, true, false])
        #expect(try file.content(of: file.members[0], limit: 5) == Bytes("hello"))
        #expect(throws: ZipFile.ReadError.self) { try file.content(of: file.members[0], limit: 4) }
    }

    /// Every byte of a file changed to every of some values, and every length: an error or content, and an end.
    @Test func damageIsAnError() {
        let whole = Self.zip([("a.xml", Array("hello, hello".utf8)), ("b.xml", Array("x".utf8))])
        for index in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0xFF] {
                var bytes = whole
                bytes[index] = value
                guard let file = try? ZipFile(Bytes(bytes)) else { continue }
                for member in file.members { _ = try? file.content(of: member, limit: 1 << 20) }
            }
            #expect((try? ZipFile(Bytes(Array(whole.prefix(index))))) == nil)
        }
    }

    @Test(arguments: [(8, 1, "encrypted"), (10, 99, "method 99"), (16, 7, "checksum")])
    func refusals(offset: Int, value: UInt8, message: String) throws {
        let file = try ZipFile(Bytes(Self.zip([("a", [1, 2])]) { $0[$1 + offset] = value }))
        let error = #expect(throws: ZipFile.ReadError.self) { try file.content(of: file.members[0], limit: 100) }
        #expect(error?.description.contains(message) == true)
    }

    @Test func gzipIsBoundedAndComesBack() throws {
        let zeros = Bytes([UInt8](repeating: 0, count: 5_000_000))
        let packed = try #require(Deflation.gzip(zeros))
        #expect(packed.count < 10_000 && packed == Deflation.gzip(zeros))
        #expect(try Inflation.inflate(packed, .gzip, limit: 5_000_000) == zeros)
        #expect(throws: Inflation.Failure.tooLarge(limit: 4_999_999)) {
            try Inflation.inflate(packed, .gzip, limit: 4_999_999)
        }
        #expect(throws: Inflation.Failure.cutOff) {
            try Inflation.inflate(packed[0..<packed.count / 2], .gzip, limit: 5_000_000)
        }
        var damaged = packed.array
        damaged[packed.count - 5] ^= 1
        #expect(throws: Inflation.Failure.self) { try Inflation.inflate(Bytes(damaged), .gzip, limit: 5_000_000) }
        // Two members are one text; what is none behind them is passed over.
        let twice = Bytes(packed.array + packed.array + [1, 2, 3])
        #expect(try Inflation.inflate(twice, .gzip, limit: 10_000_000).count == 10_000_000)
        #expect(throws: Inflation.Failure.self) { try Inflation.inflate(Bytes([]), .gzip, limit: 10) }
    }
}
