import Testing

/// `assay check dnsbl` and `assay check reverse` on a zone file.
@Suite struct LookupCheckTests {
    private static let zone = """
        $TTL 60
        2.0.0.127.bl.example. IN A 127.0.0.2
        9.113.0.203.bl.example. IN A 127.0.0.4
        9.113.0.203.bl.example. IN TXT "spam seen"
        2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bl.example. IN A 127.0.0.2
        *.dead.example. IN A 198.51.100.1
        1.2.0.192.in-addr.arpa. IN PTR mail.example.
        mail.example. IN A 192.0.2.1
        partner.example. IN MX 10 mail.example.
        null.example. IN MX 0 .

        """
    private static let policy = """
        version: 1
        stages:
          dnsbl:
            zones:
              - zone: bl.example
                codes: [127.0.0.2]
              - zone: dead.example
        """

    private func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("z.zone", Self.zone)
        try place.write("p.yaml", Self.policy)
        return place
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: String
        let code: Int
        let results: [String]
        var testDescription: String { arguments }
    }

    @Test(arguments: [
        Case(
            arguments: "--ip 203.0.113.9 --zone bl.example", code: 0,
            results: ["bl.example listed 127.0.0.4 spam seen"]),
        Case(
            arguments: "--ip 203.0.113.9 --policy p.yaml", code: 0,
            results: ["bl.example other-codes 127.0.0.4 -", "dead.example error 198.51.100.1 -"]),
        Case(
            arguments: "--ip 203.0.113.10 --policy p.yaml --zone other.example", code: 0,
            results: [
                "bl.example not-listed  -", "dead.example error 198.51.100.1 -", "other.example not-listed  -",
            ]),
        Case(arguments: "--ip 2001:db8::1 --zone bl.example", code: 0, results: ["bl.example not-listed  -"]),
    ])
    func addressesAreLookedFor(_ item: Case) throws {
        let outcome = try place().assay(
            ["check", "dnsbl", "--dns", "zone:z.zone", "--format", "ndjson"]
                + item.arguments.split(separator: " ").map(String.init))
        #expect(outcome.code == item.code, "\(outcome.errors)")
        let results = try outcome.objects().map { object in
            let codes = (object["codes"] as? [String] ?? []).joined(separator: " ")
            return
                "\(object["zone"] as? String ?? "") \(object["result"] as? String ?? "") \(codes) \(object["text"] as? String ?? "-")"
        }
        #expect(results == item.results)
    }

    @Test func listsAreTested() throws {
        let place = try place()
        let good = try place.assay(["check", "dnsbl", "--self-test", "--zone", "bl.example", "--dns", "zone:z.zone"])
        #expect(good.code == 0 && good.lines.first == "passed  bl.example" && good.output.contains("IPv6         yes"))
        let bad = try place.assay(
            ["check", "dnsbl", "--self-test", "--policy", "p.yaml", "--dns", "zone:z.zone", "--format", "ndjson"])
        #expect(bad.code == 69 && bad.errors == "dead.example: the list fails its test\n")
        #expect(try bad.objects().map { $0["passed"] as? Bool } == [true, false])
        let unasked = try place.assay(["check", "dnsbl", "--self-test", "--zone", "bl.example"])
        #expect(unasked.code == 69 && unasked.output.contains("unrecorded"))
    }

    @Test(arguments: [
        ("--ip 192.0.2.1", ["ptr pass"]),
        (
            "--ip 192.0.2.2 --helo mail.example --mail-from a@null.example",
            ["ptr permerror", "helo mismatch", "mail-from null-mx"]
        ),
        (
            "--ip 192.0.2.1 --helo [192.0.2.1] --mail-from <a@partner.example>",
            ["ptr pass", "helo literal-match", "mail-from mx"]
        ),
        ("--ip 192.0.2.1 --helo localhost --mail-from <>", ["ptr pass", "helo malformed"]),
        ("--ip 192.0.2.1 --mail-from nowhere.example", ["ptr pass", "mail-from not-found"]),
    ])
    func namesAreLookedUp(_ arguments: String, _ expected: [String]) throws {
        let outcome = try place().assay(
            ["check", "reverse", "--dns", "zone:z.zone", "--format", "ndjson"]
                + arguments.split(separator: " ").map(String.init))
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let results = try outcome.objects().map {
            "\($0["check"] as? String ?? "") \($0["result"] as? String ?? "")"
        }
        #expect(results == expected)
    }

    @Test func whatIsNotRecordedIsNamed() throws {
        let outcome = try place().assay(["check", "reverse", "--ip", "192.0.2.1", "--format", "ndjson"])
        let object = try #require(try outcome.objects().first)
        #expect(object["result"] as? String == "unrecorded")
        #expect(object["unrecorded"] as? [String] == ["1.2.0.192.in-addr.arpa. PTR"])
    }

    @Test(arguments: [
        ("dnsbl", "Error: Give --ip, or --self-test."),
        ("dnsbl --ip 192.0.2.1 --self-test", "Error: --ip and --self-test exclude each other."),
        ("dnsbl --ip 192.0.2.1 --zone a..b", "Error: 'a..b' is not a domain name that can hold a list."),
        ("dnsbl --ip 192.0.2.1", "there is no list to ask: "), ("reverse", "Error: Missing expected argument '--ip"),
        ("reverse --ip 192.0.2", "Error: The value '192.0.2' is invalid for '--ip <address>'"),
    ])
    func whatCannotBeAsked(_ arguments: String, _ says: String) throws {
        let outcome = try place().assay(["check"] + arguments.split(separator: " ").map(String.init))
        #expect(outcome.code == 64 && outcome.errors.hasPrefix(says), "\(outcome.errors)")
    }
}
