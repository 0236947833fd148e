import Expressions
import Values

/// What a message is made of, where that is odd.
struct StructureNotes {
    private(set) var notes = Notes()
    /// Fewer characters are hardly a word.
    private static let fewCharacters = 60

    static func notes(of scope: EvaluationScope) -> Notes { StructureNotes(scope).notes }

    private init(_ scope: EvaluationScope) {
        let message = scope.message
        // The first line is the subject.
        let lines = message.bodyLines.dropFirst()
        let length = lines.reduce(0) { sum, line in sum + line.count { !$0.isRuleSpace && $0 != 0xA0 } }
        let hasImageTag = message.htmlParts.contains { $0.inside["img"] != nil }
        let image = message.leaves.first { $0.type.hasPrefix("image/") }
        let files = message.leaves.filter { !$0.effectiveType.hasPrefix("text/") }
        let hasText = message.leaves.contains { ["text/plain", "text/html"].contains($0.effectiveType) }
        if hasImageTag || image != nil { notes.note("has-image", image?.type ?? "<img>") }
        if length == 0, files.isEmpty, !hasImageTag { notes.note("empty", "no characters") }
        if !hasText, !message.leaves.isEmpty {
            notes.note("no-text", message.leaves.map(\.type).prefix(5).joined(separator: ", "))
        }
        if length < StructureNotes.fewCharacters, hasImageTag || image != nil {
            notes.note("image-only", "\(length) characters and a picture")
        }
        if length < 400, files.count <= 3, let square = StructureNotes.square(message) {
            notes.note("square-image-only", "\(square)×\(square) pixels, \(length) characters")
        }
        let links = message.uris.details.filter { $0.raw.hasPrefixIgnoringCase("http") && !$0.types.contains("img") }
        if let link = links.first, links.count <= 2, files.isEmpty {
            let shown = links.filter { $0.types.contains("parsed") }.reduce(0) { $0 + $1.raw.count }
            if length - shown < 40 { notes.note("link-only", link.raw) }
        }
        for part in message.parts.prefix(1_000) { look(at: part, scope) }
        lookForRawBytes(scope)
        for name in ["Subject", "From"] {
            for raw in message.all("\(name):raw").prefix(2) where Bytes(raw).contains(Array("=?".utf8)) {
                let value = scope.text(name)
                if !value.isEmpty, value.allSatisfy({ $0 < 0x80 }) { notes.note("encoded-ascii", value) }
            }
        }
    }

    private static let internationalHop = Expression(known: #"\A[^;]*?\swith\s+UTF8[SL]MTP"#, .ignoringCase)

    /// Looks for fields with bytes beyond ASCII that are in no encoded word.
    private mutating func lookForRawBytes(_ scope: EvaluationScope) {
        let message = scope.message
        // RFC 6531 §3.7.3, RFC 6532 §3.2: where both ends speak SMTPUTF8, fields may be UTF-8 as it is.
        let isInternational = message.all("Received").first.map {
            scope.has(StructureNotes.internationalHop, Bytes($0))
        }
        func raw(_ name: String) -> [UInt8]? {
            message.all("\(name):raw").first { raw in
                let isBeyond = zip(raw, raw.dropFirst()).contains { $0 >= 0x80 && $1 >= 0x80 }
                return isBeyond && !(isInternational == true && String(validating: raw, as: UTF8.self) != nil)
            }
        }
        if let text = raw("Subject") { notes.note("raw-subject", text) }
        if let text = raw("From") { notes.note("raw-from", text) }
    }

    private mutating func look(at part: RulePart, _ scope: EvaluationScope) {
        let declared = part.lowercasedValue("content-type")
        if declared.hasPrefix("multipart/"), !part.type.hasPrefix("multipart/") || part.children?.isEmpty ?? true {
            notes.note("no-boundary", declared)
        }
        if part.type.hasPrefix("multipart/") {
            let boundary = ContentTypeText(part.header.value("content-type"), scope.matcher).boundary ?? []
            // RFC 2046 §5.1.1: bchars.
            let isOdd =
                boundary.count > 70
                || boundary.contains {
                    !$0.isAlphanumeric && !StructureNotes.boundaryMarks.contains($0)
                }
            if isOdd { notes.note("odd-boundary", boundary) }
        }
        if part.type == "multipart/alternative", part.children?.count == 1 { notes.note("lone-alternative", declared) }
        if part.isLeaf, part.effectiveType.hasPrefix("text/"),
            part.lowercasedValue("content-transfer-encoding") == "base64",
            !part.lowercasedValue("content-disposition").hasPrefix("attachment")
        {
            let text = part.decoded
            if text.count >= 20, text.allSatisfy({ $0 < 0x80 }) {
                notes.note("base64-ascii", text.prefix(60))
            }
        }
    }

    private static let boundaryMarks = Set(Array("'()+_,-./:=? ".utf8))

    /// The side of a picture in the message that is as wide as high and of the size of a code.
    private static func square(_ message: RuleMessage) -> Int? {
        if message.memory.images == nil { message.memory.images = ImageFindings(message) }
        return message.memory.images?.sizes("all").first { size in
            (90...1_200).contains(size.width) && abs(size.width - size.height) * 20 <= size.width
        }?.width
    }
}
