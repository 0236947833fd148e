import Authentication
import Testing
import Values

/// RFC 7489 §6.3, §6.4, §6.6.3; RFC 9091 §3.2; RFC 9989's tags.
@Suite struct DMARCRecordTests {
    @Test(arguments: [
        ("v=DMARC1", true), ("v=DMARC1;", true), ("v = DMARC1 ; p=none", true), ("V=DMARC1;p=none", true),
        ("v\t=\tDMARC1\t;p=none", true),
        // The version matches exactly, comes first, and is followed by a semicolon or nothing.
        ("v=dmarc1; p=none", false), ("v=DMARC2; p=none", false), ("v=DMARC10; p=none", false),
        ("p=none; v=DMARC1", false), ("v=DMARC1 p=none", false), (" v=DMARC1; p=none", false), ("", false),
        ("v", false), ("v=", false), ("v=spf1 -all", false), ("DMARC1; p=none", false), ("v=DMARC", false),
    ])
    func versionMakesTheRecord(text: String, isRecord: Bool) {
        #expect(DMARCRecord.isRecord(Bytes(text)) == isRecord)
        #expect((DMARCRecord(Bytes(text)) != nil) == isRecord)
    }

    @Test func everyTagIsRead() throws {
        let record = try #require(
            DMARCRecord(
                Bytes(
                    """
                    v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=S; pct=42; fo=1:d:s; rf=afrf; ri=3600; \
                    rua=mailto:a@example.org!10m, https://example.org/r ; ruf=mailto:f@example.org; psd=n; t=y
                    """)))
        #expect(record.faults == [])
        #expect(
            (record.policy, record.subdomainPolicy, record.nonexistentPolicy) == (
                .reject, .quarantine, DMARCPolicy.none
            ))
        #expect((record.dkimAlignment, record.spfAlignment, record.percentage) == (.strict, .strict, 42))
        #expect(record.failureOptions == [.any, .dkim, .spf] && record.failureFormats == ["afrf"])
        #expect(record.reportInterval == 3600 && record.suffixStatus == .organization && record.isTesting)
        #expect(record.aggregateReports.map(\.uri) == ["mailto:a@example.org", "https://example.org/r"])
        #expect(record.aggregateReports.map(\.maximumSize) == [10 << 20, nil])
        #expect(record.aggregateReports.map(\.address) == ["a@example.org", nil])
        #expect(record.failureReports.map(\.uri) == ["mailto:f@example.org"])
    }

    @Test func defaultsHoldForWhatIsLeftOut() throws {
        let record = try #require(DMARCRecord(Bytes("v=DMARC1; p=none")))
        #expect(record.faults == [] && record.effective == record)
        #expect((record.dkimAlignment, record.spfAlignment, record.percentage) == (.relaxed, .relaxed, 100))
        #expect(record.failureOptions == [.all] && record.reportInterval == 86_400 && !record.isTesting)
        #expect(record.suffixStatus == .unknown && record.aggregateReports.isEmpty)
    }

    /// §6.3: "Unknown tags MUST be ignored. Syntax errors in the remainder of the record SHOULD be discarded in favor of
    /// default values (if any) or ignored outright."
    @Test(arguments: [
        ("v=DMARC1; p=reject; foo=bar; x_9=", 0), ("v=DMARC1;p=reject;;;", 0), ("v=DMARC1; p=REJECT", 0),
        ("v=DMARC1; P=reject", 0), ("v=DMARC1; fo=1; p=reject", 0), ("v=DMARC1; p=reject; rf=afrf:iodef", 0),
        ("v=DMARC1;\r\n p=reject", 0),
        ("v=DMARC1; p=reject; adkim=x", 1), ("v=DMARC1; p=reject; aspf=relaxed", 1),
        ("v=DMARC1; p=reject; pct=101", 1), ("v=DMARC1; p=reject; pct=-1", 1), ("v=DMARC1; p=reject; pct=", 1),
        ("v=DMARC1; p=reject; pct=5%", 1), ("v=DMARC1; p=reject; ri=soon", 1),
        ("v=DMARC1; p=reject; ri=99999999999", 1), ("v=DMARC1; p=reject; fo=2", 1), ("v=DMARC1; p=reject; rf=bob", 1),
        ("v=DMARC1; p=reject; nonsense", 1), ("v=DMARC1; p=reject; =x", 1), ("v=DMARC1; p=reject; a b=x", 1),
        ("v=DMARC1; p=reject; p=none", 1), ("v=DMARC1; p=reject; psd=maybe", 1), ("v=DMARC1; p=reject; t=x", 1),
        ("v=DMARC1; p=reject; rua=dmarc@example.org", 1), ("v=DMARC1; p=reject; ruf=mailto:a@b.example!10x", 1),
    ])
    func mistakesCostNoMoreThanTheirTag(text: String, faults: Int) throws {
        let record = try #require(DMARCRecord(Bytes(text)))
        #expect(record.policy == .reject)
        #expect(record.faults.count == faults, "\(record.faults)")
        #expect((record.dkimAlignment, record.spfAlignment, record.percentage) == (.relaxed, .relaxed, 100))
        #expect(record.effective == record)
    }

    /// §6.6.3 step 6.
    @Test(arguments: [
        ("v=DMARC1", nil), ("v=DMARC1; pct=100", nil), ("v=DMARC1; p=n", nil), ("v=DMARC1; p=none; sp=bob", nil),
        ("v=DMARC1; p=reject; np=bob", nil), ("v=DMARC1; p=; rua=nowhere", nil),
        ("v=DMARC1; rua=mailto:a@example.org", DMARCPolicy.none),
        ("v=DMARC1; p=bob; rua=mailto:a@example.org", DMARCPolicy.none),
        ("v=DMARC1; p=reject; sp=bob; rua=mailto:a@example.org", DMARCPolicy.none),
        ("v=DMARC1; sp=reject; rua=mailto:a@example.org", DMARCPolicy.none),
    ])
    func withoutAPolicyReportsDecide(text: String, policy: DMARCPolicy?) throws {
        let record = try #require(DMARCRecord(Bytes(text)))
        #expect(record.effective?.policy == policy)
        #expect(record.effective?.subdomainPolicy == nil)
        #expect(!record.faults.isEmpty)
    }

    /// §6.4 `dmarc-uri`.
    @Test(
        arguments: [
            ("mailto:a@example.org", nil), ("mailto:a@example.org!5", 5), ("mailto:a@example.org!5k", 5 << 10),
            ("mailto:a@example.org!5M", 5 << 20), ("mailto:a@example.org!2g", 2 << 30),
            ("mailto:a@example.org!1t", 1 << 40), ("mailto:a%21b@example.org!1", 1),
            ("mailto:a@example.org!999999999999999999t", Int.max),
        ] as [(String, Int?)])
    func urisHaveSizes(text: String, size: Int?) throws {
        let record = try #require(DMARCRecord(Bytes("v=DMARC1; p=none; rua=\(text)")))
        #expect(record.aggregateReports.first?.maximumSize == size)
        #expect(record.aggregateReports.count == 1 && record.faults == [])
    }

    @Test func hostileRecordsAreReadInBoundedTime() throws {
        for unit in ["p=none;", ";", "=", "a=b;", "rua=mailto:a@b,", "x", "fo=1:"] {
            let text = "v=DMARC1;" + String(repeating: unit, count: 1_000_000 / unit.utf8.count)
            let record = try #require(DMARCRecord(Bytes(text)))
            #expect(record.faults.count <= 20)
            #expect(record.aggregateReports.count <= 100)
        }
    }
}
