import Values

/// The line that starts a message in an mbox: `From sender date`, in any of the forms that mail software has written.
///
/// RFC 4155 appendix A defines sender and a ctime date in UTC. Also read: dates with a zone before or after the year,
/// without seconds, in RFC 5322 order or in that of ISO 8601, with names of another language; no date at all; a quoted
/// local part with spaces; `user at example.org`; `remote from host`; Netscape's `-` and Eudora's `???@???` in the
/// sender's place.
public struct EnvelopeLine: Sendable, Hashable {
    /// The line without its line end.
    public let bytes: Bytes
    /// When the message was stored, at UTC where the line names no zone we know.
    public let date: Timestamp?

    private let senderRange: Range<Int>
    private let dateRange: Range<Int>
    private let remoteRange: Range<Int>

    /// No longer line is taken for an envelope line: RFC 5321 §4.5.3.1.3 allows paths of 256 octets.
    static let maximumLength = 1024
    private static let maximumTokens = 40
    private static let start = Bytes("From ")

    /// How much a line looks like an envelope line.
    enum Form {
        /// It has a date.
        case dated
        /// It has no date, but a sender that cannot be prose: an address, `-` or `MAILER-DAEMON`.
        case bare
        /// Any other line that starts with "From ".
        case prose
    }

    let form: Form

    /// Reads `line`, given without its line end; nil when it does not start with "From " or is overlong.
    public init?(_ line: Bytes) {
        guard line.count >= 5, line.count <= EnvelopeLine.maximumLength,
            line[0..<5] == EnvelopeLine.start
        else { return nil }
        let tokens = EnvelopeLine.tokens(of: line)
        var date: Timestamp?
        var isDated = false
        var sender = 5..<5
        var dateRange = 5..<5
        var remote = 5..<5
        for start in tokens.indices {
            guard let found = EnvelopeDate(line, tokens, at: start) else { continue }
            var rest = found.next
            // UUCP's form, RFC 976 §2.4: "remote from" and the host that the message came from.
            if rest + 3 == tokens.count, line[tokens[rest]].lossyString == "remote",
                line[tokens[rest + 1]].lossyString == "from"
            {
                remote = tokens[rest + 2]
                rest += 3
            }
            guard rest == tokens.count else { continue }
            (date, isDated) = (found.timestamp, true)
            sender = start == 0 ? 5..<5 : tokens[0].lowerBound..<tokens[start - 1].upperBound
            dateRange = tokens[start].lowerBound..<tokens[found.next - 1].upperBound
            break
        }
        if !isDated, let first = tokens.first, let last = tokens.last {
            sender = first.lowerBound..<last.upperBound
        }
        self.bytes = line
        self.date = date
        (self.senderRange, self.dateRange, self.remoteRange) = (sender, dateRange, remote)
        self.form = isDated ? .dated : EnvelopeLine.isBareSender(line, tokens) ? .bare : .prose
    }

    /// The sender as written: an address, `MAILER-DAEMON`, `-`; empty when there is none.
    public var sender: String { bytes[senderRange].lossyString }

    /// The date as written.
    public var dateText: String? { dateRange.isEmpty ? nil : bytes[dateRange].lossyString }

    /// The host after `remote from`.
    public var remoteHost: String? { remoteRange.isEmpty ? nil : bytes[remoteRange].lossyString }

    private static func tokens(of line: Bytes) -> [Range<Int>] {
        var tokens: [Range<Int>] = []
        tokens.reserveCapacity(8)
        line.withSpan { span in
            var position = 5
            while position < span.byteCount, tokens.count < maximumTokens {
                while position < span.byteCount, span[position].isWhitespace { position += 1 }
                let start = position
                while position < span.byteCount, !span[position].isWhitespace { position += 1 }
                if position > start { tokens.append(start..<position) }
            }
        }
        return tokens
    }

    private static func isBareSender(_ line: Bytes, _ tokens: [Range<Int>]) -> Bool {
        guard tokens.count == 1 else { return false }
        let sender = line[tokens[0]]
        if sender.count == 1 { return sender[0] == .hyphen }
        guard let last = sender.last, last != .colon, last != .comma else { return false }
        return sender.contains(.at) || sender == Bytes("MAILER-DAEMON")
    }
}
