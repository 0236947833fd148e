import Values

/// What a log calls a message or a session, as a key: short names, as nearly all are, without a string.
struct LogName: Sendable, Hashable {
    /// Up to fifteen bytes and how many there are, or a number.
    private let words: (UInt64, UInt64)
    /// The whole, where it is longer.
    private let text: String?

    /// A name that is a number.
    init(_ number: Int) { (words, text) = ((UInt64(bitPattern: Int64(number)), UInt64.max), nil) }

    /// A name that stands in a line.
    init(_ bytes: ArraySlice<UInt8>) {
        var (first, second) = (UInt64(0), UInt64(0))
        for (place, byte) in bytes.prefix(15).enumerated() {
            if place < 8 {
                first |= UInt64(byte) << UInt64(place * 8)
            } else {
                second |= UInt64(byte) << UInt64(place * 8 - 64)
            }
        }
        words = (first, second | UInt64(min(bytes.count, 0xFF)) << 56)
        text = bytes.count < 16 ? nil : bytes.string
    }

    /// A name.
    init(_ string: String) { self.init(Array(string.utf8)[...]) }

    static func == (left: LogName, right: LogName) -> Bool { left.words == right.words && left.text == right.text }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        if let text { hasher.combine(text) }
    }
}

extension LogRecord {
    /// What the log calls the session, as a key: a process is the number that it is.
    var sessionKey: LogName? {
        if isProcessSession { return process.map { LogName($0) } }
        return session.map { text in Int(text).flatMap { String($0) == text ? LogName($0) : nil } ?? LogName(text) }
    }

    /// What the log calls the message, as a key.
    var messageKey: LogName? { messageBytes.map { LogName($0) } ?? message.map { LogName($0) } }
}
