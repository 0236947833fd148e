import Mail
import Values

/// The addresses in a file that was exported from a directory (LDIF, RFC 2849).
struct LDIFAddresses: Sendable {
    /// A line that is not what LDIF has.
    struct Mistake: Sendable, Hashable {
        let line: Int
        let message: String
    }

    /// The addresses, in the order of the file.
    private(set) var addresses: [SenderAddress] = []
    /// What is wrong with the file, in the order of its lines; the first hundred.
    private(set) var mistakes: [Mistake] = []

    private let attributes: Set<String>
    /// The most bytes of a value, folded lines put together: pictures of people are passed over.
    private static let longestValue = 4096

    /// Reads `contents` for the values of `attributes`, whatever their case.
    init(_ contents: Bytes, attributes: [String]) {
        self.attributes = Set(attributes.map(\.asciiLowercased))
        var line: [UInt8] = []
        var lineNumber = 0
        var number = 0
        var start = 0
        while start < contents.count {
            let end = contents.withSpan { $0.firstIndex(of: .lf, from: start) } ?? contents.count
            var part = contents[start..<end]
            if part.last == .cr { part = part[0..<part.count - 1] }
            number += 1
            start = end + 1
            // RFC 2849: a line that begins with a space goes on with the one before.
            if part.first == .space, !line.isEmpty {
                if line.count < LDIFAddresses.longestValue { line += part[1..<part.count] }
                continue
            }
            read(line, lineNumber)
            line = part.array
            lineNumber = number
        }
        read(line, lineNumber)
    }

    private mutating func read(_ line: [UInt8], _ number: Int) {
        guard let first = line.first, first != .ascii("#"), first != .hyphen else { return }
        guard let colon = line.firstIndex(of: .colon), colon > 0 else {
            return note("expected an attribute and its value, as LDIF has them", at: number)
        }
        // RFC 2849: options stand behind the attribute's name, `mail;lang-en`.
        let name = String(decoding: line[..<colon].prefix { $0 != .semicolon }, as: UTF8.self).asciiLowercased
        guard attributes.contains(name) else { return }
        var value = line[(colon + 1)...]
        var text: [UInt8]
        if value.first == .colon {
            guard let decoded = Base64.decode(value.dropFirst().drop { $0 == .space }) else {
                return note("expected base64 after '\(name)::'", at: number)
            }
            text = decoded
        } else if value.first == .ascii("<") {
            return note("the value of '\(name)' is in another place, and is not fetched", at: number)
        } else {
            value = value.drop { $0 == .space }
            text = Array(value)
        }
        while text.last?.isWhitespace == true { text.removeLast() }
        take(text, of: name, at: number)
    }

    /// Exchange puts the kind of an address before it: `SMTP:ann@company.example`, `X500:/o=…`.
    private mutating func take(_ value: [UInt8], of name: String, at number: Int) {
        var address = value[...]
        if let colon = address.firstIndex(of: .colon), !address[..<colon].contains(.at) {
            guard String(decoding: address[..<colon], as: UTF8.self).equalsIgnoringASCIICase("smtp") else { return }
            address = address[(colon + 1)...]
        }
        guard let path = SMTPPath(String(decoding: address, as: UTF8.self)), path.domain != nil,
            let sender = SenderAddress(path)
        else { return note("expected an address as value of '\(name)'", at: number) }
        addresses.append(sender)
    }

    private mutating func note(_ message: String, at line: Int) {
        if mistakes.count < 100 { mistakes.append(Mistake(line: line, message: message)) }
    }
}
