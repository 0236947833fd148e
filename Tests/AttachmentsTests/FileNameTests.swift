import Mail
import Testing
import Values

@testable import Attachments

/// Names in every form that mail gives them.
@Suite struct FileNameTests {
    @Test(arguments: [
        ("report.pdf", "report.pdf", "pdf", ""),
        ("invoice\u{202E}fdp.exe", "invoicefdp.exe", "exe", "direction"),
        ("a\u{200B}.exe", "a.exe", "exe", "invisible"),
        ("a.exe\0.pdf", "a.exe.pdf", "pdf", "control"),
        ("a.exe.", "a.exe", "exe", "trailing"),
        ("a.exe . . ", "a.exe", "exe", "trailing"),
        ("report.", "report", "", ""),
        ("a.pdf                         .exe", "a.pdf                         .exe", "exe", "padding"),
        (
            "a.txt.{00021401-0000-0000-C000-000000000046}", "a.txt.{00021401-0000-0000-C000-000000000046}",
            "{00021401-0000-0000-c000-000000000046}", "class-identifier"
        ),
        ("a.exe:x.txt", "a.exe", "exe", "stream"),
        ("Screenshot 10:30.png", "Screenshot 10:30.png", "png", ""),
        ("notes.txt::$DATA", "notes.txt", "txt", "stream"),
        ("a\u{FF0E}exe", "a.exe", "exe", "dot"),
        ("a.\u{FF45}\u{FF38}\u{FF45}", "a.\u{FF45}\u{FF38}\u{FF45}", "exe", "wide"),
        ("a.\u{FF50}\u{FF44}\u{FF46}", "a.\u{FF50}\u{FF44}\u{FF46}", "\u{FF50}\u{FF44}\u{FF46}", ""),
        ("..\\..\\windows\\a.EXE", "a.EXE", "exe", ""),
        ("C:a.exe", "a.exe", "exe", ""),
        ("👩\u{200D}💻.pdf", "👩💻.pdf", "pdf", ""),
        ("", "", "", ""),
    ])
    func tricksAreTakenOut(text: String, effective: String, ending: String, tricks: String) {
        let name = FileName(text)
        #expect(name.effective.unicodeScalars.elementsEqual(effective.unicodeScalars))
        #expect(name.ending == ending)
        #expect(name.tricks.map(\.rawValue).joined(separator: " ") == tricks)
    }

    @Test(arguments: [
        ("invoice.pdf.exe", true), ("invoice.pdf .exe", true), ("photo.jpg.lnk", true), ("scan.pdf.html", true),
        ("a.tar.gz", false), ("jquery.min.js", false), ("report.final.pdf", false), ("report.pdf.zip", false),
        ("page.txt.html", false), ("setup.exe", false),
    ])
    func doubleEndings(text: String, expected: Bool) { #expect(FileName(text).hasDoubleEnding == expected) }

    @Test func longNamesAreCut() {
        #expect(FileName(String(repeating: ".exe", count: 100_000)).effective.utf8.count <= FileName.limit)
    }

    /// The fields of a part, and the name, other names and traits that are told.
    static let parts: [(fields: String, name: String?, others: [String], traits: [String])] = [
        ("Content-Type: application/pdf; name=a.pdf", "a.pdf", [], []),
        // RFC 2231 §3 and §4: cut into pieces, and percent-encoded in a charset.
        (
            "Content-Disposition: attachment; filename*0*=utf-8''inv%6F; filename*1=\"ice.pdf\"; filename*2*=%2Eexe",
            "invoice.pdf.exe", [], ["double-extension"]
        ),
        (
            "Content-Disposition: attachment; filename*=windows-1251''%EF%EB%E0%ED.exe", "план.exe", [], []
        ),
        // A string in C ends at a NUL.
        (
            "Content-Disposition: attachment; filename*=utf-8''a.exe%00.pdf", "a.exe", ["a.exe\0.pdf"],
            ["hidden-name", "names-disagree"]
        ),
        // To some readers the value ends at a gap in the numbers.
        (
            "Content-Disposition: attachment; filename*0=a.exe; filename*2=.txt", "a.exe", ["a.exe.txt"],
            ["names-disagree"]
        ),
        // RFC 2047 §5 forbids encoded words here; readers decode them.
        (
            "Content-Disposition: attachment; filename=\"=?utf-8?B?YS5wZGY=?= =?utf-8?Q?=2Eexe?=\"", "a.pdf.exe", [],
            ["double-extension"]
        ),
        (
            "Content-Disposition: attachment; filename*=utf-8''%3D%3Futf-8%3FQ%3Fa%3D2Eexe%3F%3D", "a.exe",
            ["=?utf-8?Q?a=2Eexe?="], []
        ),
        (
            "Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.exe", "a.exe",
            ["a.pdf"], ["names-disagree"]
        ),
        (
            "Content-Disposition: attachment; filename=a.pdf; filename*=utf-8''a.scr", "a.scr", ["a.pdf"],
            ["names-disagree"]
        ),
        (
            "Content-Disposition: attachment; filename=a.txt; filename=a.js", "a.js", ["a.txt"], ["names-disagree"]
        ),
        (
            "Content-Type: text/plain; name=a.diff\r\nContent-Disposition: attachment; filename=a.patch", "a.patch",
            ["a.diff"], []
        ),
        (
            "Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEfdp.exe", "a\u{202E}fdp.exe", [],
            ["hidden-name"]
        ),
        ("Content-Disposition: attachment", nil, [], []),
    ]

    @Test(arguments: parts.indices)
    func partsTellTheirNames(index: Int) {
        let part = FileNameTests.parts[index]
        let message = Message(Bytes("Subject: x\r\nMIME-Version: 1.0\r\n\(part.fields)\r\n\r\n"))
        let file = AttachmentList(message).files[0]
        #expect(file.name?.text == part.name)
        #expect(file.otherNames == part.others)
        #expect(file.kinds == part.traits)
    }

    @Test func evidenceShowsWhatIsHidden() {
        #expect(FileName.shown("a\u{202E}b\0c\n") == "a\\u{202E}b\\u{0}c\\u{A}")
        #expect(FileName.shown(String(repeating: "x", count: 300)).unicodeScalars.count == 256)
    }
}
