import Values

/// Transfer encodings undone as SpamAssassin does: whatever is not of the encoding is passed over or kept.
enum TransferDecoding {
    /// Base64; characters of no meaning do not count.
    static func base64(_ text: [UInt8]) -> [UInt8] {
        // What is as it should be means the same to all.
        if let bytes = unsafe text.span.bytes.decodedBase64() { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(text.count * 3 / 4 + 3)
        let end = (text.lastIndex { isDigit($0) }).map { $0 + 1 } ?? 0
        // Padding inside is a digit: of no value where there is nothing but digits and they come in fours, or else the last.
        let meant = text.lazy.filter { !$0.isRuleSpace }
        let isRegular = meant.allSatisfy { digit($0) != nil } && meant.reduce(0) { count, _ in count + 1 } % 4 == 0
        let padding: UInt32 = isRegular ? 0 : 63
        var (group, count): (UInt32, Int) = (0, 0)
        for byte in text[..<end] {
            guard let value = byte == .equals ? padding : digit(byte) else { continue }
            group = group << 6 | value
            count += 1
            if count == 4 {
                result.append(UInt8(truncatingIfNeeded: group >> 16))
                result.append(UInt8(truncatingIfNeeded: group >> 8))
                result.append(UInt8(truncatingIfNeeded: group))
                (group, count) = (0, 0)
            }
        }
        if count == 2 { result.append(UInt8(truncatingIfNeeded: group >> 4)) }
        if count == 3 {
            result.append(UInt8(truncatingIfNeeded: group >> 10))
            result.append(UInt8(truncatingIfNeeded: group >> 2))
        }
        return result
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte != .equals && digit(byte) != nil }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case .ascii("A")...(.ascii("Z")): UInt32(byte - .ascii("A"))
        case .ascii("a")...(.ascii("z")): UInt32(byte - .ascii("a")) + 26
        case .ascii("0")...(.ascii("9")): UInt32(byte - .ascii("0")) + 52
        case .ascii("+"): 62
        case .ascii("/"): 63
        case .equals: 0
        default: nil
        }
    }

    /// Quoted-printable; what is no escape stays as it is.
    static func quotedPrintable(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.append(addingCapacity: text.count) { room in
            var index = 0
            while index < text.count {
                let byte = text[index]
                if byte == .equals {
                    index = unescape(text, at: index, into: &room)
                } else if byte.isWhitespace {
                    var end = index + 1
                    while end < text.count, text[end].isWhitespace { end += 1 }
                    // RFC 2045 §6.7 (3): white space at the end of a line was added on the way.
                    let isTrailing =
                        end < text.count
                        && (text[end] == .lf || (text[end] == .cr && end + 1 < text.count && text[end + 1] == .lf))
                    if !isTrailing { for place in index..<end { room.append(text[place]) } }
                    index = end
                } else {
                    room.append(byte)
                    index += 1
                }
            }
        }
        return result
    }

    /// Appends what the escape at `index` means; gives where it ends.
    private static func unescape(_ text: [UInt8], at index: Int, into room: inout OutputSpan<UInt8>) -> Int {
        var next = index + 1
        while next < text.count, text[next].isWhitespace { next += 1 }
        if next < text.count, text[next] == .lf { return next + 1 }
        if next + 1 < text.count, text[next] == .cr, text[next + 1] == .lf { return next + 2 }
        if index + 2 < text.count, let high = text[index + 1].hexDigitValue, let low = text[index + 2].hexDigitValue {
            room.append(high << 4 | low)
            return index + 3
        }
        room.append(.equals)
        return index + 1
    }
}
