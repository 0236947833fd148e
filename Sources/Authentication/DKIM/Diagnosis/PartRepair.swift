import Mail
import Values

/// Undoes what lists and scanners add to the parts of a message.
struct PartRepair {
    let message: Message
    let tree: MIMETree

    /// Lines at the end or the beginning of a part that may have been added.
    private static let maximumLines = 48
    private static let maximumParts = 6

    /// The body of the first part, which may have been the whole body before a list made a multipart of it; nil
    /// without parts.
    var firstPart: (body: Bytes, part: MIMEPart, added: Int)? {
        guard tree.root.contentType.isMultipart, let first = children.first, first.container == nil else { return nil }
        return (message.bytes[first.bodyRange], first, children.count - 1)
    }

    private var children: [MIMEPart] { tree.root.children.map { tree.parts[$0] } }

    /// The body without its last parts, one less each time, and how much of it is left as it is.
    var withoutLastParts: [(candidate: BodyRepair.Candidate, shared: Int)] {
        guard tree.root.contentType.isMultipart, children.count > 1, let boundary = tree.root.contentType.boundary,
            children.allSatisfy({ $0.container == nil })
        else { return [] }
        let offset = message.header.bodyOffset
        let close = [.hyphen, .hyphen] + boundary + [.hyphen, .hyphen]
        let lineEnd: [UInt8] =
            message.bytes.withSpan { span in
                span.firstIndex(of: .lf).map { $0 > 0 && span[$0 - 1] == .cr } ?? true
            } ? [.cr, .lf] : [.lf]
        return children.indices.dropFirst().suffix(2).reversed().map { place in
            // The line end before the boundary of the part is kept: it is that before the closing one.
            let end = children[place - 1].bodyRange.upperBound
            let body = message.bytes[offset..<end].array + lineEnd + close + lineEnd
            let candidate = BodyRepair.Candidate(
                change: .partAppended(type: children[place].contentType.mediaType), body: Bytes(body))
            return (candidate, end - offset)
        }
    }

    /// The text parts that lie in the message itself, the last first.
    private var textParts: [MIMEPart] {
        guard tree.root.contentType.isMultipart else { return [] }
        let parts = tree.leaves.filter { $0.container == nil && $0.isText && !$0.isAttachment && $0.parent != nil }
        return parts.suffix(PartRepair.maximumParts).reversed()
    }

    /// Takes lines from the end or the beginning of a text part, until the body is the one signed.
    func trimming(_ trial: inout BodyTrial) -> DKIMChange? {
        let offset = message.header.bodyOffset
        for part in textParts {
            let text = message.bytes[part.bodyRange]
            let starts = BodyLines(text).map(\.content.lowerBound)
            for (count, start) in starts.suffix(PartRepair.maximumLines).reversed().enumerated() {
                // The last line end kept is that before the boundary.
                let cut = start == 0 ? 0 : part.bodyRange.lowerBound + lineEndStart(before: start, in: text)
                guard !trial.isExhausted else { return nil }
                guard cut > 0 else { continue }
                let body =
                    message.bytes[offset..<cut].array + message.bytes[part.bodyRange.upperBound..<message.bytes.count]
                if trial.isSigned(Bytes(body)) { return .footerInPart(part.path, lines: count + 1) }
            }
            for (count, start) in starts.dropFirst().prefix(PartRepair.maximumLines).enumerated() {
                guard !trial.isExhausted else { return nil }
                let body =
                    message.bytes[offset..<part.bodyRange.lowerBound].array
                    + message.bytes[part.bodyRange.lowerBound + start..<message.bytes.count]
                if trial.isSigned(Bytes(body)) { return .bannerInPart(part.path, lines: count + 1) }
            }
        }
        return nil
    }

    private func lineEndStart(before start: Int, in text: Bytes) -> Int {
        start > 1 && text[start - 2] == .cr ? start - 2 : start - 1
    }

    /// Takes lines from the beginning of `body`, until it is the one signed.
    static func trimmingStart(of body: Bytes, _ trial: inout BodyTrial) -> DKIMChange? {
        for (count, line) in BodyLines(body).prefix(maximumLines).enumerated() where line.end < body.count {
            if trial.isSigned(body[line.end..<body.count]) { return .bannerPrepended(lines: count + 1) }
        }
        return nil
    }
}
