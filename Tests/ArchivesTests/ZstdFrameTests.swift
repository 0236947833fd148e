import Archives
import Testing

/// Frames that are written and read whole.
@Suite struct ZstdFrameTests {
    @Test(arguments: [0, 1, 1000, 200_000]) func whatIsWrittenIsRead(count: Int) throws {
        let contents = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        let frame = try #require(ZstdFrame.compressed(contents))
        #expect(ZstdFrame.contents(of: frame, limit: count) == contents)
        #expect(count == 0 || ZstdFrame.contents(of: frame, limit: count - 1) == nil)
    }

    @Test func whatIsDamagedIsNotRead() throws {
        let frame = try #require(ZstdFrame.compressed(Array("a message, and what else is in it".utf8)))
        for length in 0..<frame.count { #expect(ZstdFrame.contents(of: Array(frame[..<length]), limit: 1000) == nil) }
        for index in 6..<frame.count {
            var changed = frame
            changed[index] ^= 0x10
            #expect(ZstdFrame.contents(of: changed, limit: 1000) == nil, "byte \(index)")
        }
        #expect(ZstdFrame.contents(of: frame + [0], limit: 1000) == nil)
        #expect(ZstdFrame.contents(of: Array("no frame at all".utf8), limit: 1000) == nil)
    }

    /// A frame that says that it holds four gigabytes is not given the room.
    @Test func aSizeThatIsALie() {
        // RFC 8878 §3.1.1.1: magic, descriptor with a size of 8 bytes and one segment, size, an empty last block.
        let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0]
        #expect(ZstdFrame.contents(of: frame, limit: 1 << 20) == nil)
    }
}
