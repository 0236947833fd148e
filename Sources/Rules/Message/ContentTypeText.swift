import Expressions
import Values

/// A Content-Type as rules see it, read with the leniency of SpamAssassin.
struct ContentTypeText {
    /// In lower case; `text/plain` where there is none, or text of a kind that is not told apart.
    let type: String
    let boundary: [UInt8]?
    let charset: String?
    let name: [UInt8]?
    let isMissing: Bool

    init(_ value: [UInt8], _ matcher: Matcher) {
        var isMissing = value.isEmpty || value == [.ascii("0")]
        let text = Bytes(isMissing ? Array("text/plain; charset=us-ascii".utf8) : value)
        boundary = matcher.capture(1, of: ContentTypeText.boundaries, in: text).map { $0.filter { $0 != .quote } }
        charset = matcher.capture(1, of: ContentTypeText.charsets, in: text).map(\.lossyString)
        var name = matcher.capture(1, of: ContentTypeText.names, in: text)?.array
        if name?.isEmpty ?? true {
            // RFC 2231 §3: a long value in numbered pieces.
            var pieces: [Int: [UInt8]] = [:]
            matcher.eachMatch(of: ContentTypeText.pieces, in: text) { groups in
                if let number = groups[1].flatMap({ Int(text[$0].lossyString) }), number < 1000, let range = groups[2] {
                    pieces[number] = text[range].array
                }
                return pieces.count < 100
            }
            if pieces[0] != nil { name = pieces.sorted { $0.key < $1.key }.flatMap(\.value) }
        }
        self.name = name
        var type = text.array.drop(while: \.isRuleSpace)
        if let end = type.firstIndex(of: .semicolon) { type = type[..<end] }
        if let slash = type.firstIndex(of: .ascii("/")), slash > type.startIndex {
            let end = type[(slash + 1)...].firstIndex { $0 == .ascii("/") || $0.isRuleSpace } ?? type.endIndex
            type = type[..<end]
        }
        var word = String(decoding: type.map(\.lowercased), as: UTF8.self)
        if word.isEmpty || word == "0" { isMissing = true }
        let isText = word.hasPrefix("text") && !(word.utf8.dropFirst(4).first?.isWordByte ?? false)
        if word.isEmpty || (isText && !["text/x-vcard", "text/calendar", "text/html"].contains(word)) {
            word = "text/plain"
        }
        self.type = String(
            decoding: word.utf8.filter { !ContentTypeText.dropped.contains($0) && $0 > 0x20 && $0 < 0x7F },
            as: UTF8.self)
        self.isMissing = isMissing
    }

    /// RFC 2045 §5.1: tspecials other than the slash.
    private static let dropped = Set(Array(#""(),:;<=>?@[\]"#.utf8))
    private static let boundaries = Expression(
        known: #"\bboundary\s*=\s*("[^"]+|[^\s";]+(?=[\s;]|$))"#, .ignoringCase)
    private static let charsets = Expression(known: #"\bcharset\s*=\s*["']?(.*?)["']?(?:;|$)"#, .ignoringCase)
    private static let names = Expression(known: #"\b(?:file)?name\s*=\s*["']?(.*?)["']?(?:;|$)"#, .ignoringCase)
    private static let pieces = Expression(
        known: #"\b(?:file)?name\*(\d+)\s*=\s*["']?(.*?)["']?(?:;|$)"#, .ignoringCase)
}
