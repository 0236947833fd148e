import Foundation
import Mail
import Testing
import Values

@testable import Attachments

/// Archives as the system's own programs write them.
@Suite struct ArchiveTests {
    struct Made: Sendable {
        let file: String
        let commands: [[String]]
        /// The type, class traits and members expected.
        let expected: [String]
    }

    private static func made(_ file: String, _ commands: [[String]], _ expected: [String]) -> Made {
        Made(file: file, commands: commands, expected: expected)
    }

    /// In a folder with `a.exe`, `b.txt` and `d/c.js`. Each file is told as place, type and traits.
    static let archives = [
        made(
            "x.zip", [["zip", "-qr", "x.zip", "a.exe", "d"]],
            ["x.zip zip", "x.zip > a.exe pe", "x.zip > d/c.js windows-script"]),
        made(
            "e.zip", [["zip", "-q", "-P", "secret", "e.zip", "a.exe"]],
            ["e.zip zip encrypted", "e.zip > a.exe unknown encrypted"]),
        made("x.7z", [["7zz", "a", "-bd", "-y", "x.7z", "a.exe"]], ["x.7z 7z", "x.7z > a.exe pe"]),
        made(
            "e.7z", [["7zz", "a", "-bd", "-y", "-psecret", "e.7z", "a.exe"]],
            ["e.7z 7z encrypted", "e.7z > a.exe unknown encrypted"]),
        made(
            "h.7z", [["7zz", "a", "-bd", "-y", "-psecret", "-mhe=on", "h.7z", "a.exe"]], ["h.7z 7z encrypted"]),
        made(
            "x.tar", [["tar", "-cf", "x.tar", "a.exe", "b.txt"]],
            ["x.tar tar", "x.tar > a.exe pe", "x.tar > b.txt text"]),
        made(
            "x.tgz", [["tar", "-czf", "x.tgz", "a.exe"]],
            ["x.tgz gzip", "x.tgz > x.tar tar", "x.tgz > x.tar > a.exe pe"]),
        made("b.txt.xz", [["xz", "-k", "b.txt"]], ["b.txt.xz xz", "b.txt.xz > b.txt text"]),
        made("b.txt.zst", [["zstd", "-qk", "b.txt"]], ["b.txt.zst zstd", "b.txt.zst > b.txt text"]),
        made(
            "x.iso", [["bsdtar", "-cf", "x.iso", "--format", "iso9660", "a.exe"]], ["x.iso iso", "x.iso > a.exe pe"]),
        made(
            "x.cpio", [["bsdtar", "-cf", "x.cpio", "--format", "cpio", "a.exe"]], ["x.cpio cpio", "x.cpio > a.exe pe"]),
        made("x.xar", [["bsdtar", "-cf", "x.xar", "--format", "xar", "a.exe"]], ["x.xar xar", "x.xar > a.exe pe"]),
        made(
            "n.zip",
            [["zip", "-q", "i.zip", "a.exe"], ["tar", "-cf", "t.tar", "i.zip"], ["zip", "-q", "n.zip", "t.tar"]],
            ["n.zip zip", "n.zip > t.tar tar", "n.zip > t.tar > i.zip zip", "n.zip > t.tar > i.zip > a.exe pe"]),
        made(
            "u.zip", [["cp", "b.txt", "пример.txt"], ["zip", "-q", "u.zip", "пример.txt"]],
            ["u.zip zip", "u.zip > пример.txt text"]),
    ]

    @Test(arguments: archives.indices)
    func membersAreTold(index: Int) throws {
        let archive = ArchiveTests.archives[index]
        for command in archive.commands {
            guard let program = command.first, Workbench.isThere(program) else {
                print("skipped: \(command.first ?? "") is not there (make setup)")
                return
            }
        }
        let told = try Workbench.inFolder { folder in
            try FileManager.default.createDirectory(at: folder.appending(path: "d"), withIntermediateDirectories: true)
            try Data(Workbench.program).write(to: folder.appending(path: "a.exe"))
            try Data("hello, hello, hello\n".utf8).write(to: folder.appending(path: "b.txt"))
            try Data("var a = 1;".utf8).write(to: folder.appending(path: "d/c.js"))
            for command in archive.commands { try Workbench.run(command, in: folder) }
            return Workbench.files(archive.file, try Workbench.contents(archive.file, in: folder))
        }
        let lines = told.map { file in
            ([file.steps.joined(separator: " > "), file.type.name] + file.kinds).joined(separator: " ")
        }
        #expect(lines == archive.expected)
    }

