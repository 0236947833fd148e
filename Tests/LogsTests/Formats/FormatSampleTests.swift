import Testing

/// What lines of each format tell. The lines are in the form that the programs write, or are documented to.
@Suite struct FormatSampleTests {
    @Test(arguments: FormatSample.all(DialogueSamples.text))
    func dialogues(sample: FormatSample) { check(sample) }

    @Test(arguments: FormatSample.all(ServerSamples.text))
    func servers(sample: FormatSample) { check(sample) }

    @Test(arguments: FormatSample.all(FilterSamples.text))
    func filters(sample: FormatSample) { check(sample) }

    @Test(arguments: FormatSample.all(LoginSamples.text))
    func logins(sample: FormatSample) { check(sample) }

    private func check(_ sample: FormatSample) {
        #expect(sample.formats == sample.format)
        let (told, expected) = (sample.told.split(separator: "\n"), sample.expected.split(separator: "\n"))
        for (line, wanted) in zip(told, expected) { #expect(line == wanted) }
        #expect(told.count == expected.count, "\(sample.told)")
    }
}
