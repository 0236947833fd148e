import Foundation
import Testing

/// `assay state`, over SQLite; that a server answers the same is tested where the backends are.
@Suite struct StateCommandTests {
    private static let contact = "greylist|contact|192.0.2.0/24|<ann@client.example>|<eva@local.example>"
    private static let lines = """
        {"created":"2024-05-01T10:00:00Z","expires":"2999-05-02T10:00:00Z","key":"greylist|contact|192.0.2.0/24|<ann@client.example>|<eva@local.example>","value":"waiting"}
        {"created":"2024-05-01T10:00:00.25Z","expires":"2999-05-02T10:00:00Z","key":"greylist|contact|2001:db8::/64|<>|<eva@local.example>","value":"passed"}
        {"created":"2024-05-01T10:00:00Z","expires":"2999-05-02T10:00:00Z","key":"greylist|correspondents|<bob@far.example>|<eva@local.example>","value":"wrote"}
        {"created":"2024-05-01T10:00:00Z","expires":"2999-05-02T10:00:00Z","key":"greylist|host|192.0.2.0/24","value":"7"}
        {"created":"2024-05-01T10:00:00Z","expires":"2999-05-02T10:00:00Z","key":"other|ban|192.0.2.7","value":"because"}
        {"created":"2024-05-01T10:00:00Z","expires":"2024-05-01T10:01:00Z","key":"other|old","value":"9"}

        """

