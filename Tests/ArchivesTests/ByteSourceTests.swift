import Testing
import Values

@testable import Archives

@Suite struct ByteSourceTests {
    /// Bytes that do not compress, so that a part of the stream holds as much of the content.
    private let content: [UInt8] = {
        var seed: UInt64 = 1
        return (0..<500_000).map { _ in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: seed >> 33)
        }
    }()

    @Test("whatever the packing and the size of the chunks, the same bytes", arguments: Packing.allCases)
    func chunks(_ packing: Packing) throws {
        let folder = try TemporaryFolder()
        let packed = try packing.pack(content)
        let path = try folder.write("in", packed)
        for maximum in [1 << 20, 65_536, 1000, 17] {
            var source = try ByteSource(path: path)
            var bytes: [UInt8] = []
            while let chunk = try source.next(maximum: maximum) {
                #expect(chunk.count == min(maximum, content.count - bytes.count))
                bytes += chunk.array
            }
            #expect(bytes == content)
            #expect(source.bytesRead == packed.count && source.totalBytes == packed.count)
            #expect(source.offset == content.count)
            #expect(source.compression.rawValue == (packing == .plain ? "none" : packing.rawValue))
            #expect(try source.next() == nil)
        }
    }

    @Test(
        "what a cut stream still holds comes first, then the error, again and again", arguments: Packing.packed)
    func cut(_ packing: Packing) throws {
        let folder = try TemporaryFolder()
        let packed = try packing.pack(content)
        let path = try folder.write("in", Array(packed.dropLast(packed.count / 4)))
        var source = try ByteSource(path: path)
        let chunk = try #require(try source.next(maximum: 1 << 20))
        #expect(chunk.array == Array(content.prefix(chunk.count)) && chunk.count > 100_000)
        for _ in 1...2 {
            let error = #expect(throws: ArchiveError.self) { () throws in _ = try source.next() }
            #expect(error?.code == .damaged && error?.offset == chunk.count)
            #expect(error?.description.hasPrefix("\(path): byte \(chunk.count) (compressed byte ") == true)
        }
    }

    @Test("a zstd window beyond the limit is refused with a remedy")
    func window() throws {
        let folder = try TemporaryFolder()
        // A frame header that asks for a window of 2^30 bytes (RFC 8878 §3.1.1.1.2), then an empty last block.
        let path = try folder.write("in", [0x28, 0xB5, 0x2F, 0xFD, 0x00, 20 << 3, 1, 0, 0])
        var source = try ByteSource(path: path)
        let error = #expect(throws: ArchiveError.self) { () throws in _ = try source.next() }
        #expect(error?.message.contains("--long=31") == true)
        var larger = try ByteSource(path: path, options: ArchiveOptions(maximumWindowLog: 30))
        #expect(try larger.next() == nil)
    }
}
