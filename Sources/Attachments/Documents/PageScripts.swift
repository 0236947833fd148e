import Mail
import Values

/// What a page does when it is opened as a file: whether it makes a file of what it holds, so that no filter on the way
/// sees that file.
struct PageScripts {
    private(set) var traits: [AttachmentTrait] = []
    /// Files that stand in the page as base64.
    private(set) var files: [Bytes] = []

    private static let runFloor = 256
    private static let large = 4_096
    private static let fileLimit = 8

    /// Looks at a page; files of up to `limit` bytes in all are taken out of it.
    init(_ content: Bytes, limit: Int) {
        let text = Markup.folded(content)
        let hasScript =
            text.includes("<script") || text.includes("onload=") || text.includes("onerror=")
            || text.includes("javascript:")
        var signs: [String] = []
        func has(_ names: [String]) -> String? { names.first { text.includes($0) } }
        let saver = has([
            "mssaveoropenblob", "mssaveblob", "createobjecturl", "new blob(", "new file(", "showsavefilepicker",
        ])
        let decoder = has(["atob(", "fromcharcode", "unescape(", "charcodeat(", "decodeuricomponent(", "uint8array"])
        let offers =
            text.includes(" download=") || text.includes("<a download") || text.includes(".download")
            || text.includes("'download'")
            || text.includes("\"download\"")
        let writes = has(["document.write(", "eval(", "innerhtml", "location.href", "location.replace", "srcdoc"])
        let runs = PageScripts.runs(text)
        let largest = runs.map(\.count).max() ?? 0
        let address = PageScripts.fileAddress(in: text)
        if let saver { signs.append(saver) }
        if let decoder { signs.append(decoder) }
        if offers { signs.append("download") }
        if largest >= PageScripts.large { signs.append("\(largest) bytes of base64") }
        if let address { signs.append(address) }
        // A file is made of text in the page and saved; or a link to the text itself is offered as a download.
        let isSaved = hasScript && saver != nil && (decoder != nil || largest >= PageScripts.large || offers)
        let isOffered = address != nil && (offers || hasScript)
        if isSaved || isOffered { traits.append(AttachmentTrait(.smuggling, signs.joined(separator: ", "))) }
        let isHidden = hasScript && largest >= PageScripts.large && decoder != nil && writes != nil
        var left = limit
        var holdsFile = false
        for run in runs where left > 0 && files.count < PageScripts.fileLimit {
            // The text is in lower case by now; the content has it as it is, where both are as long.
            guard text.count == content.count else { break }
            let bytes = content[run]
            let decoded = Base64Decoder.decode(bytes).bytes
            guard decoded.count <= left else { continue }
            let type = FileType.of(Bytes(decoded))
            guard type != .unknown, type.fileClass != .image, type.fileClass != .font, type.fileClass != .text,
                type.fileClass != .audio, type.fileClass != .video, type.fileClass != .drawing
            else { continue }
            left -= decoded.count
            holdsFile = holdsFile || type.fileClass != .page
            files.append(Bytes(decoded))
        }
        if !isSaved, !isOffered, isHidden, let decoder, let writes {
            traits.append(
                AttachmentTrait(.smuggling, "\(largest) bytes of base64, \(decoder), \(writes)"))
        } else if traits.isEmpty, holdsFile, hasScript {
            traits.append(AttachmentTrait(.smuggling, "a file in base64 and a script"))
        }
    }

    /// Addresses of the data: kind that are files rather than pictures or styles.
    private static func fileAddress(in text: Bytes) -> String? {
        for kind in ["application/", "octet", "text/html"] {
            let needle = Array("data:\(kind)".utf8)
            var search = 0
            var tries = 0
            while tries < 100, let place = text.firstIndex(of: needle, from: search) {
                tries += 1
                search = place + needle.count
                // The comma ends the type; without `base64` before it, the file is percent-encoded.
                let head = text.piece(place, 120)
                guard let comma = head.firstIndex(of: .comma) else { continue }
                let type = head[0..<comma].lossyString
                if type.includesAny(["font", "javascript", "json", "x-font", "manifest", "<", ">"]) { continue }
                // Prose may speak of such an address too.
                let isValue = place > 0 && "\"'=`(".utf8.contains(text[place - 1])
                guard isValue || type.hasSuffix("base64") else { continue }
                return type
            }
        }
        return nil
    }

    /// Long runs of base64 that stand by themselves: between quotes, or after a comma; not those of pictures.
    private static func runs(_ text: Bytes) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        text.withSpan { span in
            var start = 0
            var position = 0
            while position <= span.byteCount {
                let byte = position < span.byteCount ? span[position] : 0
                if byte.isAlphanumeric || byte == .ascii("+") || byte == .ascii("/") || byte == .equals {
                    position += 1
                    continue
                }
                if position - start >= runFloor, runs.count < 64 { runs.append(start..<position) }
                position += 1
                start = position
            }
        }
        return runs.filter { run in
            let before = text[max(0, run.lowerBound - 40)..<run.lowerBound].lossyString
            return !before.includesAny(["image/", "font/", "audio/", "video/", "font-", "text/css"])
        }
    }

    /// What in a drawing runs.
    static func drawing(_ content: Bytes) -> [AttachmentTrait] {
        let text = Markup.folded(content)
        let signs = [
            "<script", "onload=", "onclick=", "onerror=", "onmouseover=", "javascript:", "<foreignobject", "<iframe",
            "<embed",
        ]
        .filter { text.includes($0) }
        guard signs.contains(where: { $0 != "<foreignobject" }) else { return [] }
        return [AttachmentTrait(.drawingScript, signs.joined(separator: ", "))]
    }
}

extension String {
    fileprivate func includesAny(_ words: [String]) -> Bool { words.contains { Bytes(self).includes($0) } }
}
