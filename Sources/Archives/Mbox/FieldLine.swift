import Values

/// Tells a header field from other text by the start of a line.
enum FieldLine {
    /// Longer names are none: the longest registered has 41 characters.
    static let maximumNameLength = 77

    /// What the start of a line shows.
    enum Judgement {
        /// A field; the range is its name's.
        case field(Range<Int>)
        case other
        /// The bytes at hand end before it shows.
        case undecided
    }

    /// Judges the line that starts at `offset`.
    static func judge(_ window: borrowing ByteWindow, at offset: Int) -> Judgement {
        var position = offset
        while position < offset + maximumNameLength {
            guard let byte = window[position] else { return window.isAtEnd ? .other : .undecided }
            if byte == .colon { return position > offset ? .field(offset..<position) : .other }
            // RFC 5322 §3.6.8: ftext. A space before the colon is obsolete syntax (§4.5), taken too.
            guard byte.isVisible || byte.isWhitespace && position > offset else { return .other }
            if byte.isWhitespace {
                var after = position
                while let next = window[after], next.isWhitespace, after < offset + maximumNameLength { after += 1 }
                guard let next = window[after] else { return window.isAtEnd ? .other : .undecided }
                return next == .colon ? .field(offset..<position) : .other
            }
            position += 1
        }
        return .other
    }

    /// Whether mail software writes fields of this name at the top of messages.
    static func isMailField(_ name: Bytes) -> Bool {
        name.withSpan { span in
            names.contains { span.equalsIgnoringCase($0, in: 0..<span.byteCount) }
                || prefixes.contains {
                    span.byteCount > $0.utf8CodeUnitCount
                        && span.equalsIgnoringCase($0, in: 0..<$0.utf8CodeUnitCount)
                }
        }
    }

    private static let names: [StaticString] = [
        "From", "To", "Subject", "Date", "Received", "Return-Path", "Message-ID", "MIME-Version", "Delivered-To",
        "Cc", "Bcc", "Sender", "Reply-To", "In-Reply-To", "References", "Comments", "Keywords", "Status",
        "Authentication-Results", "Envelope-To", "Errors-To", "Precedence", "Organization", "Lines", "Importance",
        "Priority", "Mailing-List", "Newsgroups", "Path", "Auto-Submitted", "Apparently-To", "Approved-By",
        "Thread-Topic", "Thread-Index", "Received-SPF", "DKIM-Signature", "DomainKey-Signature", "User-Agent",
        "Disposition-Notification-To", "Return-Receipt-To", "Mail-From", "Via", "Replied", "Forwarded", "Xref",
    ]

    private static let prefixes: [StaticString] = ["X-", "Content-", "List-", "Resent-", "ARC-", "Original-"]
}
