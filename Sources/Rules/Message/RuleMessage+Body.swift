import Values

/// The body as people read it, and in pieces.
extension RuleMessage {
    func rendered() -> (lines: [Bytes], html: [HTMLRendering]) {
        guard !leaves.isEmpty else { return ([], []) }
        var texts: [RenderedText?] = []
        var html: [HTMLRendering] = []
        for part in leaves {
            let text = part.rendered(settings, matcher)
            texts.append(text)
            if let page = text?.html { html.append(page) }
        }
        let isWide = texts.contains { $0?.isWide ?? false }
        var joined: [UInt8] = []
        for text in texts {
            if !joined.isEmpty { joined.append(.lf) }
            guard let text else { continue }
            let bytes = isWide ? text.text : text.text.narrowed
            joined += RuleMessage.cut(bytes, at: settings.bodyPartScanSize, orAt: [.lf, .space])
        }
        var whole = header.value("subject")
        whole.append(.lf)
        whole += RuleMessage.paragraphs(joined, isWide: isWide)
        return (RuleMessage.shortLines(whole), html)
    }

    /// `text`, no longer than `limit` but for the rest of a line or a word.
    static func cut(_ text: [UInt8], at limit: Int, orAt ends: [UInt8]) -> ArraySlice<UInt8> {
        guard limit > 0, text.count > limit else { return text[...] }
        for end in ends {
            if let place = text[limit...].prefix(1_025).firstIndex(of: end) { return text[...place] }
        }
        return text[..<limit]
    }

    /// Runs of white space with two line ends or more become one line end, others one space.
    static func paragraphs(_ text: [UInt8], isWide: Bool) -> [UInt8] {
        func spaceLength(at index: Int) -> Int {
            let byte = text[index]
            return byte < 0x80 ? (byte.isRuleSpace ? 1 : 0) : (isWide ? text.unicodeSpaceLength(at: index) : 0)
        }
        var result: [UInt8] = []
        result.append(addingCapacity: text.count) { room in
            var index = 0
            while index < text.count {
                var length = spaceLength(at: index)
                guard length > 0 else {
                    room.append(text[index] == 0 ? .lf : text[index])
                    index += 1
                    continue
                }
                let start = index
                var (first, last) = (-1, -1)
                while length > 0 {
                    if text[index] == .lf {
                        if first < 0 { first = index }
                        last = index
                    }
                    index += length
                    guard index < text.count else { break }
                    length = spaceLength(at: index)
                }
                if last > first {
                    if first > start { room.append(.space) }
                    room.append(.lf)
                    if last + 1 < index { room.append(.space) }
                } else {
                    room.append(.space)
                }
            }
        }
        return result
    }

    static func shortLines(_ text: [UInt8]) -> [Bytes] {
        var result: [Bytes] = []
        for line in text.lines() {
            var rest = line
            while rest.count > longestLine {
                var length = longestLine
                if let space = rest[0...longestLine].lastIndex(of: .space) { length = space + 1 }
                result.append(rest[0..<length])
                rest = rest[length..<rest.count]
            }
            if rest.count > 0 { result.append(rest) }
        }
        return result
    }

    static func chunks(_ text: Bytes) -> [Bytes] {
        let size = longestLine
        guard text.count > size else { return [text] }
        var result: [Bytes] = []
        var start = 0
        while text.count - start > 2 * size {
            let window = start + size..<min(start + 2 * size, text.count)
            let end = text.withSpan { span in
                span.firstIndex(of: .lf, in: window) ?? span.firstIndex(of: .ascii(">"), in: window)
                    ?? span.firstIndex(of: .space, in: window) ?? start + size
            }
            result.append(text[start..<(end + 1)])
            start = end + 1
        }
        if start < text.count { result.append(text[start..<text.count]) }
        return result
    }
}
