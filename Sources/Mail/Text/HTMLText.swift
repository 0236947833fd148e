import Values

/// How much is taken out of an HTML document.
public struct HTMLLimits: Sendable, Hashable {
    /// The bytes of text, in UTF-8.
    public var text: Int
    /// The number of links, and of images.
    public var links: Int
    /// The bytes of a link's address or text, of a title or an image's alternative text.
    public var label: Int

    /// 16 MiB of text, 10,000 links, labels of 64 KiB.
    public static let `default` = HTMLLimits(text: 16 << 20, links: 10_000, label: 64 << 10)

    public init(text: Int, links: Int, label: Int) {
        (self.text, self.links, self.label) = (text, links, label)
    }
}

/// What an HTML document says and where it points: its text as a reader would see it, its links and images.
public struct HTMLText: Sendable, Hashable {
    /// A hyperlink: an `a` or `area` element with an `href`.
    public struct Link: Sendable, Hashable {
        /// The address as written, references decoded and surrounding white space dropped. It may be relative to
        /// `HTMLText.base`, and of any scheme.
        public var address: String
        /// The text the link is shown by, alternative texts of images included.
        public var text: String
    }

    /// An `img` element.
    public struct Image: Sendable, Hashable {
        /// The address as written, references decoded.
        public var source: String
        /// The `alt` attribute, empty when there is none.
        public var alternative: String
    }

    /// The text: white space collapsed, block elements on lines of their own, no-break spaces as spaces.
    public internal(set) var text = ""
    /// The links in order.
    public internal(set) var links: [Link] = []
    /// The images in order.
    public internal(set) var images: [Image] = []
    /// The content of the first `title` element.
    public internal(set) var title = ""
    /// The address relative links start from: `<base href>`.
    public internal(set) var base: String?
    /// Whether a limit cut something off.
    public internal(set) var isTruncated = false

    /// Reads `html`. Never fails; takes time linear in its length.
    public static func render(_ html: String, limits: HTMLLimits = .default) -> HTMLText {
        var renderer = HTMLRenderer(Array(html.utf8), limits: limits)
        return renderer.render()
    }

    /// Reads `html`, bytes in UTF-8; ill-formed sequences are replaced.
    public static func render(_ html: Bytes, limits: HTMLLimits = .default) -> HTMLText {
        render(html.lossyString, limits: limits)
    }

    /// The charset a document declares for itself in a `meta` element within its first 1,024 bytes
    /// (HTML Living Standard §13.2.3.2).
    static func declaredCharset(in html: Bytes) -> String? {
        let start = html[0..<min(html.count, 1024)].array.map(\.lowercased)
        let span = unsafe start.span.bytes
        guard let meta = span.firstIndex(of: "<meta") else { return nil }
        var search = meta
        while let found = span.firstIndex(of: "charset", from: search) {
            var position = found + 7
            search = position
            while position < start.count, start[position].isFoldingWhitespace { position += 1 }
            guard position < start.count, start[position] == .equals else { continue }
            position += 1
            while position < start.count, start[position].isFoldingWhitespace || start[position] == .quote {
                position += 1
            }
            let end = start[position...].firstIndex { !$0.isVisible || " \"';/>".utf8.contains($0) } ?? start.count
            let label = String(decoding: start[position..<end], as: UTF8.self)
            // Bytes that could be read as ASCII up to here are not UTF-16, whatever they say.
            return label.hasPrefix("utf-16") ? "utf-8" : label
        }
        return nil
    }
}
