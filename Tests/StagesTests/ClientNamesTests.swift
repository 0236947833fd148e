import DNS
import Screening
import Testing
import Values

@testable import Stages

/// Whose names count, where the DNS tells them and where only an archive does.
@Suite struct ClientNamesTests {
    @Test(
        arguments: [
            // The DNS goes before what the receiving server wrote; that counts where nobody recorded the DNS.
            ("192.0.2.1", "Old.example", ["mail.example+", "other.example-"], nil, "dns"),
            ("192.0.2.2", "Old.example.", ["old.example+"], nil, "name_from"),
            ("192.0.2.2", "", [], "unrecorded DNS: 2.2.0.192.in-addr.arpa. PTR", "dns"),
            ("192.0.2.3", "Old.example", [], nil, "dns"),
            (
                "192.0.2.4", "Old.example", [], "reverse lookup failed for now: 4.2.0.192.in-addr.arpa. PTR → time-out",
                "dns"
            ),
            ("", "Old.example", ["old.example+"], nil, "name_from"), ("", "", [], "client address not known", ""),
        ] as [(String, String, [String], String?, String)])
    func namesAreKnown(
        _ client: String, _ traced: String, _ names: [String], _ omission: String?, _ source: String
    ) async throws {
        let zone = try DNSZone(
            fixture: """
                1.2.0.192.in-addr.arpa. PTR mail.example.
                1.2.0.192.in-addr.arpa. PTR other.example.
                mail.example. A 192.0.2.1
                other.example. A 192.0.2.99
                2.2.0.192.in-addr.arpa. PTR !UNRECORDED
                4.2.0.192.in-addr.arpa. PTR !TIMEOUT
                """, file: "dns")
        var session = Session(id: "s", client: IPAddress(client).map(Fact.observed) ?? .absent)
        if !traced.isEmpty {
            session.reverseName = .reconstructed(traced, from: HeaderSource(field: "Received", range: nil))
        }
        let known = await ClientNames.look(up: session, dns: zone)
        #expect(known.names.map { $0.text + ($0.isConfirmed ? "+" : "-") } == names)
        #expect(known.omission?.text == omission)
        var evidence: Evidence = [:]
        known.addSource(to: &evidence)
        #expect(evidence.items.map(\.key) == (source.isEmpty ? [] : [source]))
    }
}
