import Values

/// What a PDF file does besides being shown, found by its names (ISO 32000-2 §7.3.5) wherever they stand: a reader that
/// goes by the table of objects would not see what another reader finds without it, and finds objects in what looks like
/// a comment, a string or the content of a stream.
struct PDFFile {
    private(set) var scripts: [String] = []
    private(set) var launches = false
    private(set) var opensByItself = false
    private(set) var isEncrypted = false
    /// The names of files in it.
    private(set) var fileNames: [String] = []
    /// The files in it, as far as they could be unpacked.
    private(set) var files: [Bytes] = []
    /// Bytes that object streams and files came to when they were unpacked.
    private(set) var unpacked = 0
    /// Whether a limit kept something from being looked at.
    private(set) var isCut = false

    private let limit: Int
    /// Forms of XFA may stand in any stream; these are looked at once the name is known to be there.
    private var hasForm = false
    private var streams: [(body: Bytes, packing: PDFStream)] = []
    private static let fileLimit = 50
    private static let nameLimit = 200
    private static let streamLimit = 5_000

    /// Looks at a file; `limit` bounds what is unpacked of it.
    init(_ content: Bytes, limit: Int) {
        self.limit = limit
        scan(content, isInStream: false)
        if hasForm { lookAtForm() }
        streams = []
    }

    var traits: [AttachmentTrait] {
        var traits: [AttachmentTrait] = []
        if !scripts.isEmpty {
            let when = opensByItself ? ", run when the file is opened" : ""
            traits.append(AttachmentTrait(.pdfScript, scripts.joined(separator: ", ") + when))
        }
        if launches { traits.append(AttachmentTrait(.pdfLaunch, "Launch")) }
        if !files.isEmpty || !fileNames.isEmpty {
            let names = fileNames.isEmpty ? "\(files.count) files" : fileNames.prefix(10).joined(separator: ", ")
            traits.append(AttachmentTrait(.pdfEmbedded, names))
        }
        if isEncrypted { traits.append(AttachmentTrait(.encryptedDocument, "Encrypt")) }
        if isCut { traits.append(AttachmentTrait(.limit, "more streams, or larger ones, than are unpacked")) }
        return traits
    }

    /// What the names since the last `obj` say of the stream that may follow.
    private struct Dictionary {
        var isObjectStream = false
        var isFile = false
        var packing = PDFStream()
    }

    private mutating func scan(_ content: Bytes, isInStream: Bool) {
        let bytes = content.array
        var position = 0
        var dictionary = Dictionary()
        var previous = ""
        var openStrings = 64
        var noEnd = false
        while position < bytes.count {
            switch bytes[position] {
            case .ascii("/"):
                let name = PDFFile.name(bytes, &position)
                take(name, &dictionary)
                dictionary.packing.take(name, number: PDFFile.number(bytes, position))
                previous = name
            case .ascii("("):
                // A string: what is in it is text. One that does not end is no string.
                if openStrings > 0, let text = PDFFile.string(bytes, position) {
                    if previous == "UF" || previous == "F" { takeFileName(bytes[position + 1..<text]) }
                    lookForObjects(in: content, position + 1..<text)
                    position = text + 1
                } else {
                    openStrings -= 1
                    position += 1
                }
            case .ascii("%"):
                let start = position + 1
                position = start
                while position < bytes.count, bytes[position] != .lf, bytes[position] != .cr { position += 1 }
                lookForObjects(in: content, start..<position)
            case .ascii("s") where !isInStream && !noEnd && PDFFile.beginsStream(bytes, position):
                let start = PDFFile.streamStart(bytes, position + 6)
                guard let end = content.firstIndex(of: Array("endstream".utf8), from: start) else {
                    noEnd = true
                    position += 6
                    continue
                }
                if streams.count < PDFFile.streamLimit {
                    streams.append((content[start..<end], dictionary.packing))
                    unpack(content[start..<end], dictionary)
                } else {
                    isCut = true
                }
                dictionary = Dictionary()
                position = end + 9
            case .ascii("e") where bytes[position...].starts(with: "endobj".utf8):
                dictionary = Dictionary()
                position += 6
            default: position += 1
            }
        }
    }

    private mutating func unpack(_ body: Bytes, _ dictionary: Dictionary) {
        guard dictionary.isObjectStream || dictionary.isFile else {
            return lookForObjects(in: body, 0..<body.count)
        }
        guard dictionary.packing.isReadable else { return }
        let (content, work, isCut) = dictionary.packing.unpacked(body, limit: limit - unpacked)
        unpacked += work
        if isCut { self.isCut = true }
        if dictionary.isObjectStream { scan(content, isInStream: true) }
        if dictionary.isFile {
            if files.count < PDFFile.fileLimit { files.append(content) } else { self.isCut = true }
        }
    }

