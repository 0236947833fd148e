import Testing
import Values

@testable import Expressions

/// The pass over all patterns passes over none that matches.
@Suite struct PatternSetTests {
    private static func candidates(_ patterns: [(String, Expression.Options)], _ subject: [UInt8]) -> Set<Int> {
        let set = PatternSet(patterns.map { (Array($0.0.utf8), $0.1) })
        var found = set.unfiltered
        PatternScan().scan(Bytes(subject), for: set, into: &found)
        return Set(found)
    }

    /// What of a pattern is looked for.
    @Test(
        arguments: [
            ("foo", ["foo"], false),
            ("fo+bar", ["obar"], false),
            ("(?:red|blue) car", ["blue car", "red car"], false),
            ("colou?r", ["color", "colour"], false),
            (#"\bc[a4]t\b"#, ["c4t", "cat"], false),
            ("(?!abc)xyz", ["xyz"], false),
            ("(?=hello)h", ["hello"], false),
            (#"(?&t){2}(?(DEFINE)(?<t>mo?re))"#, ["moremore", "moremre", "mremore", "mremre"], false),
            (#"v[\W_]{0,3}i[\W_]{0,3}a[\W_]{0,3}g"#, ["viag"], true),
            ("x", [], false), (".*", [], false), ("[a-z]+", [], false), ("(a)?", [], false), (#"(?R)?ab"#, [], false),
        ] as [(String, [String], Bool)])
    func needsOfPatterns(pattern: String, expected: [String], isReduced: Bool) {
        let needs = PatternReader.needs(of: Array(pattern.utf8), [], isReduced: isReduced)
        #expect((needs.first?.texts ?? []).map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test(
        arguments: [
            ("VIAGRA", Expression.Options.ignoringCase, "buy viagra"), ("vi4gra|cialis", [], "xx cialis"),
            (#"v[i1\xEC][a@]gra"#, [], "v1@gra"), (#"(?i:free) money"#, [], "FREE money"),
            (#"a b  c # not this"#, .extended, "abc"), (#"(?x) a b \ c"#, [], "ab c"),
            (#"(\w+) and \1"#, [], "you and you"), (#"\x41\102C"#, [], "ABC"), (#"[[:upper:]]{3}tail"#, [], "ABCtail"),
            (#"^(?>a+)b{2,4}$"#, .multiline, "x\naabbb\ny"), (#"(?:name[:\s]+){3}"#, [], "name: name name: "),
            (#"(?:(?=.*once)a){3}"#, [], "aaa once"), (#"v\W?i\W?a\W?g\W?r\W?a"#, [], "v.i-a g_r/a v!i@a g r*a"),
            (#"(?:\b|\s)[_\W]{0,3}p[_\W]?[i1!][_\W]?l[_\W]?l"#, [], " p!ll"), (#"[^a-z]spam[^\d]"#, [], "Xspam!"),
            (#"\Qa.b\E"#, [], "a.b"), (#"(?<y>ab)(?&y)"#, [], "abab"), (#"x{2}y{0}z"#, [], "xxz"),
            ("a{,2}b", [], "a{,2}b"),
        ] as [(String, Expression.Options, String)])
    func whatMatchesIsLookedAt(pattern: String, options: Expression.Options, subject: String) throws {
        let matcher = Matcher()
        for text in subject.split(separator: " v").map(String.init) + [subject] {
            guard matcher.matches(try Expression(Array(pattern.utf8), options), Bytes(text)) else { continue }
            #expect(PatternSetTests.candidates([(pattern, options)], Array(text.utf8)) == [0], "\(text)")
        }
        #expect(
            matcher.matches(try Expression(Array(pattern.utf8), options), Bytes(subject)) || pattern.contains("g\\W"))
    }

    /// Patterns put together by chance, over few letters so that they match often.
    @Test(arguments: 1...6) func whatMatchesByChanceIsLookedAt(seed: Int) throws {
        var generator = Generator(state: UInt64(seed))
        var patterns: [(String, Expression.Options)] = []
        var expressions: [Expression] = []
        while patterns.count < 400 {
            let options: Expression.Options = generator.number(3) == 0 ? .ignoringCase : []
            let text = generator.pattern(depth: 0)
            guard let made = try? Expression(Array(text.utf8), options) else { continue }
            patterns.append((text, options))
            expressions.append(made)
        }
        let set = PatternSet(patterns.map { (Array($0.0.utf8), $0.1) }, takesShapes: seed % 2 == 0)
        let kept = try #require(set.serialized)
        let again = try #require(PatternSet(serialized: Bytes(kept), count: set.count))
        #expect(set.unfiltered.count < patterns.count && again.unfiltered == set.unfiltered)
        let (matcher, scan) = (Matcher(), PatternScan())
        var (matched, passed) = (0, 0)
        for _ in 0..<60 {
            let subject = Bytes((0..<generator.number(60)).map { _ in generator.byte() })
            var candidates = set.unfiltered
            scan.scan(subject, for: set, into: &candidates)
            var others = again.unfiltered
            scan.scan(subject, for: again, into: &others)
            #expect(Set(candidates).count == candidates.count && candidates == others)
            let marked = Set(candidates)
            for (index, expression) in expressions.enumerated() {
                if !marked.contains(index) { passed += 1 }
                guard matcher.matches(expression, subject) else { continue }
                matched += 1
                #expect(marked.contains(index), "\(patterns[index]) in \(subject)")
            }
        }
        #expect(matched > 100 && passed > 100, "\(matched) \(passed)")
    }

    private struct Generator {
        var state: UInt64

        mutating func number(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(limit, 1)
        }

        mutating func byte() -> UInt8 {
            let letters = Array("abcABC12 _-.\u{E9}".utf8) + [0xE9]
            return letters[number(letters.count)]
        }

        mutating func pattern(depth: Int) -> String {
            (0...number(4)).map { _ in
                let letters = ["a", "b", "c", "B", "1", "2", "ab", "ca", "abc", "12", "cab"]
                var atom: String
                switch number(depth < 3 ? 12 : 6) {
                case 0, 1, 2: atom = letters[number(letters.count)]
                case 3: atom = ["[ab1]", "[^c]", #"[_\W]"#, #"[a\xE9]"#, "[B-C2]", #"[c\s]"#][number(6)]
                case 4: atom = [".", #"\w"#, #"\s"#, #"\b"#, #"\W"#, "^", "$", #"\xE9"#, #"\xC3\xA9"#][number(9)]
                case 5: atom = letters[number(letters.count)]
                case 6: atom = "(?:\(pattern(depth: depth + 1))|\(pattern(depth: depth + 1)))"
                case 7: atom = "(\(pattern(depth: depth + 1)))"
                case 8: atom = "(?=\(pattern(depth: depth + 1)))"
                case 9: atom = "(?!\(pattern(depth: depth + 1)))"
                case 10: atom = "(?>\(pattern(depth: depth + 1)))"
                default: atom = "(?i:\(pattern(depth: depth + 1)))"
                }
                if number(3) == 0, atom.count > 0 {
                    atom = "(?:\(atom))" + ["?", "*", "+", "{2}", "{1,3}", "{0,2}", "{3}", "+?", "{2,}"][number(9)]
                }
                return atom
            }
            .joined()
        }
    }
}
