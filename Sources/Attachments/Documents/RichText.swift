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

    /// Where a control word first stands; one behind a backslash is text.
    private static func word(_ text: String, in content: Bytes) -> Int? {
        var search = 0
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
