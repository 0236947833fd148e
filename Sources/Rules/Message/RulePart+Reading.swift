import Expressions
import Values

/// What is odd about how a message is put together.
struct RuleMessageDefects {
    var flags: Set<String> = []
    /// How many ends each boundary still lacks.
    var openBoundaries: [[UInt8]: Int] = [:]
}

/// Takes messages apart as SpamAssassin does.
struct RuleMessageReader {
    let settings: RuleSettings
    let matcher: Matcher
    var defects = RuleMessageDefects()
    private var partCount = 0
    private static let depthLimit = 20
    private static let longestLine = 2_048
    private static let partLimit = 1_000
    private static let totalPartLimit = 5_000
    /// How many lines are told apart in all; what follows them counts as one. A line costs more memory than its bytes do.
    private var lineBudget = 2_000_000
    /// How many bytes of messages within messages are read in all: each level is decoded anew.
    private var innerBudget = 256 << 20
    /// A message within a message has this many lines all the same: its header is to be read.
    private static let fewestLines = 200

    init(settings: RuleSettings, matcher: Matcher) { (self.settings, self.matcher) = (settings, matcher) }

    /// The message in `bytes`, and how long its header is, the blank line after it included.
    mutating func message(_ bytes: [UInt8], depth: Int = 0) -> (RulePart, headerLength: Int) {
        let lines = bytes.lines(limit: max(lineBudget, RuleMessageReader.fewestLines))
        lineBudget -= lines.count
        let part = RulePart()
        var reader = HeaderLines(settings: settings)
        let count = reader.read(lines, into: &part.header)
        let headerLength = lines.prefix(count).reduce(0) { $0 + $1.count }
        if depth == 0 { defects.flags.formUnion(reader.flags) }
        var body = RuleMessageReader.withoutLongGaps(lines[count...])
        let content = ContentTypeText(part.header.value("content-type"), matcher)
        part.type = content.type
        if content.type.hasPrefix("multipart/"), body.count > 1, body[0].contains(where: { !$0.isRuleSpace }) {
            let isBoundary = content.boundary.map { body[0].starts(with: [.hyphen, .hyphen] + $0) } ?? false
            if !isBoundary { body.insert(Bytes([.lf]), at: 0) }
        }
        fill(part, boundary: content.boundary, body, depth: depth)
        return (part, headerLength)
    }

    /// Of more than twenty blank lines in a row, twenty are kept.
    private static func withoutLongGaps(_ lines: ArraySlice<Bytes>) -> [Bytes] {
        var result: [Bytes] = []
        result.reserveCapacity(lines.count)
        var blanks = 0
        for line in lines {
            blanks = line.allSatisfy(\.isRuleSpace) ? blanks + 1 : 0
            if blanks <= 20 { result.append(line) }
        }
        return result
    }

    private mutating func fill(_ part: RulePart, boundary: [UInt8]?, _ lines: [Bytes], depth: Int) {
        partCount += 1
        if part.type.hasPrefix("multipart/"), let boundary, depth < RuleMessageReader.depthLimit {
            return parts(of: part, boundary: boundary, lines, depth: depth)
        }
        let content = ContentTypeText(part.header.value("content-type"), matcher)
        if !content.isMissing {
            part.type = !content.type.hasPrefix("multipart/") || boundary != nil ? content.type : "text/plain"
        }
        part.charset = content.charset
        let disposition = Bytes(part.header.value("content-disposition"))
        part.name = matcher.capture(1, of: RuleMessageReader.dispositionNames, in: disposition)?.array ?? content.name
        if part.name?.isEmpty ?? false { part.name = nil }
        part.lines = lines
        if part.type == "message/rfc822" || part.type == "message/global", depth < RuleMessageReader.depthLimit,
            partCount < RuleMessageReader.totalPartLimit, innerBudget > 0
        {
            let inner = part.decoded
            guard !inner.isEmpty else { return }
            innerBudget -= inner.count
            part.children = [message(inner, depth: depth + 1).0]
            part.lines = []
        }
    }

