import Foundation
import Testing

/// Files that can be read once: what looks into them must not take their beginning away.
@Suite struct PipedInputTests {
    private static let mail =
        "From a@b.example Mon Jan  1 00:00:00 2024\nFrom: a@b.example\nSubject: one\n\nx\n\n"
        + "From a@b.example Mon Jan  1 00:00:00 2024\nFrom: a@b.example\nSubject: two\n\ny\n"
    private static let log =
        "May  1 09:50:00 mx postfix/smtpd[10]: connect from mail.example[192.0.2.7]\n"
        + "May  1 09:50:01 mx postfix/smtpd[10]: disconnect from mail.example[192.0.2.7]\n"

    /// Runs `assay` on a pipe called `p` that the file `source` is written to.
    private static func ask(_ place: Workplace, _ command: String, source: String) throws -> Outcome {
        let assay = try #require(Place.assay)
        return try place.run(
            ["/bin/bash", "-c", "mkfifo p && (cat \(source) > p &) && \(assay) \(command)"], seconds: 60)
    }

    @Test(arguments: [
        ("replay p --dns none", "m.mbox", 0, "2 messages"), ("check dkim p#2 --dns none", "m.mbox", 0, "none"),
        ("explain p#2 --dns none", "m.mbox", 0, "two"), ("logs summary p", "m.log", 0, "From 20"),
        ("replay p --dns none", "m.mbox.gz", 0, "2 messages"),
    ])
    func isReadWhole(command: String, source: String, code: Int, words: String) throws {
        let place = try Workplace()
        try place.write("m.mbox", Self.mail)
        try place.write("m.log", Self.log)
        #expect(try place.run(["/bin/gzip", "-k", "m.mbox"], seconds: 10).code == 0)
        let outcome = try Self.ask(place, command, source: source)
        #expect(outcome.code == code && outcome.errors.isEmpty && outcome.output.contains(words), "\(outcome)")
    }
}
