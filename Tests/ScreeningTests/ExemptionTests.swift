import Testing
import Values

@testable import Screening

@Suite struct ExemptionTests {
    private static let site = Site(
        trustedRelays: [network("198.51.100.7/32")],
        trustedNetworks: [network("192.0.2.0/24"), network("2001:db8::/48")])

    /// Why a session is left out under the exemptions given; an empty text where it is not.
    @Test(arguments: [
        ("203.0.113.9", "", "atl", ""), ("203.0.113.9", "ann", "atl", "exempt: authenticated ann"),
        ("203.0.113.9", "ann", "tl", ""), ("192.0.2.1", "", "atl", "exempt: trusted client 192.0.2.1 in 192.0.2.0/24"),
        ("192.0.2.1", "", "al", ""), ("192.0.3.1", "", "atl", ""),
        ("198.51.100.7", "", "t", "exempt: trusted client 198.51.100.7 in 198.51.100.7/32"),
        ("198.51.100.8", "", "t", ""),
        ("2001:db8::1", "", "t", "exempt: trusted client 2001:db8::1 in 2001:db8::/48"), ("2001:db8:1::1", "", "t", ""),
        ("10.1.2.3", "", "atl", "exempt: local client 10.1.2.3 in 10.0.0.0/8"), ("10.1.2.3", "", "at", ""),
        ("172.16.0.1", "", "l", "exempt: local client 172.16.0.1 in 172.16.0.0/12"), ("172.32.0.1", "", "l", ""),
        ("192.168.255.255", "", "l", "exempt: local client 192.168.255.255 in 192.168.0.0/16"),
        ("127.0.0.1", "", "l", "exempt: local client 127.0.0.1 in 127.0.0.0/8"),
        ("::1", "", "l", "exempt: local client ::1 in ::1/128"),
        ("fd12::1", "", "l", "exempt: local client fd12::1 in fc00::/7"),
        // An unknown client is nobody's friend.
        ("", "", "atl", ""), ("", "ann", "atl", "exempt: authenticated ann"),
    ])
    func exemptionsHold(_ client: String, _ identity: String, _ kinds: String, _ expected: String) {
        var session = Session(id: "s", client: IPAddress(client).map(Fact.observed) ?? .absent)
        if !identity.isEmpty { session.authenticated = .observed(identity) }
        let exemptions = kinds.compactMap { ["a": Exemption.authenticated, "t": .trusted, "l": .lan][$0] }
        let reason = Self.site.exemption(for: session, among: exemptions)
        #expect((reason.map { "\($0.reason) \($0.detail ?? "")" } ?? "") == expected)
    }

    @Test(arguments: [
        ("company.example", true), ("COMPANY.example", true), ("sub.company.example", false), ("a.group.example", true),
        ("a.b.group.example", true), ("group.example", false), ("notgroup.example", false), ("", false),
    ])
    func localDomains(_ domain: String, _ expected: Bool) {
        let site = Site(localDomains: ["company.example", ".group.example"])
        #expect(site.isLocal(domain: domain) == expected)
    }

    /// What effects grant holds for the classes and stages they name, and the first reason stands.
    @Test func grantsHold() {
        let reason = StageReport.Omission("exempt: trusted client", detail: "mail.partner.example")
        var granted = GrantedExemptions()
        granted.add(.countAs(.trusted, because: reason))
        granted.add(.countAs(.trusted, because: StageReport.Omission("later")))
        granted.add(.exempt(stages: ["a", "b"], reason: "forwarder"))
        granted.add(.exempt(stages: ["b", "c"], reason: "later"))
        granted.add(.delayReply(.seconds(1)))
        let stranger = Session(id: "s", client: IPAddress("203.0.113.9").map(Fact.observed) ?? .absent)
        #expect(Self.site.exemption(for: stranger, among: [.trusted], granted: granted) == reason)
        #expect(Self.site.exemption(for: stranger, among: [.authenticated, .lan], granted: granted) == nil)
        #expect(Self.site.exemption(for: Session(id: "s"), among: [.trusted], granted: granted) == reason)
        let stages = ["a", "b", "c", "d"].map { granted.reason(toLeaveOut: $0)?.text ?? "-" }
        #expect(stages == ["forwarder", "forwarder", "later", "-"])
    }

    private static func network(_ text: String) -> IPNetwork {
        IPNetwork(text) ?? IPNetwork(.v4(0), prefixLength: 32) ?? IPNetwork.privateUse[0]
    }
}
