import Stages
import Testing

@Suite struct WildcardTests {
    @Test(arguments: [
        ("", "", true), ("", "a", false), ("a", "", false), ("*", "", true), ("*", "anything", true), ("?", "", false),
        ("?", "a", true), ("?", "ab", false), ("abc", "abc", true), ("abc", "abd", false), ("abc", "abcd", false),
        ("ABC", "abc", true), ("abc", "ABC", true), ("*@partner.example", "ann@Partner.Example", true),
        ("*@partner.example", "ann@sales.partner.example", false), ("*@*.example", "ann@partner.example", true),
        ("a*c", "ac", true), ("a*c", "abbbc", true), ("a*c", "abbbcd", false), ("a*b*c", "a-b-b-c", true),
        ("**a**", "a", true), ("*a?", "aab", true), ("*a?", "aa", true), ("*a?", "a", false), ("a*?", "a", false),
        // Only the last star is tried again: the first one's first match has to be enough.
        ("*ab*cd", "abxabcd", true), ("*ab*ab", "ab", false), ("*aab", "aaab", true),
        // Neither is special in the text, and there is no way to write them in a pattern.
        ("a?c", "a*c", true), ("[a]", "a", false), ("\\*", "\\x", true),
        // A wildcard stands for an octet; a letter past ASCII has two or more.
        ("?", "ü", false), ("??", "ü", true), ("*ü", "müü", true), ("Ü", "ü", false),
    ])
    func patternsMatch(_ pattern: String, _ text: String, _ expected: Bool) {
        #expect(Wildcard.matches(pattern, text) == expected)
    }

    /// The recursive textbook matcher would need more steps for these than there are atoms; the product of the lengths
    /// is a few million.
    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            (String(repeating: "a*", count: 500) + "b", String(repeating: "a", count: 4000), false),
            (String(repeating: "*a", count: 500) + "*b", String(repeating: "a", count: 4000), false),
            (String(repeating: "*a", count: 500), String(repeating: "a", count: 4000), true),
            ("*" + String(repeating: "a", count: 1000) + "b*", String(repeating: "a", count: 4000), false),
            (String(repeating: "*?", count: 1000), String(repeating: "a", count: 999), false),
            (String(repeating: "*", count: 100_000), "", true),
        ])
    func hostilePatternsEnd(_ pattern: String, _ text: String, _ expected: Bool) {
        #expect(Wildcard.matches(pattern, text) == expected)
    }
}
