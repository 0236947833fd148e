import Policy
import Testing
import Values

/// Input made to exhaust or break the reader: each is answered with one mistake, in bounded time.
@Suite(.timeLimit(.minutes(10))) struct HostileDocumentTests {
    private func complaint(_ bytes: [UInt8]) -> [String] {
        let (node, diagnostics) = PolicyDocument.parse(Bytes(bytes), file: "p.yaml")
        #expect(node == nil)
        return diagnostics.map(\.description)
    }

    private func complaint(_ text: String) -> [String] { complaint(Array(text.utf8)) }

    @Test("a billion laughs")
    func aliasBomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        #expect(complaint(text) == ["p.yaml:5:10: aliases make the document grow by more than 10000 values"])
    }

    @Test("aliases that deepen the document past its limit")
    func aliasDepth() {
        var text = "a0: &a0 [x]\n"
        for level in 1...70 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(complaint(text) == ["p.yaml:64:12: lists and mappings nest more than 64 deep"])
    }

    @Test("aliases within the limit are plain values")
    func modestAliases() {
        let (node, diagnostics) = PolicyDocument.parse("a: &a [x, y]\nb: {c: *a, d: *a}\n", file: "p.yaml")
        #expect(diagnostics.isEmpty)
        #expect(
            node.map(outline)
                == "{a: [x@1:8, y@1:11]@1:4, b: {c: [x@1:8, y@1:11]@1:4, d: [x@1:8, y@1:11]@1:4}@2:4}@1:1")
    }

    @Test("a megabyte of brackets", arguments: ["[", "{", "- ", "? ", "[{"])
    func brackets(unit: String) {
        let text = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
        #expect(
            complaint("a:\n  " + text).map { $0.drop { $0 != " " } } == [" lists and mappings nest more than 64 deep"])
    }

    @Test("nesting is allowed to depth 64 and no further", arguments: [63, 64])
    func nesting(lists: Int) {
        let text = "a: " + String(repeating: "[", count: lists) + String(repeating: "]", count: lists) + "\n"
        let (node, diagnostics) = PolicyDocument.parse(text, file: "p.yaml")
        #expect((node != nil) == (lists == 63))
        #expect(
            diagnostics.map(\.description)
                == (lists == 63 ? [] : ["p.yaml:1:67: lists and mappings nest more than 64 deep"]))
    }

    @Test("a file past 4 MiB is not looked at")
    func tooLarge() {
        #expect(
            complaint([UInt8](repeating: 0x20, count: 10 << 20))
                == ["p.yaml:1:1: the file has 10485760 bytes; a policy may have at most 4194304 (4 MiB)"])
    }

    @Test("four megabytes of one scalar, one key or one comment", arguments: ["a: ", "", "#", "a: '", "a: [x,"])
    func longTokens(start: String) {
        let text = start + String(repeating: "x", count: (4 << 20) - start.utf8.count)
        let (_, diagnostics) = PolicyDocument.parse(text, file: "p.yaml")
        #expect(diagnostics.count == (start == "a: " || start == "#" ? 0 : 1))
        #expect(diagnostics.allSatisfy { $0.message.utf8.count < 300 })
    }

    @Test("eight hundred thousand duplicate keys stop after a thousand mistakes")
    func manyDuplicates() {
        let messages = complaint(String(repeating: "a: 1\n", count: 800_000))
        #expect(messages.count == 1001)
        #expect(messages.last == "p.yaml:1002:1: too many mistakes; the rest of the file is not read")
    }

    @Test("a hundred thousand unknown keys are counted, not listed")
    func manyUnknownKeys() {
        let text = (1...100_000).map { "thresholde\($0): 1\n" }.joined()
        let (node, _) = PolicyDocument.parse(text, file: "p.yaml")
        var reader = PolicyReader(node)
        _ = reader.integer("threshold", default: 1, in: 0...9, "")
        reader.finish()
        #expect(reader.diagnostics.count == 101)
        #expect(reader.diagnostics.last?.description == "p.yaml:101:1: 99900 more unknown keys in the policy")
    }

    @Test("a hundred thousand entries, each wrong, stop at a thousand mistakes")
    func manyWrongEntries() {
        let text = "rules:\n" + String(repeating: "- {nam: x}\n", count: 100_000)
        var reader = PolicyReader(PolicyDocument.parse(text, file: "p.yaml").node)
        let rules = reader.entries("rules", "") { $0.text("name", default: "", "") }
        reader.finish()
        #expect(rules.count == 1001)
        #expect(reader.diagnostics.count == 1001)
        #expect(reader.diagnostics.last?.message == "too many mistakes; the rest are not told")
    }

    @Test(
        "bytes that are no UTF-8 text",
        arguments: [
            ([0x61, 0x3A, 0x20, 0xFF], "1:4: the text is not valid UTF-8 from here on"),
            ([0x61, 0x0A, 0xC0, 0xAF], "2:1: the text is not valid UTF-8 from here on"),
            ([0xE9, 0x61], "1:1: the text is not valid UTF-8 from here on"),
            ([0x61, 0xE2, 0x82], "1:2: the text is not valid UTF-8 from here on"),
            ([0x61, 0xE0, 0x80, 0x80], "1:2: the text is not valid UTF-8 from here on"),
            ([0x61, 0xED, 0xA0, 0x80], "1:2: the text is not valid UTF-8 from here on"),
            ([0x61, 0xF4, 0x90, 0x80, 0x80], "1:2: the text is not valid UTF-8 from here on"),
            ([0xC3, 0xA9, 0x0D, 0x0A, 0xC3, 0xA9, 0x00], "2:2: the character U+0000 is not allowed in a policy"),
            ([0x0D, 0x0D, 0x1B], "3:1: the character U+001B is not allowed in a policy"),
            ([0xFE, 0xFF, 0x00, 0x61], "1:1: the text is not valid UTF-8 from here on"),
        ] as [([UInt8], String)])
    func notText(bytes: [UInt8], expected: String) {
        #expect(complaint(bytes) == ["p.yaml:" + expected])
    }

    @Test("what a message quotes is short and shows control characters")
    func quotedText() {
        let text = "a: \"\\e[2J\\u202e" + String(repeating: "x", count: 100) + "\"\n"
        var reader = PolicyReader(PolicyDocument.parse(text, file: "p.yaml").node)
        _ = reader.flag("a", default: true, "")
        #expect(
            reader.diagnostics.map(\.message) == [
                "expected true or false, found the quoted text '\\u{1b}[2J\\u{202e}" + String(repeating: "x", count: 35)
                    + "…'; remove the quotes"
            ])
    }

    @Test("any short run of YAML's own marks is answered")
    func markSoup() {
        let marks = Array("[]{}:,-?&*!|>'\"%@#~ \n\tab1<".utf8)
        var state: UInt32 = 1
        var readable = 0
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<12 {
                state = state &* 1_664_525 &+ 1_013_904_223
                bytes.append(marks[Int(state >> 16) % marks.count])
            }
            let (node, diagnostics) = PolicyDocument.parse(Bytes(bytes), file: "p.yaml")
            if node != nil { readable += 1 }
            #expect(node != nil || !diagnostics.isEmpty || isBlank(bytes))
            #expect(diagnostics.allSatisfy { $0.place.line >= 1 && $0.place.column >= 1 })
        }
        #expect(readable > 100)
    }

    /// Whether the document holds nothing or null.
    private func isBlank(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: "\n").allSatisfy { line in
            let content = line.split(separator: "#", omittingEmptySubsequences: false).first ?? ""
            return content.split(whereSeparator: \.isWhitespace).allSatisfy {
                $0.hasPrefix("&") || $0 == "~" || $0 == "-"
            }
        }
    }
}
