import Values

/// The one pass that takes a message apart: a stack of open parts, and a search for the lines that may be one of
/// their delimiters. Each byte is searched once and each candidate line compared with the open boundaries, of which
/// there are never more than `MIMELimits.depth`.
struct MIMEScanner {
    /// A part that has begun and not ended.
    private struct Frame {
        let part: Int
        /// The boundary of a multipart whose delimiters still count; nil for other parts, and after the closing one.
        var boundary: [UInt8]?
        /// What its children's section numbers start with.
        let childPrefix: String
    }

    private struct Delimiter {
        let frame: Int
        let isClosing: Bool
        let next: Int
    }

    private let buffer: Bytes
    private let limits: MIMELimits
    private var frames: [Frame] = []
    /// Where the part that holds the buffer's root stands; nil when the root is the tree's.
    private let enclosing: (part: Int, childPrefix: String)?
    private let container: Bytes?
    /// How many transfer-encoded messages the buffer lies in, and what they took to decode.
    private let encodingLevel: Int
    private var encodedBytes: Int

    private(set) var parts: [MIMEPart] = []

    init(_ buffer: Bytes, limits: MIMELimits) {
        self.buffer = buffer
        self.limits = limits
        (enclosing, container, encodingLevel, encodedBytes) = (nil, nil, 0, 0)
    }

    /// A scanner for the decoded content of `part`, which goes on where `outer` stands.
    private init(_ content: Bytes, of part: Int, childPrefix: String, outer: MIMEScanner) {
        buffer = content
        limits = outer.limits
        enclosing = (part, childPrefix)
        container = content
        encodingLevel = outer.encodingLevel + 1
        encodedBytes = outer.encodedBytes + content.count
    }

    /// Reads the whole buffer. `header` is the root's, where it is known already.
    mutating func scan(header: HeaderBlock? = nil) {
        let buffer = buffer
        buffer.withSpan { scan($0, header: header) }
    }

    private mutating func scan(_ span: RawSpan, header: HeaderBlock?) {
        // A multipart has a header, so every delimiter follows a line feed: search from the one that ends the header.
        var search = max(open(span, at: 0, header: header) - 1, 0)
        while frames.contains(where: { $0.boundary != nil }), let found = span.firstIndex(of: "\n--", from: search) {
            guard let delimiter = delimiter(span, at: found + 1) else {
                search = found + 1
                continue
            }
            guard let next = take(delimiter, span, at: found + 1) else { break }
            search = max(next - 1, found + 1)
        }
        close(to: 0, at: span.byteCount)
    }

    /// Acts on a delimiter line at `line`; returns where to go on, or nil when no more parts may be opened.
    private mutating func take(_ delimiter: Delimiter, _ span: RawSpan, at line: Int) -> Int? {
        if !delimiter.isClosing, parts.count >= limits.parts {
            parts[frames[delimiter.frame].part].defects.insert(.tooManyParts)
            return nil
        }
        var end = line
        if end > 0, span[end - 1] == .lf { end -= 1 }
        if end > 0, end < line, span[end - 1] == .cr { end -= 1 }
        close(to: delimiter.frame + 1, at: end)
        if delimiter.isClosing {
            frames[delimiter.frame].boundary = nil
            parts[frames[delimiter.frame].part].defects.remove(.unterminated)
            return delimiter.next
        }
        return open(span, at: delimiter.next, header: nil)
    }

