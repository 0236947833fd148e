import Values

/// A session as a `.case` file writes it down.
public struct ScriptedSession: Sendable {
    struct Mistake: Error {
        let line: Int
        let message: String
    }

    /// What the client sends in one go and the replies it waits for then.
    struct Exchange: Sendable {
        var time: Timestamp
        /// The handshake that comes before anything is sent.
        var handshake: ScriptedHandshake?
        var sent: [Bytes] = []
        var replies: [String] = []
        var line: Int
    }

    let client: IPAddress
    let listener: IPAddress
    let connectTime: Timestamp
    /// The first is what is sent before the banner, and the banner.
    var exchanges: [Exchange]

    /// Whether TLS begins with the connection.
    var isImplicitTLS: Bool { exchanges.first?.handshake != nil }

    /// Whether the server has TLS to offer.
    var hasTLS: Bool {
        exchanges.contains { exchange in
            exchange.handshake != nil || exchange.replies.contains { $0.dropFirst(4) == "STARTTLS" }
        }
    }

    /// Reads the lines of a `[session]` section.
    static func read(_ lines: [(number: Int, text: String)]) throws -> [ScriptedSession] {
        var sessions: [ScriptedSession] = []
        var now: Timestamp?
        for (number, text) in lines where !text.isEmpty && !text.hasPrefix("#") {
            func mistake(_ message: String) -> Mistake { Mistake(line: number, message: message) }
            var rest = text[...]
            if rest.hasPrefix("@") {
                let word = rest.prefix { $0 != " " }
                guard let time = Self.time(word.dropFirst(), after: now) else { throw mistake("'\(word)' is no time") }
                now = time
                rest = rest.dropFirst(word.count).drop { $0 == " " }
                if rest.isEmpty { continue }
            }
            guard let now else { throw mistake("the first line names a time: @2024-05-01T10:00:00Z connect 192.0.2.1") }
            if rest.hasPrefix("connect ") {
                let words = rest.split(separator: " ")
                guard words.count == 2 || words.count == 4 && words[2] == "to", let client = IPAddress(words[1]),
                    let listener = IPAddress(words.count == 4 ? words[3] : "198.51.100.25")
                else { throw mistake("expected `connect ADDRESS` or `connect ADDRESS to ADDRESS`") }
                sessions.append(
                    ScriptedSession(
                        client: client, listener: listener, connectTime: now,
                        exchanges: [Exchange(time: now, line: number)]))
                continue
            }
            guard var session = sessions.popLast() else { throw mistake("a session begins with `connect`") }
            if rest.hasPrefix("TLS ") {
                guard let handshake = ScriptedHandshake(rest.dropFirst(4)) else {
                    throw mistake("expected `TLS TLSv1.2 CIPHER`, `… sni HOST` behind it, or `TLS failed REASON`")
                }
                let isAnswered = session.exchanges.last.map { !$0.replies.isEmpty } ?? true
                if isAnswered { session.exchanges.append(Exchange(time: now, line: number)) }
                session.exchanges[session.exchanges.count - 1].handshake = handshake
            } else if rest.hasPrefix("S:") {
                session.exchanges[session.exchanges.count - 1].replies.append(
                    String(rest.dropFirst(2).drop { $0 == " " }))
            } else if rest.hasPrefix("C") {
                guard let sent = Self.sent(rest) else {
                    throw mistake("expected `C: line`, `C*COUNT: line` or `C\\: escaped bytes`")
                }
                let isAnswered = session.exchanges.last.map { !$0.replies.isEmpty } ?? true
                if isAnswered { session.exchanges.append(Exchange(time: now, line: number)) }
                session.exchanges[session.exchanges.count - 1].sent += sent
            } else {
                throw mistake("expected connect, C:, S:, TLS or @TIME")
            }
            sessions.append(session)
        }
        return sessions
    }

    private static func time(_ text: Substring, after now: Timestamp?) -> Timestamp? {
        guard text.hasPrefix("+") else { return Timestamp(rfc3339: text) }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let now, let unit = text.last, let seconds = units[unit], let count = Int(text.dropFirst().dropLast())
        else { return nil }
        return now + .seconds(count * seconds)
    }

    private static func sent(_ text: Substring) -> [Bytes]? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let mark = text[..<colon].dropFirst()
        var content = text[text.index(after: colon)...]
        if content.first == " " { content = content.dropFirst() }
        if mark.isEmpty { return [Bytes(content + "\r\n")] }
        if mark == "\\" { return unescaped(content).map { [Bytes($0)] } }
        guard mark.hasPrefix("*"), let count = Int(mark.dropFirst()), (1...1_000_000).contains(count) else {
            return nil
        }
        return Array(repeating: Bytes(content + "\r\n"), count: count)
    }

    /// `\r`, `\n`, `\0`, `\\` and `\xNN` as the bytes they stand for.
    private static func unescaped(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == .backslash else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8.ascii("r"): bytes.append(.cr)
            case UInt8.ascii("n"): bytes.append(.lf)
            case UInt8.ascii("0"): bytes.append(0)
            case UInt8.backslash: bytes.append(.backslash)
            case UInt8.ascii("x"):
                guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: return nil
            }
        }
        return bytes
    }
}
