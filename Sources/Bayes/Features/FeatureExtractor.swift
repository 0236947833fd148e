import Mail
import Values

/// Takes the features out of messages. Keep one and use it again: what it works with is made once.
///
/// A feature is a word of the text, a pair of words near each other, something the header or a link shows, or a trait of
/// the structure. What depends on who collected the message is left out: dates, identifiers, the recipient's own fields,
/// names of lists, earlier verdicts.
public struct FeatureExtractor {
    /// How much of a message is looked at.
    public struct Limits: Sendable, Hashable {
        /// Words of the text.
        public var words = 400
        /// Words of a subject.
        public var subjectWords = 40
        /// Bytes of a text part.
        public var text = 64 << 10
        /// Parts of the message.
        public var parts = 100

        public init() {}
    }

    private let limits: Limits
    private var collector = FeatureCollector()

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// The features of `message`.
    public mutating func features(of message: Message) -> MessageFeatures {
        read(message)
        return collector.finish().0
    }

    /// The features of `message`, and what names them.
    public mutating func namedFeatures(of message: Message) -> (features: MessageFeatures, names: FeatureNames) {
        collector.keepNames()
        read(message)
        let (features, names) = collector.finish()
        return (features, names ?? FeatureNames())
    }

    private mutating func read(_ message: Message) {
        var header = HeaderFeatures(message.header)
        header.add(into: &collector)
        var addresses = AddressFeatures()
        addresses.authorDomain = header.authorDomain
        readSubject(message)
        let tree = message.mime
        let shown = FeatureExtractor.shownParts(of: tree)
        readStructure(tree)
        var tokenizer = TextTokenizer(.body, tokenLimit: limits.words)
        for index in shown.prefix(limits.parts) {
            readText(tree.parts[index], of: message, &tokenizer, &addresses)
            tokenizer.breakOff()
        }
        add(tokenizer.tally, shown: shown.count)
        addresses.finish(into: &collector)
    }

    private mutating func readSubject(_ message: Message) {
        guard let field = message.header.first("Subject") else {
            collector.add(.field, "no subject")
            return
        }
        var text = field.decodedText.utf8Array
        // What lists, and filters before us, put in front.
        for _ in 0..<4 {
            while text.first.map({ $0 <= .space || $0 == .ascii("*") }) ?? false { text.removeFirst() }
            guard text.first == .ascii("["), let end = text.firstIndex(of: .ascii("]")), end < 40 else { break }
            text.removeFirst(end + 1)
        }
        var addresses = AddressFeatures()
        var tokenizer = TextTokenizer(.subject, tokenLimit: limits.subjectWords)
        tokenizer.read(Array(text.prefix(1_000)), into: &collector, addresses: &addresses)
        let tally = tokenizer.tally
        collector.add(.field, "subject words", sized: tally.tokens)
        if tally.letters > 6, tally.capitals * 10 > tally.letters * 7 { collector.add(.field, "subject in capitals") }
        if tally.exclamations > 0 { collector.add(.field, "subject exclaims", sized: tally.exclamations) }
        if tally.invisible > 0 { collector.add(.field, "subject hides characters") }
        if field.value.count > 0, text.isEmpty { collector.add(.field, "subject empty") }
        if tally.eightBit + tally.wide > 0 { collector.add(.field, "subject not ascii") }
    }

    /// The text parts that a reader sees, in order: of alternatives the richest.
    private static func shownParts(of tree: MIMETree) -> [Int] {
        var shown: [Int] = []
        var pending = [0]
        while let index = pending.popLast() {
            let part = tree.parts[index]
            if part.contentType.isMultipart, !part.isLeaf {
                if part.contentType.subtype == "alternative",
                    let richest = part.children.last(where: { child in
                        let child = tree.parts[child]
                        return !child.isLeaf || child.isHTML || child.contentType.mediaType == "text/plain"
                    })
                {
                    pending.append(richest)
                } else {
                    pending.append(contentsOf: part.children.reversed())
                }
            } else if part.isText || (part.isLeaf && part.isHTML), !part.isAttachment {
                shown.append(index)
            }
        }
        return shown
    }

