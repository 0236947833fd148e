import Mail
import Values

extension PartRepair {
    /// Lines at the end of an encoded text that may have been added.
    private static let maximumEncodedLines = 32
    private static let maximumEncodedParts = 3

    /// Takes what may have been put into HTML from the HTML parts, until the body is the one signed.
    func trimmingHTML(_ trial: inout BodyTrial) -> DKIMChange? {
        let offset = message.header.bodyOffset
        for part in htmlParts where part.transferEncoding != .base64 {
            let start = part.bodyRange.lowerBound
            for place in HTMLFooter.places(in: message.bytes[part.bodyRange]) {
                guard !trial.isExhausted else { return nil }
                let body =
                    message.bytes[offset..<start + place.lowerBound].array
                    + message.bytes[start + place.upperBound..<message.bytes.count]
                if trial.isSigned(Bytes(body)) { return .insertedIntoHTML(part.path, bytes: place.count) }
            }
        }
        return nil
    }

    /// Takes lines from the end of texts in Base64, or what may have been put into HTML there, and encodes them again,
    /// until the body is the one signed.
    func trimmingEncoded(_ trial: inout BodyTrial) -> DKIMChange? {
        let parts = tree.leaves.filter {
            $0.container == nil && $0.isText && !$0.isAttachment && $0.transferEncoding == .base64
        }
        for part in parts.suffix(PartRepair.maximumEncodedParts).reversed() {
            let encoded = message.bytes[part.bodyRange]
            let width = encoded.firstIndex { $0 == .cr || $0 == .lf }.map { max(4, min($0, 998)) } ?? 76
            let text = part.decodedBody(in: message)
            let starts = BodyLines(text).map(\.content.lowerBound)
            for (count, start) in starts.suffix(PartRepair.maximumEncodedLines).reversed().enumerated() where start > 0
            {
                let lineEnd = start > 1 && text[start - 2] == .cr ? start - 2 : start - 1
                for end in [start, lineEnd] {
                    guard !trial.isExhausted else { return nil }
                    if trial.isSigned(encoding(text[0..<end].array, of: part, width: width)) {
                        return .footerInPart(part.path, lines: count + 1)
                    }
                }
            }
            guard part.contentType.mediaType == "text/html" else { continue }
            for place in HTMLFooter.places(in: text) {
                guard !trial.isExhausted else { return nil }
                let kept = text[0..<place.lowerBound].array + text[place.upperBound..<text.count]
                if trial.isSigned(encoding(kept, of: part, width: width)) {
                    return .insertedIntoHTML(part.path, bytes: place.count)
                }
            }
        }
        return nil
    }

    /// The body with `text` in Base64 for that of `part`.
    private func encoding(_ text: [UInt8], of part: MIMEPart, width: Int) -> Bytes {
        var output = message.bytes[message.header.bodyOffset..<part.bodyRange.lowerBound].array
        output += EncodingRepair.wrapped(text, width: width)
        output += message.bytes[part.bodyRange.upperBound..<message.bytes.count]
        return Bytes(output)
    }

    private var htmlParts: [MIMEPart] {
        let parts = tree.leaves.filter {
            $0.container == nil && $0.contentType.mediaType == "text/html" && !$0.isAttachment
        }
        return parts.suffix(PartRepair.maximumEncodedParts).reversed()
    }
}
