import Archives
import Testing
import Values

@testable import Replay

@Suite struct MessageSpoolTests {
    static let entries = [
        ArchiveEntry(message: Bytes(""), source: "", offset: 0),
        ArchiveEntry(message: Bytes("Subject: x\n\ntext\n"), source: "a.mbox#1", offset: 17),
        ArchiveEntry(
            message: Bytes([0, 255, 10, 13]), source: "ordner/ü.mbox#2", offset: 1 << 40,
            envelopeLine: EnvelopeLine(Bytes("From a@b.example Wed May  1 10:00:00 2024"))),
        ArchiveEntry(message: Bytes([UInt8](repeating: 97, count: 3 << 20)), source: "large", offset: 5),
        ArchiveEntry(message: Bytes("last"), source: "last"),
    ]

    /// Whatever goes in comes out again, in any order, across the spool's own buffer.
    @Test func everyEntryComesBack() throws {
        var spool = try MessageSpool()
        var places: [MessageSpool.Place] = []
        for entry in Self.entries { places.append(try spool.append(entry)) }
        try spool.finishWriting()
        #expect(places == places.sorted())
        for index in [3, 0, 4, 2, 1, 3] {
            let (entry, meant) = (try spool.entry(at: places[index]), Self.entries[index])
            #expect(entry.message == meant.message && entry.source == meant.source && entry.offset == meant.offset)
            #expect(entry.envelopeLine == meant.envelopeLine)
        }
    }

    @Test func anEntryNotWrittenOutIsAnError() throws {
        var spool = try MessageSpool()
        let place = try spool.append(Self.entries[1])
        do {
            _ = try spool.entry(at: place)
            Issue.record("the entry was read before it was written")
        } catch let error as SpoolError {
            #expect(error.description.hasPrefix("temporary file: cannot be read"))
        }
    }
}
