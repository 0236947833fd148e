import Testing

/// `assay check spf` with what clients say, and with DNS data as people write it.
@Suite struct SPFCheckTests {
    private static let zone = """
        $TTL 60
        example.org. IN TXT "v=spf1 ip4:192.0.2.1 -all exp=why.example.org"
        why.example.org. IN TXT "%{i} is none of ours"
        example.org. IN SPF "v=spf1 +all"

        """

    private func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("z.zone", Self.zone)
        return place
    }

    private func check(_ arguments: [String], dns: [String] = ["--dns", "zone:z.zone"]) throws -> String {
        let outcome = try place().assay(["check", "spf"] + arguments + dns + ["--format", "ndjson"])
        guard outcome.code == 0, let object = try outcome.objects().first else { return "exit \(outcome.code)" }
        // Each member of the contract is there, whatever the result.
        #expect(object["lookups"] is Int)
        #expect(object.keys.contains("explanation") && object.keys.contains("mechanism"))
        return ["result", "domain", "mechanism", "explanation"].map { object[$0] as? String ?? "-" }
            .joined(separator: " ")
    }

    @Test(arguments: [
        (["--ip", "192.0.2.1", "--helo", "x", "--mail-from", "a@example.org"], "pass example.org ip4:192.0.2.1 -"),
        (
            ["--ip", "192.0.2.2", "--helo", "x", "--mail-from", "<a@example.org>"],
            "fail example.org -all 192.0.2.2 is none of ours"
        ),
        (["--ip", "::ffff:192.0.2.1", "--mail-from", "example.org"], "pass example.org ip4:192.0.2.1 -"),
        (["--ip", "192.0.2.1", "--helo", "example.org", "--mail-from", "<>"], "pass example.org ip4:192.0.2.1 -"),
        (["--ip", "192.0.2.1", "--helo", "example.org", "--mail-from", ""], "pass example.org ip4:192.0.2.1 -"),
        // RFC 7208 §4.3: a name that is none has the result none.
        (["--ip", "192.0.2.1", "--helo", "", "--mail-from", ""], "none  - -"),
        (["--ip", "192.0.2.1", "--helo", "-x-", "--mail-from", "<>"], "none -x- - -"),
        (["--ip", "192.0.2.1", "--helo", "-x", "--mail-from", "-a@example.org"], "pass example.org ip4:192.0.2.1 -"),
        (["--ip", "192.0.2.1", "--mail-from", ""], "exit 64"), (["--ip", "192.0.2.1"], "exit 64"),
        (["--ip", "192.0.2.300", "--mail-from", "a@example.org"], "exit 64"),
    ])
    func whatClientsSay(_ arguments: [String], _ expected: String) throws {
        #expect(try check(arguments) == expected)
    }

    /// RFC 7208 §2.6.6: what DNS could not answer may be answered later.
    @Test(arguments: ["SERVFAIL", "REFUSED", "TIMEOUT"])
    func failuresOfDNS(_ code: String) throws {
        let place = try place()
        try place.write("s.ndjson", #"{"name":"example.org","type":"TXT","rcode":"\#(code)"}"# + "\n")
        let outcome = try place.assay([
            "check", "spf", "--ip", "192.0.2.1", "--mail-from", "a@example.org", "--dns", "snapshot:s.ndjson",
            "--format", "ndjson",
        ])
        #expect(outcome.code == 0)
        #expect(try outcome.objects().first?["result"] as? String == "temperror")
    }
}
