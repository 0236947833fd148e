import Foundation
import Testing

/// The commands on the fixtures, as a user runs them.
@Suite struct CommandTests {
    private static let policy = ["--policy", "\(Place.fixtures)/policy.yaml"]
    private static let dns = ["--dns", "snapshot:\(Place.fixtures)/dns.snapshot.ndjson"]
    private static let archive = "\(Place.fixtures)/archive"

    @Test func theDefaultPolicyPassesItsOwnCheck() throws {
        let place = try Workplace()
        #expect(try place.assay(["policy", "init", "policy.yaml"]).code == 0)
        #expect(try place.assay(["policy", "init"]).output == place.read("policy.yaml"))
        let check = try place.assay(["policy", "check", "policy.yaml"])
        #expect(check.code == 0 && check.output == "policy.yaml: no mistakes\n")
        // Every setting it shows at its default is one that can be set.
        let lines = try place.read("policy.yaml").split(separator: "\n", omittingEmptySubsequences: false)
        let set = lines.map { line -> Substring in
            let text = line.drop { $0 == " " }
            return text.hasPrefix("#") && (!text.hasPrefix("# ") || text.hasPrefix("#  - "))
                ? line.prefix(line.count - text.count) + text.dropFirst() : line
        }
        try place.write("set.yaml", set.joined(separator: "\n"))
        let all = try place.assay(["policy", "check", "set.yaml"])
        #expect(all.code == 0, "\(all.errors)")
    }

    @Test func laterPoliciesWin() throws {
        let place = try Workplace()
        try place.write("a.yaml", "version: 1\nthresholds:\n  tag: 3\n  reject: 9\n")
        try place.write("b.yaml", "version: 1\nthresholds:\n  reject: 7\n")
        let shown = try place.assay(["policy", "show", "a.yaml", "b.yaml"]).lines
        #expect(shown.contains { $0.contains("tag: 3") && $0.contains("a.yaml:3:8") })
        #expect(shown.contains { $0.contains("reject: 7") && $0.contains("b.yaml:3:11") })
    }

    struct Named: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let subject: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(arguments: [
        Named(arguments: ["inbound.mbox"], subject: "Friday's croissants"),
        Named(arguments: ["inbound.mbox#14"], subject: "Changed bank details"),
        Named(arguments: ["older.mbox.zst#5"], subject: ""),
        Named(arguments: ["march.mbox.gz#3"], subject: ""),
        Named(arguments: ["single/crlf.eml"], subject: ""),
        Named(arguments: ["maildir#2"], subject: ""),
        Named(
            arguments: ["inbound.mbox", "--id", "d8e791e189ad"], subject: "Changed bank details"),
        Named(
            arguments: [
                "inbound.mbox", "--id", "sha256:d8e791e189adacc19cefa5924bfd22f33b968f8ae24e447502c30382f35169a4",
            ], subject: "Changed bank details"),
    ])
    func explainFindsTheMessage(_ item: Named) throws {
        var arguments = item.arguments
        arguments[0] = "\(Self.archive)/\(arguments[0])"
        let text = try Workplace().assay(["explain"] + arguments + Self.policy + Self.dns)
        #expect(text.code == 0 && text.errors.isEmpty)
        let shown = text.lines.first { $0.hasPrefix("  Subject        ") }?.dropFirst(17)
        let object = try #require(
            try Workplace().assay(["explain"] + arguments + Self.policy + Self.dns + ["--format", "ndjson"]).objects()
                .first)
        #expect(shown.map(String.init) == object["subject"] as? String)
        if !item.subject.isEmpty { #expect(object["subject"] as? String == item.subject) }
        for part in ["Message\n", "\nSession and envelope\n", "\nStages, in", "\nScore\n", "\nVerdict\n"] {
            #expect(text.output.contains(part))
        }
    }