    /// The open multipart whose delimiter stands at `line`, if one does.
    ///
    /// RFC 2046 §5.1.1: it is sufficient that the boundary begins the line; the rest need not match. Of several
    /// boundaries that do, the longest is meant, and of equal ones the innermost.
    private func delimiter(_ span: RawSpan, at line: Int) -> Delimiter? {
        guard line + 2 < span.byteCount, span[line] == .hyphen, span[line + 1] == .hyphen else { return nil }
        let start = line + 2
        var best: (frame: Int, length: Int)?
        for frame in frames.indices.reversed() {
            guard let boundary = frames[frame].boundary, boundary.count > (best?.length ?? 0),
                start + boundary.count <= span.byteCount, boundary[0] == span[start],
                unsafe span.extracting(start..<start + boundary.count).isEqual(to: boundary.span.bytes)
            else { continue }
            best = (frame, boundary.count)
        }
        guard let best else { return nil }
        // White space before the closing hyphens is the end of a boundary parameter that should have had none.
        var rest = start + best.length
        while rest < span.byteCount, span[rest].isWhitespace { rest += 1 }
        let isClosing = rest + 1 < span.byteCount && span[rest] == .hyphen && span[rest + 1] == .hyphen
        let next = span.firstIndex(of: .lf, from: rest).map { $0 + 1 } ?? span.byteCount
        return Delimiter(frame: best.frame, isClosing: isClosing, next: next)
    }
}

// MARK: - Opening and closing parts
extension MIMEScanner {
    /// Begins the part that starts at `start` and, when it is a message, the messages within; returns where the
    /// innermost body starts.
    private mutating func open(_ span: RawSpan, at start: Int, header known: HeaderBlock?) -> Int {
        var start = start
        var block = known ?? header(span, at: start)
        while true {
            let body = start + block.bodyOffset
            // By place from here on: to take a part out whole would be to copy it.
            let part = parts.count
            let (made, boundary) = makePart(header: block, start: start, body: body)
            parts.append(made)
            if let parent = parts[part].parent {
                parts[parent].children.append(part)
                parts[parent].defects.remove(.missingParts)
            }
            frames.append(Frame(part: part, boundary: boundary, childPrefix: childPrefix(of: parts[part].path)))
            guard parts[part].contentType.isMessage, parts[part].transferEncoding.isIdentity else { return body }
            let depth = parts[part].depth
            guard depth < limits.depth, parts.count < limits.parts else {
                parts[part].defects.insert(depth < limits.depth ? .tooManyParts : .tooDeep)
                return body
            }
            let inner = header(span, at: body)
            guard !inner.isEmpty || !inner.defects.contains(.missingBlankLine) else {
                parts[part].defects.insert(.notAMessage)
                return body
            }
            (start, block) = (body, inner)
        }
    }

    /// The header that starts at `start`: it ends at a blank line, at an open multipart's delimiter, or where the
    /// limit or a line that is no field ends it.
    private func header(_ span: RawSpan, at start: Int) -> HeaderBlock {
        let limit = min(span.byteCount, start + limits.header.bytes)
        var line = start
        while line < limit {
            if delimiter(span, at: line) != nil { break }
            guard let lineFeed = span.firstIndex(of: .lf, in: line..<limit) else {
                line = limit
                break
            }
            let isBlank = lineFeed == line || (lineFeed == line + 1 && span[line] == .cr)
            let isField =
                span[line].isWhitespace || span.firstIndex(of: .colon, in: line..<lineFeed) != nil
                || span[line] == .ascii("F") || span[line] == .ascii(">")
            line = lineFeed + 1
            if isBlank || !isField { break }
        }
        // One byte more than the limit where the header goes on, so that the block sees it is cut.
        let end = line == limit && limit < span.byteCount ? limit + 1 : line
        return HeaderBlock(buffer[start..<end], limits: limits.header)
    }

