import Foundation
import Mail
import Testing
import Values

@Suite(.enabled(if: MIMESuite.isPresent, MIMESuite.absence), .serialized)
struct MIMESuiteTests {
    @Test func mailParser() throws {
        var suite = MIMESuite("mime-mail-parser", known: MIMESuiteTests.mailParserDifferences)
        let messages = MIMESuite.files(below: "mime-mail-parser").filter { $0.hasSuffix(".eml") }
        for path in messages {
            let stem = String(path.dropLast(4))
            let id = stem.split(separator: "/").suffix(2).joined(separator: "/")
            let bytes = try MIMESuite.bytes(path)
            for (form, message) in [("", Bytes(LineEnds.lf(bytes))), (".crlf", LineEnds.crlf(bytes))] {
                let expected = try MIMESuite.json(stem + form + ".json", as: ParsedMessage.self)
                suite.check(id, expected.differences(from: MIMETree(Message(message))))
            }
        }
        suite.finish()
    }

    @Test func contentTypes() throws {
        struct Case: Decodable {
            struct Expectation: Decodable {
                var c_type: String
                var c_subtype: String?
                var attributes: [[String]]?
            }
            var header: String
            var expected: Expectation?
        }
        var suite = MIMESuite("mime-mail-parser content types", known: MIMESuiteTests.contentTypeDifferences)
        let cases = try MIMESuite.json("mime-mail-parser/content_type.json", as: [Case].self)
        for (index, item) in cases.enumerated() {
            let value = Bytes(item.header)
            let got = ContentType(value)
            var differences: [String] = []
            if let expected = item.expected {
                // The suite's reader serves Content-Disposition too: a value without a slash is one of those.
                let disposition = ContentDisposition(value)
                let type = expected.c_subtype == nil ? disposition.type : got.mediaType
                let named = expected.c_type + (expected.c_subtype.map { "/" + $0 } ?? "")
                if type != named, expected.c_subtype != nil || !got.isMalformed {
                    differences.append("\(type) for \(named)")
                }
                var parameters: [String] = []
                for parameter in expected.c_subtype == nil ? disposition.parameters : got.parameters {
                    parameters.append("\(parameter.name)=\(parameter.value)")
                    if let language = parameter.language { parameters.append("\(parameter.name)-language=\(language)") }
                }
                let wanted = (expected.attributes ?? []).map { $0.joined(separator: "=") }
                if parameters.sorted() != wanted.sorted() { differences.append("\(parameters) for \(wanted)") }
            } else if !got.isMalformed {
                differences.append("\(got.mediaType), which is no media type")
            }
            suite.check(String(index), differences)
        }
        suite.finish()
    }

    @Test func mime4j() throws {
        var suite = MIMESuite("mime-mime4j", known: MIMESuiteTests.mime4jDifferences)
        for path in MIMESuite.files(below: "mime-mime4j").filter({ $0.hasSuffix(".msg") }) {
            let stem = String(path.dropLast(4))
            let events = try MIMESuite.bytes(stem + "_decoded.xml").lossyString
            let expected = EventTree(events)
            let bytes = try MIMESuite.bytes(path)
            let message = Message(bytes)
            let tree = message.mime
            var differences: [String] = tree.violations()
            if tree.shape() != expected.shape { differences.append("\(tree.shape()) for \(expected.shape)") }
            let leaves = tree.parts.filter { $0.isLeaf && !$0.contentType.isMultipart }
            if leaves.count == expected.leaves.count {
                let folder = stem.split(separator: "/").dropLast().joined(separator: "/")
                for (leaf, name) in zip(leaves, expected.leaves) {
                    let got = LineEnds.lf(leaf.decodedBody(in: message))
                    let wanted = LineEnds.lf(try MIMESuite.bytes(folder + "/" + name))
                    if got != wanted {
                        differences.append(
                            "\(leaf.path) "
                                + firstDifference(
                                    String(decoding: got, as: UTF8.self), String(decoding: wanted, as: UTF8.self)))
                    }
                }
            }
            suite.check(stem.split(separator: "/").last.map(String.init) ?? stem, differences)
        }
        suite.finish()
    }

    /// Suites without expected structures: nothing crashes, every tree is consistent, and the LF and CRLF forms of a
    /// message give one tree and one text.
    @Test(arguments: [
        "mime-cpython", "mime-flanker/messages", "mox-testdata", "spam-spamassassin", "mime-mail-parser",
        "mime-mime4j", "mbox-mimekit", "bounce-sisimai",
    ])
    func consistency(folder: String) throws {
        var suite = MIMESuite(folder + " consistency", known: MIMESuiteTests.consistencyDifferences[folder] ?? [:])
        for path in MIMESuite.files(below: folder) where isMessage(path) {
            let bytes = try MIMESuite.bytes(path)
            let tree = Message(bytes).mime
            var differences = tree.violations()
            let lf = Message(Bytes(LineEnds.lf(bytes))).mime
            let crlf = Message(LineEnds.crlf(bytes)).mime
            differences += lf.violations() + crlf.violations()
            if lf.shape() != crlf.shape() { differences.append("LF \(lf.shape()), CRLF \(crlf.shape())") }
            if lf.defects != crlf.defects { differences.append("LF \(lf.defects.names), CRLF \(crlf.defects.names)") }
            for (a, b) in zip(lf.parts, crlf.parts) {
                let texts = (a.decodedText(in: lf.message), b.decodedText(in: crlf.message))
                if texts.0 != texts.1 { differences.append("\(a.path) " + firstDifference(texts.0, texts.1)) }
                for (x, y) in zip(a.header, b.header) where x.decodedText != y.decodedText {
                    differences.append("\(a.path) \(x.name): \(x.decodedText) and \(y.decodedText)")
                }
            }
            if lf.visibleText() != crlf.visibleText() { differences.append("visible text differs") }
            suite.check(path, differences)
        }
        suite.finish()
    }