    private mutating func readText(
        _ part: MIMEPart, of message: Message, _ tokenizer: inout TextTokenizer, _ addresses: inout AddressFeatures
    ) {
        let body = part.decodedBody(in: message)
        var bytes = body[0..<min(body.count, limits.text * (part.isHTML ? 4 : 1))]
        let label = part.contentType.charset
        // Most text is ASCII in whatever charset it claims.
        let isPlain = bytes.withSpan { !$0.containsEightBit } && FeatureExtractor.isAsciiBased(label)
        if !isPlain { bytes = Bytes(Charset.decode(bytes, charset: label ?? "us-ascii").text) }
        if part.isHTML {
            var page = PageReader(bytes.array, textLimit: limits.text)
            page.read(into: &collector, addresses: &addresses)
            tokenizer.read(page.text, into: &collector, addresses: &addresses)
        } else {
            tokenizer.read(
                FeatureExtractor.withoutFooter(bytes.array), into: &collector, addresses: &addresses)
        }
    }

    /// Whether bytes below 128 mean themselves in a charset of this label.
    private static func isAsciiBased(_ label: String?) -> Bool {
        guard let label = label?.asciiLowercased else { return true }
        return
            !(label.hasPrefix("utf-16") || label.hasPrefix("utf-7") || label.hasPrefix("iso-2022")
            || label.hasPrefix("hz") || label.hasPrefix("utf-32"))
    }

    /// The text up to a signature (RFC 3676 §4.3) or the line of underscores before what a list appends: both are about
    /// the writer or the list, not about the message.
    private static func withoutFooter(_ text: [UInt8]) -> [UInt8] {
        let span = unsafe text.span.bytes
        var search = max(0, text.count - 4_000)
        while let found = span.firstIndex(of: .lf, from: search) {
            let start = found + 1
            search = start
            guard start + 2 < text.count else { break }
            if text[start] == .hyphen, text[start + 1] == .hyphen {
                let next = text[start + 2]
                if next == .lf || next == .cr || next == .space { return Array(text[..<start]) }
            }
            if text[start] == .ascii("_"), start + 30 < text.count,
                text[start..<start + 30].allSatisfy({ $0 == .ascii("_") })
            {
                return Array(text[..<start])
            }
        }
        return text
    }

    private mutating func readStructure(_ tree: MIMETree) {
        var shape = ""
        for part in tree.parts.prefix(limits.parts) {
            let type = part.contentType.mediaType.prefix(50)
            if shape.utf8.count < 120 {
                shape += part.contentType.isMultipart ? "(\(part.contentType.subtype)" : " \(type)"
            }
            guard part.isLeaf else { continue }
            if part.isAttachment {
                collector.add(.attachment, "type \(type)")
                if let name = part.filename, let dot = name.utf8.lastIndex(of: .dot) {
                    collector.add(.attachment, "ends \(name[dot...].asciiLowercased.prefix(8))")
                }
            } else {
                collector.add(.structure, "\(type) \(part.transferEncoding.name.prefix(20))")
                if part.isText || part.isHTML {
                    collector.add(
                        .structure, "charset \((part.contentType.charset ?? "none").asciiLowercased.prefix(20))")
                }
            }
        }
        collector.add(.structure, "shape \(shape)")
        collector.add(.structure, "parts", sized: tree.parts.count)
        let attachments = tree.attachments.count
        if attachments > 0 { collector.add(.attachment, "count", sized: attachments) }
        for defect in tree.defects.names { collector.add(.structure, "defect \(defect)") }
    }

    private mutating func add(_ tally: TextTokenizer.Tally, shown: Int) {
        collector.add(.structure, "words", sized: tally.tokens)
        if shown == 0 { collector.add(.structure, "no text") }
        if tally.letters > 50 {
            collector.add(.structure, "capitals", sized: tally.capitals * 64 / tally.letters)
        }
        collector.add(.structure, "exclamations", sized: tally.exclamations)
        if tally.invisible > 0 { collector.add(.structure, "invisible", sized: tally.invisible) }
        if tally.longWords > 0 { collector.add(.structure, "long words", sized: tally.longWords) }
        if tally.singles > 10 { collector.add(.structure, "single letters", sized: tally.singles) }
        if tally.mixed > 2 { collector.add(.structure, "words with digits", sized: tally.mixed) }
        if tally.quotedLines > 0 { collector.add(.structure, "quoted lines", sized: tally.quotedLines) }
        if tally.tokens > 0 {
            let foreign = (tally.wide + tally.eightBit / 5) * 16 / tally.tokens
            if foreign > 0 { collector.add(.structure, "not ascii", sized: foreign) }
        }
    }
}