    /// A record of explain is the record of replay.
    @Test func explainAndReplayAgree() throws {
        let replayed = try Workplace().assay(
            ["replay", "\(Self.archive)/inbound.mbox", "--format", "ndjson"] + Self.policy + Self.dns
        ).lines
        for number in [1, 15, 38, 86] {
            let explained = try Workplace().assay(
                ["explain", "\(Self.archive)/inbound.mbox#\(number)", "--format", "ndjson"] + Self.policy + Self.dns)
            #expect(explained.lines == [replayed[number - 1]])
        }
    }

    @Test func standardInput() throws {
        let file = "\(Self.archive)/inbound.mbox"
        let place = try Workplace()
        #expect(try place.assay(["replay", "-", "--format", "ndjson"], input: file).lines.count == 86)
        let explained = try place.assay(["explain", "-", "--id", "d8e791e189ad"], input: file)
        #expect(explained.output.contains("  source         -#14, byte 21757\n"))
        #expect(
            try place.assay(["check", "dkim", "-", "--now", "2024-04-24"] + Self.dns, input: file).lines.prefix(2) == [
                "==> -#1 <==", "pass",
            ]
        )
    }

    /// The keys that DESIGN §7 promises, and the answers of the fixtures.
    @Test(arguments: [
        (["--ip", "192.0.2.10", "--helo", "bakery.example", "--mail-from", "hallo@bakery.example"], "pass"),
        (["--ip", "203.0.113.131", "--helo", "company.example", "--mail-from", "anna@company.example"], "fail"),
        (["--ip", "192.0.2.1", "--helo", "unrecorded.example"], "temperror"),
    ])
    func checkSPF(_ arguments: [String], _ result: String) throws {
        let outcome = try Workplace().assay(
            ["check", "spf", "--now", "2024-04-24", "--format", "ndjson"] + arguments + Self.dns)
        let object = try #require(try outcome.objects().first)
        #expect(outcome.code == 0 && outcome.lines.count == 1)
        #expect(Set(object.keys).isSuperset(of: ["result", "explanation", "mechanism", "lookups"]))
        #expect(object["result"] as? String == result)
    }

    @Test(arguments: [
        ("inbound.mbox#1", "pass", ["pass"]), ("inbound.mbox#4", "pass", ["pass", "fail"]),
        ("inbound.mbox#51", "permerror", ["permerror"]), ("inbound.mbox#14", "none", []),
    ])
    func checkDKIM(_ message: String, _ result: String, _ signatures: [String]) throws {
        let outcome = try Workplace().assay(
            ["check", "dkim", "\(Self.archive)/\(message)", "--now", "2024-05-12", "--format", "ndjson"] + Self.dns)
        let object = try #require(try outcome.objects().first)
        #expect(object["result"] as? String == result)
        let told = try #require(object["signatures"] as? [[String: Any]])
        #expect(told.map { $0["result"] as? String ?? "" } == signatures)
        for signature in told {
            #expect(
                Set(signature.keys).isSuperset(of: ["result", "domain", "selector", "algorithm", "reason"]))
        }
    }

    @Test func simulationIsTheSameTwice() throws {
        let place = try Workplace()
        try place.write("grey.yaml", "version: 1\nstages:\n  greylist:\n    enabled: true\n")
        let arguments =
            ["replay", Self.archive, "--simulate", "--format", "ndjson", "--policy", "grey.yaml"] + Self.policy
            + Self.dns
        let (first, second) = (try place.assay(arguments), try place.assay(arguments + ["--jobs", "2"]))
        #expect(first.code == 0 && first.output == second.output && first.lines.count == 109)
        #expect(first.output.contains("GREYLIST_FIRST") && first.output.contains("GREYLIST_PASSED"))
    }

    @Test func stagesAreListedAndShown() throws {
        let listed = try Workplace().assay(["stages", "list", "--format", "ndjson"]).objects().compactMap {
            $0["id"] as? String
        }
        #expect(listed.contains("spf") && listed.contains("dkim"))
        for id in listed {
            let shown = try Workplace().assay(["stages", "show", id])
            #expect(shown.code == 0 && shown.output.hasPrefix("\(id): "))
        }
    }
}
