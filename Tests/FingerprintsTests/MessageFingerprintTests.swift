import Fingerprints
import Mail
import Testing
import Values

/// What copies have in common and what tells messages apart.
@Suite struct MessageFingerprintTests {
    private static let letter = """
        The quarterly figures are ready and the board would like to see them before the meeting on Thursday. Please look
        through the attached tables and tell me whether the numbers for transport and storage agree with what your people
        have counted, because last time the two differed by more than anybody could explain afterwards.
        """
    private static let other = """
        Our walk along the river begins at nine beside the old mill, and everybody should bring boots, something to drink
        and a coat against the rain. Children are welcome, dogs have to stay on their leads near the sheep, and lunch is
        in the garden behind the church when the weather allows it.
        """

    private func fingerprint(_ body: String, type: String = "text/plain", names: [String] = []) -> MessageFingerprint {
        MessageFingerprint(
            Message(Bytes("Subject: x\r\nContent-Type: \(type); charset=utf-8\r\n\r\n\(body)\r\n")), names: names)
    }

    @Test(arguments: [
        ("the same", letter),
        ("numbers", letter + " 4711, 0815; +1 555 0100 room12."),
        ("addresses and links", letter + " ann@example.org http://x.example/a?b=1 www.example.net"),
        ("marks that nobody sees", letter.replacing("figures", with: "fig\u{200B}u\u{AD}res")),
        ("capitals", letter.uppercased()),
        ("other line ends", letter.replacing(" ", with: "\n")),
        ("a signature", letter + "\n-- \nAnn, whose words are many and differ every time she writes to somebody"),
        ("quoted lines", letter + "\n> and more of what somebody else has written here before"),
    ]) func copiesAreTheSame(what: String, body: String) throws {
        let (mine, theirs) = (try #require(fingerprint(Self.letter).text), try #require(fingerprint(body).text))
        #expect(mine.name == theirs.name, "\(what)")
        #expect(mine.bands == theirs.bands && mine.bands.count == Sketch.bandCount)
        #expect(mine.similarity(to: theirs.compact) == 100)
    }

    @Test func markupIsNotText() throws {
        let html =
            "<html><!-- noise --><style>p{x:y}</style><p class=k>"
            + Self.letter.replacing(" ", with: "</b> <b id=q>") + "</p></html>"
        #expect(fingerprint(html, type: "text/html").text?.name == fingerprint(Self.letter).text?.name)
    }

    @Test func namesOfRecipientsDoNotCount() throws {
        let greeted = fingerprint("Rumpelstilz Hasenfuss, " + Self.letter, names: ["Rumpelstilz Hasenfuss"])
        #expect(greeted.text?.name == fingerprint(Self.letter).text?.name)
    }

    @Test func nearCopiesAreAlikeAndOthersAreNot() throws {
        let letter = try #require(fingerprint(Self.letter).text)
        let near = try #require(
            fingerprint(
                Self.letter.replacing("board", with: "committee").replacing("tables", with: "sheets")
                    .replacing("Thursday", with: "Monday")
            ).text)
        let other = try #require(fingerprint(Self.other).text)
        #expect(letter.name != near.name)
        #expect(try #require(letter.similarity(to: near.compact)) > 60)
        #expect(!Set(letter.bands).isDisjoint(with: near.bands))
        #expect(try #require(letter.similarity(to: other.compact)) < 15)
        #expect(Set(letter.bands).isDisjoint(with: other.bands))
        #expect(letter.similarity(to: "") == nil && letter.similarity(to: other.compact + "0") == nil)
    }

    @Test func textWithoutSpaces() throws {
        let text = "親愛なるお客様、お使いのアカウントに異常な活動が確認されましたので、二日以内に本人確認を行ってください。"
        let near = text.replacing("二日", with: "三日")
        let (mine, theirs) = (try #require(fingerprint(text).text), try #require(fingerprint(near).text))
        #expect(try #require(mine.similarity(to: theirs.compact)) > 70)
    }

    @Test(arguments: ["", "thanks, see you then", "1 2 3", "http://a.example/ http://b.example/"])
    func tooLittleIsNotCompared(body: String) { #expect(fingerprint(body).text == nil) }

    @Test(arguments: [
        ("http://a.example/login?id=17&u=ann", "https://www.a.example/login?u=bob&id=4", true),
        ("http://a.example/x7f3/login", "http://b.a.example/19aa/login#top", true),
        ("http://a.example/login", "http://a.example/logout", false),
        ("http://a.example/login", "http://c.test/login", false),
    ]) func linksByTheirShape(first: String, second: String, isSame: Bool) throws {
        let (mine, theirs) = (fingerprint("go " + first).links, fingerprint("come " + second).links)
        #expect(mine != nil && (mine == theirs) == isSame)
    }

    /// What everybody has in a signature is nothing to know a message by.
    @Test(arguments: ["no link", "http://a.example", "http://a.example/", "mailto:a@b.example", "ftp://a.example/x"])
    func whatIsNoLink(body: String) { #expect(fingerprint(body).links == nil) }

    @Test func filesAndNearCopiesOfFiles() throws {
        func file(_ content: [UInt8], _ type: String = "application/octet-stream") -> AttachmentFingerprint? {
            MessageFingerprint(
                Message(
                    Bytes(
                        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b\r\nContent-Type: \(type)\r\n"
                            + "Content-Transfer-Encoding: base64\r\n\r\n\(Base64.text(content))\r\n--b--\r\n"))
            ).attachments.first
        }
        var state: UInt32 = 7
        var content: [UInt8] = (0..<20_000).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        let first = try #require(file(content))
        content.insert(contentsOf: Array("another in each copy".utf8), at: 5000)
        let near = try #require(file(content))
        #expect(first.digest != near.digest)
        let (sketch, other) = (try #require(first.sketch), try #require(near.sketch))
        #expect(try #require(sketch.similarity(to: other.compact)) > 80)
        #expect(file(content, "image/png") == nil && file(content, "application/pgp-signature") == nil)
        #expect(file(Array(content.prefix(100))) == nil)
    }

    /// However a message is made, looking at it ends, and takes no longer than its size says.
    @Test func hostileMail() {
        let bodies = [
            String(repeating: "a", count: 1 << 20), String(repeating: "\u{200B}", count: 300_000),
            String(repeating: "http://", count: 100_000), String(repeating: "://", count: 100_000),
            String(repeating: "漢", count: 200_000), String(repeating: "a.", count: 300_000),
            (0..<60_000).map { "word\(String($0, radix: 26).filter(\.isLetter))" }.joined(separator: " "),
            String(repeating: "\n", count: 500_000), String(repeating: "> ", count: 300_000), "\u{0}\u{FFFF}\r\r\r",
        ]
        for body in bodies {
            #expect(fingerprint(body).attachments.isEmpty)
            #expect(fingerprint(body, type: "text/html").attachments.isEmpty)
        }
    }
}
