import Values

/// Reads XML as reports have it, one tag or text after another: in linear time, in constant memory, and on behind
/// mistakes, which it notes.
///
/// Of XML 1.0 it knows elements, character data, CDATA sections, comments, processing instructions and the five
/// predefined entities. Attributes are passed over. A document type declaration that declares something ends the
/// reading: entities that grow or that fetch something come from there, and no report has use for one. One before the
/// first element that only names it is passed over.
struct XMLReader {
    /// What was read.
    enum Event: Hashable {
        /// A start tag's name, its prefix taken off.
        case start(String)
        /// An end tag's name; an empty element has one too.
        case end(String)
        /// Character data between two tags or sections, references resolved.
        case text(String)
    }

    /// What is wrong with a document, and where.
    struct Fault: Error, Hashable {
        let offset: Int
        let message: String
    }

    /// Names and texts longer than this are cut off.
    static let maximumText = 64 << 10

    private let bytes: Bytes
    private var position = 0
    private var pendingEnd: String?
    /// Whether no element has begun.
    private var isInProlog = true
    /// The first mistakes, in the order of the document.
    private(set) var faults: [Fault] = []

    /// A reader of `bytes`, which are UTF-8.
    init(_ bytes: Bytes) { self.bytes = bytes }

    /// Where the reader stands.
    var offset: Int { position }

    /// Notes a mistake.
    mutating func note(_ message: String, at offset: Int) {
        if faults.count < 20 { faults.append(Fault(offset: offset, message: message)) }
    }

    /// The next event; nil at the end. Throws where reading on would be dangerous.
    mutating func next() throws(Fault) -> Event? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name)
        }
        while position < bytes.count {
            guard bytes[position] == .ascii("<") else { return .text(characters()) }
            if let event = try markup() { return event }
        }
        return nil
    }

    /// Reads what a `<` begins; nil where nothing is to be told of it.
    private mutating func markup() throws(Fault) -> Event? {
        let start = position
        if starts(with: "<!--") {
            skip(past: "-->", from: start + 4, "a comment is not closed")
            return nil
        }
        if starts(with: "<![CDATA[") {
            let content = start + 9
            skip(past: "]]>", from: content, "a CDATA section is not closed")
            let end = max(content, position == bytes.count ? position : position - 3)
            return .text(bytes[content..<min(end, content + XMLReader.maximumText)].lossyString)
        }
        if starts(with: "<?") {
            skip(past: "?>", from: start + 2, "a processing instruction is not closed")
            return nil
        }
        if isInProlog, starts(with: "<!DOCTYPE"), let end = bytes[start..<bytes.count].firstIndex(of: .ascii(">")),
            !bytes[start..<start + end].contains(.ascii("["))
        {
            note("a document type declaration, which is passed over", at: start)
            position = start + end + 1
            return nil
        }
        if starts(with: "<!") {
            throw Fault(offset: start, message: "a document type declaration: such documents are not read")
        }
        return tag()
    }

    private mutating func tag() -> Event? {
        isInProlog = false
        let start = position
        let isEnd = start + 1 < bytes.count && bytes[start + 1] == .ascii("/")
        let nameStart = start + (isEnd ? 2 : 1)
        var nameEnd = nameStart
        while nameEnd < bytes.count, bytes[nameEnd].isXMLName { nameEnd += 1 }
        // A tag ends at the first `>`; a `<` before that, or another character behind the name, shows that it is none.
        var end = nameEnd
        while end < bytes.count, bytes[end] != .ascii(">"), bytes[end] != .ascii("<") { end += 1 }
        guard end < bytes.count, bytes[end] == .ascii(">"), nameEnd > nameStart,
            nameEnd == end || bytes[nameEnd].isFoldingWhitespace || bytes[nameEnd] == .ascii("/")
        else {
            note("'<' begins no tag", at: start)
            position = start + 1
            return .text("<")
        }
        position = end + 1
        let name = bytes[nameStart..<min(nameEnd, nameStart + 256)]
        let local = name.lastIndex(of: .colon).map { name[$0 + 1..<name.count] } ?? name
        if isEnd { return .end(local.lossyString) }
        if bytes[end - 1] == .ascii("/") { pendingEnd = local.lossyString }
        return .start(local.lossyString)
    }

    private mutating func characters() -> String {
        let start = position
        let end = bytes.withSpan { $0.firstIndex(of: .ascii("<"), from: start) } ?? bytes.count
        position = end
        let text = bytes[start..<min(end, start + XMLReader.maximumText)]
        if end - start > XMLReader.maximumText {
            note("a text is longer than \(XMLReader.maximumText) bytes", at: start)
        }
        guard text.contains(.ascii("&")) else { return text.lossyString }
        return resolved(text, at: start)
    }

    /// XML 1.0 §4.1, §4.6: the predefined entities and character references. Others have no meaning here and stay as
    /// they are.
    private mutating func resolved(_ text: Bytes, at start: Int) -> String {
        var output: [UInt8] = []
        var position = 0
        while position < text.count {
            let byte = text[position]
            guard byte == .ascii("&") else {
                output.append(byte)
                position += 1
                continue
            }
            let window = text[position + 1..<min(text.count, position + 12)]
            guard let length = window.firstIndex(of: .semicolon),
                let scalar = XMLReader.scalar(window[0..<length].lossyString)
            else {
                note("'&' begins no reference that is known", at: start + position)
                output.append(byte)
                position += 1
                continue
            }
            output += String(Character(scalar)).utf8
            position += length + 2
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func scalar(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        default:
            if name.hasPrefix("#x") {
                UInt32(name.dropFirst(2), radix: 16).flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
            } else if name.hasPrefix("#") {
                UInt32(name.dropFirst()).flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
            } else {
                nil
            }
        }
    }

    private func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        return position + count <= bytes.count
            && bytes.withSpan { $0.extracting(position..<position + count).firstIndex(of: text, from: 0) == 0 }
    }

    private mutating func skip(past text: StaticString, from start: Int, _ complaint: String) {
        guard let found = bytes.withSpan({ $0.firstIndex(of: text, from: start) }) else {
            note(complaint, at: position)
            position = bytes.count
            return
        }
        position = found + text.utf8CodeUnitCount
    }
}

extension UInt8 {
    /// XML 1.0 §2.3, as far as reports have names.
    fileprivate var isXMLName: Bool {
        isAlphanumeric || self == .colon || self == .hyphen || self == .dot || self == .ascii("_") || self > 127
    }
}
