import Testing
import Values

@testable import Rules

/// Reading rule files.
@Suite struct RuleFileTests {
    private static let message = "From: a@b.example\nSubject: Cheap pills\n\nbuy now\n"

    @Test(arguments: [
        ("header A Subject =~ /cheap/i\nscore A 1", ["A"]),
        ("header A Subject !~ /cheap/i", []),
        ("header A exists:Subject", ["A"]),
        ("header A exists:X-None", []),
        ("header A X-None =~ /^gone$/ [if-unset: gone]", ["A"]),
        ("header A Subject =~ m{cheap\\s+pills}i", ["A"]),
        ("header A Subject =~ m!Cheap!", ["A"]),
        ("body A /buy now/", ["A"]),
        ("body A /Cheap/\ntflags A nosubject", []),
        ("body A /cheap/i # a comment", ["A"]),
        ("body A /b\\#y/", []),
        // The last definition counts, of whatever kind.
        ("body A /nothing/\nheader A Subject =~ /Cheap/", ["A"]),
        ("body A /buy/\nscore A 0", []),
        ("body __A /buy/\nmeta B __A && !C\nbody C /none/", ["B", "__A"]),
        ("body __A /[a-z]/\ntflags __A multiple maxhits=3\nmeta B __A >= 3\nmeta C __A > 3", ["B", "__A*3"]),
        ("body __A /[a-z]/\ntflags __A multiple maxhits=0\nmeta C __A > 3", ["C", "__A*15"]),
        ("body __A /buy/\nbody __B /now/\nmeta C (__A + __B) == 2", ["C", "__A", "__B"]),
        ("meta A UNKNOWN || !UNKNOWN", ["A"]),
        // A meta rule of score 0 is not worked out, nor is one that waits for it.
        ("meta __A 1\nscore __A 0\nmeta B !__A", []),
        ("meta A B\nmeta B A", []),
        ("body __P1 /buy/\nbody __P2 /now/\nmeta A rules_matching(__P*) > 1", ["A", "__P1", "__P2"]),
        ("if (version >= 3.004000)\nbody A /buy/\nendif", ["A"]),
        ("if !(version >= 3.004000)\nbody A /buy/\nelse\nbody B /buy/\nendif", ["B"]),
        (
            "ifplugin Mail::SpamAssassin::Plugin::Nothing\nbody A /buy/\nif (version > 1)\nbody B /buy/\nendif\nendif",
            []
        ),
        ("ifplugin Mail::SpamAssassin::Plugin::HeaderEval\nbody A /buy/\nendif", ["A"]),
        ("if can(Mail::SpamAssassin::Conf::feature_bug6558_free)\nbody A /buy/\nendif", ["A"]),
        ("body A /^(?:be{,2}t|b{ 1, 2 }uy|[x{,2}]{3}) /", ["A"]),
        ("if can(Mail::SpamAssassin::Conf::feature_of_none)\nbody A /buy/\nendif", []),
        ("replace_tag B [b8]\nreplace_tag U [u\\xfc]\nbody A /<B><U>y/\nreplace_rules A", ["A"]),
        ("replace_inter X \\W?\nreplace_tag B b\nreplace_tag U u\nbody A /<inter X><B><U>y/\nreplace_rules A", ["A"]),
        ("lang de body A /buy/\nlang en body B /buy/", ["B"]),
        ("header A Subject:raw =~ /^ Cheap/", ["A"]),
        ("header A From:addr =~ /^a@b\\.example$/", ["A"]),
        ("header A ALL =~ /^Subject: Cheap/m", ["A"]),
        ("full A /\\n\\nbuy/", ["A"]),
        ("rawbody A /^buy now$/", ["A"]),
    ])
    func rulesMeanWhatTheySay(rules: String, expected: [String]) {
        #expect(RuleSample.hits(rules, RuleFileTests.message) == expected)
        #expect(RuleSample.hits(rules, RuleFileTests.message, prefilters: true) == expected)
    }

    @Test(arguments: [
        ("frobnicate yes", "\"frobnicate\" is not known"),
        ("body A buy", "an expression stands between delimiters"),
        ("body A /b(uy/", "parenthes"),
        ("body A /(?{ system(1) })/", "runs Perl code"),
        ("header A Subject", "a header test has the form"),
        ("header A Subject:nick =~ /x/", "is no modifier"),
        ("meta A (B &&", "the rule ends"),
        ("score A x", "is no number"),
        ("score A (1)", "there is no score of A before"),
        ("score A +0.7", "is no number"),
        ("score A 5.", "is no number"),
        ("if (version\nendif", "the condition is not understood"),
        ("endif", "endif without if"),
        ("if (version > 1)", "is not closed"),
        ("include nowhere.cf", "there is no file nowhere.cf"),
        ("body 1A /x/", "is no name of a rule"),
        ("header A eval:f('x", "wants a function"),
        ("trusted_networks x.y", "is no network"),
        ("required_score 5,5", "required_score: \"5,5\" is no number"),
        ("body_part_scan_size 50k", "\"50k\" is no whole number"),
    ])
    func mistakesHaveTheirPlace(line: String, expected: String) {
        let set = RuleSample.set("# first\n\(line)\nbody OK /buy/\n")
        #expect(set.problems.count == 1)
        #expect(set.problems.first?.description.contains(expected) == true, "\(set.problems)")
        #expect(set.problems.first?.file == "test.cf" && set.problems.first?.line ?? 0 >= 2)
        // The rest counts all the same, but for what an open condition guards.
        #expect(set.rule("OK") != nil || line.hasPrefix("if"))
    }

    @Test func scoresComeInFours() {
        let set = RuleSample.set(
            "body A /a/\nscore A 1 2 3 4\nbody B /b/\nscore B 1.5\nscore B (0.25)\nbody T_C /c/\nbody D /d/\ntflags D nice"
        )
        #expect((0..<4).map { set.rule("A")?.score(set: $0) } == [1000, 2000, 3000, 4000])
        #expect(set.rule("B")?.score(set: 2) == 1750)
        #expect(set.rule("T_C")?.score(set: 0) == 10)
        #expect(set.rule("D")?.score(set: 0) == -1000)
    }

    @Test func includesAreBounded() {
        let set = RuleSample.set("include a.cf\nbody A /a/") { _ in Array("include a.cf\nbody B /b/\n".utf8) }
        #expect(set.problems.count == 1 && set.rule("A") != nil && set.rule("B") != nil)
    }

    @Test func sizesAreBounded() {
        var limits = RuleFileLimits()
        (limits.rules, limits.lineLength, limits.fileSize) = (2, 40, 200)
        let lines = (0..<4).map { "body R\($0) /x/\n" }.joined() + "body LONG /\(String(repeating: "x", count: 50))/\n"
        let set = RuleFileReader.read(
            [
                .init(name: "a.cf", contents: Array(lines.utf8)),
                .init(name: "b.cf", contents: [UInt8](repeating: 35, count: 300)),
            ],
            limits: limits)
        #expect(set.rules.map(\.name) == ["R0", "R1"])
        #expect(set.problems.count == 4)
    }
}
