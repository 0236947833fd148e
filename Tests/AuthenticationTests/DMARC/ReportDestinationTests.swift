import Authentication
import DNS
import Testing
import Values

/// Where DMARC reports may go (RFC 7489 §7.1).
@Suite struct ReportDestinationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let uri: String
        let status: ReportDestination.Status
        var addresses: [String] = []
        var isFailure = false
        var testDescription: String { uri }
    }

    private static let zone = """
        partner.example._report._dmarc.reports.example. TXT "v=DMARC1"
        *._report._dmarc.anybody.example. TXT "v=DMARC1; p=none"
        partner.example._report._dmarc.moved.example. TXT "v=DMARC1; rua=mailto:new@moved.example; ruf=mailto:f@moved.example"
        partner.example._report._dmarc.loop.example. TXT "v=DMARC1; rua=mailto:x@elsewhere.example"
        partner.example._report._dmarc.noise.example. TXT "v=spf1 -all"
        partner.example._report._dmarc.noise.example. TXT "v=DMARC2"
        partner.example._report._dmarc.two.example. TXT "hello"
        partner.example._report._dmarc.two.example. TXT "v=DMARC1;"
        other.example._report._dmarc.wrong.example. TXT "v=DMARC1"
        partner.example._report._dmarc.slow.example. TXT !TIMEOUT
        partner.example._report._dmarc.broken.example. TXT !SERVFAIL
        partner.example._report._dmarc.new.example. TXT !UNRECORDED
        """

    @Test(arguments: [
        Case(uri: "mailto:d@partner.example", status: .own, addresses: ["d@partner.example"]),
        Case(uri: "mailto:d@mail.partner.example", status: .own, addresses: ["d@mail.partner.example"]),
        Case(uri: "mailto:d@reports.example", status: .verified, addresses: ["d@reports.example"]),
        Case(uri: "MAILTO:d@REPORTS.example", status: .verified, addresses: ["d@REPORTS.example"]),
        Case(uri: "mailto:d@anybody.example?subject=x", status: .verified, addresses: ["d@anybody.example"]),
        Case(uri: "mailto:d@moved.example", status: .verified, addresses: ["new@moved.example"]),
        Case(uri: "mailto:d@moved.example", status: .verified, addresses: ["f@moved.example"], isFailure: true),
        // Another host's address is not believed: that way lie loops.
        Case(uri: "mailto:d@loop.example", status: .verified, addresses: ["d@loop.example"]),
        Case(uri: "mailto:d@two.example", status: .verified, addresses: ["d@two.example"]),
        Case(uri: "mailto:d@noise.example", status: .refused),
        Case(uri: "mailto:d@wrong.example", status: .refused),
        Case(uri: "mailto:d@absent.example", status: .refused),
        Case(uri: "mailto:d@slow.example", status: .unavailable),
        Case(uri: "mailto:d@broken.example", status: .unavailable),
        Case(uri: "mailto:d@new.example", status: .unrecorded),
        Case(uri: "https://reports.example/dmarc", status: .unsupported),
        Case(uri: "mailto:nobody", status: .unsupported),
        Case(uri: "mailto:a@b.example>,<c@d.example", status: .unsupported),
        Case(uri: "mailto:d@\(String(repeating: "abcdefgh.", count: 26))example", status: .refused),
    ])
    func verified(_ item: Case) async throws {
        let tag = item.isFailure ? "ruf" : "rua"
        let escaped = item.uri.replacing(",", with: "%2C")
        let record = try #require(DMARCRecord(Bytes("v=DMARC1; p=none; \(tag)=\(escaped)")))
        let uris = item.isFailure ? record.failureReports : record.aggregateReports
        guard !uris.isEmpty else {
            // The grammar of the record refused it already.
            #expect(item.status == .unsupported)
            return
        }
        let destinations = await ReportDestination.verify(
            uris, ofPolicyAt: try #require(DomainName("partner.example")), isFailure: item.isFailure,
            dns: try DNSZone(fixture: Self.zone))
        #expect(destinations.map(\.status) == [item.status])
        #expect(destinations.first?.addresses == item.addresses)
        #expect((destinations.first?.reason == nil) == [.own, .verified].contains(item.status))
    }

    /// A hundred destinations: twenty are looked at, with a question each.
    @Test func manyDestinations() async throws {
        let list = (0..<100).map { "mailto:d@h\($0).example" }.joined(separator: ",")
        let record = try #require(DMARCRecord(Bytes("v=DMARC1; p=none; rua=\(list)")))
        let destinations = await ReportDestination.verify(
            record.aggregateReports, ofPolicyAt: try #require(DomainName("partner.example")), isFailure: false,
            dns: try DNSZone(fixture: Self.zone))
        #expect(destinations.count <= ReportDestination.maximumCount)
    }
}
