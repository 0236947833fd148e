import Expressions
import Values

/// A MIME part of a message, or the message itself.
final class RulePart {
    var header = FieldTable()
    var type = "text/plain"
    var charset: String?
    var name: [UInt8]?
    /// The lines of the body as they came; of a part that has parts, none.
    var lines: [Bytes] = []
    /// Nil for a leaf.
    var children: [RulePart]?
    private var decodedBody: [UInt8]?
    private var renderedText: RenderedText?

    var isLeaf: Bool { children == nil }

    /// A page that is sent as a file is a page.
    var effectiveType: String {
        guard let name else { return type }
        let end = String(decoding: name.suffix(6), as: UTF8.self).lowercased()
        return [".htm", ".html", ".shtm", ".shtml"].contains(where: { end.hasSuffix($0) }) ? "text/html" : type
    }

    /// The value of a field in lower case, without the line end.
    func lowercasedValue(_ key: String) -> String {
        String(decoding: header.value(key).map(\.lowercased), as: UTF8.self)
    }

    /// The body with its transfer encoding undone.
    var decoded: [UInt8] {
        if let decodedBody { return decodedBody }
        var result: [UInt8]
        switch lowercasedValue("content-transfer-encoding") {
        case "quoted-printable": result = TransferDecoding.quotedPrintable(raw).withoutCarriageReturns
        case "base64":
            result = TransferDecoding.base64(raw)
            if type.hasPrefix("text/") || type.hasPrefix("message/") { result = result.withoutCarriageReturns }
        default: result = raw
        }
        decodedBody = result
        return result
    }

    /// The lines in one.
    var raw: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(lines.reduce(0) { $0 + $1.count })
        for line in lines { result += line }
        return result
    }

    /// What a person reads of the part; nil for what is no text.
    func rendered(_ settings: RuleSettings, _ matcher: Matcher) -> RenderedText? {
        if let renderedText { return renderedText }
        let type = effectiveType
        guard type == "text/plain" || type == "text/html" else { return nil }
        let source = decoded
        let charset = self.charset ?? "us-ascii"
        let (text, isWide) =
            settings.normalizesCharsets
            ? CharsetText.normalized(source, charset: charset)
            : (source, String(validating: source, as: UTF8.self) != nil)
        var result = RenderedText(text: text, isWide: isWide, html: nil)
        if type == "text/html", !source.isEmpty {
            let html = HTMLRendering(
                text, isWide: isWide, byteCount: source.count, matcher: matcher,
                followsEveryLink: settings.followsEveryLink)
            result = RenderedText(text: html.text.bytes, isWide: html.text.isWide, html: html)
        }
        renderedText = result
        return result
    }

    /// The part and those in it, each before its own parts.
    func walk(_ visit: (RulePart) -> Void) {
        var stack = [self]
        while let part = stack.popLast() {
            visit(part)
            if let children = part.children { stack += children.reversed() }
        }
    }
}

/// The text of a part.
struct RenderedText {
    /// UTF-8.
    let text: [UInt8]
    /// Whether anything is beyond what single bytes hold.
    let isWide: Bool
    /// For HTML, what it was rendered from.
    let html: HTMLRendering?
}

extension [UInt8] {
    /// The bytes with each CRLF as LF.
    var withoutCarriageReturns: [UInt8] {
        guard unsafe span.bytes.firstIndex(of: .cr) != nil else { return self }
        var result: [UInt8] = []
        result.append(addingCapacity: count) { room in
            for index in 0..<count where !(self[index] == .cr && index + 1 < count && self[index + 1] == .lf) {
                room.append(self[index])
            }
        }
        return result
    }

    /// The lines, each with its line end; what follows the first `limit` of them is one more.
    func lines(limit: Int = .max) -> [Bytes] {
        let whole = Bytes(self)
        var result: [Bytes] = []
        var start = 0
        while start < count {
            if result.count == limit {
                result.append(whole[start..<count])
                break
            }
            let end = unsafe span.bytes.firstIndex(of: .lf, from: start).map { $0 + 1 } ?? count
            result.append(whole[start..<end])
            start = end
        }
        return result
    }
}
