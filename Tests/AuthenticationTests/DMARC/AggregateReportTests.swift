import Authentication
import Testing
import Values

/// RFC 7489 appendix C, and what the world writes instead.
@Suite struct AggregateReportTests {
    static let whole = """
        <?xml version="1.0"?>
        <feedback>
          <version>1.0</version>
          <report_metadata>
            <org_name>A &amp; B &#x3c;&#62;</org_name><email>dmarc@ab.example</email>
            <extra_contact_info>https://ab.example/</extra_contact_info><report_id>77</report_id>
            <date_range><begin>1714521600</begin><end>1714607999</end></date_range>
            <error>one</error><error>two</error><generator>maker 1</generator>
          </report_metadata>
          <policy_published>
            <domain>example.org</domain><version_published>DMARC1</version_published><adkim>r</adkim><aspf>S</aspf>
            <p>reject</p><sp>none</sp><np>quarantine</np><pct>50</pct><fo>1:d</fo><testing>n</testing>
            <discovery_method>psl</discovery_method>
          </policy_published>
          <record>
            <row>
              <source_ip>2001:DB8:0:0::7</source_ip><count>3</count>
              <policy_evaluated>
                <disposition>none</disposition><dkim>pass</dkim><spf>fail</spf>
                <reason><type>sampled_out</type><comment>lucky</comment></reason><reason><type>other</type></reason>
              </policy_evaluated>
            </row>
            <identifiers>
              <envelope_to>to.example</envelope_to><envelope_from>from.example</envelope_from>
              <header_from>example.org</header_from>
            </identifiers>
            <auth_results>
              <dkim><domain>example.org</domain><selector>s</selector><result>pass</result></dkim>
              <dkim><domain>other.example</domain><result>fail</result><human_result>bad</human_result></dkim>
              <spf><domain>from.example</domain><scope>mfrom</scope><result>fail</result></spf>
            </auth_results>
          </record>
          <record><row><source_ip>192.0.2.1</source_ip><count>1</count></row></record>
        </feedback>
        """

