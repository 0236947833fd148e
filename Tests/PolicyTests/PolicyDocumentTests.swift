import Policy
import Testing
import Values

/// What the reader of files says about text, and what it makes of it.
@Suite struct PolicyDocumentTests {
    @Test(
        "a syntax error tells its place and its remedy",
        arguments: [
            ("a:\n\tb: 2\n", "2:1: not valid YAML: a tab cannot indent; use spaces"),
            ("a: 1\n\tb: 2\n", "2:1: not valid YAML: a tab cannot indent; use spaces"),
            (
                "a: b: c\n",
                "1:5: not valid YAML: ':' is not allowed here; check the indentation, and quote text that holds ': '"
            ),
            (
                "a\nb: 1\n",
                "2:2: not valid YAML: ':' is not allowed here; check the indentation, and quote text that holds ': '"
            ),
            (
                "a: 1\n b: 2\n",
                "2:3: not valid YAML: ':' is not allowed here; check the indentation, and quote text that holds ': '"
            ),
            ("a: @x\n", "1:4: not valid YAML: text that begins with '@' must be quoted"),
            ("a: `x`\n", "1:4: not valid YAML: text that begins with '`' must be quoted"),
            ("a: %x\n", "1:4: not valid YAML: text that begins with '%' must be quoted"),
            ("a: 'x\nb: 1\n", "1:4: not valid YAML: the quote that opens here is never closed"),
            ("a: -\n", "1:4: not valid YAML: a list item is not allowed here; begin it on a line of its own"),
            ("a:\n- b\nc\n", "3:1: not valid YAML: ':' is missing after this key"),
            ("a: \"\\q\"\n", "1:5: not valid YAML: found unknown escape character"),
            (
                "a: [1, 2\nb: 3\n",
                "2:2: not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence that begins "
                    + "on line 1)"
            ),
            (
                "a:\n  b: 1\n c: 2\n",
                "3:2: not valid YAML: did not find expected key; check the indentation (while parsing a block mapping "
                    + "that begins on line 1)"
            ),
            ("%YAML 2.0\n---\na: 1\n", "1:1: not valid YAML: found incompatible YAML document"),
        ])
    func syntaxError(text: String, expected: String) {
        let (node, diagnostics) = PolicyDocument.parse(text, file: "p.yaml")
        #expect(diagnostics.map(\.description) == ["p.yaml:" + expected])
        #expect(node == nil)
    }

    @Test(
        "text that is YAML but no policy is refused",
        arguments: [
            ("- a\n", "1:1: a policy is keys and values at its top level, found a list"),
            ("\njust words\n", "2:1: a policy is keys and values at its top level, found 'just words'"),
            ("a: 1\n---\nb: 1\n", "2:1: a policy file holds one document; a second one begins here"),
            ("a: x\u{0}y\n", "1:5: the character U+0000 is not allowed in a policy"),
            ("a: é\u{2028}\n", "1:5: the character U+2028 is not allowed in a policy"),
            ("a: 1\r\nb: \u{85}\n", "2:4: the character U+0085 is not allowed in a policy"),
        ])
    func refusedDocument(text: String, expected: String) {
        let (node, diagnostics) = PolicyDocument.parse(text, file: "p.yaml")
        #expect(diagnostics.map(\.description) == ["p.yaml:" + expected])
        #expect(node == nil)
    }

