import Testing

/// Files that are made to break whoever looks into them, and those that hide what they do.
@Suite(.serialized, .enabled(if: EndToEndTests.hasPython, "there is no /usr/bin/python3"))
struct HostileFileTests {
    @Test(arguments: ["bombs", "sizes", "nesting", "names", "packed-names", "office", "pdf", "pages", "tnef"])
    func tells(part: String) async throws { try await EndToEndTests.run("hostile.py", [part]) }
}