    @Test func everyElementIsRead() throws {
        let report = try AggregateReport(xml: Bytes(Self.whole))
        #expect(report.faults == [] && report.version == "1.0")
        #expect(report.organization == "A & B <>" && report.email == "dmarc@ab.example" && report.reportID == "77")
        #expect(report.contact == "https://ab.example/" && report.errors == ["one", "two"])
        #expect(report.generator == "maker 1")
        #expect(report.begin?.seconds == 1_714_521_600 && report.end?.seconds == 1_714_607_999)
        let policy = report.policy
        #expect(
            policy.domain == "example.org" && policy.version == "DMARC1" && policy.adkim == "r" && policy.aspf == "s")
        #expect(policy.p == "reject" && policy.sp == "none" && policy.np == "quarantine" && policy.pct == 50)
        #expect(policy.fo == "1:d" && policy.testing == "n" && policy.discoveryMethod == "psl")
        let record = try #require(report.records.first)
        #expect(report.records.count == 2 && record.sourceIP == "2001:db8::7" && record.count == 3)
        #expect(record.disposition == "none" && record.dkim == "pass" && record.spf == "fail")
        #expect(record.reasons == [.init(type: "sampled_out", comment: "lucky"), .init(type: "other")])
        #expect(record.envelopeTo == "to.example" && record.envelopeFrom == "from.example")
        #expect(record.headerFrom == "example.org" && record.dkimResults.count == 2)
        #expect(record.dkimResults[0] == .init(domain: "example.org", selector: "s", result: "pass"))
        #expect(record.dkimResults[1].humanResult == "bad")
        #expect(record.spfResults == [.init(domain: "from.example", scope: "mfrom", result: "fail")])
    }

    /// What is written is read back the same.
    @Test(arguments: [true, false]) func writtenReportsAreReadBack(hasNamespace: Bool) throws {
        var report = try AggregateReport(xml: Bytes(Self.whole))
        // These are of RFC 9990, whose reports are not written.
        (report.generator, report.policy.version, report.policy.np) = (nil, nil, nil)
        (report.policy.testing, report.policy.discoveryMethod) = (nil, nil)
        report.organization = "<&>\" é\u{1}"
        report.records.removeLast()
        let written = report.xml(hasNamespace: hasNamespace)
        #expect(written.contains("dmarc-xml") == hasNamespace)
        var read = try AggregateReport(xml: Bytes(written))
        #expect(read.organization == "<&>\" é\u{FFFD}")
        read.organization = report.organization
        #expect(read == report)
    }

    /// Mistakes that leave the rest readable.
    @Test(arguments: [
        ("<a@b></a>", "'<' begins no tag"), ("5 < 6", "'<' begins no tag"), ("a & b", "'&' begins no reference"),
        ("&unknown;", "'&' begins no reference"), ("<b>x", "'b' is not closed"), ("x</b>", "'b' is closed"),
    ])
    func mistakesAreNoted(email: String, fault: String) throws {
        let report = try AggregateReport(xml: Bytes(Self.whole.replacing("dmarc@ab.example", with: email)))
        #expect(report.records.count == 2 && report.faults.contains { $0.contains(fault) }, "\(report.faults)")
        #expect(report.faults.allSatisfy { $0.hasPrefix("5:") })
    }

    @Test func surroundingsEncodingsAndNumbers() throws {
        let variants: [(String, [UInt8])] = [
            ("mark", [0xEF, 0xBB, 0xBF] + Array(Self.whole.utf8)),
            ("prefix", Array(Self.whole.replacing("feedback>", with: "x:feedback>").utf8)),
            ("around", Array(("<xs:schema a='b'>" + Self.whole).utf8)),
            ("comment", Array(("<!-- <feedback> -->" + Self.whole.replacing("<row>", with: "<!-- x --><row>")).utf8)),
            ("crlf", Array(Self.whole.replacing("\n", with: "\r\n").utf8)),
            ("fraction", Array(Self.whole.replacing("1714521600", with: "1714521600.0").utf8)),
            ("cdata", Array(Self.whole.replacing("dmarc@ab.example", with: "<![CDATA[dmarc@ab.example]]>").utf8)),
            ("utf-16", [0xFF, 0xFE] + Self.whole.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
        ]
        let expected = try AggregateReport(xml: Bytes(Self.whole))
        for (name, bytes) in variants {
            #expect(AggregateReport.isLikely(Bytes(bytes)), "\(name)")
            #expect(try AggregateReport(xml: Bytes(bytes)) == expected, "\(name)")
        }
        let latin = Self.whole.replacing("?xml version=\"1.0\"?", with: "?xml version='1.0' encoding='windows-1252'?")
            .replacing("maker 1", with: "maker é")
        let bytes = latin.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        #expect(try AggregateReport(xml: Bytes(bytes)).generator == "maker é")
        let broken = Self.whole.utf8.map { $0 == .ascii("m") ? 0x91 : $0 }
        #expect(throws: AggregateReport.ReadError.self) { try AggregateReport(xml: Bytes(Array(broken.prefix(500)))) }
    }

    /// What is not taken, each in bounded time.
    @Test(arguments: [
        ("", "no 'feedback'"), ("<html></html>", "no 'feedback'"), ("<feedback>", "cut off"),
        ("<feedback><record></record>", "cut off"), ("<feedback><!-- </feedback>", "cut off"),
        ("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><feedback>&b;</feedback>", "document type"),
        ("<feedback><!DOCTYPE x SYSTEM \"file:///etc/passwd\"></feedback>", "document type"),
        ("<feedback>" + String(repeating: "<a>", count: 100_000), "deeper"),
    ])
    func refusals(text: String, message: String) {
        let error = #expect(throws: AggregateReport.ReadError.self) { try AggregateReport(xml: Bytes(text)) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func hostileDocumentsAreReadInBoundedTime() throws {
        for unit in ["<", "<a ", "</a>", "&", "&#x41;", "<record>", "<dkim/>", "<!-- -->", "<a b='", "\n<reason/>"] {
            let body = String(repeating: unit, count: 2_000_000 / unit.utf8.count)
            let text = "<feedback><record><auth_results>" + body + "</auth_results></record></feedback>"
            let report = try? AggregateReport(xml: Bytes(text))
            #expect(report?.faults.count ?? 0 <= 20)
            #expect(report?.records.first?.dkimResults.count ?? 0 <= 100)
        }
        let many = "<feedback>" + String(repeating: "<record/>", count: 200_001) + "</feedback>"
        #expect(throws: AggregateReport.ReadError.self) { try AggregateReport(xml: Bytes(many)) }
    }

    @Test func likeness() {
        for (text, isLikely) in [
            ("<feedback>", true), ("\r\n <?xml version='1.0'?><ns1:feedback x='y'>", true), ("feedback", false),
            ("<html>send us feedback</html>", false), ("<html>x:feedback</html>", false), ("", false),
        ] {
            #expect(AggregateReport.isLikely(Bytes(text)) == isLikely, "\(text)")
        }
    }
}
