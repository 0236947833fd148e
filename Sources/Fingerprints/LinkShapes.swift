import Cryptography
import DNS
import PublicSuffix
import Values

/// Where the links of a message lead, without what differs from copy to copy: for each the registered domain, the path
/// with numbers and random words masked, and the names of the query's parameters.
struct LinkShapes {
    /// The shapes, each once.
    private var shapes: Set<String> = []
    /// Whether there were more than are looked at.
    private var count = 0

    private static let mostLinks = 500
    private static let mostShapes = 64
    private static let longest = 2048

    /// Adds a link as a browser would follow it.
    mutating func add(_ link: some StringProtocol) {
        count += 1
        guard count <= LinkShapes.mostLinks, shapes.count < LinkShapes.mostShapes else { return }
        let bytes = Array(link.utf8.prefix(LinkShapes.longest)).filter { $0 > 0x20 }
        guard let shape = LinkShapes.shape(bytes) else { return }
        shapes.insert(shape)
    }

    /// Adds what looks like a link in text.
    mutating func addAll(in text: String, limit: Int) {
        let bytes = Array(text.utf8.prefix(limit))
        var position = 0
        while position + 10 < bytes.count, count < LinkShapes.mostLinks {
            guard bytes[position] == .colon, bytes[position + 1] == UInt8.ascii("/"),
                bytes[position + 2] == UInt8.ascii("/")
            else {
                position += 1
                continue
            }
            let isSecure = position >= 5 && bytes[position - 1] | 0x20 == UInt8.ascii("s")
            let scheme = bytes[max(0, position - (isSecure ? 5 : 4))..<position].map { $0 | 0x20 }
            let end =
                bytes[position...].firstIndex { $0 <= 0x20 || $0 == .quote || "<>)]".utf8.contains($0) } ?? bytes.count
            if scheme.elementsEqual("http".utf8) || scheme.elementsEqual("https".utf8) {
                add(String(decoding: scheme + bytes[position..<end], as: UTF8.self))
            }
            position = max(end, position + 3)
        }
    }

    /// The digest of all shapes together; nil where no link leads further than to a site's first page, as those of
    /// many a signature do.
    var digest: String? {
        guard shapes.contains(where: { $0.utf8.contains(UInt8.ascii("/")) }) else { return nil }
        var digest = Digest(.sha256)
        for shape in shapes.sorted() {
            digest.update(Bytes(shape))
            digest.update(UInt8.lf)
        }
        return Hash.text(digest: digest.finalize())
    }

    /// The shape of a link of the web; nil for others and for those without a name of a host.
    static func shape(_ link: [UInt8]) -> String? {
        guard let colon = link.prefix(6).firstIndex(of: .colon), link.count > colon + 3,
            link[..<colon].map({ $0 | 0x20 }).elementsEqual("http".utf8)
                || link[..<colon].map({ $0 | 0x20 }).elementsEqual("https".utf8)
        else { return nil }
        // Browsers take backslashes for slashes (WHATWG URL §4.4).
        let rest = link[(colon + 1)...].map { $0 == .backslash ? UInt8.ascii("/") : $0 }
            .drop { $0 == UInt8.ascii("/") }
        let end = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        var authority = rest[..<end]
        if let at = authority.lastIndex(of: .at) { authority = authority[(at + 1)...] }
        if let port = authority.lastIndex(of: .colon), authority.first != UInt8.ascii("[") {
            authority = authority[..<port]
        }
        let host = String(decoding: authority, as: UTF8.self)
        var shape: String
        if let address = IPAddress(host) {
            shape = address.description
        } else {
            guard let name = DomainName(host), name.labelCount > 1 else { return nil }
            shape = PublicSuffixList.builtIn.organizationalDomain(of: name).relativeText.asciiLowercased
        }
        let tail = rest[end...].prefix { $0 != UInt8.ascii("#") }
        let query = tail.firstIndex(of: UInt8.ascii("?")) ?? tail.endIndex
        for part in tail[..<query].split(separator: UInt8.ascii("/")).prefix(8) {
            shape += "/" + (isPlain(part) ? String(decoding: part, as: UTF8.self).asciiLowercased : "*")
        }
        if query < tail.endIndex {
            let names = tail[(query + 1)...].split(separator: UInt8.ascii("&")).prefix(16).compactMap { pair in
                pair.split(separator: .equals, maxSplits: 1, omittingEmptySubsequences: false).first
            }
            let shown = Set(names.filter(isPlain).map { String(decoding: $0, as: UTF8.self).asciiLowercased })
            shape += "/?" + shown.sorted().joined(separator: "&")
        }
        return shape
    }

    /// Whether a part of a path is a word rather than a number or a token.
    private static func isPlain(_ part: ArraySlice<UInt8>) -> Bool {
        part.count <= 24 && part.allSatisfy { $0.isLetter || $0 == .dot || $0 == .hyphen || $0 == UInt8.ascii("_") }
    }
}

extension Hash {
    /// The first 64 bits of a digest in hexadecimal.
    static func text(digest: [UInt8]) -> String {
        text(digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