    /// Takes the names in what is no object to a reader that begins at the start, where one begins in it.
    private mutating func lookForObjects(in content: Bytes, _ range: Range<Int>) {
        guard range.count > 8 else { return }
        let bytes = content[range]
        var search = 0
        while let place = bytes.firstIndex(of: Array("obj".utf8), from: search) {
            search = place + 3
            // `5 0 obj`: two numbers stand before the word.
            let before = bytes[max(0, place - 24)..<place].array
            let words = before.split(whereSeparator: { $0 <= 0x20 }).suffix(2)
            guard words.count == 2, words.allSatisfy({ $0.allSatisfy(\.isDigit) }) else { continue }
            let array = bytes.array
            var position = search
            var dictionary = Dictionary()
            while position < array.count {
                guard array[position] == .ascii("/") else {
                    position += 1
                    continue
                }
                take(PDFFile.name(array, &position), &dictionary)
            }
            return
        }
    }

    /// Scripts in forms of XFA, which are XML.
    private mutating func lookAtForm() {
        for (body, packing) in streams where packing.isReadable && !scripts.contains("XFA") {
            let start = packing.unpacked(body, limit: 4_096).content
            guard
                start.first(where: { !$0.isFoldingWhitespace }).map({ [0x3C, 0xEF, 0xFE, 0xFF].contains($0) }) ?? false
            else { continue }
            let (content, work, isCut) = packing.unpacked(body, limit: limit - unpacked)
            unpacked += work
            if isCut { self.isCut = true }
            if !Markup.elements("script", in: Markup.folded(content)).isEmpty { scripts.append("XFA") }
        }
    }

    private mutating func take(_ name: String, _ dictionary: inout Dictionary) {
        switch name {
        case "JavaScript", "JS": if !scripts.contains(name) { scripts.append(name) }
        case "Launch": launches = true
        case "OpenAction", "AA": opensByItself = true
        case "Encrypt": isEncrypted = true
        case "XFA": hasForm = true
        case "ObjStm": dictionary.isObjectStream = true
        case "EmbeddedFile": dictionary.isFile = true
        default: break
        }
    }

    private mutating func takeFileName(_ text: ArraySlice<UInt8>) {
        guard fileNames.count < PDFFile.nameLimit, !text.isEmpty, text.count < 1024 else { return }
        let bytes = Bytes(Array(text))
        let name: String
        if bytes.has([0xFE, 0xFF]) {
            var units: [UInt16] = []
            for place in stride(from: 2, to: bytes.count - 1, by: 2) {
                units.append(UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]))
            }
            name = String(decoding: units, as: UTF16.self)
        } else {
            name = bytes.narrowText
        }
        if !fileNames.contains(name) { fileNames.append(name) }
    }

    /// A name with its `#xx` undone, `position` behind it.
    private static func name(_ bytes: [UInt8], _ position: inout Int) -> String {
        position += 1
        var name: [UInt8] = []
        while position < bytes.count, name.count < 128 {
            let byte = bytes[position]
            if byte <= 0x20 || "/()<>[]{}%".utf8.contains(byte) { break }
            if byte == .ascii("#"), position + 2 < bytes.count, let high = bytes[position + 1].hexDigitValue,
                let low = bytes[position + 2].hexDigitValue
            {
                name.append(high << 4 | low)
                position += 3
            } else {
                name.append(byte)
                position += 1
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// The number after the name that ends at `position`, in brackets or not; nil where there is none.
    private static func number(_ bytes: [UInt8], _ position: Int) -> Int? {
        let digits = bytes[min(position, bytes.count)...].prefix(16).drop { $0 <= 0x20 || $0 == .ascii("[") }.prefix(
            while: \.isDigit)
        return Int(String(decoding: digits.prefix(9), as: UTF8.self))
    }

    /// Where the string that starts at `start` has its closing bracket; nil where it has none soon.
    private static func string(_ bytes: [UInt8], _ start: Int) -> Int? {
        var depth = 0
        var position = start
        let end = min(bytes.count, start + (32 << 10))
        while position < end {
            switch bytes[position] {
            case .backslash: position += 1
            case .ascii("("): depth += 1
            case .ascii(")"):
                depth -= 1
                if depth == 0 { return position }
            default: break
            }
            position += 1
        }
        return nil
    }

    /// ISO 32000-2 §7.3.8.1: the keyword follows a dictionary.
    private static func beginsStream(_ bytes: [UInt8], _ position: Int) -> Bool {
        guard bytes[position...].starts(with: "stream".utf8) else { return false }
        var before = position - 1
        while before >= 0, before > position - 64, bytes[before] <= 0x20 { before -= 1 }
        return before >= 0 && bytes[before] == .ascii(">")
    }

    private static func streamStart(_ bytes: [UInt8], _ position: Int) -> Int {
        var start = position
        if start < bytes.count, bytes[start] == .cr { start += 1 }
        if start < bytes.count, bytes[start] == .lf { start += 1 }
        return start
    }
}
