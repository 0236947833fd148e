import Foundation
import Testing

/// What a user gets who asks for something that cannot be: the exit codes of sysexits and words that help.
@Suite struct UsageTests {
    static let message = "From: a@b.example\nSubject: x\n\ntext\n"

    struct Case: Sendable, CustomTestStringConvertible {
        let command: String
        let code: Int
        /// What standard error says; a start of it where it ends in an ellipsis.
        let says: String
        var testDescription: String { command }
    }

    @Test(arguments: [
        Case(command: "replay", code: 64, says: "Error: Name an archive to replay, or - for standard input.…"),
        Case(command: "replay --bogus m.eml", code: 64, says: "Error: Unknown option '--bogus'.…"),
        Case(command: "replay m.eml --jobs 0", code: 64, says: "Error: --jobs is a number from 1 to 256.…"),
        Case(
            command: "replay m.eml --jobs many", code: 64, says: "Error: The value 'many' is invalid for '--jobs <n>'…"),
        Case(
            command: "replay m.eml --label eggs", code: 64,
            says: "Error: The value 'eggs' is invalid for '--label <label>'…"),
        Case(
            command: "replay m.eml --since soon", code: 64,
            says: "Error: The value 'soon' is invalid for '--since <time>'…"),
        Case(
            command: "replay m.eml --format xml", code: 64,
            says: "Error: The value 'xml' is invalid for '--format <format>'…"),
        Case(
            command: "replay m.eml --max-message-size 0", code: 64,
            says: "Error: --max-message-size is a number of bytes, from 1 to 1099511627776 (1 TiB).…"),
        // Numbers that no arithmetic would survive.
        Case(
            command: "replay m.eml --max-message-size 9223372036854775807", code: 64,
            says: "Error: --max-message-size is a number of bytes, from 1 to 1099511627776 (1 TiB).…"),
        Case(
            command: "query m.eml --timeout 9223372036854775807", code: 64,
            says: "Error: --timeout is a number of seconds, from 1 to 31536000.…"),
        // An empty value takes no other option for one.
        Case(
            command: "check spf --ip 192.0.2.1 --mail-from= --identity=helo", code: 64,
            says: "Error: Give --mail-from, or --helo for a null reverse-path.…"),
        Case(
            command: "check dmarc m.eml --mail-from <u@d.test>,SIZE=1", code: 64,
            says: "Error: --mail-from is an address alone…"),
        Case(command: "explain", code: 64, says: "Error: Missing expected argument '<message>'…"),
        Case(
            command: "check spf --ip 192.0.2.1", code: 64,
            says: "Error: Give --mail-from, or --helo for a null reverse-path.…"),
        Case(
            command: "check spf --ip 192.0.2.300 --helo h", code: 64,
            says: "Error: The value '192.0.2.300' is invalid for '--ip <address>'…"),
        Case(command: "stages show nope", code: 64, says: "no stage is called 'nope'; there are: …"),
        Case(
            command: "replay m.eml --dns bogus", code: 64,
            says: "'bogus' is no DNS source: system, server:HOST:PORT, zone:FILE, snapshot:FILE or none\n"),
        Case(
            command: "replay m.eml --dns snapshot:missing", code: 66,
            says: "missing: No such file or directory; check the name\n"),
        Case(
            command: "replay m.eml --dns zone:missing", code: 66,
            says: "missing: No such file or directory; check the name\n"),
        Case(command: "replay m.eml --dns snapshot:bad.ndjson", code: 65, says: "bad.ndjson:2: not a JSON object\n"),
        Case(command: "replay m.eml --dns zone:bad.zone", code: 65, says: "bad.zone:2: …"),
        Case(
            command: "replay m.eml --policy missing", code: 66,
            says: "missing: No such file or directory; check the name\n"),
        Case(
            command: "replay m.eml --labels missing", code: 66,
            says: "missing: No such file or directory; check the name\n"),
        Case(command: "replay missing", code: 66, says: "missing: No such file or directory; check the name\n"),
        Case(command: "replay m.eml/below", code: 66, says: "m.eml/below: Not a directory; check the name\n"),
        Case(
            command: "replay loop", code: 74,
            says: "loop: Too many levels of symbolic links; check the name and the disk\n"),
        Case(command: "explain missing", code: 66, says: "missing: No such file or directory; check the name\n"),
        Case(
            command: "explain m.eml#2", code: 66, says: "m.eml#2: no such message; the archive has 1 that can be read\n"
        ),
        Case(
            command: "explain m.eml --id sha256:0000", code: 66,
            says: "m.eml: no message with the id sha256:0000; the archive has 1 that can be read\n"),
        Case(command: "check dkim missing", code: 66, says: "missing: No such file or directory; check the name\n"),
        Case(command: "policy check missing", code: 66, says: "missing: No such file or directory; check the name\n"),
        Case(
            command: "policy init m.eml", code: 74,
            says: "m.eml: is there already; name another file, or move it away\n"),
        Case(
            command: "replay m.eml --output /nonexistent/x", code: 74,
            says: "/nonexistent/x: cannot be written: No such file or directory\n"),
        Case(
            command: "replay m.eml --output m.eml", code: 64,
            says: "m.eml: would overwrite m.eml, which is to be read; name another file\n"),
        Case(
            command: "check dkim m.eml --output ./m.eml", code: 64,
            says: "./m.eml: would overwrite m.eml, which is to be read; name another file\n"),
    ])
    func saysWhatIsWrong(_ item: Case) throws {
        let place = try Workplace()
        try place.write("m.eml", Self.message)
        try place.write("bad.ndjson", "\n{\"name\":\n")
        try place.write("bad.zone", "a.example. 300 IN TXT \"x\"\na.example. 300 IN WHAT\n")
        try FileManager.default.createSymbolicLink(atPath: place.path + "/loop", withDestinationPath: "loop")
        let outcome = try place.assay(item.command.split(separator: " ").map(String.init))
        #expect(outcome.code == item.code)
        if item.says.hasSuffix("…") {
            #expect(outcome.errors.hasPrefix(item.says.dropLast()))
        } else {
            #expect(outcome.errors == item.says)
        }
        #expect(try place.read("m.eml") == Self.message)
    }