    private func isMessage(_ path: String) -> Bool {
        ![".json", ".xml", ".out", ".bin", ".md", ".zip", ".upstream"].contains { path.hasSuffix($0) }
    }
}

/// A message as the mail-parser suite has it.
struct ParsedMessage: Decodable {
    struct Part: Decodable {
        var headers: [Header]
        var body: Body
    }

    struct Header: Decodable {
        /// In lower case with underscores, as the suite writes the names it knows.
        var name: String
        /// The text of an unstructured field.
        var text: String?

        enum Keys: CodingKey { case name, value }
        struct Other: Decodable { var other: String }
        struct Text: Decodable { var Text: String }

        init(from decoder: Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            let name =
                try (try? container.decode(String.self, forKey: .name))
                ?? container.decode(Other.self, forKey: .name).other
            self.name = name.lowercased().replacingOccurrences(of: "-", with: "_")
            text = try? container.decode(Text.self, forKey: .value).Text
        }
    }

    enum Body: Decodable {
        case text(String)
        case binary([UInt8])
        case multipart([Int])
        case message(ParsedMessage)

        enum Keys: CodingKey { case Text, Html, Binary, InlineBinary, Multipart, Message }

        init(from decoder: Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            if let text = try container.decodeIfPresent(String.self, forKey: .Text) {
                self = .text(text)
            } else if let text = try container.decodeIfPresent(String.self, forKey: .Html) {
                self = .text(text)
            } else if let bytes = try container.decodeIfPresent([UInt8].self, forKey: .Binary) {
                self = .binary(bytes)
            } else if let bytes = try container.decodeIfPresent([UInt8].self, forKey: .InlineBinary) {
                self = .binary(bytes)
            } else if let parts = try container.decodeIfPresent([Int].self, forKey: .Multipart) {
                self = .multipart(parts)
            } else {
                self = .message(try container.decode(ParsedMessage.self, forKey: .Message))
            }
        }
    }

    var parts: [Part]

    /// Every part in document order, those of messages within included.
    var flattened: [Part] {
        parts.flatMap { part -> [Part] in
            if case .message(let inner) = part.body { return [part] + inner.flattened }
            return [part]
        }
    }

    func shape(of index: Int = 0) -> String {
        switch parts[index].body {
        case .text, .binary: "L"
        case .multipart(let children): "M[\(children.map { shape(of: $0) }.joined(separator: " "))]"
        case .message(let inner): "R(\(inner.shape()))"
        }
    }

    /// How `tree` differs: its shape, each part's field names, the text of unstructured fields, each leaf's content.
    func differences(from tree: MIMETree) -> [String] {
        var found = tree.violations()
        guard tree.shape() == shape() else { return found + ["\(tree.shape()) for \(shape())"] }
        for (part, expected) in zip(tree.parts, flattened) {
            let names = part.header.map { $0.name.lowercased().replacingOccurrences(of: "-", with: "_") }
            if names != expected.headers.map(\.name) {
                found.append("\(part.path) fields \(names) for \(expected.headers.map(\.name))")
                continue
            }
            for (field, wanted) in zip(part.header, expected.headers) {
                guard let raw = wanted.text, wanted.name == "subject" || wanted.name.hasPrefix("x_") else { continue }
                // The suite leaves the folds of fields it does not know.
                let text = raw.filter { !$0.isNewline }
                if field.decodedText != text {
                    found.append("\(field.name): " + firstDifference(field.decodedText, text))
                }
            }
            switch expected.body {
            case .text(let wanted):
                let text = part.sourceText(in: tree.message)
                if text != LineEnds.lf(wanted) {
                    found.append("\(part.path) " + firstDifference(text, LineEnds.lf(wanted)))
                }
            case .binary(let wanted):
                let got = part.decodedBody(in: tree.message).array
                if got != wanted { found.append("\(part.path) has \(got.count) bytes for \(wanted.count)") }
            case .multipart, .message: break
            }
        }
        return found
    }
}

/// A tree as the mime4j suite has it: parser events in XML.
struct EventTree {
    private(set) var shape = ""
    /// The files that hold the leaves' decoded content.
    private(set) var leaves: [String] = []

    init(_ xml: String) {
        var isFirstMessage = true
        var closings: [String] = []
        for piece in xml.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
            let tag = piece.prefix { $0 != ">" }
            switch tag.prefix(while: { $0 != " " }) {
            case "message":
                shape += isFirstMessage ? "" : "R("
                closings.append(isFirstMessage ? "" : ")")
                isFirstMessage = false
            case "/message": shape += closings.popLast() ?? ""
            case "multipart": shape += "M["
            case "/multipart": shape += "]"
            case "body-part": if shape.last != "[" { shape += " " }
            case "text-body", "binary-body":
                shape += "L"
                leaves.append(tag.split(separator: "\"").dropFirst().first.map(String.init) ?? "")
            default: break
            }
        }
    }
}