    @Test func damagedArchivesTellWhatThereIs() throws {
        let whole = Workbench.zip([("a.exe", Workbench.program), ("b.exe", Workbench.program)])
        // Cut off: there is no directory, and the members are read one after another.
        let cut = Workbench.files("a.zip", Array(whole[0..<300]))
        #expect(cut.first?.type == .zip && cut.contains { $0.name?.text == "a.exe" })
        #expect(
            Workbench.files("a.7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4, 1, 2, 3]).first?.kinds == ["unreadable"])
        #expect(Workbench.files("a.ace", [0, 0, 0, 0, 0, 0, 0] + Array("**ACE**".utf8)).first?.kinds == ["unreadable"])
    }

    @Test func namesInArchivesAreHeldAgainstThem() {
        let files = Workbench.files(
            "a.zip",
            Workbench.zip([
                ("../../x.txt", [0x61]), ("photo.jpg", Workbench.program), ("scan.pdf.exe", Workbench.program),
            ]))
        #expect(files.map(\.kinds) == [[], ["path-escape"], ["type-mismatch"], ["double-extension"]])
    }

    @Test func whatTwoReadersTakeForTwoThings() {
        let archive = Workbench.zip([("a.exe", Workbench.program)])
        let picture = Workbench.files("a.gif", Array("GIF89a".utf8) + [UInt8](repeating: 0, count: 50) + archive)
        #expect(picture[0].kinds == ["ambiguous"] && picture.map(\.type) == [.gif, .portableExecutable])
        let joined = Workbench.files("a.zip", Workbench.zip([("b.txt", [0x62])]) + archive)
        #expect(joined[0].kinds.contains("ambiguous"))
        let renamed = Workbench.files("a.zip", Workbench.zip([("a.txt", Workbench.program)], localName: "a.exe"))
        #expect(renamed[0].kinds.contains("ambiguous"))
        // What is nothing else is the archive, as programs that unpack it have it.
        let behindData = Workbench.files("a.bin", [UInt8](0...255) + archive)
        #expect(behindData.map(\.type) == [.zip, .portableExecutable] && behindData[0].kinds.isEmpty)
        let behindText = Workbench.files("a.txt", Array("Dear all,\r\n".utf8) + archive)
        #expect(behindText.last?.type == .portableExecutable)
        let selfExtracting = Workbench.files("setup.exe", Workbench.program + archive)
        #expect(selfExtracting.map(\.type) == [.portableExecutable, .portableExecutable])
    }

    @Test func passwordsInTheTextAreSeen() {
        // Encrypted by its flag; nothing has to be decrypted to see that.
        let archive = Workbench.zip([("a.exe", Workbench.program)], flags: 1)
        for (text, expected) in [
            ("The password is 1234.", true), ("Пароль: 1234", true), ("Hello.", false), ("standardpassword", false),
        ] {
            let files = AttachmentList(Workbench.message([("a.zip", archive)], text: text)).attachments
            #expect(files[0].kinds.contains("encrypted"))
            #expect(files[0].kinds.contains("password-given") == expected, "\(text)")
        }
    }

    @Test func uuencodedFilesInTheTextAreFiles() {
        let text = "Look:\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\nThat was it.\r\nbegin the day"
        let files = AttachmentList(Workbench.message([], text: text)).attachments
        #expect(files.map { $0.name?.text } == ["a.txt"] && files.map(\.size) == [5])
    }

    @Test func filesInYEncAreFiles() {
        // yEnc draft 1.3: 42 is added to each byte; 214 and 19 would be NUL and the equals sign, and are escaped.
        let text = "=ybegin line=128 size=4 name=a b.bin\r\nLr=@=}\r\n=yend size=4\r\nSo long."
        let files = EncodedFiles.members(in: Bytes(text), limit: 100)
        #expect(files.map(\.name) == ["a b.bin"] && files.map(\.content) == [[0x22, 0x48, 0xD6, 0x13]])
        #expect(EncodedFiles.members(in: Bytes("=ybegin line=128 name=a\r\n"), limit: 100).isEmpty)
        #expect(EncodedFiles.members(in: Bytes(text), limit: 3).isEmpty)
        #expect(AttachmentList(Workbench.message([], text: text)).attachments.map(\.size) == [4])
    }

    @Test func uuencodeIsAnEncodingToo() {
        let message = Message(
            Bytes(
                "Subject: x\r\nContent-Type: application/octet-stream; name=a.txt\r\n"
                    + "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\n"))
        #expect(AttachmentList(message).files.map(\.size) == [5])
    }

    @Test func messagesInMessagesAreTakenApart() {
        let inner = Workbench.message([("a.exe", Workbench.program)])
        let files = Workbench.files("note.eml", inner.bytes.array)
        #expect(files.map(\.type) == [.message, .portableExecutable])
        #expect(files.last?.place == "2 > note.eml > 2 > a.exe")
    }
}
