import Foundation
import Testing
import Values

@testable import Archives

@Suite struct FolderTests {
    private func message(_ subject: String) -> String { "Subject: \(subject)\n\nbody\n" }

    /// Subjects, flags and folders in the order they come; problems by code.
    private func summary(_ path: String) throws -> [String] {
        try events(path).map { event in
            if let problem = event.problem {
                return "\(problem.error.code) \(problem.source.dropFirst(path.utf8.count))"
            }
            guard let entry = event.entry else { return "" }
            let subject = entry.message.lossyString.dropFirst(9).prefix { $0 != "\n" }
            let notes = entry.flags.names + entry.keywords + (entry.folder.map { ["in \($0)"] } ?? [])
            return ([String(subject)] + notes).joined(separator: " ")
        }
    }

    @Test func maildir() throws {
        let folder = try TemporaryFolder()
        try folder.write("dovecot-keywords", "0 $Junk\n1 $Forwarded\nx y\n99 z\n")
        try folder.write("dovecot-uidlist", "3 V1\n")
        try folder.write("new/5.host", message("n5"))
        try folder.write("cur/2.host:2,RS", message("c2"))
        try folder.write("cur/10.host:2,FTDPba", message("c10"))
        try folder.write("cur/3.host;2,S", message("c3"))
        try folder.write("cur/4.host", "\(MboxCase.date)\n\(message("x"))\n\(MboxCase.date)\n>From y\n")
        try folder.write("cur/.hidden", message("hidden"))
        try folder.write("cur/9", "")
        try folder.write("tmp/1.host", message("tmp"))
        try folder.write(".Lists.swift/cur/1:2,", message("s1"))
        try folder.write(".Lists.swift/.Deep/new/1", message("d1"))
        try folder.write("sieve/script", "keep;")
        try folder.write("Sub/cur/1:2,S", message("u1"))
        let summary = try summary(folder.path)
        #expect(
            summary == [
                "c10 flagged deleted draft passed old $Forwarded $Junk", "c2 seen answered old", "c3 seen old",
                "x old", "notMail /cur/9", "n5", "s1 old in Lists/swift", "d1 in Lists/swift/Deep",
                "u1 seen old in Sub",
            ])
    }

    @Test func maildirFileWithEnvelopeLine() throws {
        let folder = try TemporaryFolder()
        let rest = "\(message("x"))\n\(MboxCase.date)\n>From y\n"
        try folder.write("cur/4.host", "\(MboxCase.date)\n\(rest)")
        try folder.makeFolder("new")
        let entry = try #require(try events(folder.path).first?.entry)
        #expect(entry.message == Bytes(rest))
        #expect(entry.envelopeLine?.sender == "a@example.org")
        #expect(entry.offset == MboxCase.date.utf8.count + 1)
    }

    @Test func mh() throws {
        let folder = try TemporaryFolder()
        for name in ["1", "2", "10", "100", ",3", "inbox/7"] { try folder.write(name, message(name)) }
        try folder.write(".mh_sequences", "unseen: 2\n")
        #expect(try summary(folder.path) == ["1", "2", "10", "100", "inbox/7 in inbox"])
    }

    @Test func tree() throws {
        let folder = try TemporaryFolder()
        try folder.write("b.eml", message("b"))
        try folder.write("B.eml", message("B"))
        try folder.write("a/z.eml.gz", try gzipMember(Array(message("z").utf8)))
        try folder.write(
            "a/y.mbox.zst",
            zstdFrame(Array("\(MboxCase.date)\n\(message("y1"))\n\(MboxCase.date)\n\(message("y2"))\n".utf8)))
        try folder.write("a/.hidden", message("hidden"))
        try folder.write(".git/x.eml", message("hidden"))
        try folder.write("empty", "")
        try folder.write("notes.txt", "Nothing here.\n")
        #expect(
            try summary(folder.path) == [
                "B", "y1 in a", "y2 in a", "z in a", "b", "notMail /empty", "notMail /notes.txt",
            ])
    }

    @Test("links that lead in circles, nowhere, or twice to the same folder")
    func links() throws {
        let folder = try TemporaryFolder()
        try folder.write("a/1.eml", message("1"))
        try folder.link("a/up", to: "..")
        try folder.link("a/self", to: "self")
        try folder.link("b", to: "a")
        try folder.link("c.eml", to: "a/1.eml")
        try folder.link("d.eml", to: "nowhere")
        #expect(try summary(folder.path) == ["1 in a", "unreadable /a/self", "1", "noSuchInput /d.eml"])
    }

    @Test("names that are no UTF-8 are read")
    func names() throws {
        let folder = try TemporaryFolder()
        let path = Array(folder.path.utf8) + [0x2F, 0xFF, 0xFE]
        let file = unsafe path.withUnsafeCString { unsafe fopen($0, "w") }
        unsafe fputs(message("latin"), file)
        unsafe fclose(file)
        #expect(try summary(folder.path) == ["latin"])
    }

    @Test func noMail() throws {
        let folder = try TemporaryFolder()
        try folder.write(".hidden", message("hidden"))
        try folder.makeFolder("sub")
        #expect(try events(folder.path).map(Told.init) == [.problem(.notMail, offset: nil, size: nil)])
        let maildir = try TemporaryFolder()
        for name in ["cur", "new", "tmp"] { try maildir.makeFolder(name) }
        #expect(try events(maildir.path).map(Told.init) == [.problem(.notMail, offset: nil, size: nil)])
    }

    @Test(
        "a single message is found by its header",
        arguments: [
            ("Subject: x\n\nFrom a@b Tue Mar  2 09:44:33 1999\n>From y\n", 0), ("\u{FEFF}Received: x\r\n\r\n", 3),
            ("\n\nX-Odd: 1\n\n", 2), ("Folded:\n more\nTo: x\n", 0), (">From a Tue Mar  2\nTo: x\n", 0),
        ])
    func single(text: String, offset: Int) throws {
        let bytes = Array(text.utf8)
        #expect(
            try told(bytes) == [.message(offset: offset, text: String(decoding: bytes[offset...], as: UTF8.self))])
    }

    @Test("a single message with bare CR")
    func singleWithReturns() throws {
        #expect(try told("Subject: x\rTo: y\r\rz\r") == [.message(offset: 0, text: "Subject: x\nTo: y\n\nz\n")])
    }
}
