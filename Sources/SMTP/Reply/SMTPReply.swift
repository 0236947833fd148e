import Values

/// A reply to an SMTP command (RFC 5321 §4.2): code, enhanced status and text, in a form that cannot break the
/// protocol whatever it was made from.
public struct SMTPReply: Sendable, Hashable {
    /// The three-digit code, 200 to 599.
    public let code: Int
    /// The enhanced status, whose class is always the first digit of `code`; nil for none.
    public let enhanced: EnhancedStatus?
    /// The lines of text without code and line end; at least one, perhaps empty, without control characters.
    public let lines: [String]

    /// The most lines a reply keeps.
    public static let maximumLines = 256
    /// The most octets of text in a line. RFC 5321 §4.5.3.1.5: a reply line has 512 octets at most; code, separator,
    /// CRLF and the longest enhanced status with its space need 16 of them.
    public static let maximumLineOctets = 496

    /// A reply of one or more lines.
    ///
    /// - `code` outside 200...599 is no SMTP reply and becomes 451, a local error.
    /// - The class of `enhanced` becomes the first digit of the code; it is dropped where the code has none
    ///   (RFC 2034 §4: replies of class 3 carry no status).
    /// - Line breaks in `lines` begin a new line, other control characters become spaces, and lines longer than
    ///   `maximumLineOctets` are continued on the next, at a space where there is one.
    public init(code: Int, enhanced: EnhancedStatus? = nil, lines: [String]) {
        let code = (200...599).contains(code) ? code : 451
        self.code = code
        self.enhanced =
            code / 100 == 3
            ? nil : enhanced.map { EnhancedStatus(class: code / 100, subject: $0.subject, detail: $0.detail) }
        var clean: [String] = []
        for line in lines where clean.count < SMTPReply.maximumLines { SMTPReply.append(line, to: &clean) }
        self.lines = clean.isEmpty ? [""] : clean
    }

    /// A reply whose text is one line, or several separated by line breaks; see `init(code:enhanced:lines:)`.
    public init(code: Int, enhanced: EnhancedStatus? = nil, text: String) {
        self.init(code: code, enhanced: enhanced, lines: [text])
    }

    /// The lines joined by spaces, without code and status.
    public var text: String { lines.joined(separator: " ") }

    /// Whether the reply says yes: class 2.
    public var isPositive: Bool { code / 100 == 2 }

    /// Whether it says no, for now or for good: class 4 or 5.
    public var isNegative: Bool { code / 100 == 4 || code / 100 == 5 }

    /// The reply as sent: `550-5.7.1 first line`, `550 5.7.1 last line`, each ended by CRLF.
    ///
    /// Other characters than ASCII are sent only where the client asked for them with SMTPUTF8 (RFC 6531 §3.7.4.2);
    /// otherwise each is written `?`.
    public func wire(allowingUTF8: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(lines.reduce(0) { $0 + $1.utf8.count + 18 })
        for (index, line) in lines.enumerated() {
            for place in [100, 10, 1] { output.append(0x30 + UInt8(truncatingIfNeeded: code / place % 10)) }
            // RFC 5321 §4.2.1: the hyphen says that another line follows.
            output.append(index == lines.count - 1 ? .space : .hyphen)
            // RFC 2034 §4: every line of a multi-line reply begins with the status.
            if let enhanced {
                enhanced.write(to: &output)
                output.append(.space)
            }
            if allowingUTF8 || line.utf8.allSatisfy({ $0 < 0x80 }) {
                output += line.utf8
            } else {
                for scalar in line.unicodeScalars {
                    output.append(scalar.isASCII ? UInt8(truncatingIfNeeded: scalar.value) : .ascii("?"))
                }
            }
            output += [.cr, .lf]
        }
        return output
    }

    private static func append(_ text: String, to lines: inout [String]) {
        if text.utf8.count <= maximumLineOctets, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
            lines.append(text)
            return
        }
        var line = String.UnicodeScalarView()
        var octets = 0
        var lastSpace: String.UnicodeScalarView.Index?
        var previousIsCR = false
        func finish(_ view: String.UnicodeScalarView) {
            if lines.count < maximumLines { lines.append(String(view)) }
        }
        for scalar in text.unicodeScalars {
            if lines.count == maximumLines { return }
            if scalar == "\r" || scalar == "\n" {
                if !(scalar == "\n" && previousIsCR) {
                    finish(line)
                    (line, octets, lastSpace) = (.init(), 0, nil)
                }
                previousIsCR = scalar == "\r"
                continue
            }
            previousIsCR = false
            let isControl = scalar.properties.generalCategory == .control
            let scalar: Unicode.Scalar = isControl ? " " : scalar
            let width = UTF8.width(scalar)
            if octets + width > maximumLineOctets {
                if let space = lastSpace, scalar != " " {
                    finish(.init(line[..<space]))
                    line = .init(line[line.index(after: space)...])
                } else {
                    finish(line)
                    line = .init()
                }
                octets = line.reduce(0) { $0 + UTF8.width($1) }
                lastSpace = nil
                if scalar == " " { continue }
            }
            if scalar == " " { lastSpace = line.endIndex }
            line.append(scalar)
            octets += width
        }
        finish(line)
    }
}

extension SMTPReply: CustomStringConvertible {
    /// The reply on one line: `550 5.7.1 text`.
    public var description: String {
        var line = String(code)
        if let enhanced { line += " " + enhanced.description }
        let text = text
        if !text.isEmpty { line += " " + text }
        return line
    }
}
