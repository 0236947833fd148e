import Foundation
import Testing

/// Checks and explanations of several messages: each is answered for, and says which it is about.
@Suite struct SeveralMessagesTests {
    private static func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("a.eml", "From: a@one.example\n\nhi\n")
        try place.write("folder/b.eml", "From: b@two.example\nAuthentication-Results: mx.example; spf=pass\n\nhi\n")
        try place.write("folder/c.eml", "From: c@three.example\n\nhi\n")
        try place.write(
            "box.mbox",
            (1...3).map { "From x@y Wed May  1 10:00:00 2024\nFrom: m\($0)@box\($0).example\n\nhi\n\n" }.joined())
        return place
    }

    @Test(arguments: ["arc", "dkim", "dmarc", "vbr"])
    func eachHasAnObjectWithItsSource(check: String) throws {
        let place = try Self.place()
        let outcome = try place.assay(["check", check, "a.eml", "folder", "box.mbox", "--format", "ndjson"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let sources = try outcome.objects().map { $0["source"] as? String ?? "none" }
        #expect(
            sources == ["a.eml", "folder/b.eml", "folder/c.eml", "box.mbox#1", "box.mbox#2", "box.mbox#3"],
            "\(sources)")
        #expect(try outcome.objects().allSatisfy { $0["result"] is String })
        let one = try place.assay(["check", check, "box.mbox#2", "--format", "ndjson"]).objects()
        #expect(one.count == 1 && one.first?["source"] as? String == "box.mbox#2")
    }

    @Test func textHasAHeadingWhereThereAreSeveral() throws {
        let place = try Self.place()
        let several = try place.assay(["check", "dmarc", "box.mbox"])
        let headings = several.lines.filter { $0.hasPrefix("==> ") }
        #expect(headings == ["==> box.mbox#1 <==", "==> box.mbox#2 <==", "==> box.mbox#3 <=="], "\(several.output)")
        for name in ["a.eml", "box.mbox#2"] {
            #expect(!(try place.assay(["check", "dmarc", name]).output.contains("==>")))
        }
        let piped = try place.bash("cat box.mbox | $ASSAY check dkim -")
        #expect(piped.lines.filter { $0 == "none" }.count == 3, "\(piped.output)")
        let results = try place.assay(["check", "authres", "folder", "a.eml", "--format", "ndjson"]).objects()
        #expect(results.map { $0["source"] as? String } == ["folder/b.eml", "folder/c.eml", "a.eml"])
    }

    @Test func whatCannotBeReadCostsNothingElse() throws {
        let place = try Self.place()
        let outcome = try place.assay(["check", "dkim", "absent.eml", "a.eml", "box.mbox#9", "--format", "ndjson"])
        #expect(outcome.code == 66)
        #expect(try outcome.objects().map { $0["source"] as? String } == ["a.eml"])
        #expect(outcome.errors.contains("absent.eml") && outcome.errors.contains("box.mbox#9"), "\(outcome.errors)")
        #expect(try place.assay(["check", "dkim"]).code == 64)
    }

    @Test func explainTellsEachStory() throws {
        let place = try Self.place()
        let text = try place.assay(["explain", "box.mbox"])
        #expect(text.code == 0 && text.lines.filter { $0.hasPrefix("==> ") }.count == 3, "\(text.errors)")
        #expect(text.lines.filter { $0 == "Verdict" }.count == 3)
        let objects = try place.assay(["explain", "box.mbox", "--format", "ndjson"]).objects()
        #expect(objects.map { $0["source"] as? String } == ["box.mbox#1", "box.mbox#2", "box.mbox#3"])
        #expect(try place.assay(["explain", "box.mbox#2"]).lines.filter { $0 == "Verdict" }.count == 1)
    }

    /// On a terminal of eighty columns no table or line is left for the terminal to break, but for single words that
    /// are wider.
    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "script(1) is not here"),
        arguments: [
            "stages list", "stages show dnsbl", "query case", "query case --sql \"select * from finding\"",
            "dns show '\(Place.fixtures)/dns.snapshot.ndjson'", "explain box.mbox",
            "check spf --ip 192.0.2.1 --helo mail.a-rather-long-name.example --mail-from a@a-rather-long-name.example",
        ])
    func eightyColumnsAreEnough(command: String) throws {
        let place = try Self.place()
        #expect(try place.assay(["replay", "box.mbox", "--case", "case"]).code == 0)
        try place.write("run", "stty cols 80\n'\(try #require(Place.assay))' \(command)\n")
        let outcome = try place.bash("script -qec 'bash run' /dev/null | tr -d '\\r'")
        #expect(outcome.lines.count > 3, "\(outcome.output)")
        for line in outcome.lines where line.count > 80 {
            #expect(line.split(separator: " ").contains { $0.count > 50 }, "wider than 80: \(line)")
        }
        // What a program reads is not folded.
        let piped = try place.bash("bash run 2>/dev/null")
        #expect(piped.lines.count <= outcome.lines.count)
    }
}