    private static let dispositionNames = Expression(known: #"name=\s*"?([^";]+)"?"#, .ignoringCase)

    private mutating func parts(of part: RulePart, boundary: [UInt8], _ lines: [Bytes], depth: Int) {
        part.children = []
        let delimiter = [.hyphen, .hyphen] + boundary
        /// Whether `line` is the delimiter, and whether it is the last one.
        func isDelimiter(_ line: Bytes, mayEnd: Bool) -> (Bool, isEnd: Bool) {
            guard line.count >= delimiter.count, line[0] == .hyphen, line.starts(with: delimiter) else {
                return (false, false)
            }
            let rest = line[delimiter.count..<line.count]
            if rest.allSatisfy(\.isRuleSpace) { return (true, false) }
            guard mayEnd, rest.starts(with: [.hyphen, .hyphen]), rest[2..<rest.count].allSatisfy(\.isRuleSpace) else {
                return (false, false)
            }
            return (true, true)
        }
        var start = 0
        if let first = lines.firstIndex(where: { isDelimiter($0, mayEnd: false).0 }) {
            defects.openBoundaries[boundary] = 1
            if first + 1 < lines.count, !RuleMessageReader.isFieldStart(lines[first + 1], allowsSpace: false) {
                defects.flags.insert("missing_mime_headers")
            }
            start = first + 1
        }
        var isNested = false
        var index = start
        var count = 0
        while index < lines.count {
            let child = RulePart()
            var body: [Bytes] = []
            var header: [UInt8]?
            var isInBody = false
            var isLast = false
            func flush() -> Bool {
                guard let text = header, let colon = text.firstIndex(of: .colon) else { return false }
                let name = Array(text[..<colon])
                let value = Array(text[(colon + 1)...].drop(while: \.isRuleSpace))
                child.header.append(name: name, raw: value, settings: settings)
                header = nil
                return name.count == 12 && name.hasPrefixIgnoringCase("content-type")
            }
            func keep(_ line: Bytes) {
                var rest = line
                while rest.count > RuleMessageReader.longestLine {
                    body.append(Bytes(rest[0..<RuleMessageReader.longestLine].array + [.lf]))
                    rest = rest[RuleMessageReader.longestLine..<rest.count]
                }
                body.append(rest)
            }
            while index < lines.count {
                let line = lines[index]
                var (isEnd, isFinal) = isDelimiter(line, mayEnd: true)
                if isEnd, isNested {
                    if isFinal { isNested = false }
                    isEnd = false
                    isFinal = false
                }
                index += 1
                if isEnd || index == lines.count {
                    if !isEnd {
                        keep(line)
                    } else if let last = body.last {
                        body[body.count - 1] = last.last == .lf ? last[0..<(last.count - 1)] : last
                        if body[body.count - 1].count == 0 { body.removeLast() }
                    }
                    isLast = isFinal
                    if isEnd, !isFinal, index < lines.count,
                        !RuleMessageReader.isFieldStart(lines[index], allowsSpace: false)
                    {
                        defects.flags.insert("missing_mime_headers")
                    }
                    break
                }
                if !isInBody {
                    if RuleMessageReader.isFieldStart(line, allowsSpace: true) {
                        _ = flush()
                        header = line.array
                        continue
                    }
                    if let first = line.first, first.isWhitespace, header != nil {
                        if header?.count ?? 0 < HeaderLines.longestField { header? += line }
                        continue
                    }
                    if header != nil, flush() {
                        let inner = ContentTypeText(child.header.value("content-type"), matcher)
                        if inner.boundary == boundary { isNested = true }
                    }
                    isInBody = true
                    if line.count == 1 || (line.count == 2 && line[0] == .cr) || line.count == 0 { continue }
                    defects.flags.insert("missing_mime_head_body_separator")
                }
                keep(line)
            }
            let content = ContentTypeText(child.header.value("content-type"), matcher)
            child.type = content.isMissing && part.type == "multipart/digest" ? "message/rfc822" : content.type
            part.children?.append(child)
            if partCount < RuleMessageReader.totalPartLimit {
                let inner = content.boundary.flatMap { $0.isEmpty || $0 == [.ascii("0")] ? nil : $0 } ?? boundary
                fill(child, boundary: inner, body, depth: depth + 1)
            }
            if isLast {
                defects.openBoundaries[boundary, default: 0] -= 1
                if lines[index...].contains(where: { $0.contains { !$0.isRuleSpace && $0 != .dot } }) {
                    defects.flags.insert("mime_epilogue_exists")
                }
                break
            }
            count += 1
            if count == RuleMessageReader.partLimit || partCount >= RuleMessageReader.totalPartLimit {
                defects.flags.insert("mimepart_limit_exceeded")
                break
            }
        }
    }

    /// Whether a line begins as a field does.
    static func isFieldStart(_ line: Bytes, allowsSpace: Bool) -> Bool {
        var index = 0
        while index < line.count, line[index].isVisible, line[index] != .colon { index += 1 }
        guard index > 0 else { return false }
        if allowsSpace { while index < line.count, line[index].isWhitespace { index += 1 } }
        return index < line.count && line[index] == .colon
    }
}

/// Reads the lines of a header.
struct HeaderLines {
    let settings: RuleSettings
    var flags: Set<String> = []
    private static let longestName = 256
    private static let longestValue = 8_192
    /// Folds behind this many bytes of a field are passed over.
    static let longestField = 65_536
    private static let malformedLimit = 3

    init(settings: RuleSettings) { self.settings = settings }

    /// Reads fields until the header ends; gives how many lines it has, the blank one after it among them.
    mutating func read(_ lines: [Bytes], into table: inout FieldTable) -> Int {
        var field: [UInt8]?
        var malformed = 0
        for (index, line) in lines.enumerated() {
            if let first = line.first, first.isWhitespace {
                guard field?.count ?? 0 < HeaderLines.longestField else { continue }
                if field == nil { field = line.array } else { field? += line }
                continue
            }
            flush(&field, into: &table)
            if line.count == 1, line[0] == .lf { return index + 1 }
            if line.count >= 2, line[0] == .hyphen, line[1] == .hyphen {
                flags.insert("missing_head_body_separator")
                return index
            }
            if !RuleMessageReader.isFieldStart(line, allowsSpace: true) {
                malformed += 1
                if malformed > HeaderLines.malformedLimit {
                    flags.insert("missing_head_body_separator")
                    return index
                }
            }
            field = line.array
        }
        flush(&field, into: &table)
        flags.insert("missing_head_body_separator")
        return lines.count
    }

    private mutating func flush(_ field: inout [UInt8]?, into table: inout FieldTable) {
        guard let text = field else { return }
        field = nil
        guard let colon = text.firstIndex(of: .colon) else { return }
        var name = Array(text[..<colon])
        var value = Array(text[(colon + 1)...])
        while let last = name.last, last.isWhitespace { name.removeLast() }
        if name.count > HeaderLines.longestName {
            name = Array(name.prefix(HeaderLines.longestName))
            flags.insert("truncated_header")
        }
        if value.count > HeaderLines.longestValue {
            value = Array(value.prefix(HeaderLines.longestValue))
            flags.insert("truncated_header")
        }
        // What another filter has said of the message is no evidence: only rules about the header as it came see it.
        if name.hasPrefixIgnoringCase("x-spam-") { return }
        table.append(name: name, raw: value, settings: settings)
    }
}
