import Mail
import Values

/// Parts encoded as they may have been when the message was signed.
struct EncodingRepair {
    let message: Message
    let tree: MIMETree

    /// Messages of more parts are left alone.
    private static let maximumParts = 16

    /// The bodies in which the text parts have another transfer encoding, each made only when asked for.
    var candidates: [() -> BodyRepair.Candidate?] {
        let leaves = tree.leaves.filter { $0.container == nil && $0.isText }
        guard !leaves.isEmpty, tree.parts.count <= EncodingRepair.maximumParts else { return [] }
        return converted + [
            { recoded(leaves, from: "8bit", to: .quotedPrintable) { $0 } },
            { recoded(leaves, from: "7bit", to: .quotedPrintable) { $0 } },
            { recoded(leaves, from: "8bit", to: .base64) { $0 } },
            { recoded(leaves, from: "7bit", to: .base64) { $0 } },
            { recoded(leaves, from: "quoted-printable", to: .eightBit, QuotedPrintableText.encode) },
            { recoded(leaves, from: "quoted-printable", to: .sevenBit, QuotedPrintableText.encode) },
            { recoded(leaves, from: "base64", to: .eightBit) { EncodingRepair.wrapped($0, width: 76) } },
            { recoded(leaves, from: "base64", to: .sevenBit) { EncodingRepair.wrapped($0, width: 76) } },
            { recoded(leaves, from: "base64", to: .quotedPrintable) { EncodingRepair.wrapped($0, width: 76) } },
            { recoded(leaves, from: "quoted-printable", to: .base64, QuotedPrintableText.encode) },
            { recoded(leaves, from: "quoted-printable", to: .quotedPrintable, QuotedPrintableText.encode) },
            { recoded(leaves, from: "base64", to: .base64) { EncodingRepair.wrapped($0, width: 76) } },
            { recoded(leaves, from: "base64", to: .base64) { EncodingRepair.wrapped($0, width: 72) } },
            { recoded(leaves, from: "base64", to: .base64) { EncodingRepair.wrapped($0, width: 64) } },
        ]
    }

    /// The body of a message that is one encoded text, in another character set. Parts of a multipart say in their own
    /// header, which is body to the signature, what set they are in, and are left alone.
    private var converted: [() -> BodyRepair.Candidate?] {
        guard let leaf = tree.leaves.first, leaf.parent == nil, leaf.isText,
            [.quotedPrintable, .base64].contains(leaf.transferEncoding)
        else { return [] }
        return CharsetRepair.candidates(for: leaf.decodedBody(in: message)).flatMap { attempt in
            EncodingRepair.encodings.map { encode in
                { attempt().map { BodyRepair.Candidate(change: $0.change, body: Bytes(encode($0.body.array))) } }
            }
        }
    }

    private static let encodings: [@Sendable ([UInt8]) -> [UInt8]] = [
        { $0 }, { QuotedPrintableText.encode($0) }, { wrapped($0, width: 76) },
    ]

    /// The body with each of `leaves` whose encoding is `present` decoded and encoded by `encode`, and its own field
    /// saying `from`.
    private func recoded(
        _ leaves: [MIMEPart], from name: String, to present: TransferEncoding, _ encode: ([UInt8]) -> [UInt8]
    ) -> BodyRepair.Candidate? {
        let offset = message.header.bodyOffset
        var output: [UInt8] = []
        var kept = offset
        for leaf in leaves where leaf.transferEncoding == present {
            guard leaf.bodyRange.lowerBound >= kept else { return nil }
            if leaf.parent != nil, name != present.name {
                guard let field = leaf.header.first("Content-Transfer-Encoding"), field.value.count > 0 else {
                    return nil
                }
                let value = leaf.range.lowerBound + field.range.lowerBound + field.bytes.offset(of: field.rawValue)
                // The value after the space that follows the colon, as everybody writes it.
                let start = field.rawValue.first == .space ? value + 1 : value
                guard start >= kept else { return nil }
                output += message.bytes[kept..<start]
                output += name.utf8
                kept = value + field.rawValue.count
            }
            output += message.bytes[kept..<leaf.bodyRange.lowerBound]
            output += encode(leaf.decodedBody(in: message).array)
            kept = leaf.bodyRange.upperBound
        }
        guard kept > offset else { return nil }
        output += message.bytes[kept..<message.bytes.count]
        return BodyRepair.Candidate(
            change: .transferEncodingChanged(from: name, to: present.name), body: Bytes(output))
    }

    static func wrapped(_ bytes: [UInt8], width: Int) -> [UInt8] {
        // RFC 2045 §6.8: text is encoded in its canonical form, with CRLF.
        var rest = Base64.text(QuotedPrintableText.canonical(bytes)).utf8[...]
        var output: [UInt8] = []
        while !rest.isEmpty {
            output += rest.prefix(width)
            rest = rest.dropFirst(width)
            if !rest.isEmpty { output += [.cr, .lf] }
        }
        return output
    }
}

/// Quoted-printable as most programs write it (RFC 2045 §6.7): only what has to be is encoded, lines of 76 at most.
enum QuotedPrintableText {
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        var column = 0
        for position in bytes.indices {
            let byte = bytes[position]
            let isCR = byte == .cr && position + 1 < bytes.count && bytes[position + 1] == .lf
            if isCR || byte == .lf {
                output.append(byte)
                column = 0
                continue
            }
            let next = position + 1 < bytes.count ? bytes[position + 1] : .lf
            let isAtEnd = next == .lf || next == .cr
            let isPlain = (byte.isVisible && byte != .equals) || (byte.isWhitespace && !isAtEnd)
            let width = isPlain ? 1 : 3
            if column + width > (isAtEnd ? 76 : 75) {
                output += [.equals, .cr, .lf]
                column = 0
            }
            output += isPlain ? [byte] : [.equals, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            column += width
        }
        return output
    }

    /// `bytes` with CRLF for each line end.
    static func canonical(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for (position, byte) in bytes.enumerated() {
            if byte == .lf, position == 0 || bytes[position - 1] != .cr { output.append(.cr) }
            output.append(byte)
        }
        return output
    }
}
