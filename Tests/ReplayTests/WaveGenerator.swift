import Foundation
import Values

/// A generator of the same numbers every time (SplitMix64).
struct SameNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

/// Makes the copies of a wave out of a text: other words, names, numbers, links and markup in each, from another client
/// and another sender.
struct WaveGenerator {
    /// How copies differ.
    enum Form: CaseIterable { case plain, html, alternative }

    let text: String
    let form: Form
    /// Words out of a hundred that are others in each copy.
    let substitutions: Int
    private var numbers: SameNumbers

    init(text: String, form: Form, substitutions: Int, seed: UInt64) {
        (self.text, self.form, self.substitutions) = (text, form, substitutions)
        numbers = SameNumbers(state: seed)
    }

    private static let names = [
        "Anna", "Bernd", "Carla", "Dmitri", "Ewa", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Keiko", "Lars", "Maria",
        "Nils", "Olga", "Pavel", "Rosa", "Stefan", "Tarek", "Ulla", "Viktor", "Wanda",
    ]

    private mutating func word() -> String {
        String(
            (0..<Int.random(in: 4...9, using: &numbers)).map { _ in
                "abcdefghijklmnoprstuvwy".randomElement(using: &numbers) ?? "x"
            })
    }

    private mutating func name() -> String { Self.names.randomElement(using: &numbers) ?? "Anna" }

    private mutating func number() -> Int { Int.random(in: 1000...999_999, using: &numbers) }

    /// The lines of a copy: a greeting and the text with words exchanged, and a link of its own.
    private mutating func lines() -> [String] {
        var lines = ["Dear \(name()) \(word().capitalized),", ""]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map { part -> String in
                !part.isEmpty && Int.random(in: 0..<100, using: &numbers) < substitutions ? word() : String(part)
            }
            lines.append(words.joined(separator: " "))
        }
        lines.append("http://\(word()).example/\(word())?id=\(number())&u=\(word())")
        lines.append("Reference \(number()) for \(name())")
        return lines
    }

    /// A copy as an mbox holds it, sent at `time` to `recipient`.
    mutating func copy(at time: Date, to recipient: String) -> String {
        let domain = word() + ".example"
        let address = (0..<4).map { _ in String(Int.random(in: 1...223, using: &numbers)) }.joined(separator: ".")
        let sender = "\(word())@\(domain)"
        let date = Self.dates.string(from: time)
        let lines = lines()
        var header = """
            From \(sender) \(Self.separators.string(from: time))
            Return-Path: <\(sender)>
            Received: from mail.\(domain) (mail.\(domain) [\(address)])
            \tby mx.company.example (Postfix) with ESMTP id \(number())
            \tfor <\(recipient)>; \(date)
            From: \(name()) \(word().capitalized) <\(sender)>
            To: \(recipient)
            Subject: \(name()), your account \(number())
            Date: \(date)
            Message-ID: <\(number()).\(word())@\(domain)>
            MIME-Version: 1.0

            """
        func escaped(_ line: String) -> String { line.hasPrefix("From ") ? ">" + line : line }
        let plain = lines.map(escaped).joined(separator: "\n")
        let html = markup(lines)
        switch form {
        case .plain: header += "Content-Type: text/plain; charset=utf-8\n\n\(plain)\n\n"
        case .html: header += "Content-Type: text/html; charset=utf-8\n\n\(html)\n\n"
        case .alternative:
            let boundary = word() + word()
            header += """
                Content-Type: multipart/alternative; boundary=\(boundary)

                --\(boundary)
                Content-Type: text/plain; charset=utf-8

                \((0..<60).map { _ in word() }.joined(separator: " "))
                --\(boundary)
                Content-Type: text/html; charset=utf-8

                \(html)
                --\(boundary)--


                """
        }
        return header
    }

    /// The lines as HTML with noise that nobody sees: comments, styles, classes and empty elements.
    private mutating func markup(_ lines: [String]) -> String {
        var html = "<html><head><style>.\(word()){color:#\(number())}</style></head><body class=\(word())>\n"
        for line in lines {
            let text = line.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            let tag = ["p", "div", "span"].randomElement(using: &numbers) ?? "p"
            html +=
                "<!-- \(word()) \(word()) --><\(tag) id=\"\(word())\">\(text)</\(tag)><font size=\(number())></font><br>\n"
        }
        return html + "</body></html>"
    }

    private static func formatter(_ format: String) -> DateFormatter {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = format
        return formatter
    }

    private static var dates: DateFormatter { formatter("EEE, d MMM yyyy HH:mm:ss '+0000'") }
    private static var separators: DateFormatter { formatter("EEE MMM dd HH:mm:ss yyyy") }
}
