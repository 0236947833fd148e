import Testing
import Values

@testable import Rules

/// The links that are looked up in lists: all that browsers and mail programs follow.
@Suite struct MessageURIsTests {
    @Test(arguments: [
        "<v:roundrect href=\"http://www.evil.com/\">x</v:roundrect>",
        "<svg><a xlink:href=\"http://www.evil.com/x\">y</a></svg>",
        "<form><button formaction=\"http://www.evil.com/\">x</button></form>",
        "<a href=\"http:///www.evil.com/\">x</a>", "<a href=\"http://www.%65vil.com/\">x</a>",
        "<a href=\"http://www.b%C3%BCcher.com/\">x</a>",
    ])
    func linksOfPages(page: String) {
        let message = Bytes("Content-Type: text/html; charset=utf-8\n\n<p>x</p>\(page)\n")
        let uris = MessageURIs(message, worker: RuleWorker(), isTopLevel: { $0 == "com" })
        let hosts = uris.all.flatMap(\.hosts)
        #expect(hosts.contains("www.evil.com") || hosts.contains("www.xn--bcher-kva.com"), "\(page): \(hosts)")
    }
}
