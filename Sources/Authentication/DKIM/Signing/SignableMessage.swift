import Mail
import Values

/// Whether a message is one that can be signed: it has to arrive as it was signed.
enum SignableMessage {
    /// The line end of `message`, CRLF where it has no line; or what receivers would object to.
    static func lineEnd(of message: Message) throws(DKIMSigningFault) -> [UInt8] {
        let defects = message.header.defects
        if !message.header.isWhole { throw .headerTooLarge }
        let malformed = defects.intersection([
            .missingBlankLine, .envelopeLine, .leadingContinuation, .spaceBeforeColon,
        ])
        if let name = malformed.names.first { throw .headerMalformed(name) }
        switch message.header.count(of: "From") {
        case 0: throw .noFrom
        case 1: break
        default: throw .severalFrom
        }
        return try message.bytes.withSpan { (span) throws(DKIMSigningFault) in try lineEnd(of: span) }
    }

    private static func lineEnd(of span: RawSpan) throws(DKIMSigningFault) -> [UInt8] {
        var position = 0
        var line = 0
        var isCRLF: Bool?
        while position < span.byteCount {
            line += 1
            let lineFeed = span.firstIndex(of: .lf, from: position)
            var end = lineFeed ?? span.byteCount
            if let lineFeed {
                let hasCR = lineFeed > position && span[lineFeed - 1] == .cr
                if let isCRLF, isCRLF != hasCR { throw .mixedLineEnds(line: line) }
                isCRLF = hasCR
                if hasCR { end -= 1 }
            }
            if span.firstIndex(of: .cr, in: position..<end) != nil { throw .bareCR(line: line) }
            if span.firstIndex(of: 0, in: position..<end) != nil { throw .nul(line: line) }
            if end - position > 998 { throw .longLine(line: line) }
            position = lineFeed.map { $0 + 1 } ?? span.byteCount
        }
        return isCRLF ?? true ? [.cr, .lf] : [.lf]
    }
}
