/// What a file is by its content; for text, where the content says little, by its name.
public enum FileType: String, Sendable, Hashable, CaseIterable {
    case portableExecutable = "pe"
    case dosProgram = "dos-program"
    case elf
    case machO = "mach-o"
    case javaClass = "java-class"
    case dalvik = "dex"
    case webAssembly = "wasm"
    case flash = "swf"
    case jar, apk, msi, msix, deb, rpm
    case browserExtension = "crx"
    case xar
    case windowsScript = "windows-script"
    case encodedScript = "encoded-script"
    case batch
    case powerShell = "powershell"
    case htmlApplication = "hta"
    case registry = "reg"
    case setupInformation = "inf"
    case helpFile = "chm"
    case shellScript = "shell-script"
    case sourceScript = "script-source"
    case php
    case postScript = "postscript"
    case link = "lnk"
    case internetShortcut = "url"
    case systemShortcut = "system-shortcut"
    case webQuery = "web-query"
    case zip
    case sevenZip = "7z"
    case rar, tar, cab, lha, cpio, ar, ace, arj, zoo, arc, alz, egg, stuffIt = "sit", wim
    case gzip, bzip2, xz, lzma, zstd, lz4, lzip, compress
    case iso, udf, vhd, vhdx, vmdk, qcow, dmg
    case rawDisk = "raw-disk"
    case doc, xls, ppt, visio, publisher
    case compoundFile = "compound-file"
    case docx, xlsx, xlsb, pptx
    case officeXML = "ooxml"
    case flatOffice = "office-xml"
    case openDocument = "odf"
    case encryptedOffice = "encrypted-office"
    case rtf, epub
    case vbaProject = "vba-project"
    case oneNote = "onenote"
    case access
    case sqlite
    case pdf
    case html, mhtml, svg
    case xml, json, csv, text
    case png, jpeg, gif, bmp, tiff, webp, ico, heic, photoshop = "psd", metafile, djvu
    case mp3, wav, ogg, flac, midi, aac
    case mp4, avi, matroska, asf, mpeg, flashVideo = "flv"
    case message, outlookMessage = "msg", tnef, mailbox = "mbox"
    case calendar = "ics"
    case contact = "vcard"
    case openPGP = "openpgp"
    case certificate
    case sfnt, woff
    case empty, unknown

    /// The name in reports and policies.
    public var name: String { rawValue }

    /// The kind of thing it is.
    public var fileClass: FileClass {
        switch self {
        case .portableExecutable, .dosProgram, .elf, .machO, .javaClass, .dalvik, .webAssembly, .flash: .executable
        case .jar, .apk, .msi, .msix, .deb, .rpm, .browserExtension, .xar: .package
        case .windowsScript, .encodedScript, .batch, .powerShell, .htmlApplication, .registry, .setupInformation,
            .helpFile:
            .script
        case .shellScript, .sourceScript, .php, .postScript: .sourceScript
        case .link, .internetShortcut, .systemShortcut, .webQuery: .shortcut
        case .zip, .sevenZip, .rar, .tar, .cab, .lha, .cpio, .ar, .ace, .arj, .zoo, .arc, .alz, .egg, .stuffIt, .wim:
            .archive
        case .gzip, .bzip2, .xz, .lzma, .zstd, .lz4, .lzip, .compress: .compressed
        case .iso, .udf, .vhd, .vhdx, .vmdk, .qcow, .dmg, .rawDisk: .diskImage
        case .doc, .xls, .ppt, .visio, .publisher, .compoundFile, .docx, .xlsx, .xlsb, .pptx, .officeXML, .flatOffice,
            .openDocument, .encryptedOffice, .rtf, .epub, .vbaProject:
            .office
        case .oneNote: .notebook
        case .access, .sqlite: .database
        case .pdf: .pdf
        case .html, .mhtml: .page
        case .svg: .drawing
        case .xml, .json, .csv, .text: .text
        case .png, .jpeg, .gif, .bmp, .tiff, .webp, .ico, .heic, .photoshop, .metafile, .djvu: .image
        case .mp3, .wav, .ogg, .flac, .midi, .aac: .audio
        case .mp4, .avi, .matroska, .asf, .mpeg, .flashVideo: .video
        case .message, .outlookMessage, .tnef, .mailbox: .mail
        case .calendar: .calendar
        case .contact: .contact
        case .openPGP, .certificate: .encryption
        case .sfnt, .woff: .font
        case .empty, .unknown: .data
        }
    }

    /// Whether it holds files that can be told.
    public var isArchive: Bool { fileClass == .archive || fileClass == .compressed || fileClass == .diskImage }
}
