import Expressions
import Values

/// A message as rules look at it: rendered once, each view made when it is first asked for.
///
/// One belongs to one evaluation; it is not shared between threads.
final class RuleMessage {
    /// The longest URI that is kept.
    static let longestURI = 8_192
    static let longestLine = 2_048
    /// How much of a header's decoded form is put together for `ALL`.
    private static let headerLimit = 65_536
    /// How many lines of the header are told apart as they came; what follows them counts as one.
    private static let rawLineLimit = 100_000

    let settings: RuleSettings
    let matcher: Matcher
    let registries: Registries
    private let redirectors: [Expression]
    /// The message with LF as line end.
    let whole: Bytes
    let root: RulePart
    let defects: RuleMessageDefects
    private let headerLength: Int
    private var isHeaderTruncated = false

    var header: FieldTable { root.header }
    /// The header as it came.
    var rawHeader: Bytes { whole[0..<headerLength] }
    /// The body as it came.
    var rawBody: Bytes { whole[headerLength..<whole.count] }

    init(_ bytes: Bytes, settings: RuleSettings, registries: Registries, redirectors: [Expression], matcher: Matcher) {
        (self.settings, self.registries, self.redirectors, self.matcher) = (settings, registries, redirectors, matcher)
        var storage = RuleMessage.lineFed(bytes)
        // An mbox's separator is no field.
        if storage.starts(with: Array("From ".utf8)), let end = storage.firstIndex(of: .lf) {
            storage = Array(storage[(end + 1)...])
        }
        if storage.isEmpty { storage = [.lf] }
        whole = Bytes(storage)
        var reader = RuleMessageReader(settings: settings, matcher: matcher)
        let (root, headerLength) = reader.message(storage)
        (self.root, self.headerLength, defects) = (root, headerLength, reader.defects)
    }

    /// `bytes` with LF for CRLF where its first or last line ends in CRLF, so that mail reads the same from the wire
    /// and from an archive.
    private static func lineFed(_ bytes: Bytes) -> [UInt8] {
        let array = bytes.array
        guard let first = array.firstIndex(of: .lf), first > 0 else { return array }
        let isCRLF = array[first - 1] == .cr || array.suffix(2).elementsEqual([.cr, .lf])
        return isCRLF ? array.withoutCarriageReturns : array
    }

    // MARK: Parts

    /// The parts that have no parts, in their order.
    lazy var leaves: [RulePart] = {
        var result: [RulePart] = []
        root.walk { if $0.isLeaf, !$0.type.isEmpty { result.append($0) } }
        return result
    }()

    /// All parts, the message first.
    lazy var parts: [RulePart] = {
        var result: [RulePart] = []
        root.walk { if !$0.type.isEmpty { result.append($0) } }
        return result
    }()

    // MARK: Body

    private lazy var rendering: (lines: [Bytes], html: [HTMLRendering]) = rendered()

    /// The text as people read it, a line a paragraph, the subject first.
    var bodyLines: [Bytes] { rendering.lines }
    /// What invitations say, in paragraphs.
    lazy var invitationLines: [Bytes] = readInvitations()
    /// The HTML parts.
    var htmlParts: [HTMLRendering] { rendering.html }

    /// The text parts decoded, not rendered, in pieces of a few kilobytes.
    lazy var rawChunks: [Bytes] = {
        var result: [Bytes] = []
        for part in leaves {
            let type = part.effectiveType
            guard type.hasPrefix("text/") || type.hasPrefix("message/"), part.type != "text/calendar" else { continue }
            let text = Array(
                RuleMessage.cut(part.decoded, at: settings.rawBodyPartScanSize, orAt: [.lf, .ascii(">"), .space]))
            result += RuleMessage.chunks(Bytes(text))
        }
        return result
    }()

    // MARK: What is found once

    lazy var relays = RelayTrail(header, settings: settings, matcher: matcher)
    lazy var uris = URIList(
        self,
        variants: URIVariants(
            registries: registries, redirectors: redirectors, matcher: matcher,
            followsEveryLink: settings.followsEveryLink))
    /// What evaluation functions found out and may need again.
    var memory = EvaluationMemory()
    /// What was found of fields.
    var known = KnownFields()

    /// The fields as they came, folds included.
    lazy var rawFields: [[UInt8]] = {
        var result: [[UInt8]] = []
        for line in rawHeader.array.lines(limit: RuleMessage.rawLineLimit) {
            if let first = line.first, first.isWhitespace, !result.isEmpty {
                result[result.count - 1] += line.array
            } else if !(line.count == 1 && line[0] == .lf), !(line.first?.isWhitespace ?? true) {
                result.append(line.array)
            } else if line.count == 1, !result.isEmpty {
                continue
            }
        }
        return result
    }()

    /// The fields decoded, a line a field.
    lazy var allFields: [[UInt8]] = {
        var (size, result) = (0, [[UInt8]]())
        for field in header.fields {
            let line = field.line
            size += line.count
            if size > RuleMessage.headerLimit { break }
            result.append(line)
        }
        return result
    }()

    /// What the newest hop outside, or a field of the delivering server, says of the envelope's sender.
    lazy var envelopeFrom: [UInt8]? = findEnvelopeFrom()
}
