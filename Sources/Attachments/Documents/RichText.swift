import Values

/// What an RTF document does, told as traits.
enum RichText {
    /// Looks at a document. RTF's words are lower case, so nothing is folded.
    static func traits(_ content: Bytes) -> [AttachmentTrait] {
        var traits: [AttachmentTrait] = []
        if word("\\objdata", in: content) != nil {
            let isUpdated = word("\\objupdate", in: content) != nil
            let name = className(content)
            let isKnown = ["package", "equation.", "otkloadr", "htmlfile", "scriptlet", "shell.explorer"].contains {
                name.asciiLowercased.hasPrefix($0)
            }
            if isUpdated || isKnown {
                traits.append(
                    AttachmentTrait(
                        .embeddedObject,
                        "an object\(name.isEmpty ? "" : " of class \(name)")\(isUpdated ? " that is updated when shown" : "")"
                    ))
            }
        }
        if let place = word("\\*\\template", in: content) {
            let target = content.piece(place + 11, 300).prefix { $0 != .ascii("}") }
            let text = String(decoding: target.drop(while: \.isFoldingWhitespace), as: UTF8.self)
            if text.asciiLowercased.hasPrefix("http") || text.hasPrefix("\\\\\\\\") {
                traits.append(AttachmentTrait(.remoteContent, "template: \(text)"))
            }
        }
        var search = 0
        var tries = 0
        while tries < 1_000, let place = content.firstIndex(of: Array("\\fldinst".utf8), from: search) {
            tries += 1
            search = place + 8
            let instruction = content.piece(search, 400).map(\.lowercased).filter {
                $0 != .ascii("{") && $0 != .ascii("}")
            }
            if let command = ExchangeCommand.command(in: instruction) {
                traits.append(AttachmentTrait(.dataExchange, command))
                break
            }
        }
        return traits
    }

    private static let objectLimit = 20

    /// The files that stand in the document as objects: their content in hexadecimal digits, up to `limit` bytes in all
    /// ([MS-OLEDS] 2.2.5).
    static func objects(_ content: Bytes, limit: Int) -> [(name: String, content: Bytes)] {
        var objects: [(name: String, content: Bytes)] = []
        var search = 0
        var left = limit
        while objects.count < objectLimit, left > 0, let place = word("\\objdata", in: content, from: search) {
            let (bytes, end) = digits(content, from: place + 8, limit: left)
            search = end
            left -= bytes.count
            if let object = object(Bytes(bytes)) { objects.append(object) }
        }
        return objects
    }

    /// The bytes that hexadecimal digits give, other characters passed over, up to the brace that ends the group.
    private static func digits(_ content: Bytes, from start: Int, limit: Int) -> (bytes: [UInt8], end: Int) {
        var bytes: [UInt8] = []
        var half: UInt8?
        var depth = 0
        var position = start
        while position < content.count, bytes.count < limit {
            let byte = content[position]
            position += 1
            if byte == .ascii("{") { depth += 1 }
            if byte == .ascii("}") {
                depth -= 1
                if depth < 0 { break }
            }
            if byte == .backslash {
                // A control word within is no data, whatever letters it has.
                while position < content.count, content[position].isLetter { position += 1 }
                while position < content.count, content[position].isDigit { position += 1 }
                continue
            }
            guard let digit = byte.hexDigitValue else { continue }
            if let high = half {
                bytes.append(high << 4 | digit)
                half = nil
            } else {
                half = digit
            }
        }
        return (bytes, position)
    }

    /// What an object in the form of OLE 1 holds: a file of the class Package, or a compound file.
    private static func object(_ bytes: Bytes) -> (name: String, content: Bytes)? {
        guard bytes.long(4) == 2 else { return nil }
        var position = 8
        for _ in 0..<3 {
            guard let length = bytes.long(position), length <= bytes.count else { return nil }
            position += 4 + length
        }
        guard let size = bytes.long(position) else { return nil }
        let native = bytes.piece(position + 4, size)
        if native.has([0xD0, 0xCF, 0x11, 0xE0]) { return ("", native) }
        // In a compound file the size comes before the same.
        return LegacyOffice.package(Bytes([0xFF, 0xFF, 0, 0] + native.array))
    }

    /// Where a control word first stands; one behind a backslash is text.
    private static func word(_ text: String, in content: Bytes, from start: Int = 0) -> Int? {
        var search = start
        while let place = content.firstIndex(of: Array(text.utf8), from: search) {
            if place == 0 || content[place - 1] != .backslash { return place }
            search = place + 1
        }
        return nil
    }

    private static func className(_ content: Bytes) -> String {
        guard let place = word("\\objclass", in: content) else { return "" }
        let text = content.piece(place + 9, 64).drop(while: \.isFoldingWhitespace)
        return String(decoding: text.prefix { $0.isVisible && $0 != .ascii("}") && $0 != .backslash }, as: UTF8.self)
    }
}
