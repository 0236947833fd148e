import Expressions
import Testing
import Values

@testable import Rules

/// Mail made to stall or to hide: it is judged all the same, within the limits.
@Suite struct HostileMailTests {
    private static let rules = """
        body SEEN /all is well/
        header NAMED Subject =~ /minutes/
        rawbody RAW /well/
        uri LINK /example\\.com/
        body SHARE eval:html_tag_balance('div', '> 0')
        """

    private static func hits(_ body: String, type: String = "text/plain") -> [String] {
        let message = "From: a@example.com\nSubject: minutes\nMIME-Version: 1.0\nContent-Type: \(type)\n\n\(body)\n"
        return RuleSample.engine(rules).judge(Bytes(message), at: RuleSample.now, worker: RuleWorker()).hits.map(\.name)
    }

    @Test(.timeLimit(.minutes(10))) func nestedTags() {
        let body = "all is well" + String(repeating: "<div><b>", count: 50_000) + "http://example.com/"
        let hits = HostileMailTests.hits(body, type: "text/html")
        #expect(hits.contains("SEEN") && hits.contains("NAMED") && hits.contains("RAW"))
    }

    @Test(.timeLimit(.minutes(10))) func aMillionLinks() {
        let body = "all is well http://example.com/\n" + String(repeating: "http://a.example.com/x ", count: 200_000)
        #expect(HostileMailTests.hits(body).contains("LINK"))
        let references = (0..<200_000).map { "<a href=http://h\($0).com>" }.joined()
        #expect(
            HostileMailTests.hits("all is well <a href=http://example.com/>x</a>\(references)", type: "text/html")
                .contains("LINK"))
    }

    /// Each is looked at alone: what looks on to the end of the document takes minutes.
    @Test(.timeLimit(.minutes(3)), arguments: ["<a href='http://a.example.org/'>x</a>\n", "<"])
    func piecesOfText(piece: String) {
        let body = "all is well " + String(repeating: piece, count: 8_000_000 / piece.utf8.count)
        #expect(HostileMailTests.hits(body, type: "text/html").contains("SEEN"))
    }

    /// Each fold is read once: a field that is put together anew for each takes minutes.
    @Test(.timeLimit(.minutes(3)), arguments: ["X-A: b", "Subject: minutes", "Content-Type: text/plain"])
    func foldsWithoutEnd(field: String) {
        let folds = String(repeating: "\n a", count: 1_000_000)
        for message in [
            "From: a@example.com\n\(field)\(folds)\n\nall is well\n",
            "From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\(field)\(folds)\n\nall is well\n--b--\n",
        ] {
            #expect(RuleSample.hits(HostileMailTests.rules, message).contains("SEEN"))
        }
    }

    /// What lies behind the bounds is not told apart, and takes no memory of its own.
    @Test func linesAndFieldsHaveBounds() {
        let settings = RuleSettings()
        var reader = RuleMessageReader(settings: settings, matcher: Matcher())
        let nested = String(repeating: "Content-Type: message/rfc822\n\n", count: 1_000)
        let (part, _) = reader.message(Array(("From: a@example.com\n" + nested).utf8))
        var depth = 0
        part.walk { _ in depth += 1 }
        #expect(depth == 21)
        reader = RuleMessageReader(settings: settings, matcher: Matcher())
        let fields = String(repeating: "a: b\n", count: 30_000)
        #expect(reader.message(Array((fields + "\nall is well\n").utf8)).0.header.fields.count == 20_000)
        let lines = Array(repeating: UInt8.lf, count: 1_000).lines(limit: 10)
        #expect(lines.count == 11 && lines.last?.count == 990)
    }

    @Test(.timeLimit(.minutes(10))) func entities() {
        let body = "all is well " + String(repeating: "&amp;&#65;&#x202e;&notit;&", count: 200_000)
        #expect(HostileMailTests.hits(body, type: "text/html").contains("SEEN"))
    }

    @Test(arguments: [
        "text/plain; charset=utf-16", "text/plain; charset=no-such-charset", "text/plain; charset=utf-7",
        "text/plain; charset=\"\"", "text/plain; charset=iso-2022-jp", "text/html; charset=utf-8; charset=koi8-r",
    ])
    func charsetLies(type: String) {
        let hits = HostileMailTests.hits("all is well \u{E9}\u{200B}\u{202E} http://example.com/", type: type)
        #expect(hits.contains("NAMED") && hits.contains("RAW"))
    }

    @Test(arguments: [
        "a\u{200B}ll is well", "\u{202E}all is well\u{202C}", "all is \u{2066}well", "\u{FEFF}all is well",
    ])
    func invisibleCharacters(body: String) {
        #expect(HostileMailTests.hits(body).contains("NAMED"))
        #expect(HostileMailTests.hits(body, type: "text/html; charset=utf-8").contains("NAMED"))
    }

    /// Links that end where a host would begin.
    @Test(arguments: [
        "http", "http:", "http:/", "http://", "http:///", "http://?", "httphttp:/", "httpx:/", "https:/#", "http\\",
        "//", "/",
        "http:/@", "http://%", "http://&#", "mailto:", "mailto:@", "httphttp:/\u{E9}",
    ])
    func linksThatEndEarly(link: String) {
        let body = "<html><base href=\"\(link)\"><a href=\"\(link)\">a</a><a href=\"..://x\">b</a> \(link)</html>"
        #expect(HostileMailTests.hits(body, type: "text/html; charset=utf-8").contains("NAMED"))
        #expect(HostileMailTests.hits("see \(link) or \u{201C}\(link)\u{201D}").contains("NAMED"))
    }

    /// Images that claim more pixels than a number holds.
    @Test func imagesOfAnySize() {
        let rules = "body LARGE eval:pixel_coverage('all', '1000000')\nbody NONE eval:pixel_coverage('gif', '1')"
        // A PNG's head of 4,294,967,295 pixels each way.
        let image = "iVBORw0KGgoAAAANSUhEUv//////////CAIAAAAAAAAAAAAAAAAAAAAA"
        let part = "--B\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n\(image)\n"
        let message =
            "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n\(part)\(part)\(part)--B--\n"
        #expect(RuleSample.hits(rules, message) == ["LARGE"])
    }

    /// An expression that is given up is not tried on the next line again, and after so many nothing is.
    @Test func expressionsAreGivenUpOnce() {
        let rules = (0..<40).map { "body R\($0) /^(a+)+\($0)$/\n" }.joined() + "header NAMED Subject =~ /minutes/\n"
        let body = String(repeating: String(repeating: "a", count: 1_000) + "!0123456789\n\n", count: 200)
        var options = RuleEngine.Options()
        (options.prefilters, options.matchLimit, options.givenUpLimit) = (false, 1_000, 10)
        let engine = RuleEngine(RuleSample.set(rules), options: options)
        let verdict = engine.judge(
            Bytes("Subject: minutes\n\n\(body)"), at: RuleSample.now, worker: RuleWorker(matchLimit: 1_000))
        #expect(verdict.exhaustionCount == 10 && verdict.hits.map(\.name) == ["NAMED"])
        #expect(verdict.givenUp == ["R0", "R1"] + (10..<18).map { "R\($0)" })
    }

    @Test func whatWasGivenUpIsNotSaidToMiss() throws {
        let message = Bytes("Subject: x\n\n\(String(repeating: "a", count: 1_000))!\n")
        var options = RuleEngine.Options()
        (options.prefilters, options.matchLimit) = (false, 1_000)
        let engine = RuleEngine(RuleSample.set("body R /^(?:(?:a+)+[bc]|.*!$)/\nbody S /none/\n"), options: options)
        let worker = RuleWorker(matchLimit: 1_000)
        #expect(try #require(engine.explain("R", message, at: RuleSample.now, worker: worker)).isGivenUp)
        #expect(try !#require(engine.explain("S", message, at: RuleSample.now, worker: worker)).isGivenUp)
    }
}
