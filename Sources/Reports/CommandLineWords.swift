/// The words of a command line as they are to be parsed.
public enum CommandLineWords {
    /// `words` with each `--option=` made two words, the second empty: the parser would take the next word for the value
    /// that is left out, be it an option. What comes after `--` stays as it is.
    public static func withEmptyValues(_ words: [String]) -> [String] {
        let end = words.firstIndex(of: "--") ?? words.endIndex
        let split = words[..<end].flatMap { word -> [String] in
            guard word.hasPrefix("--"), word.utf8.count > 3, word.utf8.last == UInt8(ascii: "="),
                word.utf8.firstIndex(of: UInt8(ascii: "=")) == word.utf8.index(before: word.utf8.endIndex)
            else { return [word] }
            return [String(word.dropLast()), ""]
        }
        return split + words[end...]
    }
}