    @Test("mistakes inside valid YAML leave the rest readable and are all told")
    func readableMistakes() {
        let text = """
            <<: {x: 1}
            a: 1
            "a": 2
            b: !!int 3
            c: *nowhere
            ? [x, y]
            : 1
            d: {e: 1, e: 2, f: !local x}
            é: [*gone, g]
            """
        let (node, diagnostics) = PolicyDocument.parse(text, file: "p.yaml")
        #expect(
            diagnostics.map(\.description) == [
                "p.yaml:1:1: merge keys ('<<') are not supported; write the keys out or put them in a further policy"
                    + " file",
                "p.yaml:3:1: the key 'a' is given twice; it first stands at p.yaml:2:1",
                "p.yaml:4:4: the tag '!!int' means nothing in a policy; remove it",
                "p.yaml:5:4: the alias '*nowhere' names nothing that stands before it",
                "p.yaml:6:3: a key must be text, found a list",
                "p.yaml:8:11: the key 'e' is given twice; it first stands at p.yaml:8:5",
                "p.yaml:8:20: the tag '!local' means nothing in a policy; remove it",
                "p.yaml:9:5: the alias '*gone' names nothing that stands before it",
            ])
        #expect(node.map(outline) == "{a: 1@2:4, b: 3@4:4, d: {e: 1@8:8, f: x@8:20}@8:4, é: [g@9:12]@9:4}@1:1")
    }

    @Test(
        "values keep their text, their quoting and their place",
        arguments: [
            ("# nothing\n", nil),
            ("", nil),
            ("--- \n...\n", nil),
            ("~\n", nil),
            ("\u{FEFF}a: 1", "{a: 1@1:4}@1:1"),
            ("a: 010\nb: no\nc: 'no'\n", "{a: 010@1:4, b: no@2:4, c: \"no\"@3:4}@1:1"),
            ("a:\nb: ~\nc: null\nd: 'null'\n", "{a: null, b: null, c: null, d: \"null\"@4:4}@1:1"),
            ("a: |\n x\n  y\nb: >-\n x\n y\n", "{a: \"x\\n y\\n\"@1:4, b: \"x y\"@4:4}@1:1"),
            ("a:\r\n- x\r\n- y\r\n", "{a: [x@2:3, y@3:3]@2:1}@1:1"),
            ("a: [x,\n\ty]\n", "{a: [x@1:5, y@2:2]@1:4}@1:1"),
            ("a: &l [x]\nb: *l\n", "{a: [x@1:8]@1:4, b: [x@1:8]@1:4}@1:1"),
            ("on: \u{1F600} # why\n", "{on: \u{1F600}@1:5}@1:1"),
            ("host: 2001:db8::1\n", "{host: 2001:db8::1@1:7}@1:1"),
        ])
    func values(text: String, expected: String?) {
        let (node, diagnostics) = PolicyDocument.parse(text, file: "p.yaml")
        #expect(diagnostics.isEmpty)
        #expect(node.map(outline) == expected)
    }

    @Test(
        "later documents replace scalars and lists and merge mappings",
        arguments: [
            (["a: 1\nb: 2\n", "b: 3\nc: 4\n"], "{a: 1@0:1:4, b: 3@1:1:4, c: 4@1:2:4}"),
            (["l: [x, y]\n", "l: [z]\n"], "{l: [z@1:1:5]@1:1:4}"),
            (["s: {a: 1, b: 2}\n", "s: {b: 3}\n"], "{s: {a: 1@0:1:8, b: 3@1:1:8}@1:1:4}"),
            (["s: {a: 1}\n", "s:\n", "s: {b: 2}\n"], "{s: {a: 1@0:1:8, b: 2@2:1:8}@2:1:4}"),
            (["s: {a: 1}\n", "s: x\n"], "{s: x@1:1:4}"),
            (["s: x\n", "s: {a: 1}\n"], "{s: {a: 1@1:1:8}@1:1:4}"),
            (["a: 1\n", "a: ~\n"], "{a: null}"),
            (["a: 1\n", "a: 2\n", "a: 3\n"], "{a: 3@2:1:4}"),
        ])
    func overlay(texts: [String], expected: String) {
        let nodes = texts.enumerated().compactMap { PolicyDocument.parse($1, file: String($0)).node }
        #expect(nodes.count == texts.count)
        let members = outline(PolicyDocument.overlay(nodes), withFile: true)
        #expect(String(members.dropLast("@1:1:1".count)) == expected)
    }

    @Test("nothing overlaid is nothing")
    func emptyOverlay() {
        #expect(PolicyDocument.overlay([]) == PolicyNode(.null, at: .builtIn))
    }

    @Test("an overlaid value tells its own file, an empty section above it does not")
    func overlayPlaces() {
        let nodes = [("a.yaml", "s:\n  k: 1\n"), ("b.yaml", "s:\n")]
            .compactMap { PolicyDocument.parse($1, file: $0).node }
        var reader = PolicyReader(PolicyDocument.overlay(nodes))
        #expect(reader.place(of: "s").description == "a.yaml:2:3")
        reader.section("s", "") { section in
            #expect(section.place(of: "k").description == "a.yaml:2:6")
            #expect(section.place(of: "absent").isBuiltIn)
        }
    }
}

/// A node on one line with the places of its values; quoted text in quotes.
func outline(_ node: PolicyNode, withFile: Bool) -> String {
    let place = "@" + (withFile ? node.place.file + ":" : "") + "\(node.place.line):\(node.place.column)"
    switch node.content {
    case .null: return "null"
    case .scalar(let text, let isQuoted): return (isQuoted ? text.debugDescription : text) + place
    case .sequence(let items):
        return "[" + items.map { outline($0, withFile: withFile) }.joined(separator: ", ") + "]" + place
    case .mapping(let members):
        let parts = members.map { "\($0.key): \(outline($0.value, withFile: withFile))" }
        return "{" + parts.joined(separator: ", ") + "}" + place
    }
}

func outline(_ node: PolicyNode) -> String { outline(node, withFile: false) }
