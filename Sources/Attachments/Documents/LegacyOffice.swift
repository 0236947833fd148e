import Archives
import Values

/// What a compound file that is an Office document does, told as traits.
struct LegacyOffice {
    private(set) var traits: [AttachmentTrait] = []
    /// Files that were put into the document.
    private(set) var objects: [(name: String, content: Bytes)] = []

    /// Bytes that streams in it came to when they were unpacked.
    private(set) var unpacked = 0

    private static let streamLimit = 16 << 20
    private static let objectLimit = 50

    /// Looks at a document of `type`; `limit` bounds what is unpacked of it.
    init(_ file: CompoundFile, _ type: FileType, limit: Int) {
        traits += LegacyOffice.macros(VBASource(file))
        switch type {
        case .encryptedOffice: traits.append(AttachmentTrait(.encryptedDocument, "EncryptedPackage"))
        case .doc: lookAtWord(file)
        case .xls: lookAtWorkbook(file)
        case .ppt: lookAtSlides(file, limit: limit)
        default: break
        }
        takeObjects(of: file, limit: limit)
    }

    /// Files in the file's objects, and objects that are known for what they do.
    private mutating func takeObjects(of file: CompoundFile, limit: Int) {
        // The class of the old equation editor, which has no protection against what it is fed.
        if file.rootClass.starts(with: [0x02, 0xCE, 0x02, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]) {
            traits.append(AttachmentTrait(.embeddedObject, "an equation of the old equation editor"))
        }
        var left = limit - unpacked
        for entry in file.entries where entry.isStream && left > 0 && objects.count < LegacyOffice.objectLimit {
            if entry.name == "\u{1}Ole10Native" {
                let content = file.content(of: entry, limit: min(left, LegacyOffice.streamLimit))
                left -= content.count
                if let object = LegacyOffice.package(content) { objects.append(object) }
            } else if entry.name.equalsIgnoringASCIICase("Equation Native") {
                traits.append(AttachmentTrait(.embeddedObject, "an equation of the old equation editor"))
            }
        }
    }

    /// What macros are told as.
    static func macros(_ source: VBASource) -> [AttachmentTrait] {
        guard source.hasProject, source.hasCode else { return [] }
        let (starters, means) = (source.autorun, source.suspicious)
        let uses = means.isEmpty ? "" : "; uses \(means.joined(separator: ", "))"
        var traits = [AttachmentTrait(.macro, "VBA\(uses)")]
        if !starters.isEmpty {
            traits.append(AttachmentTrait(.autorunMacro, starters.joined(separator: ", ") + uses))
        }
        return traits
    }

    /// A file in an object of the class Package: its name, two paths, and its content.
    static func package(_ stream: Bytes) -> (name: String, content: Bytes)? {
        guard let total = stream.long(0), total > 8, stream.short(4) != nil else { return nil }
        var position = 6
        var texts: [String] = []
        for index in 0..<3 {
            if index == 2 {
                // Eight bytes: a mark, and how long the path is.
                position += 8
            }
            guard position <= stream.count,
                let end = stream.withSpan({ $0.firstIndex(of: 0, in: position..<min(position + 1024, stream.count)) })
            else { return nil }
            texts.append(stream[position..<end].narrowText)
            position = end + 1
        }
        // Other objects have content of their own kind there, which looks like a name by chance.
        guard let size = stream.long(position), size <= stream.count - position - 4, size > 0 else { return nil }
        return (texts[0], stream.piece(position + 4, size))
    }

    /// [MS-DOC] 2.5.1: the flags of the file, and the fields in its text.
    private mutating func lookAtWord(_ file: CompoundFile) {
        guard let entry = file.topStream("WordDocument") else { return }
        let stream = file.content(of: entry, limit: LegacyOffice.streamLimit)
        if let flags = stream.short(10), flags & 0x0100 != 0 {
            traits.append(AttachmentTrait(.encryptedDocument, "the document is encrypted"))
        }
        if let command = ExchangeCommand.first(inFieldsOf: stream) {
            traits.append(AttachmentTrait(.dataExchange, command))
        }
    }

    /// [MS-XLS] 2.4: records of a type, a length and data.
    private mutating func lookAtWorkbook(_ file: CompoundFile) {
        guard let entry = file.topStream("Workbook") ?? file.topStream("Book") else { return }
        let stream = file.content(of: entry, limit: LegacyOffice.streamLimit)
        var position = 0
        var sheets: [String] = []
        var isEncrypted = false
        var isHidden = false
        // The sheets are named before the first of them begins.
        while let type = stream.short(position), let length = stream.short(position + 2), position < 4 << 20 {
            if type == 0x000A, position > 0 { break }
            // FilePass; the password that Excel itself uses is no password.
            if type == 0x002F { isEncrypted = true }
            if type == 0x0085, length >= 8, stream.piece(position + 9, 1).first == 1 {
                // A flag says how wide the letters are, since Excel 97.
                let hasFlag = (stream.short(4) ?? 0) >= 0x0600
                let name = stream.piece(position + (hasFlag ? 12 : 11), min(length - (hasFlag ? 8 : 7), 62))
                sheets.append(name.contains(0) ? name.wideText : name.narrowText)
                if (stream.piece(position + 8, 1).first ?? 0) & 3 != 0 { isHidden = true }
            }
            position += 4 + length
        }
        if isEncrypted { traits.append(AttachmentTrait(.encryptedDocument, "the workbook is encrypted")) }
        if !sheets.isEmpty {
            let hidden = isHidden ? ", hidden" : ""
            traits.append(
                AttachmentTrait(
                    .macro, "sheets of Excel 4.0 macros\(hidden): \(sheets.prefix(5).joined(separator: ", "))"))
        }
    }

    /// [MS-PPT] 2.3.1: records, of which ExOleObjStg holds a compound file of its own, deflated: that of the macros too.
    private mutating func lookAtSlides(_ file: CompoundFile, limit: Int) {
        if let user = file.topStream("Current User") {
            // [MS-PPT] 2.3.3: the mark of an encrypted document.
            let mark = file.content(of: user, limit: 64).long(12)
            if mark == 0xF3D1_C4DF {
                traits.append(AttachmentTrait(.encryptedDocument, "the presentation is encrypted"))
            }
        }
        guard let entry = file.topStream("PowerPoint Document") else { return }
        let stream = file.content(of: entry, limit: LegacyOffice.streamLimit)
        var position = 0
        while let type = stream.short(position + 2), let length = stream.long(position + 4), unpacked < limit {
            if type == 0x1011 {
                let packed = stream.piece(position + 8, length)
                let isPacked = (stream.short(position) ?? 0) >> 4 == 1
                // Four bytes of a size and two of zlib before the stream.
                let content =
                    isPacked
                    ? Inflation.beginning(packed.piece(6, packed.count), .raw, limit: limit - unpacked).bytes : packed
                unpacked += content.count
                if let inner = CompoundFile(content) {
                    traits += LegacyOffice.macros(VBASource(inner))
                    takeObjects(of: inner, limit: limit)
                }
            }
            // Containers are gone into rather than skipped; atoms are skipped.
            let isContainer = (stream.short(position) ?? 0) & 0xF == 0xF
            position += 8 + (isContainer ? 0 : length)
        }
    }
}