    private func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("in.ndjson", StateCommandTests.lines)
        let outcome = try place.assay(["state", "import", "in.ndjson", "--state", "sqlite:s.db"])
        #expect(outcome.code == 0 && outcome.output == "6 entries taken in; 1 expired already\n", "\(outcome)")
        return place
    }

    @Test func entriesAreToldInWords() throws {
        let place = try place()
        try place.write("policy.yaml", "version: 1\nstate: sqlite:s.db\nstages: {greylist: {delay: 5m}}\n")
        let outcome = try place.assay(["state", "list", "--policy", "policy.yaml"])
        #expect(
            outcome.output == """
                greylisted 192.0.2.0/24 ann@client.example → eva@local.example since 2024-05-01T10:00:00Z, may pass from 2024-05-01T10:05:00Z, expires 2999-05-02T10:00:00Z
                passed 2001:db8::/64 <> → eva@local.example, known since 2024-05-01T10:00:00Z, expires 2999-05-02T10:00:00Z
                correspondent bob@far.example, to whom eva@local.example has written, since 2024-05-01T10:00:00Z, expires 2999-05-02T10:00:00Z
                network 192.0.2.0/24 has retried 7 times since 2024-05-01T10:00:00Z, need not wait any more, expires 2999-05-02T10:00:00Z
                other ban 192.0.2.7: because, since 2024-05-01T10:00:00Z, expires 2999-05-02T10:00:00Z

                """, "\(outcome)")
    }

    /// What was remembered later is not told of an earlier time.
    @Test func whatCameLaterIsNotTold() throws {
        let place = try place()
        func list(_ time: String) throws -> String {
            try place.assay(["state", "list", "--state", "sqlite:s.db", "--stage", "greylist", "--at", time]).output
        }
        #expect(try list("2024-04-30T10:00:00Z") == "nothing is remembered\n")
        #expect(try list("2024-06-01T10:00:00Z").split(separator: "\n").count == 4)
    }

    /// Whoever gives an address for a key is told the option that takes it.
    @Test(arguments: [
        ("192.0.2.7", "--address"), ("2001:db8::1", "--address"), ("ann@client.example", "--mail"),
        ("client.example", "--domain"),
    ])
    func addressesAreNoKeys(_ argument: String, _ option: String) throws {
        let place = try place()
        for command in [["clear"], ["get"]] {
            let outcome = try place.assay(["state"] + command + [argument, "--state", "sqlite:s.db"])
            #expect(
                outcome.code == 64 && outcome.errors.contains("assay state clear \(option) \(argument)"), "\(outcome)")
        }
    }

    /// A word that nothing goes by is told of.
    @Test func slipsInASelectionAreTold() throws {
        let place = try place()
        let kind = try place.assay(["state", "list", "--state", "sqlite:s.db", "--kind", "bans", "--stage", "greylist"])
        #expect(
            kind.output
                == "nothing is remembered of this kind; there is: correspondent, greylisted, network, passed\n")
        let stage = try place.assay(["state", "list", "--state", "sqlite:s.db", "--stage", "greylst"])
        #expect(stage.output == "nothing is remembered\n")
        #expect(stage.errors == "warning: no stage is called 'greylst'; did you mean 'greylist'?\n")
    }

    @Test(arguments: [
        (["--stage", "greylist"], 4), (["--kind", "greylisted"], 1), (["--kind", "ban"], 1),
        (["--address", "192.0.2.7"], 3),
        (["--address", "2001:db8::9"], 1), (["--address", "192.0.3.7"], 0), (["--domain", "local.example"], 3),
        (["--domain", "example"], 3), (["--domain", "client.example"], 1), (["--mail", "BOB@far.example"], 1),
        (["--domain", "ocal.example"], 0), (["--stage", "greylist", "--kind", "ban"], 0),
        (["--at", "2024-05-01T10:00:30Z", "--stage", "other"], 2), (["--at", "2999-06-01"], 0),
    ])
    func optionsSelect(options: [String], count: Int) throws {
        let outcome = try place().assay(["state", "list", "--state", "sqlite:s.db", "--format", "ndjson"] + options)
        #expect(outcome.code == 0 && outcome.lines.count == count, "\(outcome)")
        #expect(
            try outcome.objects().allSatisfy { $0["key"] is String && $0["text"] is String && $0["kind"] is String })
    }

    @Test func oneEntryIsToldAndSet() throws {
        let place = try place()
        let (state, key) = (["--state", "sqlite:s.db"], "greylist|host|192.0.2.0/24")
        #expect(try place.assay(["state", "get", key] + state).output.hasSuffix("\nvalue: 7\n"))
        #expect(try place.assay(["state", "get", "greylist|host|x"] + state).code == 66)
        #expect(try place.assay(["state", "get", "a|%zz"] + state).code == 64)
        #expect(try place.assay(["state", "set", key, "8", "--for", "1d"] + state).code == 0)
        // The time of creation stays, as where a stage stores over its entry.
        let object = try #require(try place.assay(["state", "get", key, "--format", "ndjson"] + state).objects().first)
        #expect(object["value"] as? String == "8" && object["created"] as? String == "2024-05-01T10:00:00Z")
        #expect(try place.assay(["state", "set", key, "8", "--until", "2020-01-01"] + state).code == 64)
        // A slip in a key is told, and so is one in a key to forget.
        let slip = try place.assay(["state", "set", "greylst|correspondents|<a@b>|<c@d>", "x"] + state)
        #expect(slip.code == 0 && slip.errors.contains("did you mean 'greylist'?"), "\(slip.errors)")
        let odd = try place.assay(["state", "set", "greylist|foo|bar", "x"] + state)
        #expect(odd.code == 0 && odd.errors.contains("has no entries of this form"), "\(odd.errors)")
        #expect(
            try place.assay(["state", "clear", "greylist|foo|bar", "never|there", "--yes"] + state).output
                == "1 entry forgotten\n")
        #expect(
            try place.assay(["state", "clear", "never|there", "--yes"] + state).output
                == "nothing is remembered that this holds for\n")
        #expect(try place.assay(["state", "list", "--state", "sqlite:\(place.path)"]).errors.contains("is a folder"))
        #expect(try place.assay(["state", "set", key, "8", "--for", "soon"] + state).code == 64)
    }

    @Test func clearForgetsWhatIsSaid() throws {
        let place = try place()
        let state = ["--state", "sqlite:s.db"]
        func clear(_ options: [String]) throws -> Outcome { try place.assay(["state", "clear"] + options + state) }
        #expect(try clear([]).code == 64)
        #expect(try clear(["--all", "--kind", "ban"]).code == 64)
        #expect(try clear(["--address", "192.0.2.7", "--dry-run"]).output.hasSuffix("3 entries would be forgotten\n"))
        #expect(try clear(["--address", "192.0.2.7", "--stage", "greylist"]).output == "2 entries forgotten\n")
        #expect(try clear(["other|ban|192.0.2.7"]).output == "1 entry forgotten\n")
        #expect(try clear(["--kind", "ban"]).output == "nothing is remembered that this holds for\n")
        #expect(try place.assay(["state", "list"] + state).lines.count == 2)
        // The expired one too.
        #expect(try clear(["--all"]).output == "3 entries forgotten\n")
        #expect(try place.assay(["state", "list"] + state).output == "nothing is remembered\n")
    }

    /// What a simulation remembered goes round: into a database, out again, and into another simulation.
    @Test func simulationsShareState() throws {
        let place = try Workplace()
        try place.write(
            "policy.yaml", "version: 1\nlocal_domains: [local.example]\nstages: {greylist: {enabled: true}}\n")
        for (name, hour) in [("one.eml", 10), ("two.eml", 12)] {
            let date = "Wed, 1 May 2024 \(hour):00:00 +0000"
            try place.write(
                name,
                """
                Return-Path: <ann@client.example>
                Delivered-To: eva@local.example
                Received: from a.example (a.example [198.51.100.7]) by mx.local.example with ESMTP id 1
                \tfor <eva@local.example>; \(date)
                From: ann@client.example
                Date: \(date)

                hello

                """)
        }
        func replay(_ file: String, _ options: [String]) throws -> Outcome {
            try place.assay(["replay", file, "--simulate", "--policy", "policy.yaml", "--format", "ndjson"] + options)
        }
        let first = try replay("one.eml", ["--save-state", "after.ndjson"])
        #expect(first.code == 0 && first.output.contains("GREYLIST_FIRST"), "\(first)")
        #expect(
            try place.assay(["state", "import", "after.ndjson", "--state", "sqlite:s.db"]).output
                == "1 entry taken in; expired already\n")
        #expect(try place.assay(["state", "export", "--state", "sqlite:s.db"]).output == place.read("after.ndjson"))
        for source in ["sqlite:s.db", "file:after.ndjson"] {
            let second = try replay("two.eml", ["--state", source, "--save-state", "later.ndjson"])
            #expect(second.code == 0 && second.output.contains("GREYLIST_PASSED"), "\(second)")
        }
        let list = try place.assay(["state", "list", "--state", "sqlite:s.db"])
        #expect(list.output == "nothing is remembered; 1 entry has expired, and --at tells what there was\n")
        // It was a copy: the store itself has not changed.
        #expect(try place.assay(["state", "export", "--state", "sqlite:s.db"]).output == place.read("after.ndjson"))
        #expect(try place.assay(["replay", "one.eml", "--state", "sqlite:s.db"]).code == 64)
        #expect(try replay("one.eml", ["--state", "nowhere"]).code == 64)
        #expect(try replay("one.eml", ["--state", "sqlite:no.db"]).code == 66)
        #expect(try replay("one.eml", ["--state", "file:after.ndjson", "--save-state", "after.ndjson"]).code == 64)
    }

    @Test(arguments: [
        (["list"], 64), (["list", "--state", "nowhere"], 64), (["list", "--state", "memory"], 64),
        (["list", "--state", "sqlite:no.db"], 66), (["list", "--state", "sqlite:text"], 65),
        (["list", "--state", "file:text"], 65),
        (["list", "--state", "file:no"], 66), (["list", "--state", "redis://127.0.0.1:1"], 69),
        (["list", "--state", "redis://:no@127.0.0.1:1"], 66), (["clear", "--all", "--state", "file:lines"], 64),
        (["import", "text", "--state", "sqlite:new.db"], 65), (["import", "no", "--state", "sqlite:new.db"], 66),
        (["import", "lines", "--state", "sqlite:/no/such/folder.db"], 66),

    ])
    func failuresHaveTheirCodes(arguments: [String], code: Int) throws {
        let place = try Workplace()
        try place.write("text", "this is some text, and neither a database nor lines of state\n")
        try place.write("lines", StateCommandTests.lines)
        let outcome = try place.assay(["state"] + arguments)
        #expect(outcome.code == code && !outcome.errors.isEmpty, "\(outcome)")
    }
}
