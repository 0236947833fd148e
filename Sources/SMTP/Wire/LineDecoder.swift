import Values

/// How long a command line may be, in octets with its CRLF.
public struct LineLimits: Sendable, Hashable {
    /// Any command. RFC 5321 §4.5.3.1.4 asks for 512; extensions add to it (RFC 1870, RFC 3461, RFC 6531).
    public let command: Int
    /// The AUTH command with its initial response (RFC 4954 §3, §4: 12288).
    public let authentication: Int

    /// Limits in octets with CRLF; at least 8, so that a verb fits.
    public init(command: Int = 2048, authentication: Int = 12288) {
        self.command = max(command, 8)
        self.authentication = max(authentication, self.command)
    }

    /// 2048 octets, 12288 for AUTH.
    public static let `default` = LineLimits()
}

/// One line as it came from the wire.
public struct DecodedLine: Sendable, Hashable {
    /// The line without its CRLF; cut at the limit when `isTooLong`.
    public let content: Bytes
    /// What the line had that it must not have.
    public let defects: LineDefects
    /// Whether the line was longer than its limit.
    public let isTooLong: Bool
}

/// Splits a byte stream into lines that only CRLF ends (RFC 5321 §2.3.8), holding no more of a line than its limit.
///
/// However the stream is cut into pieces, the lines are the same.
public struct LineDecoder: Sendable {
    private let discipline: LineDiscipline
    private let limits: LineLimits
    /// Whether the line answers a challenge, and so may be as long as an AUTH command (RFC 4954 §4).
    var isAuthenticating = false
    private var content: [UInt8] = []
    private var defects: LineDefects = []
    private var isTooLong = false
    private var sawCR = false

    /// A decoder at the beginning of a line.
    public init(discipline: LineDiscipline, limits: LineLimits = .default) {
        (self.discipline, self.limits) = (discipline, limits)
    }

    /// Reads `input` from `position` on and returns the next line, leaving `position` after it; nil when `input` is
    /// used up before a line ends.
    public mutating func next(in input: Bytes, from position: inout Int) -> DecodedLine? {
        while position < input.count {
            if sawCR {
                sawCR = false
                if input[position] == .lf {
                    position += 1
                    return take()
                }
                defects.insert(.bareCR)
                switch discipline {
                case .normalise: return take()
                case .reject: append(Bytes([.cr]), 0..<1)
                }
            }
            let stop = input.firstLineControl(from: position)
            append(input, position..<stop)
            position = stop
            guard position < input.count else { break }
            let byte = input[position]
            position += 1
            switch (byte, discipline) {
            case (.cr, _):
                sawCR = true
            case (.lf, .normalise):
                defects.insert(.bareLF)
                return take()
            case (_, .normalise):
                defects.insert(.nul)
            case (_, .reject):
                defects.insert(byte == .lf ? .bareLF : .nul)
                append(Bytes([byte]), 0..<1)
            }
        }
        return nil
    }

    private mutating func take() -> DecodedLine {
        let line = DecodedLine(content: Bytes(content), defects: defects, isTooLong: isTooLong)
        (content, defects, isTooLong) = ([], [], false)
        return line
    }

    private mutating func append(_ input: Bytes, _ range: Range<Int>) {
        guard !isTooLong, !range.isEmpty else { return }
        var room = limits.command - 2 - content.count
        if range.count > room, isAuthenticating || isAuthentication(continuedBy: input[range]) {
            room = limits.authentication - 2 - content.count
        }
        isTooLong = range.count > room
        input.append(range.lowerBound..<range.lowerBound + min(range.count, max(room, 0)), to: &content)
    }

    private func isAuthentication(continuedBy next: Bytes) -> Bool {
        let verb = content.prefix(5) + next.prefix(max(0, 5 - content.count))
        return verb.map(\.lowercased) == Array("auth ".utf8)
    }
}
