import Foundation
import Testing

/// `assay sign dkim` and `assay keygen`.
@Suite struct SignCommandTests {
    private static let message = "From: Ann <ann@example.org>\nSubject: a\n\nHello.\n"

    /// A place with keys of both kinds, their records in `z.zone`, and a message.
    private func place() throws -> Workplace {
        let place = try Workplace()
        var zone = "$TTL 60\n"
        for (selector, type) in [("r", "rsa"), ("e", "ed25519")] {
            let outcome = try place.assay([
                "keygen", "--domain", "example.org", "--selector", selector, "--type", type, "--output",
                "\(selector).pem",
            ])
            try #require(outcome.code == 0, "\(outcome.errors)")
            zone += outcome.output
        }
        try place.write("z.zone", zone)
        try place.write("m.eml", SignCommandTests.message)
        return place
    }

    private static let keys = ["--domain", "example.org", "--selector", "r", "--key", "r.pem"]

    @Test(arguments: ["relaxed/relaxed", "simple/simple", "relaxed/simple", "simple/relaxed"])
    func signsAndVerifies(pair: String) throws {
        let place = try place()
        let signed = try place.assay(
            ["sign", "dkim", "m.eml"] + SignCommandTests.keys
                + ["--selector", "e", "--key", "e.pem", "--canonicalization", pair, "--output", "s.eml"])
        #expect(signed.code == 0, "\(signed.errors)")
        #expect(try place.read("s.eml").hasSuffix(SignCommandTests.message))
        let checked = try place.assay(["check", "dkim", "s.eml", "--dns", "zone:z.zone", "--format", "ndjson"])
        let signatures = try #require(try checked.objects().first?["signatures"] as? [[String: Any]])
        #expect(signatures.map { $0["result"] as? String } == ["pass", "pass"])
        #expect(signatures.map { $0["algorithm"] as? String } == ["rsa-sha256", "ed25519-sha256"])
        #expect(signatures.map { $0["canonicalization"] as? String } == [pair, pair])
        #expect(signatures.map { $0["key_bits"] as? Int } == [2048, 256])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: String
        var input = SignCommandTests.message
        let code: Int
        /// What standard output or, of a failure, standard error has.
        let text: String
        var testDescription: String { arguments }
    }

