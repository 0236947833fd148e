import Reports
import Testing

@Suite struct CommandLineWordsTests {
    @Test(
        arguments: [
            ([], []), (["check", "--helo=d"], ["check", "--helo=d"]),
            (["--mail-from=", "--helo=d"], ["--mail-from", "", "--helo=d"]),
            (["--a=", "--b="], ["--a", "", "--b", ""]), (["--a=b="], ["--a=b="]), (["--a=="], ["--a=="]),
            (["--="], ["--="]),
            (["a=", "-a=", "="], ["a=", "-a=", "="]), (["--a=", "--", "--b="], ["--a", "", "--", "--b="]),
        ] as [([String], [String])])
    func anEmptyValueStaysOne(_ words: [String], _ expected: [String]) {
        #expect(CommandLineWords.withEmptyValues(words) == expected)
    }
}
