import Testing

/// `assay check vbr` and `assay check batv`.
@Suite struct CertificationCheckTests {
    private static let zone = """
        $TTL 60
        bank.example. IN TXT "v=spf1 ip4:192.0.2.1 -all"
        mail.bank.example. IN TXT "v=spf1 a:nowhere.example ip4:192.0.2.2 -all"
        bank.example._vouch.b.example. IN TXT "transaction list"
        mail.bank.example._vouch.b.example. IN TXT "all"

        """
    private static let message = """
        VBR-Info: md=bank.example; mc=list; mv=a.example:b.example
        From: ann@bank.example

        Hello.

        """

    private func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("z.zone", Self.zone)
        try place.write("m.eml", Self.message)
        try place.write("returned.eml", "Return-Path: <ann@bank.example>\n" + Self.message)
        try place.write("helo.eml", Self.message.replacing("md=bank", with: "md=mail.bank"))
        try place.write("plain.eml", "From: ann@bank.example\n\nHello.\n")
        try place.write("p.yaml", "version: 1\nstages: {vbr: {trusted_certifiers: [B.example]}}\n")
        return place
    }

    @Test(arguments: [
        ("m.eml --ip 192.0.2.1 --mail-from ann@bank.example", "pass b.example spf -"),
        ("m.eml --ip 192.0.2.1 --mail-from ann@bank.example --certifier b.example", "pass b.example spf -"),
        ("m.eml --ip 192.0.2.1 --mail-from ann@bank.example --policy p.yaml", "pass b.example spf -"),
        ("m.eml --ip 192.0.2.1 --mail-from ann@bank.example --certifier a.example", "fail - spf not-vouched"),
        (
            "m.eml --ip 192.0.2.1 --mail-from ann@bank.example --certifier c.example",
            "none - spf no-trusted-certifier"
        ),
        ("m.eml --ip 192.0.2.9 --mail-from ann@bank.example", "none - - unauthenticated"),
        ("m.eml --ip 192.0.2.1 --mail-from <> --helo bank.example", "pass b.example spf-helo -"),
        ("m.eml", "none - - unauthenticated"), ("m.eml --mail-from ann@bank.example", "none - - unauthenticated"),
        ("returned.eml --ip 192.0.2.1", "pass b.example spf -"),
        ("helo.eml --ip 192.0.2.2 --helo mail.bank.example", "pass b.example spf-helo -"),
        ("plain.eml --ip 192.0.2.1 --mail-from ann@bank.example", "none - - no-vbr-info"),
    ])
    func messagesAreVouchedFor(_ arguments: String, _ expected: String) throws {
        let outcome = try place().assay(
            ["check", "vbr", "--dns", "zone:z.zone", "--format", "ndjson"]
                + arguments.split(separator: " ").map(String.init))
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let object = try #require(try outcome.objects().first)
        let words = ["result", "certifier", "method", "reason"].map { object[$0] as? String ?? "-" }
        #expect(words.joined(separator: " ") == expected)
        #expect(object["spf_evaluated"] as? Bool == arguments.contains("--ip"))
    }

    @Test func whatIsNotRecordedIsNamed() throws {
        let outcome = try place().assay(
            ["check", "vbr", "m.eml", "--ip", "192.0.2.1", "--mail-from", "ann@bank.example", "--format", "ndjson"])
        let object = try #require(try outcome.objects().first)
        #expect(object["result"] as? String == "temperror")
        #expect(object["reason"] as? String == "authentication-undecided")
    }

    @Test func aPersonReadsIt() throws {
        let outcome = try place().assay(
            ["check", "vbr", "m.eml", "--ip", "192.0.2.1", "--mail-from", "ann@bank.example", "--dns", "zone:z.zone"])
        #expect(
            outcome.output == """
                pass  bank.example
                  type         list
                  vouched by   b.example
                  known by     spf
                  named        a.example b.example
                  bank.example._vouch.a.example. TXT → NXDOMAIN
                  bank.example._vouch.b.example. TXT → "transaction list"

                """)
    }

    @Test func addressesAreTagged() throws {
        let place = try Workplace()
        try place.write("key", "secret\n")
        _ = try place.bash("chmod 600 key")
        let signed = try place.assay(
            ["check", "batv", "sign", "ann@example.org", "--key", "key", "--now", "2024-05-01T10:00:00Z"])
        #expect(signed.code == 0 && signed.errors.isEmpty)
        #expect(signed.output == "prvs=0851f4e304=ann@example.org\n")
        let numbered = try place.assay(
            [
                "check", "batv", "sign", "<ann@example.org>", "--key", "key", "--key-number", "3", "--lifetime", "1",
                "--now", "2024-05-01T10:00:00Z", "--format", "ndjson",
            ])
        let object = try #require(try numbered.objects().first)
        #expect(object["key_number"] as? Int == 3 && object["day"] as? Int == 845)
        #expect((object["tagged"] as? String)?.hasPrefix("prvs=3845") == true)
    }

    /// As the stage does, an address with a tag is left as it is.
    @Test func addressesAreTaggedOnce() throws {
        let place = try Workplace()
        try place.write("key", "secret\n")
        _ = try place.bash("chmod 600 key")
        for address in ["prvs=0851f4e304=ann@example.org", "prvs=ann=0851f4e304@example.org"] {
            for format in ["text", "ndjson"] {
                let outcome = try place.assay(
                    [
                        "check", "batv", "sign", address, "--key", "key", "--now", "2024-05-01T10:00:00Z", "--format",
                        format,
                    ])
                #expect(outcome.code == 0 && outcome.errors == "\(address): has a tag already and is left alone\n")
                if format == "text" {
                    #expect(outcome.output == "\(address)\n")
                } else {
                    #expect(try outcome.objects().first?["tagged"] as? String == address)
                }
            }
        }
        // What verifying calls malformed is no tag: it gets one that can be verified.
        let signed = try place.assay(["check", "batv", "sign", "prvs=x@example.org", "--key", "key"])
        #expect(signed.code == 0 && signed.errors.isEmpty && signed.output.hasSuffix("=prvs=x@example.org\n"))
        let address = try #require(signed.lines.first)
        #expect(try place.assay(["check", "batv", "verify", address, "--key", "key"]).code == 0)
        // RFC 5321 §4.5.3.1.1: 64 octets, of which the tag takes 16.
        for (count, isLong) in [(48, false), (49, true)] {
            let address = String(repeating: "a", count: count) + "@example.org"
            let outcome = try place.assay(["check", "batv", "sign", address, "--key", "key"])
            #expect(outcome.code == 0 && outcome.output.hasSuffix("=\(address)\n"))
            #expect(outcome.errors.contains("longer than 64 octets") == isLong, "\(outcome.errors)")
        }
    }

    @Test(arguments: [
        ("prvs=0851f4e304=ann@example.org --key key", "pass - ann@example.org"),
        ("prvs=0851f4e304=ann@example.org --key other --key key", "pass - ann@example.org"),
        (
            "prvs=0851f4e304=ann@example.org --key other --key-number 0 --key key --key-number 1",
            "fail bad-signature ann@example.org"
        ),
        ("prvs=0851f4e304=ann@example.org --key key --key-number 1", "fail unknown-key ann@example.org"),
        ("prvs=0851f4e304=ann@example.org --key key --now 2024-06-01", "fail expired ann@example.org"),
        ("prvs=0851f4e304=ann@example.org --key key --now 2024-04-01", "fail day-out-of-range ann@example.org"),
        ("prvs=0851f4=ann@example.org --key key", "fail malformed -"),
        ("ann@example.org --key key", "none untagged ann@example.org"),
    ])
    func tagsAreChecked(_ arguments: String, _ expected: String) throws {
        let place = try Workplace()
        try place.write("key", "secret")
        try place.write("other", "others' secret")
        _ = try place.bash("chmod 600 key other")
        var words = arguments.split(separator: " ").map(String.init)
        if !words.contains("--now") { words += ["--now", "2024-05-02"] }
        let outcome = try place.assay(["check", "batv", "verify", "--format", "ndjson"] + words)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let object = try #require(try outcome.objects().first)
        let shown = ["result", "reason", "address"].map { object[$0] as? String ?? "-" }
        #expect(shown.joined(separator: " ") == expected)
    }

    @Test func anOpenKeyIsToldOf() throws {
        let place = try Workplace()
        try place.write("key", "hushhush")
        try place.write("p.yaml", "version: 1\nstages: {backscatter: {keys: [{number: 1, file: key}]}}\n")
        _ = try place.bash("chmod 644 key")
        let signed = try place.assay(["check", "batv", "sign", "ann@example.org", "--key", "key"])
        #expect(signed.code == 0 && signed.errors.hasPrefix("key: holds a secret and is open to everybody"))
        let shown = try place.assay(["policy", "show", "--policy", "p.yaml"])
        #expect(shown.code == 0 && shown.errors.contains("open to everybody"))
        #expect(shown.output.contains("file: key") && !shown.output.contains("hush"))
    }

    /// Whoever is handed a case file is not handed the keys of the site.
    @Test func noSecretGetsIntoACaseFile() throws {
        let place = try Workplace()
        try place.write("key", "hushhush")
        _ = try place.bash("chmod 600 key")
        try place.write(
            "p.yaml",
            "version: 1\nlocal_domains: [example.org]\nstages: {backscatter: {keys: [{number: 1, file: key}]}}\n")
        try place.write("m.mbox", "From MAILER-DAEMON Wed May  1 10:00:00 2024\nTo: ann@example.org\n\nNo such user.\n")
        let replayed = try place.assay(
            ["replay", "m.mbox", "--policy", "p.yaml", "--case", "x.case", "--format", "ndjson"])
        #expect(replayed.code == 0 && replayed.errors.isEmpty, "\(replayed.errors)")
        #expect(replayed.output.contains("BATV_MISSING"))
        let found = try place.bash(
            "grep -c hush x.case; printf hushhush | sha256sum | cut -c1-64 | grep -c -f - x.case")
        #expect(found.lines == ["0", "0"])
    }

    @Test(arguments: [
        ("vbr m.eml --certifier localhost", "Error: 'localhost' is not a domain name that can be a certifier."),
        ("vbr", "Error: Missing expected argument '<message> ...'"),
        ("batv sign ann --key key", "Error: 'ann' is no address with a domain."),
        ("batv sign ann@example.org", "Error: Missing expected argument '--key"),
        ("batv sign ann@example.org --key key --key-number 10", "Error: A key's number is 0 to 9, not 10."),
        ("batv sign ann@example.org --key key --lifetime 400", "Error: A tag is valid for 1 to 365 days."),
        ("batv verify a@example.org", "Error: Missing expected argument '--key"),
        ("batv verify a@example.org --key a --key b --key-number 1", "Error: Give as many --key-number as --key"),
        ("batv verify a@b@c --key a", "Error: 'a@b@c' is no address."),
    ])
    func whatCannotBeAsked(_ arguments: String, _ says: String) throws {
        let outcome = try place().assay(["check"] + arguments.split(separator: " ").map(String.init))
        #expect(outcome.code == 64 && outcome.errors.hasPrefix(says), "\(outcome.errors)")
    }

    @Test(arguments: [("missing", 66), ("empty", 65), (".", 66)])
    func keysThatCannotBeUsed(_ file: String, _ code: Int) throws {
        let place = try Workplace()
        try place.write("empty", "\n")
        let outcome = try place.assay(["check", "batv", "verify", "ann@example.org", "--key", file])
        #expect(outcome.code == code && outcome.output.isEmpty && outcome.errors.contains(file), "\(outcome)")
    }
}
