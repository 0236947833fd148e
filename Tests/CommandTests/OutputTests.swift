import Foundation
import Testing

/// Where output goes, and what happens when it cannot.
@Suite struct OutputTests {
    private static let inbound = "\(Place.fixtures)/archive/inbound.mbox"
    private static let every: [[String]] = [
        ["replay", inbound], ["replay", inbound, "--format", "ndjson"], ["explain", inbound],
        ["check", "dkim", inbound],
        ["check", "spf", "--ip", "192.0.2.1", "--helo", "a.example"], ["policy", "init"], ["policy", "show"],
        ["policy", "check", "\(Place.fixtures)/policy.yaml"], ["stages", "list"], ["stages", "show", "spf"],
    ]

    @Test(arguments: every) func aFullDiskIsToldWith74(_ command: [String]) throws {
        let outcome = try Workplace().assay(command, output: "/dev/full")
        #expect(outcome.code == 74)
        #expect(outcome.errors == "standard output: cannot be written: No space left on device\n")
    }

    @Test(arguments: ["replay", "explain"]) func aFullDiskBehindOutput(_ command: String) throws {
        let outcome = try Workplace().assay([command, Self.inbound, "--output", "/dev/full"])
        #expect(outcome.code == 74)
        #expect(outcome.errors == "/dev/full: cannot be written: No space left on device\n")
    }

    @Test func aTemporaryFolderThatIsNotThere() throws {
        let outcome = try Workplace().bash("TMPDIR=/nonexistent $ASSAY replay --simulate \(Self.inbound)")
        #expect(outcome.code == 74)
        #expect(
            outcome.errors
                == "temporary file: cannot be created in /nonexistent: No such file or directory\n")
    }

    /// `… | head -1`: nothing on standard error, whether or not the parent has SIGPIPE ignored.
    @Test(arguments: ["", "trap '' PIPE;"]) func aClosedPipeIsQuiet(_ before: String) throws {
        let archives = Array(repeating: Self.inbound, count: 20).joined(separator: " ")
        let outcome = try Workplace().bash(
            "\(before) $ASSAY replay --format ndjson \(archives) | head -1 | cut -c1-10; echo ${PIPESTATUS[0]}")
        #expect(outcome.errors.isEmpty)
        #expect(outcome.lines.first == "{\"client\":")
        #expect(["141", "0"].contains(outcome.lines.last))
        #expect(before.isEmpty || outcome.lines.last == "0")
    }

    @Test func outputGoesToTheFileNamed() throws {
        let place = try Workplace()
        let plain = try place.assay(["replay", Self.inbound, "--format", "ndjson"])
        let named = try place.assay(["replay", Self.inbound, "--format", "ndjson", "--output", "out.ndjson"])
        #expect(plain.code == 0 && named.code == 0 && named.output.isEmpty)
        #expect(try place.read("out.ndjson") == plain.output)
    }

    /// Each line one object, its keys sorted, with all the keys a replay line has.
    @Test func replayLinesAreJSONWithSortedKeys() throws {
        let outcome = try Workplace().assay([
            "replay", Self.inbound, "--format", "ndjson", "--policy", "\(Place.fixtures)/policy.yaml", "--dns",
            "snapshot:\(Place.fixtures)/dns.snapshot.ndjson",
        ])
        #expect(outcome.code == 0 && outcome.errors.isEmpty && outcome.lines.count == 86)
        let keys: Set = [
            "client", "defects", "effects", "findings", "header_from", "id", "label", "mail_from", "not_evaluated",
            "offset", "provenance", "rcpt_to", "size", "source", "subject", "time", "verdict",
        ]
        for (line, object) in zip(outcome.lines, try outcome.objects()) {
            #expect(Set(object.keys) == keys)
            // Foundation writes sorted keys as we do; only its escapes differ, so the order of keys is compared.
            let sorted = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
            #expect(Self.keys(of: line) == Self.keys(of: String(decoding: sorted, as: UTF8.self)))
        }
    }

    /// Every key of a line, in the order in which it is written.
    private static func keys(of line: String) -> [String] {
        line.components(separatedBy: "\":").dropLast().compactMap { $0.components(separatedBy: "\"").last }
    }

    /// Nothing from a message reaches a terminal raw.
    @Test(arguments: [
        ["replay", "m.eml"], ["explain", "m.eml"], ["check", "dkim", "m.eml"],
        ["replay", "m.eml", "--format", "ndjson"],
        ["explain", "m.eml", "--format", "ndjson"], ["check", "dkim", "m.eml", "--format", "ndjson"],
    ])
    func textFromMailIsMadeSafe(_ command: [String]) throws {
        let place = try Workplace()
        try place.write(
            "m.eml",
            "Return-Path: <a\u{1B}[31m@b.example>\nSubject: \u{1B}]0;title\u{07}\u{202E}\u{9B}2J\u{2066}x\rForged: y\nFrom: \u{1B}c <a@b.example>\nDKIM-Signature: v=1; a=rsa-sha256; d=\u{1B}[2J.example; s=x; h=from; bh=AA==; b=AA==\n\ntext\n"
        )
        let outcome = try place.assay(command)
        for text in [outcome.output, outcome.errors] {
            #expect(
                !text.unicodeScalars.contains {
                    $0.value < 0x20 && $0 != "\n" || [0x7F, 0x9B, 0x202E, 0x2066].contains($0.value)
                })
        }
    }
}
