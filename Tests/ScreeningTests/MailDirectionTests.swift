import Screening
import Testing
import Values

/// Which way mail goes.
@Suite struct MailDirectionTests {
    private static let site = Site(
        localDomains: ["company.example", ".branch.example"],
        trustedRelays: [IPNetwork("198.51.100.25")].compactMap(\.self),
        trustedNetworks: [IPNetwork("203.0.113.0/24")].compactMap(\.self))

    @Test(
        arguments: [
            ("192.0.2.1", false, "partner.example", ["company.example"], MailDirection.inbound),
            ("192.0.2.1", true, "company.example", ["partner.example"], .outbound),
            ("203.0.113.9", false, "company.example", ["partner.example"], .outbound),
            ("203.0.113.9", false, "company.example", ["company.example"], .local),
            ("10.0.0.5", false, "x.branch.example", ["company.example", "partner.example"], .outbound),
            // A sender of a local domain means nothing where the client is known.
            ("192.0.2.1", false, "company.example", ["company.example"], .inbound),
            // A relay of our own hands on the mail of others.
            ("198.51.100.25", false, "partner.example", ["company.example"], .inbound),
            ("127.0.0.1", false, nil, ["company.example"], .local),
            (nil, false, "company.example", ["partner.example"], .outbound),
            (nil, false, "partner.example", ["company.example"], .inbound),
            (nil, false, nil, [], .inbound),
            ("203.0.113.9", false, nil, [], .outbound),
        ] as [(String?, Bool, String?, [String], MailDirection)])
    func direction(
        client: String?, isAuthenticated: Bool, sender: String?, recipients: [String], wanted: MailDirection
    ) {
        #expect(
            MailDirection(
                client: client.flatMap { IPAddress($0) }, isAuthenticated: isAuthenticated, senderDomain: sender,
                recipientDomains: recipients, site: Self.site) == wanted)
    }
}
