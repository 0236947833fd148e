import Foundation
import Testing

/// What `assay check dkim`, `check dmarc` and `dmarc policy` tell of headers beyond the limits, of SPF, and of records.
@Suite struct AuthenticationCheckTests {
    private static func place() throws -> Workplace {
        let place = try Workplace()
        let filling = (0..<2000).map { "X-H\($0): v\n" }.joined()
        try place.write("large.eml", filling + "From: ceo@example.com\nDKIM-Signature: v=1; d=example.com\n\nhi\n")
        try place.write("small.eml", "From: ceo@example.com\n\nhi\n")
        try place.write(
            "zone",
            """
            _dmarc.example.com. 60 IN TXT "v=DMARC1; p=reject; sp=maybe; adkim=s; t=y; rua=mailto:a@example.com!10m"
            soft.example. 60 IN TXT "v=spf1 ~all"

            """)
        return place
    }

    @Test func headersBeyondTheLimits() throws {
        let place = try Self.place()
        let dkim = try place.assay(["check", "dkim", "large.eml"])
        #expect(dkim.code == 0 && dkim.output == "permerror\n  because    header-too-large\n")
        let told = try place.assay(["check", "dkim", "large.eml", "--format", "ndjson"]).objects().first
        #expect(told?["result"] as? String == "permerror" && told?["reason"] as? String == "header-too-large")
        let dmarc = try place.assay(["check", "dmarc", "large.eml"])
        #expect(dmarc.output.hasPrefix("permerror") && dmarc.output.contains("header too large to be read whole"))
        #expect(!dmarc.output.contains("no From field") && dmarc.output.contains("dkim=permerror (header-too-large)"))
        let replayed = try place.assay(["replay", "large.eml", "--dns", "zone:zone", "--format", "ndjson"])
        #expect(
            replayed.output.contains("DMARC_UNREADABLE") && replayed.output.contains("DKIM_PERMERROR")
                && !replayed.output.contains("DMARC_NO_FROM"), "\(replayed.output)")
    }

    @Test(arguments: [
        (["--ip", "192.0.2.1", "--mail-from", "x@soft.example"], "spf=softfail (soft.example)"),
        (["--ip", "192.0.2.1", "--mail-from", "x@none.example"], "spf=none (none.example)"),
        (["--ip", "192.0.2.1", "--mail-from", "x@a..b"], "spf=none (no domain)"),
        ([], "spf not evaluated: no --ip\n"),
        (["--ip", "192.0.2.1"], "spf not evaluated: the message has no Return-Path"),
        (["--ip", "192.0.2.1", "--mail-from", "<>"], "spf not evaluated: the reverse-path is null"),
    ])
    func whatSPFSaid(options: [String], words: String) throws {
        let outcome = try Self.place().assay(["check", "dmarc", "small.eml", "--dns", "zone:zone"] + options)
        #expect(outcome.output.contains(words), "\(outcome.output)\(outcome.errors)")
    }

    @Test func recordsTagByTag() throws {
        let outcome = try Self.place().assay(["dmarc", "policy", "example.com", "--dns", "zone:zone"])
        for line in [
            "    p      reject\n", "    adkim  s (strict)\n", "    aspf   r (relaxed)\n",
            "    rua    mailto:a@example.com, 10485760 bytes at most\n", "  fault  sp=maybe is not understood\n",
            "    t      y (unknown to RFC 7489", "  followed as p=none: p=, sp= or np= is no policy\n",
        ] {
            #expect(outcome.output.contains(line), "\(outcome.output)")
        }
    }

    /// What may not be read is no input, and a folder is no file: 66, whatever reads it.
    @Test func whatMayNotBeRead() throws {
        let place = try Self.place()
        let made = try place.bash("mkdir folder")
        #expect(made.code == 0)
        for command in [
            ["check", "dmarc", "small.eml", "--dns", "zone:folder"], ["policy", "check", "folder"],
            [
                "sign", "dkim", "small.eml", "--domain", "example.com", "--selector", "s", "--key", "folder",
            ],
        ] {
            let outcome = try place.assay(command)
            #expect(outcome.code == 66 && outcome.errors.contains("a folder where a file"), "\(command) \(outcome)")
        }
    }
}
