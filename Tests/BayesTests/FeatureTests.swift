import Bayes
import Mail
import Testing
import Values

/// Which features messages have, and which they must not have.
@Suite struct FeatureTests {
    private func features(_ text: String) -> Set<[UInt32]> {
        var extractor = FeatureExtractor()
        let groups = extractor.features(of: Message(Bytes(text))).groups
        return Set(groups.enumerated().flatMap { index, group in group.map { [UInt32(index), $0] } })
    }

    /// What tells of the recipient's side, of the day, or of an earlier filter is none of the message.
    @Test(arguments: [
        "Date: Mon, 1 Jul 2002 10:00:00 +0200", "Received: from a.example by b.example; Mon, 1 Jul 2002 10:00:00 +0200",
        "X-Spam-Status: Yes, score=12.0", "X-Spam-Flag: YES", "List-Id: <lamps.lists.example>",
        "Delivered-To: eva@company.example", "Return-Path: <bounce@lists.example>", "X-Original-To: x@company.example",
        "Authentication-Results: mx.example; spf=fail", "X-Mailman-Version: 2.1", "X-Forefront-Antispam-Report: SCL:9",
        "X-Rspamd-Server: a",
    ])
    func fieldsOfOthersAreNoFeatures(field: String) {
        let rest = "From: Ann <ann@partner.example>\nSubject: minutes\n\nHere they are.\n"
        #expect(features("\(field)\n\(rest)") == features(rest))
    }

    @Test(arguments: [
        ("[lamps] minutes", "minutes"), ("***** [SPAM] minutes", "minutes"), ("minutes of 2002", "minutes of 2024"),
        ("=?utf-8?B?bWludXRlcw==?=", "minutes"),
    ])
    func subjectsAlike(left: String, right: String) {
        #expect(features("Subject: \(left)\n\nx\n") == features("Subject: \(right)\n\nx\n"))
    }

    @Test(arguments: [
        ("we met on 3 March", "we met on 4 April"), ("via\u{200B}gra", "viagra"), ("VIAGRA or", "VIAGRA OR"),
    ])
    func wordsAlike(left: String, right: String) {
        var extractor = FeatureExtractor()
        func words(_ text: String) -> [UInt32] {
            let head = "Content-Type: text/plain; charset=utf-8\n\n"
            return extractor.features(of: Message(Bytes(head + text + "\n"))).groups[FeatureGroup.words.rawValue]
        }
        #expect(words(left) == words(right))
        #expect(!words(left).isEmpty)
    }

    @Test func aCharsetIsOfNoConsequence() {
        var extractor = FeatureExtractor()
        func words(_ charset: String, _ body: [UInt8]) -> [UInt32] {
            let head = Array("Content-Type: text/plain; charset=\(charset)\n\n".utf8)
            return extractor.features(of: Message(Bytes(head + body))).groups[FeatureGroup.words.rawValue]
        }
        #expect(
            words("utf-8", Array("grüße aus köln".utf8))
                == words(
                    "iso-8859-1", Array("gr".utf8) + [0xFC, 0xDF] + Array("e aus k".utf8) + [0xF6] + Array("ln".utf8)))
    }

    @Test func hiddenTextIsNotRead() {
        var extractor = FeatureExtractor()
        func words(_ html: String) -> [UInt32] {
            extractor.features(of: Message(Bytes("Content-Type: text/html\n\n\(html)\n"))).groups[
                FeatureGroup.words.rawValue]
        }
        #expect(
            words("<p>Pills<span style='display: none'>meeting minutes</span> now</p>") == words("<p>Pills now</p>"))
        #expect(words("<p>Pi<!-- x -->lls</p>") == words("Pills"))
        #expect(words("<style>p { color: red }</style>Pills") == words("Pills"))
    }

    /// Time and memory are bounded whatever a message holds.
    @Test(arguments: [
        String(repeating: "<div>", count: 100_000), String(repeating: "&#60;", count: 200_000),
        String(repeating: "http://a.example/ ", count: 60_000), String(repeating: "<a href=x", count: 100_000),
        String(repeating: "<!--", count: 200_000), String(repeating: "\u{200B}", count: 200_000),
        "<p style='" + String(repeating: "a", count: 1_000_000),
    ])
    func hostileTextEnds(text: String) {
        var extractor = FeatureExtractor()
        for type in ["text/html", "text/plain"] {
            let features = extractor.features(
                of: Message(Bytes("Content-Type: \(type); charset=utf-8\n\n\(text)")))
            #expect(features.count <= 6_000)
        }
    }
}
