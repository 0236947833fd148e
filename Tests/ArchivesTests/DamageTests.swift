import Foundation
import Testing
import Values

@testable import Archives

@Suite struct DamageTests {
    /// 240 messages in 1.3 MB that hardly compress, so that cuts fall among them.
    private static let mbox: [UInt8] = {
        var text = ""
        var seed: UInt64 = 1
        for number in 1...240 {
            text += "\(MboxCase.date)\nSubject: \(number)\n\n"
            for _ in 0..<400 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += String(seed, radix: 36) + "\n"
            }
            text += "\n"
        }
        return Array(text.utf8)
    }()

    private func read(_ bytes: [UInt8]) throws -> (messages: [Told], problems: [ArchiveProblem]) {
        let folder = try TemporaryFolder()
        let events = try events(try folder.write("in", bytes))
        return (events.filter { $0.entry != nil }.map(Told.init), events.compactMap(\.problem))
    }

    @Test("a cut stream gives the messages before the cut and one error", arguments: [Packing.zstd, .gzip])
    func cut(_ packing: Packing) throws {
        let whole = try read(Self.mbox)
        #expect(whole.messages.count == 240 && whole.problems.isEmpty)
        let packed = try packing.pack(Self.mbox)
        for part in [packed.count / 4, packed.count / 2, packed.count - 2000] {
            let cut = try read(Array(packed[..<part]))
            #expect(cut.messages == Array(whole.messages.prefix(cut.messages.count)))
            try #require(cut.problems.count == 1)
            let problem = cut.problems[0]
            #expect(problem.error.code == .damaged)
            #expect(problem.error.compressedOffset == part)
            #expect((problem.error.offset ?? 0) <= Self.mbox.count)
            #expect(problem.error.message.contains("message \(cut.messages.count + 1), "))
        }
        #expect(try read(Array(packed[..<(packed.count / 2)])).messages.count > 5)
    }

    @Test("where only the checksum is cut or wrong, no message is lost", arguments: [Packing.zstd, .gzip], [1, 3])
    func checksum(_ packing: Packing, bytes: Int) throws {
        var packed = try packing.pack(Self.mbox)
        let cut = try read(Array(packed.dropLast(bytes)))
        #expect(cut.messages.count == 240 && cut.problems.map(\.error.code) == [.damaged])
        packed[packed.count - bytes] ^= 0x55
        let wrong = try read(packed)
        #expect(wrong.messages.count == 240 && wrong.problems.map(\.error.code) == [.damaged])
        #expect(wrong.problems.first?.error.offset == Self.mbox.count)
    }

    @Test("a corrupt stream gives the messages before the damage", arguments: [Packing.zstd, .gzip])
    func corrupt(_ packing: Packing) throws {
        let whole = try read(Self.mbox).messages
        var packed = try packing.pack(Self.mbox)
        for offset in packed.count / 2..<packed.count / 2 + 600 { packed[offset] = 0xFF }
        let told = try read(packed)
        #expect(told.problems.count == 1 && told.problems[0].error.code == .damaged)
        // A decoder may notice only by the checksum at the end: what it gave meanwhile is wrong, but in its place.
        #expect(told.messages.count <= 240 && told.messages.prefix(3) == whole.prefix(3))
    }

    @Test("a stream of several parts is one archive", arguments: Packing.packed)
    func parts(_ packing: Packing) throws {
        let half = Self.mbox.count / 2
        let first = try packing.pack(Array(Self.mbox[..<half]))
        let second = try packing.pack(Array(Self.mbox[half...]))
        #expect(try read(first + second).messages == read(Self.mbox).messages)
        let tail = try read(first + second + Array("garbage".utf8))
        #expect(tail.messages.count == 240 && tail.problems.map(\.error.code) == [.damaged])
        #expect(tail.problems.first?.error.compressedOffset == first.count + second.count)
    }

    @Test func padding() throws {
        let packed = try Packing.gzip.pack(Self.mbox) + [UInt8](repeating: 0, count: 3000)
        #expect(try read(packed).problems.isEmpty)
        // RFC 8878 §3.1.2: a skippable frame, here of five bytes, at both ends.
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]
        let framed = try read(skippable + zstdFrame(Self.mbox) + skippable)
        #expect(framed.messages.count == 240 && framed.problems.isEmpty)
    }

    @Test("every byte of a small archive, changed in turn, leads to an answer", arguments: Packing.allCases)
    func mutations(_ packing: Packing) throws {
        let text = MboxCase.contentLength[0].text
        let packed = try packing.pack(Array(text.utf8))
        let folder = try TemporaryFolder()
        for offset in packed.indices {
            var bytes = packed
            bytes[offset] ^= 0x80
            #expect(!(try events(try folder.write("in", bytes)).isEmpty))
            #expect(!(try events(try folder.write("in", Array(packed[..<offset]))).isEmpty))
        }
    }

    @Test(
        "what cannot be opened",
        arguments: [
            ("missing.mbox", ArchiveError.Code.noSuchInput), ("file/below", .noSuchInput), ("loop", .unreadable),
        ])
    func unopened(name: String, code: ArchiveError.Code) throws {
        let folder = try TemporaryFolder()
        try folder.write("file", "x")
        try folder.link("loop", to: "loop")
        let error = #expect(throws: ArchiveError.self) { _ = try events("\(folder.path)/\(name)") }
        #expect(error?.code == code)
        #expect(error?.file == "\(folder.path)/\(name)")
        #expect(error?.description.hasPrefix("\(folder.path)/\(name): ") == true)
    }

    @Test(
        "what the system says of a file",
        arguments: [
            (EACCES, ArchiveError.Code.inaccessible, "check the permissions"),
            (EPERM, .inaccessible, "check the permissions"), (ENOENT, .noSuchInput, "check the name"),
            (EIO, .unreadable, "check the name and the disk"),
        ])
    func systemErrors(number: Int32, code: ArchiveError.Code, remedy: String) {
        let error = ArchiveError.system(number, file: "a")
        #expect(error.code == code && error.message.hasSuffix("; \(remedy)"))
    }

    @Test("a folder is no file")
    func foldersAreNoFiles() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: ArchiveError.self) { _ = try ByteSource(path: folder.path) }
        #expect(error?.code == .inaccessible)
    }

    @Test("a pipe is read; one in a folder is passed over")
    func pipes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        unsafe #expect(mkfifo(path, 0o600) == 0)
        #expect(try events(folder.path).map(Told.init) == [.problem(.unreadable, offset: nil, size: nil)])
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: "/bin/sh")
        let source = try folder.write("source", try Packing.gzip.pack(Self.mbox))
        writer.arguments = ["-c", "cat '\(source)' > '\(path)'"]
        try writer.run()
        #expect(try events(path).count == 240)
        writer.waitUntilExit()
    }

    @Test(
        "what is no mail says so, and what it is",
        arguments: [
            ("", "the file is empty"), ("\n\n\r\n", "the file is empty"), ("PK\u{3}\u{4}zip", "unzip"),
            ("BZh91AY", "bunzip2"), ("just text\n", "no mail was found"),
            ("Key: value\nOther: 1\n", "no mail was found"),
            ("From here to there\nand back\n", "no mail was found"), ("\u{1}\u{1}\u{1}\u{1}\n", "MMDF"),
        ])
    func noMail(text: String, words: String) throws {
        let told = try read(Array(text.utf8))
        #expect(told.messages.isEmpty && told.problems.map(\.error.code) == [.notMail])
        #expect(told.problems.first?.error.message.contains(words) == true)
    }

    @Test("an empty compressed file", arguments: Packing.packed)
    func emptyContent(_ packing: Packing) throws {
        #expect(try read(try packing.pack([])).problems.map(\.error.code) == [.notMail])
    }

    @Test func compressedTwice() throws {
        let told = try read(try Packing.gzip.pack(zstdFrame(Self.mbox)))
        #expect(told.problems.first?.error.message.contains("compressed twice") == true)
    }
}