    @Test(arguments: [
        Case(arguments: "--expires never --now 2024-07-01", code: 0, text: "t=1719792000; h=from:from:subject;"),
        Case(arguments: "--expires 1h --now 2024-07-01", code: 0, text: "t=1719792000; x=1719795600;"),
        Case(arguments: "--now 2024-07-01", code: 0, text: "x=1720396800;"),
        Case(arguments: "--identity ann@mail.example.org", code: 0, text: "i=ann@mail.example.org;"),
        Case(arguments: "--length", code: 0, text: "l=8;"),
        Case(arguments: "--copy-headers", code: 0, text: "z=From:=20Ann=20<ann@example.org>|"),
        Case(arguments: "--headers From:Date --oversign Date", code: 0, text: "h=from:date;"),
        Case(arguments: "--oversign all", code: 0, text: "h=from:from:"),
        Case(arguments: "--expires tomorrow", code: 64, text: "--expires: 'tomorrow' is no duration"),
        Case(arguments: "--expires 0s", code: 64, text: "--expires"),
        Case(arguments: "--canonicalization strict/simple", code: 64, text: "--canonicalization"),
        Case(arguments: "--canonicalization relaxed", code: 64, text: "--canonicalization"),
        Case(arguments: "--headers Subject --oversign Subject", code: 64, text: "leave out From"),
        Case(arguments: "--headers From:Received", code: 64, text: "received is changed or removed"),
        Case(arguments: "--identity ann@example.com", code: 64, text: "no address in the signing domain"),
        Case(arguments: "--identity ann@example.com", code: 64, text: "--identity: '"),
        Case(arguments: "--headers From:Received", code: 64, text: "--headers or --oversign: received"),
        Case(arguments: "--headers Subject --oversign Subject", code: 64, text: "--headers: the fields"),
        Case(arguments: "--now 1969-01-01", code: 64, text: "--now: a signature cannot tell a time before 1970"),
        Case(arguments: "--selector second", code: 64, text: "as often as each other"),
        Case(arguments: "", input: "Subject: a\n\n", code: 65, text: "no From field"),
        Case(
            arguments: "", input: "From: a@example.org\nFrom: b@example.org\n\n", code: 65, text: "more than one From"),
        Case(arguments: "", input: "From: a@example.org\r\n\r\na\r\nb\n", code: 65, text: "line 4: the message mixes"),
        Case(arguments: "", input: "From: a@example.org\n\na\rb\n", code: 65, text: "line 3: a CR without LF"),
        Case(
            arguments: "", input: "From: a@example.org\n\n" + String(repeating: "x", count: 999), code: 65,
            text: "line 3: longer than"),
    ])
    func options(_ item: Case) throws {
        let place = try place()
        try place.write("m.eml", item.input)
        let outcome = try place.assay(
            ["sign", "dkim", "m.eml"] + SignCommandTests.keys + item.arguments.split(separator: " ").map(String.init))
        #expect(outcome.code == item.code, "\(outcome.errors)")
        let text =
            item.code == 0 ? outcome.output.replacing("\n ", with: " ").replacing("; ", with: "; ") : outcome.errors
        let unfolded = item.code == 0 && !text.contains(item.text) ? outcome.output.replacing("\n ", with: "") : text
        #expect(unfolded.contains(item.text), "\(text)")
        if item.code != 0 { #expect(outcome.output.isEmpty) }
    }

    @Test func badKeys() throws {
        let place = try place()
        try place.write("empty.pem", "")
        try place.write("enc.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
        for (file, code, text) in [
            ("none.pem", 66, "none.pem"), ("empty.pem", 65, "holds no private key"), ("enc.pem", 65, "is encrypted"),
            ("m.eml", 65, "holds no private key"),
        ] {
            let outcome = try place.assay([
                "sign", "dkim", "m.eml", "--domain", "example.org", "--selector", "r", "--key", file,
            ])
            #expect(outcome.code == code && outcome.errors.contains(text), "\(outcome.errors)")
        }
        for (domain, selector) in [("localhost", "r"), ("example.org", "a b"), ("exa mple.org", "r"), ("", "r")] {
            let outcome = try place.assay([
                "sign", "dkim", "m.eml", "--domain", domain, "--selector", selector, "--key", "r.pem",
            ])
            #expect(outcome.code == 64, "\(outcome.errors)")
        }
        // An output that would overwrite what is read.
        for output in ["m.eml", "r.pem"] {
            let outcome = try place.assay(["sign", "dkim", "m.eml", "--output", output] + SignCommandTests.keys)
            #expect(outcome.code == 64 && outcome.errors.contains("would overwrite"), "\(outcome.errors)")
        }
    }

    @Test func keygenGuardsItsFile() throws {
        let place = try place()
        let key = try place.read("r.pem")
        let again = ["keygen", "--domain", "example.org", "--selector", "r", "--output", "r.pem"]
        let refused = try place.assay(again)
        #expect(refused.code == 74 && refused.errors.contains("--force") && refused.output.isEmpty)
        #expect(try place.read("r.pem") == key)
        #expect(try place.assay(again + ["--force"]).code == 0)
        #expect(try place.read("r.pem") != key)
        let mode = try FileManager.default.attributesOfItem(atPath: place.path + "/r.pem")[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).allSatisfy { !$0.hasSuffix(".part") })
        #expect(
            try place.assay(["keygen", "--domain", "example.org", "--selector", "r", "--output", "none/k.pem"]).code
                == 74)
        for arguments in [
            ["--bits", "1023"], ["--bits", "5000"], ["--bits", "2048", "--type", "ed25519"], ["--type", "dsa"],
            ["--domain", "localhost"],
        ] {
            let outcome = try place.assay(
                ["keygen", "--domain", "example.org", "--selector", "r", "--output", "new.pem"] + arguments)
            #expect(outcome.code == 64, "\(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: place.path + "/new.pem"))
        let flags = try place.assay([
            "keygen", "--domain", "bücher.example", "--selector", "s", "--bits", "1024", "--testing", "--strict",
            "--output", "f.pem",
        ])
        #expect(flags.output.hasPrefix("s._domainkey.xn--bcher-kva.example.\tIN\tTXT\t( \"v=DKIM1; k=rsa; t=y:s; \"\n"))
    }

    /// What is no file is not replaced by one, and what is not printed is said.
    @Test(arguments: [
        ("mkfifo k", "--output k --force", 74, "k: is a named pipe"),
        ("mkfifo k", "--output k", 74, "k: is a named pipe"),
        ("ln -s target k", "--output k --force", 74, "k: is a symbolic link"),
        ("mkdir k", "--output k --force", 74, "k: is a folder"),
        (":", "--output /dev/null --force", 74, "/dev/null: is a device"),
        (":", "--output -", 64, "a private key is not printed"),
        (":", "--output k --selector -", 64, "'-' is no selector"),
        (":", "--output k --selector a-", 64, "'a-' is no selector"),
        (":", "--output k --selector a..b", 64, "'a..b' is no selector"),
        (":", "--output k --selector=-a.b", 64, "'-a.b' is no selector"),
        (":", "--output k --domain 192.0.2.1", 64, "'192.0.2.1' is no domain"),
        (":", "--output k --domain 2001:db8::1", 64, "'2001:db8::1' is no domain"),
        (":", "--output k --domain=-a.example", 64, "'-a.example' is no domain"),
        (":", "--output k > /dev/full", 74, "the private key is in k"),
        (":", "--output k --selector a_b.c-d --domain a_b.example", 0, ""),
    ])
    func keygenRefuses(first: String, arguments: String, code: Int, text: String) throws {
        let place = try Workplace()
        let outcome = try place.bash(
            "\(first); ls -l k > before; $ASSAY keygen --domain example.org --selector s --type ed25519 \(arguments)")
        #expect(outcome.code == code && (text.isEmpty || outcome.errors.contains(text)), "\(outcome.errors)")
        if code == 0 || arguments.contains("/dev/full") {
            #expect(try place.read("k").hasPrefix("-----BEGIN PRIVATE KEY"))
        } else {
            #expect(try place.bash("ls -l k | cmp - before").output.isEmpty)
        }
    }

    /// What is wrong with a key is said of its file.
    @Test func keysAreNamed() throws {
        let place = try place()
        let made = try place.bash("openssl genrsa -out short.pem 768 2>&1 || openssl version; chmod 600 short.pem")
        try #require(made.code == 0, "\(made.output)")
        for command in ["dkim", "arc --authserv-id mx --results none"] {
            let short = try place.bash(
                "$ASSAY sign \(command) m.eml --domain example.org --selector r --key short.pem")
            #expect(short.code == 65 && short.errors.hasPrefix("short.pem: an RSA key of 768 bits"), "\(short.errors)")
            let open = try place.bash(
                "chmod 644 r.pem; $ASSAY sign \(command) m.eml \(SignCommandTests.keys.joined(separator: " "))")
            #expect(open.code == 0 && open.errors.hasPrefix("r.pem: holds a secret and is open to everybody"))
        }
    }

    /// How a signature was made is told, and names listed once more than there are fields are marked.
    @Test func signatureShown() throws {
        let place = try place()
        try place.write(
            "s.eml",
            try place.assay(
                ["sign", "dkim", "m.eml", "--canonicalization", "simple/relaxed", "--oversign", "from:subject:cc"]
                    + SignCommandTests.keys
            ).output)
        let checked = try place.assay(["check", "dkim", "s.eml", "--dns", "zone:z.zone"])
        #expect(checked.output.contains("pass  d=example.org s=r a=rsa-sha256 c=simple/relaxed\n"))
        #expect(
            checked.output.contains("    signed     from (oversigned) cc (not there) subject (oversigned)\n"),
            "\(checked.output)")
    }

