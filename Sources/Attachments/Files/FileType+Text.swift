import Mail
import Values

extension FileType {
    /// What a file is: by its content first, then by what its text is like, then, for text and for nothing known, by
    /// the ending of its name.
    public static func of(_ content: Bytes, ending: String = "") -> FileType {
        guard !content.isEmpty else { return .empty }
        if let type = signed(content) { return type }
        let start = TextStart(content)
        // A PDF reader takes a file whose mark stands within the first kilobyte.
        if content[0..<1029].includes("%PDF-") { return .pdf }
        if let type = start.type { return type }
        if start.isText { return textType(ending: ending, start) }
        return FileType.byEndingAlone[ending] ?? .unknown
    }

    private static func textType(ending: String, _ start: TextStart) -> FileType {
        if let type = scripts[ending] { return type }
        switch ending {
        case "csv": return .csv
        case "json": return .json
        case "xml": return .xml
        // A page may begin with anything.
        case "htm", "html", "xhtml", "shtml", "xht": return .html
        case "svg": return .svg
        case "mht", "mhtml": return .mhtml
        case "eml": return .message
        default: return start.isXML ? .xml : .text
        }
    }

    /// Text that runs, or leads elsewhere, by the name alone.
    static let scripts: [String: FileType] = {
        var table: [String: FileType] = [:]
        func add(_ type: FileType, _ endings: String) {
            for ending in endings.split(separator: " ") { table[String(ending)] = type }
        }
        add(.windowsScript, "js jse vbs vb wsf wsh wsc sct ws")
        add(.encodedScript, "vbe")
        add(.batch, "bat cmd")
        add(.powerShell, "ps1 ps1xml ps2 ps2xml psc1 psc2 psm1 psd1")
        add(.htmlApplication, "hta")
        add(.registry, "reg")
        add(.setupInformation, "inf")
        add(.shellScript, "sh bash zsh ksh csh command")
        add(.sourceScript, "py pyw pl rb lua tcl")
        add(.php, "php phtml")
        add(.internetShortcut, "url website webloc")
        add(
            .systemShortcut,
            "desktop library-ms search-ms searchconnector-ms settingcontent-ms appref-ms application jnlp rdp scf theme themepack gadget appinstaller xbap contact group website"
        )
        add(.webQuery, "iqy slk oqy dqy rqy")
        return table
    }()

    /// What no content tells.
    private static let byEndingAlone: [String: FileType] = [
        "com": .dosProgram, "pif": .dosProgram, "dmg": .dmg, "lzma": .lzma,
    ]
}

/// How text begins.
private struct TextStart {
    let type: FileType?
    let isText: Bool
    let isXML: Bool

    private static let length = 2048

    init(_ content: Bytes) {
        var head = content[0..<TextStart.length].array
        var isWide = false
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            isWide = true
            head = head.dropFirst(2).filter { $0 != 0 }
        } else if head.starts(with: [0xEF, 0xBB, 0xBF]) {
            head.removeFirst(3)
        }
        let controls = head.count { $0 < 9 || ($0 > 13 && $0 < 0x20 && $0 != 0x1B && $0 != 0x1A) }
        isText = isWide || controls * 50 <= head.count && !head.contains(0)
        let lowered = head.drop { $0.isFoldingWhitespace || $0 == 0 }.map(\.lowercased)
        let text = Bytes(lowered)
        isXML = text.has("<?xml")
        type = TextStart.type(of: text, isText: isText)
    }

    private static func type(of text: Bytes, isText: Bool) -> FileType? {
        if text.has("#!") { return .shellScript }
        if text.has("<?php") { return .php }
        if text.has("%!ps") { return .postScript }
        if text.has("{\\rt") { return .rtf }
        if text.includes("<hta:application") { return .htmlApplication }
        if text.has("begin:vcalendar") { return .calendar }
        if text.has("begin:vcard") { return .contact }
        if text.has("[internetshortcut]") { return .internetShortcut }
        if text.has("regedit4") || text.has("windows registry editor") { return .registry }
        if text.has("@echo off") { return .batch }
        if text.has("-----begin pgp") { return .openPGP }
        if text.has("-----begin certificate") || text.has("-----begin pkcs7") { return .certificate }
        if text.has("[zonetransfer]") { return .text }
        guard text.has("<") else { return headed(text) }
        if text.includes("<searchconnectordescription") || text.includes("<librarydescription") {
            return .systemShortcut
        }
        if text.includes("<package xmlns=\"http://schemas.microsoft.com") || text.has("<job") || text.has("<scriptlet")
            || text.includes("<?xml version=\"1.0\"?><scriptlet")
        {
            return .windowsScript
        }
        if text.includes("progid=\"word.document\"") || text.includes("progid=\"excel.sheet\"")
            || text.includes("<pkg:package")
        {
            return .flatOffice
        }
        // What is first tells: a page may hold a drawing.
        let svg = text.firstIndex(of: Array("<svg".utf8))
        let page = ["<html", "<!doctype html", "<head", "<body", "<script", "<meta", "<title", "<iframe", "<table"]
            .compactMap { text.firstIndex(of: Array($0.utf8)) }.min()
        if let svg, svg < page ?? Int.max { return .svg }
        return page == nil ? nil : .html
    }

    /// Messages begin with fields.
    private static func headed(_ text: Bytes) -> FileType? {
        let fields = [
            "received:", "return-path:", "mime-version:", "delivered-to:", "message-id:", "from:", "date:", "subject:",
            "x-", "content-type:", "to:",
        ]
        if text.has("from "), text.includes("\nfrom:") || text.includes("\nreceived:") { return .mailbox }
        guard fields.contains(where: { text.has($0) }) else { return nil }
        let known = [
            "\nfrom:", "\nto:", "\nsubject:", "\ndate:", "\nmime-version:", "\ncontent-type:", "\nmessage-id:",
        ]
        return known.count { text.includes($0) } >= 2 ? .message : nil
    }
}
