import Testing
import Values

@testable import Archives

@Suite struct MboxTests {
    @Test("every mbox gives its messages", arguments: MboxCase.all)
    func messages(_ mbox: MboxCase) throws {
        #expect(try told(mbox.text, ArchiveOptions(dialect: mbox.dialect)) == mbox.expected)
    }

    @Test("compressed, it gives the same", arguments: Packing.packed)
    func compressed(_ packing: Packing) throws {
        for mbox in MboxCase.all {
            let packed = try packing.pack(Array(mbox.text.utf8))
            #expect(try told(packed, ArchiveOptions(dialect: mbox.dialect)) == mbox.expected, "\(mbox.name)")
        }
    }

    /// The cases stand behind 64 KiB of other mail, as so much is held to tell the format: with and without a blank
    /// line after it, and with a length.
    @Test("chunk boundaries do not show")
    func chunks() throws {
        let folder = try TemporaryFolder()
        let header = "\(MboxCase.date)\n" + String(repeating: "X: \(String(repeating: "x", count: 900))\n", count: 73)
        for mbox in MboxCase.all where mbox.text.hasPrefix("From ") && !mbox.text.contains("\r\r") {
            for filler in [header + "\n", header, header + "Content-Length: 0\n\n"] {
                let file = try folder.write("in", filler + mbox.text)
                let whole = try events(file, ArchiveOptions(dialect: mbox.dialect)).map(Told.init)
                #expect(whole.count > 1)
                for size in 1...64 {
                    let parts = try events(file, ArchiveOptions(dialect: mbox.dialect, chunkSize: size))
                    #expect(parts.map(Told.init) == whole, "\(mbox.name) in chunks of \(size)")
                }
            }
        }
    }

    @Test("sources are numbered from 1, and progress reaches the end")
    func numbering() throws {
        let folder = try TemporaryFolder()
        let mbox = MboxCase.lineEnds[0]
        let path = try folder.write("in.mbox", mbox.text)
        var reader = try ArchiveReader(.path(path))
        #expect(reader.totalBytes == mbox.text.utf8.count)
        #expect(reader.next()?.entry?.source == "\(path)#1")
        #expect(reader.next()?.entry?.source == "\(path)#2")
        #expect(reader.next().map(Told.init) == nil)
        #expect(reader.next().map(Told.init) == nil)
        #expect(reader.bytesRead == mbox.text.utf8.count)
        #expect(reader.messages == 2 && reader.problems == 0)
    }

    @Test(
        "Status and X-Status become flags",
        arguments: [
            ("Status: RO\nX-Status: AF\n", ArchiveFlags([.seen, .old, .answered, .flagged])),
            ("status: O\n", [.old]), ("X-Status: DT\n", [.deleted, .draft]), ("Subject: RO\n", []),
            ("Statuses: RO\n", []), ("Subject: x\n\nStatus: RO\n", []),
        ] as [(String, ArchiveFlags)])
    func status(header: String, flags: ArchiveFlags) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("in.mbox", "\(MboxCase.date)\n\(header)\nbody\n")
        #expect(try events(path).first?.entry?.flags == flags)
    }
}

extension Told {
    var isMessage: Bool { if case .message = self { true } else { false } }
}