    /// Of several messages none is signed but the one that is named; elsewhere the first is what is meant.
    @Test(arguments: [
        ("two.mbox", 64, "two.mbox: names 2 messages; use two.mbox#N"),
        ("box", 64, "box: names 3 messages; use box#N"),
        ("- < two.mbox", 64, "-: names 2 messages"),
        ("two.mbox#2", 0, ""),
        ("box#3", 0, ""),
        ("one.mbox", 0, ""),
        ("two.mbox#3", 66, "no such message"),
        ("two.mbox#0", 64, "'#0' is no number of a message; they start at 1"),
        ("two.mbox#x", 64, "'#x' is no number of a message; they start at 1"),
        ("none#1", 66, "none"),
        ("none#0", 66, "none#0"),
    ])
    func messageMeant(arguments: String, code: Int, text: String) throws {
        let place = try place()
        let entry = "From ann@example.org Mon Jul  1 10:00:00 2024\n" + SignCommandTests.message + "\n"
        try place.write("two.mbox", entry + entry)
        try place.write("one.mbox", entry)
        for number in 1...3 { try place.write("box/\(number)", SignCommandTests.message) }
        let keys = SignCommandTests.keys.joined(separator: " ")
        for command in ["dkim", "arc --authserv-id mx --results none"] {
            let outcome = try place.bash("$ASSAY sign \(command) \(keys) \(arguments)")
            #expect(outcome.code == code, "\(outcome.errors)")
            #expect(text.isEmpty ? outcome.errors.isEmpty : outcome.errors.contains(text), "\(outcome.errors)")
        }
        let checked = try place.bash("$ASSAY check dkim \(arguments) --dns none")
        #expect(checked.code == (arguments.contains("two.mbox#") || code == 66 ? code : 0), "\(checked.errors)")
    }

