import Foundation
import Testing
import Values

@testable import Archives

/// Size, shape and contradiction: each case must end, in bounded memory, with everything accounted for.
@Suite(.serialized) struct HostileTests {
    /// The most memory this process has held, in KiB.
    private static var peakMemory: Int {
        var usage = rusage()
        unsafe getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }

    @Test("messages larger than the limit are passed over and measured", arguments: [1, 7, 64, 4096, 262_144])
    func tooLarge(chunk: Int) throws {
        let date = MboxCase.date
        let large = "Subject: large\n\n" + String(repeating: "0123456789abcde\n", count: 500)
        let small = "Subject: small\n\nx\n"
        let limit = ArchiveOptions(maximumMessageSize: 1000, chunkSize: chunk)
        let text = "\(date)\n\(small)\n\(date)\n\(large)\n\(date)\n\(small)\n\(date)\n\(large)"
        let second = date.utf8.count + 1 + small.utf8.count + 1
        let third = second + date.utf8.count + 1 + large.utf8.count + 1
        let size = large.utf8.count
        #expect(
            try told(text, limit) == [
                .message(offset: 0, text: small), .problem(.messageTooLarge, offset: second, size: size),
                .message(offset: third, text: small),
                .problem(.messageTooLarge, offset: third + second, size: size),
            ])
        #expect(try told(large, limit) == [.problem(.messageTooLarge, offset: 0, size: size)])
    }

    @Test("more blank lines before the mail than are looked at", arguments: [65_535, 65_536, 147_000])
    func blankLines(count: Int) throws {
        for lineEnd in ["\n", "\r\n", "\r"] {
            let blank = String(repeating: lineEnd, count: count)
            let told = try told(blank + "Subject: small\(lineEnd)\(lineEnd)x\(lineEnd)", ArchiveOptions())
            #expect(told.count == 1)
        }
    }

    @Test("the limit itself is not too large", arguments: [17, 18, 19, 20])
    func limit(_ limit: Int) throws {
        let small = "Subject: small\n\nx\n"
        let text = "\(MboxCase.date)\n\(small)\n\(MboxCase.date)\n\(small)"
        let told = try told(text, ArchiveOptions(maximumMessageSize: limit, chunkSize: 1))
        #expect(told.map(\.isMessage) == [limit >= 18, limit >= 18])
    }

    @Test("a message of 200 MB in one line is passed over; the next one comes")
    func longLine() throws {
        let folder = try TemporaryFolder()
        let before = Self.peakMemory
        let path = folder.path + "/line.mbox"
        let file = unsafe fopen(path, "w")
        unsafe fputs("\(MboxCase.date)\nSubject: 1\n\n", unsafe file)
        let block = [UInt8](repeating: 0x61, count: 1 << 20)
        for _ in 0..<200 { unsafe fwrite(block, 1, block.count, file) }
        unsafe fputs("\n\n\(MboxCase.date)\nSubject: 2\n\n", unsafe file)
        unsafe fclose(file)
        let events = try events(path)
        #expect(
            events.map(Told.init) == [
                .problem(.messageTooLarge, offset: 0, size: (200 << 20) + 13),
                .message(offset: (200 << 20) + 58, text: "Subject: 2\n"),
            ])
        #expect(Self.peakMemory - before < 400 << 10)
    }

    @Test("a bomb of 2 GB of one letter is no mail, and nothing of it is kept", arguments: [true, false])
    func bomb(isMail: Bool) throws {
        let folder = try TemporaryFolder()
        let before = Self.peakMemory
        let frame = zstdFrame([UInt8](repeating: 0x61, count: 64 << 20))
        let head = isMail ? zstdFrame(Array("Subject: x\n\n".utf8)) : []
        let path = try folder.write("bomb.zst", head + (0..<32).flatMap { _ in frame })
        let told = try events(path).map(Told.init)
        let expected: Told =
            isMail
            ? .problem(.messageTooLarge, offset: 0, size: (2 << 30) + 12) : .problem(.notMail, offset: 0, size: 2 << 30)
        #expect(told == [expected])
        #expect(Self.peakMemory - before < 500 << 10)
    }

    @Test("lengths that all point far ahead do not make reading slow")
    func lyingLengths() throws {
        var text = ""
        for _ in 0..<20_000 {
            text += "\(MboxCase.date)\nContent-Length: 500001\n\nx\n\n"
        }
        let folder = try TemporaryFolder()
        let path = try folder.write("in", text)
        #expect(try events(path, ArchiveOptions(chunkSize: 4096)).count == 20_000)
    }

    @Test(
        "lines that almost separate do not make reading slow",
        arguments: [
            "\nFrom ", "\n\nFrom a@b.example Tue Mar  2 09:44:33 199x", "\n>>>>>>>>From ", "From \r", "\n\nFrom a@b\n",
            "\n" + String(repeating: ">", count: 1000), "\n\nFrom Mon Jan 1 Mon Jan 1 Mon Jan 1 Mon Jan 1 Mon Jan 1",
        ])
    func almost(_ pattern: String) throws {
        let text =
            "\(MboxCase.date)\nSubject: 1\n\n" + String(repeating: pattern, count: 1_000_000 / pattern.utf8.count)
        let folder = try TemporaryFolder()
        let path = try folder.write("in", text)
        #expect(try events(path).count == 1)
        #expect(try events(path, ArchiveOptions(maximumMessageSize: 1000)).count == 1)
    }

    @Test("nothing but blank lines, and a mailbox behind as many")
    func blankLines() throws {
        let blank = String(repeating: "\n", count: 1 << 20)
        #expect(try told(blank) == [.problem(.notMail, offset: 0, size: 1 << 20)])
        #expect(
            try told(blank + "\(MboxCase.date)\nSubject: 1\n\n1\n") == [
                .problem(.damaged, offset: 0, size: 1 << 20), .message(offset: 1 << 20, text: "Subject: 1\n\n1\n"),
            ])
    }

    @Test("random bytes behind each kind of start")
    func noise() throws {
        let folder = try TemporaryFolder()
        var seed: UInt64 = 7
        for start in ["", "From ", "\(MboxCase.date)\n", "Subject: x\n", "\u{1F}\u{8B}"] {
            var bytes = Array(start.utf8)
            for _ in 0..<100_000 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(UInt8(truncatingIfNeeded: seed >> 33))
            }
            #expect(try events(try folder.write("in", bytes)).count >= 1)
            #expect(try events(try folder.write("in", [0x28, 0xB5, 0x2F, 0xFD] + bytes)).count >= 1)
        }
    }
}
