import Mail
import Values

/// What a message is known by when it is sent out in many versions: its text, where its links lead, its files.
public struct MessageFingerprint: Sendable {
    /// The signature of the text; nil where there are too few words.
    public let text: Sketch?
    /// Whether what the text quotes is part of it, as it is where there is little else.
    public let includesQuoted: Bool
    /// The digest of where the links lead; nil where none leads further than to a site's first page.
    public let links: String?
    /// The files, at most `mostAttachments`.
    public let attachments: [AttachmentFingerprint]

    /// What of a message is looked at.
    public struct Parts: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let text = Parts(rawValue: 1)
        public static let links = Parts(rawValue: 2)
        public static let attachments = Parts(rawValue: 4)
        public static let all: Parts = [.text, .links, .attachments]
    }

    /// Files that are looked at.
    public static let mostAttachments = 8
    /// Words of a text that quotes more, with which it stands for itself.
    private static let fewOwnWords = 40
    private static let mostTextParts = 16
    private static let mostWords = 20_000
    private static let mostText = 1 << 20

    /// The fingerprint of `message`. `names` are words that differ from copy to copy, such as its recipients; a text is
    /// known by at least `minimumWords` different words and pairs of words.
    public init(_ message: Message, names: [String] = [], minimumWords: Int = 20, parts: Parts = .all) {
        let tree = message.mime
        var shapes = LinkShapes()
        var texts: [String] = []
        var size = 0
        for part in MessageFingerprint.shownParts(of: tree).prefix(MessageFingerprint.mostTextParts)
        where size < MessageFingerprint.mostText {
            let source = part.sourceText(in: message)
            let limit = MessageFingerprint.mostText - size
            if part.isHTML {
                let html = HTMLText.render(source, limits: HTMLLimits(text: limit, links: 500, label: 0))
                for link in html.links { shapes.add(link.address) }
                texts.append(html.text)
            } else {
                texts.append(
                    source.utf8.count > limit ? String(decoding: source.utf8.prefix(limit), as: UTF8.self) : source)
            }
            size += texts.last?.utf8.count ?? 0
            if let text = texts.last { shapes.addAll(in: text, limit: MessageFingerprint.mostText) }
        }
        links = parts.contains(.links) ? shapes.digest : nil

        var ignored: Set<UInt64> = []
        for name in names.prefix(64) { ignored.formUnion(WordReader.hashes(of: String(name.prefix(256)))) }
        func read(all: Bool) -> WordReader {
            var reader = WordReader(ignoring: ignored, limit: MessageFingerprint.mostWords, readsAll: all)
            for text in texts { reader.read(text) }
            return reader
        }
        var reader = read(all: false)
        // Where people answer each other, what they quote is not what tells their mail apart. Where there is little else
        // it counts: a mark before each line would hide any text.
        includesQuoted = reader.words.count < max(MessageFingerprint.fewOwnWords, minimumWords)
        if includesQuoted { reader = read(all: true) }
        text =
            parts.contains(.text) && reader.words.count >= minimumWords
            ? Sketch(reader.features, minimum: minimumWords) : nil
        attachments =
            parts.contains(.attachments)
            ? Array(
                tree.leaves.lazy.prefix(256).compactMap { AttachmentFingerprint($0, in: message) }
                    .prefix(MessageFingerprint.mostAttachments)) : []
    }

    /// The parts that a reader sees: of alternatives the richest, which is what a victim is shown.
    private static func shownParts(of tree: MIMETree) -> [MIMEPart] {
        var shown: [MIMEPart] = []
        var pending = [0]
        while let index = pending.popLast(), shown.count < mostTextParts {
            let part = tree.parts[index]
            if part.isLeaf {
                if part.isText || part.isHTML, !part.isAttachment { shown.append(part) }
            } else if part.contentType.subtype == "alternative",
                let rich = part.children.last(where: { tree.parts[$0].isHTML || !tree.parts[$0].isLeaf })
            {
                pending.append(rich)
            } else {
                pending.append(contentsOf: part.children.reversed())
            }
        }
        return shown
    }
}