    /// What was done to a message is told in both forms of output.
    @Test func likelyChange() throws {
        let place = try place()
        let signed = try place.assay(["sign", "dkim", "m.eml"] + SignCommandTests.keys).output
        try place.write("c.eml", signed.replacing("Subject: a", with: "Subject: [list] a") + "__\nfooter\n")
        let text = try place.assay(["check", "dkim", "c.eml", "--dns", "zone:z.zone"])
        #expect(text.output.contains("mismatch   body hash and header hash\n"))
        #expect(text.output.contains("likely     footer appended: 2 lines; subject tag added: [list] (proved"))
        let json = try #require(
            try place.assay(["check", "dkim", "c.eml", "--dns", "zone:z.zone", "--format", "ndjson"]).objects().first)
        let signature = try #require((json["signatures"] as? [[String: Any]])?.first)
        #expect(signature["likely_change"] as? String == "footer appended: 2 lines; subject tag added: [list]")
        #expect(signature["changes"] as? [String] == ["footer-appended", "subject-tagged"])
        #expect(signature["proved"] as? Bool == true)
    }

    /// A signature that leaves the end of the body to anybody.
    @Test func partialBody() throws {
        let place = try place()
        let signed = try place.assay(["sign", "dkim", "m.eml", "--length"] + SignCommandTests.keys).output
        try place.write("c.eml", signed + "more\n")
        for (arguments, result) in [([String](), "pass"), (["--partial-body", "refuse"], "policy")] {
            let outcome = try place.assay(
                ["check", "dkim", "c.eml", "--dns", "zone:z.zone", "--format", "ndjson"] + arguments)
            #expect(try outcome.objects().first?["result"] as? String == result)
        }
    }

    @Test func cyclicAliases() throws {
        let place = try place()
        try place.write(
            "loop.zone",
            "$TTL 60\nr._domainkey.example.org. IN CNAME a.example.\na.example. IN CNAME r._domainkey.example.org.\n")
        try place.write("s.eml", try place.assay(["sign", "dkim", "m.eml"] + SignCommandTests.keys).output)
        let outcome = try place.assay(
            ["check", "dkim", "s.eml", "--dns", "zone:loop.zone", "--format", "ndjson"], seconds: 20)
        #expect(try outcome.objects().first?["result"] as? String == "temperror")
    }
}