    /// The part with this header, and the boundary that its own parts stand between.
    private func makePart(header: HeaderBlock, start: Int, body: Int) -> (MIMEPart, boundary: [UInt8]?) {
        let parent = frames.last?.part ?? enclosing?.part
        var defects: MIMEDefects = []
        if !header.defects.isDisjoint(with: [.tooLarge, .tooManyFields]) { defects.insert(.headerTooLarge) }

        let isInDigest = parent.map { parts[$0].contentType.isDigest } ?? false
        let field = header.first("content-type")
        if field != nil, header.count(of: "content-type") > 1 { defects.insert(.duplicateContentType) }
        let contentType = field.map { ContentType($0.rawValue) } ?? (isInDigest ? .digestDefault : .default)
        if contentType.isMalformed { defects.insert(.malformedContentType) }

        let encoding =
            header.first("content-transfer-encoding").flatMap { TransferEncoding($0.rawValue) } ?? .sevenBit
        if contentType.isMultipart, !encoding.isIdentity { defects.insert(.encodedMultipart) }
        if case .other = encoding { defects.insert(.unknownEncoding) }

        let depth = parent.map { parts[$0].depth + 1 } ?? 0
        var boundary: [UInt8]?
        if contentType.isMultipart {
            if depth >= limits.depth {
                defects.insert(.tooDeep)
            } else if let own = contentType.boundary {
                boundary = own
                defects.insert([.missingParts, .unterminated])
                if own.count > 70 { defects.insert(.longBoundary) }
            } else {
                defects.insert(.missingBoundary)
            }
        }
        let part = MIMEPart(
            index: parts.count, parent: parent, depth: depth,
            path: path(of: contentType, in: parent), header: header, contentType: contentType,
            disposition: header.first("content-disposition").map { ContentDisposition($0.rawValue) },
            transferEncoding: encoding, range: start..<max(start, body), bodyRange: body..<body,
            container: container, defects: defects)
        return (part, boundary)
    }

    /// RFC 9051 §6.4.5.1: parts are numbered within their multipart; a message's content that is no multipart is
    /// its part 1.
    private func path(of contentType: ContentType, in parent: Int?) -> String {
        let prefix = frames.last?.childPrefix ?? enclosing?.childPrefix ?? ""
        if let parent, parts[parent].contentType.isMultipart {
            return prefix + String(parts[parent].children.count + 1)
        }
        return prefix + (contentType.isMultipart ? "TEXT" : "1")
    }

    private func childPrefix(of path: String) -> String {
        path.hasSuffix("TEXT") ? String(path.dropLast(4)) : path + "."
    }

    /// Ends every part above the first `count` of the stack at `end`.
    private mutating func close(to count: Int, at end: Int) {
        while frames.count > count, let frame = frames.popLast() {
            let lower = parts[frame.part].range.lowerBound
            let end = max(end, lower)
            parts[frame.part].range = lower..<end
            parts[frame.part].bodyRange = min(parts[frame.part].bodyRange.lowerBound, end)..<end
            readEncodedMessage(frame)
        }
    }

    /// Takes apart a message that is base64 or quoted-printable, which RFC 2045 §6.4 forbids and mail contains.
    ///
    /// The one place that descends by a call rather than on the stack: at most `limits.encodedMessages` deep.
    private mutating func readEncodedMessage(_ frame: Frame) {
        guard parts[frame.part].contentType.isMessage, !parts[frame.part].transferEncoding.isIdentity else { return }
        let part = parts[frame.part]
        guard encodingLevel < limits.encodedMessages, part.depth < limits.depth, parts.count < limits.parts,
            part.bodyRange.count <= limits.encodedBytes - encodedBytes
        else {
            parts[frame.part].defects.insert(.encodedMessageSkipped)
            return
        }
        let (content, defects) = part.transferEncoding.decode(buffer[part.bodyRange])
        if !defects.isEmpty { parts[frame.part].defects.insert(.badEncoding) }
        let inner = HeaderBlock(content, limits: limits.header)
        guard !inner.isEmpty else {
            parts[frame.part].defects.insert(.notAMessage)
            return
        }
        var scanner = MIMEScanner(content, of: frame.part, childPrefix: frame.childPrefix, outer: self)
        // The parts change hands rather than being copied, as there may be thousands on either side.
        swap(&parts, &scanner.parts)
        scanner.scan()
        swap(&parts, &scanner.parts)
        encodedBytes = scanner.encodedBytes
    }
}
