import Testing
import Values

@testable import Attachments

/// What files are by their content.
@Suite struct FileTypeTests {
    static let contents: [(content: [UInt8], ending: String, type: FileType)] = [
        (Workbench.program, "pdf", .portableExecutable),
        ([0x4D, 0x5A, 0x90, 0, 3, 0, 0, 0], "", .dosProgram),
        (Array("MZ is how this text begins, and it goes on and on for a while longer.".utf8), "txt", .text),
        ([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0], "", .elf),
        ([0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 2], "", .machO), ([0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52], "", .javaClass),
        (Array("#!/bin/sh\necho hello\n".utf8), "txt", .shellScript),
        (Array("var a = 1;".utf8), "js", .windowsScript), (Array("var a = 1;".utf8), "txt", .text),
        (Array("#@~^DgAAAA==".utf8), "vbe", .encodedScript), (Array("WScript.Echo 1".utf8), "vbs", .windowsScript),
        (Array("@ECHO OFF\r\ndel x".utf8), "txt", .batch),
        (Array("[InternetShortcut]\r\nURL=http://a.example".utf8), "", .internetShortcut),
        (Array("%PDF-1.7\n".utf8), "exe", .pdf), (Array("junk\n%PDF-1.4".utf8), "", .pdf),
        (Array("<!DOCTYPE html><p>x".utf8), "pdf", .html), (Array("  \n<HTML>".utf8), "", .html),
        ([0xFF, 0xFE] + Array("<html>".utf8).flatMap { [$0, 0] }, "", .html),
        (Array("<?xml version='1.0'?><svg xmlns='x'/>".utf8), "", .svg),
        (Array("<?xml version='1.0'?><a/>".utf8), "", .xml),
        (Array("<html><svg></svg></html>".utf8), "", .html),
        (Array("{\\rtf1 x}".utf8), "doc", .rtf), (Array("BEGIN:VCALENDAR".utf8), "", .calendar),
        (Array("From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\nx".utf8), "", .message),
        (Array("From: here\nto there".utf8), "", .text),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "", .compoundFile),
        ([0x50, 0x4B, 3, 4], "docx", .zip), ([0x52, 0x61, 0x72, 0x21, 0x1A, 7, 0], "", .rar),
        ([0x78, 0x9F, 0x3E, 0x22], "dat", .tnef),
        ([0x4C, 0, 0, 0, 1, 0x14, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46], "", .link),
        ([UInt8](repeating: 0, count: 0x8001) + Array("CD001".utf8), "img", .iso),
        ([UInt8](repeating: 0, count: 600) + Array("conectix".utf8) + [UInt8](repeating: 0, count: 504), "", .vhd),
        ([0, 0, 0, 0, 0, 0, 0, 0x2A, 0x2A, 0x41, 0x43, 0x45, 0x2A, 0x2A], "", .ace),
        ([0, 0, 0, 0, 0, 0, 0x2A, 0x2A, 0x41, 0x43, 0x45, 0x2A, 0x2A, 0], "", .unknown),
        ([], "exe", .empty), ([0, 1, 2, 3, 4], "", .unknown), ([0x42, 0x4D, 0x20, 0x61], "txt", .text),
        (Array("ITSF\u{3}\0\0\0".utf8), "chm", .helpFile), (Array("MSCF\0\0\0\0".utf8), "", .cab),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], "", .png), (Array("GIF89a".utf8), "", .gif),
    ]

    @Test(arguments: contents.indices)
    func contentTells(index: Int) {
        let (content, ending, type) = FileTypeTests.contents[index]
        #expect(FileType.of(Bytes(content), ending: ending) == type)
    }

    @Test(arguments: [
        ("photo.jpg", FileType.portableExecutable, true), ("a.pdf", .html, true), ("a.pdf", .zip, true),
        ("a.doc", .rtf, false), ("a.xls", .html, false), ("a.png", .jpeg, false), ("a.exe", .portableExecutable, false),
        ("a.docx", .docx, false), ("a.zip", .docx, false), ("a.txt", .xml, false), ("a.jpg", .zip, true),
        ("a.pdf", .link, true), ("a.html", .svg, false), ("a.wav", .html, true), ("a.csv", .iso, true),
        ("a.pdf", .unknown, false), ("a.gz", .tar, false), ("a.png", .docx, true),
    ])
    func whatDeceives(name: String, type: FileType, expected: Bool) throws {
        let claim = try #require(FileEnding.claim(FileName(name).ending))
        #expect(FileEnding.deceives(type, claim: claim) == expected)
    }

    @Test func wordsOfPoliciesAreDistinctOrMeanTheSame() {
        for type in FileType.allCases {
            if let known = FileClass(rawValue: type.rawValue) { #expect(known == type.fileClass) }
            #expect(AttachmentTrait.Kind(rawValue: type.rawValue) == nil)
        }
    }
}