    /// Several archives, one of them missing: the others are replayed, and the exit code tells.
    @Test func oneMissingArchiveDoesNotStopTheOthers() throws {
        let place = try Workplace()
        try place.write("m.eml", Self.message)
        let outcome = try place.assay(["replay", "m.eml", "missing", "m.eml", "--format", "ndjson"])
        #expect(outcome.code == 66)
        #expect(outcome.lines.count == 2)
    }

    /// Each of ten mistakes is told, in the order of the file.
    @Test(arguments: [
        ["policy", "check", "ten.yaml"], ["replay", "m.eml", "--policy", "ten.yaml"], ["policy", "show", "ten.yaml"],
    ])
    func tenMistakesInAPolicy(_ command: [String]) throws {
        let place = try Workplace()
        try place.write("m.eml", Self.message)
        try place.write(
            "ten.yaml",
            """
            version: 2
            local_domain: [company.example]
            trusted_relays: [198.51.100.300]
            thresholds:
              tagg: 5
              reject: many
            weights:
              SPF_FAILED: 4
            actions:
              SPF_FAIL: rejct
            exemptions:
              spf: [everyone]
            stages:
              spf:
                helo: perhaps
              greylst:
                enabled: true

            """)
        let outcome = try place.assay(command)
        #expect(outcome.code == 78)
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.errors == """
                ten.yaml:1:10: version 2 is not supported; this program reads version 1
                ten.yaml:2:1: unknown key 'local_domain' in the policy; did you mean 'local_domains'?
                ten.yaml:3:18: expected an address, or a network in CIDR form such as 192.0.2.0/24, found '198.51.100.300'
                ten.yaml:5:3: unknown key 'tagg' in 'thresholds'; did you mean 'tag'?
                ten.yaml:6:11: expected a score such as 2.5, found 'many'
                ten.yaml:8:3: unknown symbol 'SPF_FAILED' in 'weights'; did you mean 'SPF_FAIL'?
                ten.yaml:10:13: expected one of score, tag, quarantine, defer, reject, disconnect, discard, found 'rejct'
                ten.yaml:11:1: unknown key 'exemptions' in the policy
                ten.yaml:15:11: expected true or false, found 'perhaps'
                ten.yaml:16:3: unknown key 'greylst' in 'stages'; did you mean 'greylist'?

                """)
    }

    @Test func aLabelFileWithMistakes() throws {
        let place = try Workplace()
        let id = "sha256:" + String(repeating: "a", count: 64)
        try place.write("m.eml", Self.message)
        try place.write(
            "labels.tsv",
            "# a comment\n\n\(id)\tham\tgood\r\nsha256:12\tham\n\(id)\n\(id)\teggs\u{1B}[2J\n\(id)\tspam\nnonsense\n")
        let outcome = try place.assay(["replay", "m.eml", "--labels", "labels.tsv"])
        #expect(outcome.code == 65)
        #expect(
            outcome.errors == """
                labels.tsv:4: expected sha256:… (64 digits), a tab, and ham or spam
                labels.tsv:5: expected sha256:… (64 digits), a tab, and ham or spam
                labels.tsv:6: expected ham or spam, found 'eggs\\x1b[2J'
                labels.tsv:7: labels as spam what an earlier line labels as ham
                labels.tsv:8: expected sha256:… (64 digits), a tab, and ham or spam

                """)
    }

    /// A file that is something else altogether is given up soon.
    @Test func aLabelFileThatIsNone() throws {
        let place = try Workplace()
        try place.write("m.eml", Self.message)
        try place.write("labels.tsv", String(repeating: "x\n", count: 1_000_000))
        let outcome = try place.assay(["replay", "m.eml", "--labels", "labels.tsv"])
        #expect(outcome.code == 65)
        #expect(outcome.errors.split(separator: "\n").count == 21)
        #expect(outcome.errors.hasSuffix("labels.tsv: not read further; is it the right file?\n"))
    }

    /// What follows a reverse-path in MAIL is no part of it.
    @Test func aReversePathWithParameters() throws {
        let place = try Workplace()
        let check = ["check", "spf", "--ip", "192.0.2.1", "--dns", "none", "--mail-from"]
        for path in ["<u@d.test> SIZE=1", "u@d.test SIZE=1", "<u@d.test", "u@d.test>", " u@d.test"] {
            let outcome = try place.assay(check + [path])
            #expect(outcome.code == 64 && outcome.errors.hasPrefix("Error: --mail-from is an address alone"))
        }
        for path in ["<u@d.test>", "u@d.test", "\"u \\\" v\"@d.test", "<\"u v\"@d.test>", "d.test"] {
            #expect(try place.assay(check + [path]).code == 0, "\(path)")
        }
    }

    @Test func versionAndHelp() throws {
        let place = try Workplace()
        #expect(try place.assay(["--version"]).output == "0.1.0\n")
        for command in [
            [], ["replay"], ["explain"], ["check", "spf"], ["check", "dkim"], ["policy", "check"], ["stages"],
            ["dns", "lookup"], ["dns", "record"], ["dns", "show"],
        ] {
            let outcome = try place.assay(command + ["--help"])
            #expect(outcome.code == 0 && outcome.output.contains("USAGE: assay"))
        }
    }
}
