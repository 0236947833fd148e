import Values

/// An enhanced mail system status code (RFC 3463): class, subject and detail, as in `5.7.1`.
public struct EnhancedStatus: Sendable, Hashable {
    /// 2 success, 4 persistent transient failure, 5 permanent failure (RFC 3463 §3.1).
    public let `class`: Int
    /// What the status is about: 1 addressing, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 security.
    public let subject: Int
    /// The detail within the subject.
    public let detail: Int

    /// A status code. Subject and detail are brought into 0...999 (RFC 3463 §2); a class other than 2, 4 and 5 does
    /// not exist and becomes 5. In an `SMTPReply` the class is always that of the reply code.
    public init(class: Int, subject: Int, detail: Int) {
        self.class = `class` == 2 || `class` == 4 ? `class` : 5
        self.subject = min(max(subject, 0), 999)
        self.detail = min(max(detail, 0), 999)
    }

    /// Reads `5.7.1`; nil when the text is anything else (RFC 3463 §2: one digit, then one to three digits twice).
    public init?(_ text: some StringProtocol) {
        var numbers = (0, 0, 0)
        var (place, digits) = (0, 0)
        for byte in text.utf8 {
            if byte == .dot {
                guard digits > 0, place < 2 else { return nil }
                (place, digits) = (place + 1, 0)
                continue
            }
            digits += 1
            guard byte.isDigit, digits <= (place == 0 ? 1 : 3) else { return nil }
            let digit = Int(byte - 0x30)
            switch place {
            case 0: numbers.0 = digit
            case 1: numbers.1 = numbers.1 * 10 + digit
            default: numbers.2 = numbers.2 * 10 + digit
            }
        }
        guard place == 2, digits > 0, [2, 4, 5].contains(numbers.0) else { return nil }
        self.init(class: numbers.0, subject: numbers.1, detail: numbers.2)
    }
}

extension EnhancedStatus: CustomStringConvertible {
    /// `class.subject.detail`.
    public var description: String { "\(`class`).\(subject).\(detail)" }

    /// Writes the description.
    func write(to output: inout [UInt8]) {
        output += [0x30 + UInt8(truncatingIfNeeded: `class`), .dot]
        EnhancedStatus.write(subject, to: &output)
        output.append(.dot)
        EnhancedStatus.write(detail, to: &output)
    }

    private static func write(_ number: Int, to output: inout [UInt8]) {
        if number >= 100 { output.append(0x30 + UInt8(truncatingIfNeeded: number / 100)) }
        if number >= 10 { output.append(0x30 + UInt8(truncatingIfNeeded: number / 10 % 10)) }
        output.append(0x30 + UInt8(truncatingIfNeeded: number % 10))
    }
}
