import Archives
import Values

/// What a PDF file does besides being shown, found by its names (ISO 32000-2 §7.3.5) wherever they stand: a reader that
/// goes by the table of objects would not see what another reader finds without it.
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
    private static let fileLimit = 50
    private static let nameLimit = 200
    private static let streamLimit = 5_000

    /// Looks at a file; `limit` bounds what is unpacked of it.
    init(_ content: Bytes, limit: Int) {
        self.limit = limit
        scan(content, isInStream: false)
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
        var isDeflated = false
        var hasOtherFilter = false
    }

    private mutating func scan(_ content: Bytes, isInStream: Bool) {
        let bytes = content.array
        var position = 0
        var dictionary = Dictionary()
        var previous = ""
        var openStrings = 64
        var streams = 0
        var noEnd = false
        while position < bytes.count {
            switch bytes[position] {
            case .ascii("/"):
                let name = PDFFile.name(bytes, &position)
                take(name, after: previous, &dictionary)
                previous = name
            case .ascii("("):
                // A string: what is in it is text. One that does not end is no string.
                if openStrings > 0, let text = PDFFile.string(bytes, position) {
                    if previous == "UF" || previous == "F" { takeFileName(bytes[position + 1..<text]) }
                    position = text + 1
                } else {
                    openStrings -= 1
                    position += 1
                }
            case .ascii("%"):
                position += 1
                while position < bytes.count, bytes[position] != .lf, bytes[position] != .cr { position += 1 }
            case .ascii("s") where !isInStream && !noEnd && PDFFile.beginsStream(bytes, position):
                let start = PDFFile.streamStart(bytes, position + 6)
                guard let end = content.firstIndex(of: Array("endstream".utf8), from: start) else {
                    noEnd = true
                    position += 6
                    continue
                }
                streams += 1
                if streams > PDFFile.streamLimit { isCut = true }
                if streams <= PDFFile.streamLimit { unpack(content[start..<end], dictionary) }
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
        guard dictionary.isObjectStream || dictionary.isFile else { return }
        var content = body
        if dictionary.isDeflated, !dictionary.hasOtherFilter {
            let (bytes, failure) = Inflation.beginning(body[2..<body.count], .raw, limit: limit - unpacked)
            content = bytes
            unpacked += bytes.count
            if case .tooLarge = failure { isCut = true }
        } else if dictionary.hasOtherFilter {
            return
        }
        if dictionary.isObjectStream { scan(content, isInStream: true) }
        if dictionary.isFile {
            if files.count < PDFFile.fileLimit { files.append(content) } else { isCut = true }
        }
    }

    private mutating func take(_ name: String, after previous: String, _ dictionary: inout Dictionary) {
        switch name {
        case "JavaScript", "JS": if !scripts.contains(name) { scripts.append(name) }
        case "Launch": launches = true
        case "OpenAction", "AA": opensByItself = true
        case "Encrypt": isEncrypted = true
        case "ObjStm": dictionary.isObjectStream = true
        case "EmbeddedFile": dictionary.isFile = true
        case "FlateDecode", "Fl": dictionary.isDeflated = true
        case "ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "Crypt", "AHx", "A85", "LZW", "RL":
            dictionary.hasOtherFilter = true
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
