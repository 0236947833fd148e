import Authentication
import Foundation
import Mail
import Testing

/// What lists, gateways and mail servers do to whole texts, undone.
extension DKIMDiagnosisTests {
    private static let head = """
        From: Ann <ann@example.org>
        To: Bob <bob@example.com>
        Subject: Minutes
        Date: Mon, 01 Jul 2024 10:00:00 +0000
        MIME-Version: 1.0

        """

    private static func text(_ type: String, _ encoding: String, _ body: String) -> String {
        head + "Content-Type: \(type)\nContent-Transfer-Encoding: \(encoding)\n\n" + body
    }

    private static let words = """
        It was agreed that the minutes of the last meeting be taken as read, that the treasurer look into the matter \
        of the boiler before the winter comes, and that nobody be asked to pay twice for the same chair in future.
        """

    /// Paragraphs of one long line each, one right after another, as programs write that leave the folding to readers.
    private static let prose = text(
        "text/plain; charset=utf-8", "7bit", "\(words)\nBesides, \(words)\n\n\(words)\n\nAnn\n")

    /// The lines of the body broken at spaces where they are longer than `width`.
    private static func wrapped(at width: Int) -> @Sendable (String) -> String {
        { message in
            guard let start = message.range(of: "\n\n")?.upperBound else { return message }
            let lines = message[start...].components(separatedBy: "\n").map { line in
                var output: [String] = []
                for word in line.components(separatedBy: " ") {
                    if let last = output.last, last.count + 1 + word.count <= width {
                        output[output.count - 1] = last + " " + word
                    } else {
                        output.append(word)
                    }
                }
                return output.joined(separator: "\n")
            }
            return message[..<start] + lines.joined(separator: "\n")
        }
    }

    private static let page = text(
        "text/html; charset=utf-8", "7bit",
        "<html>\n<body>\n<p>The minutes of Monday.</p>\n<p>Ann</p>\n</body>\n</html>\n")

    private static func base64(_ text: String) -> String {
        let encoded = Data(text.replacingOccurrences(of: "\n", with: "\r\n").utf8).base64EncodedString()
        return stride(from: 0, to: encoded.count, by: 76).map { start in
            String(encoded.dropFirst(start).prefix(76))
        }.joined(separator: "\n")
    }

    private static func parts(_ type: String, _ body: String) -> String {
        head + """
            Content-Type: multipart/mixed; boundary="xyz"

            --xyz
            Content-Type: \(type); charset=utf-8
            Content-Transfer-Encoding: base64

            \(base64(body))
            --xyz--

            """
    }

    private static let letter = "Dear Bob,\n\nthe minutes of Monday, with kind regards from all of us here.\n\nAnn\n"
    private static let markup = "<html><body><p>The minutes of Monday.</p><p>Ann</p></body></html>\n"

    private static func recoded(_ old: String, _ new: String) -> @Sendable (String) -> String {
        replacing(base64(old), base64(new))
    }

    static let ways: [Row] =
        [72, 74, 76, 78, 80].map { width in
            Row(change: wrapped(at: width), expected: "re-wrapped", message: prose)
        } + [
            Row(
                change: replacing("</p>\n</body>", "</p>\n<hr><p>List footer</p></body>"),
                expected: "inserted into the HTML of part 1: 22 bytes", message: page),
            Row(
                change: replacing("<p>Ann</p>\n</body>", "<p>Ann</p>\n<div>Sent through <b>a list</b></div></BODY>"),
                expected: nil, isProved: false, message: page),
            Row(
                change: replacing("<body>\n", "<body><div>External mail</div>\n"),
                expected: "inserted into the HTML of part 1: 24 bytes", message: page),
            Row(
                change: recoded(letter, letter + "_____\nannounce list\n"),
                expected: "footer appended to part 1: 2 lines", message: parts("text/plain", letter)),
            Row(
                change: recoded(
                    markup, "<html><body><p>The minutes of Monday.</p><p>Ann</p><p>Footer</p></body></html>\n"),
                expected: "inserted into the HTML of part 1: 13 bytes", message: parts("text/html", markup)),
            Row(
                change: replacing("Gr=FC=DFe", "Gr=C3=BC=C3=9Fe"),
                expected: "character set changed: iso-8859-1 to utf-8",
                message: text("text/plain", "quoted-printable", "Gr=FC=DFe, Bob.\n\nAnn\n")),
            Row(
                change: replacing("Gr=C3=BC=C3=9Fe", "Gr=FC=DFe"),
                expected: "character set changed: utf-8 to iso-8859-1",
                message: text("text/plain", "quoted-printable", "Gr=C3=BC=C3=9Fe, Bob.\n\nAnn\n")),
            Row(
                change: replacing("\n\nHello", "\n\n\n\nHello"), expected: "blank lines added or removed",
                message: text("text/plain", "7bit", "Hello,\nBob.\n")),
            Row(
                change: replacing("7bit\n\n\nHello", "7bit\n\nHello"), expected: "blank lines added or removed",
                message: text("text/plain", "7bit", "\nHello,\nBob.\n")),
            Row(
                change: replacing("Hello,\nBob.\nAnn\n", "Hello,\n\nBob.\n\nAnn\n\n"),
                expected: "blank lines added or removed", message: text("text/plain", "7bit", "Hello,\nBob.\nAnn\n")),
            Row(
                change: replacing("Hello,\n\nBob.", "Hello,\n\n\n\nBob."), expected: "blank lines added or removed",
                message: text("text/plain", "7bit", "Hello,\n\nBob.\nAnn\n")),
            Row(
                change: replacing(" \n", "\n"), expected: "white space at line end removed: 2 lines",
                message: text("text/plain; format=flowed", "7bit", "Hello Bob, \nhow are \nyou?\n\nAnn\n"),
                body: [.simple]),
        ]

    @Test(arguments: ways) func way(row: Row) async throws {
        guard row.expected == "re-wrapped" else { return try await check(row) }
        // How many lines were broken depends on the width.
        let signer = DKIMTestSigner()
        let signed = signer.sign(row.message)
        let outcome = try #require(await DKIMVerifier.verify(row.change(signed), dns: signer.dns()).first)
        #expect(outcome.result == .fail && outcome.diagnosis.isProved, "\(outcome.diagnosis)")
        #expect(outcome.diagnosis.text?.hasPrefix("lines re-wrapped: ") == true, "\(outcome.diagnosis)")
    }
}
