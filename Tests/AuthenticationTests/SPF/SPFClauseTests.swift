import Authentication
import DNS
import Testing
import Values

/// RFC 7208 clause by clause: what the published suites do not reach, or reach only by the way.
@Suite struct SPFClauseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let clause: String
        let dns: String
        var ip = "192.0.2.1"
        var helo = "mail.example.net"
        var from = "user@example.org"
        let result: SPFResult
        var mechanism: String?

        var testDescription: String { clause }
    }

    @Test(arguments: cases)
    func clause(_ c: Case) async throws {
        let outcome = try await checkSPF(c.dns, ip: c.ip, helo: c.helo, from: c.from)
        #expect(outcome.result == c.result, "\(outcome.reason ?? "")")
        #expect(outcome.mechanism == c.mechanism)
        #expect(outcome.unrecorded.isEmpty)
    }

    static let cases: [Case] = identities + records + mechanisms + modifiers

    static let identities = [
        Case(
            clause: "2.4 null reverse-path: postmaster at HELO",
            dns:
                "mail.example.net TXT \"v=spf1 exists:%{l}.%{o}.x.example -all\"\npostmaster.mail.example.net.x.example A 127.0.0.2",
            from: "", result: .pass, mechanism: "exists:%{l}.%{o}.x.example"),
        Case(
            clause: "2.4 null in brackets", dns: "mail.example.net TXT \"v=spf1 -all\"", from: "<>", result: .fail,
            mechanism: "-all"),
        Case(clause: "4.3 domain literal", dns: "", from: "u@[192.0.2.1]", result: .none),
        Case(clause: "4.3 address as HELO", dns: "", helo: "192.0.2.1", from: "", result: .none),
        Case(clause: "4.3 single label", dns: "localhost TXT \"v=spf1 -all\"", from: "u@localhost", result: .none),
        Case(clause: "4.3 empty label", dns: "", from: "u@a..example.org", result: .none),
        Case(
            clause: "4.3 label of 64", dns: "", from: "u@\(String(repeating: "a", count: 64)).example.org",
            result: .none),
        Case(
            clause: "4.3 name of 254",
            dns: "", from: "u@" + String(repeating: "abcdefgh.", count: 28) + "example", result: .none),
        Case(
            clause: "4.3 trailing dot", dns: "example.org TXT \"v=spf1 -all\"", from: "u@example.org.", result: .fail,
            mechanism: "-all"),
        Case(
            clause: "4.3 the last @ divides", dns: "example.org TXT \"v=spf1 -all\"", from: "\"a@b\"@example.org",
            result: .fail, mechanism: "-all"),
        Case(
            clause: "4.3 U-labels are looked up as A-labels", dns: "xn--bcher-kva.example TXT \"v=spf1 -all\"",
            from: "u@bücher.example", result: .fail, mechanism: "-all"),
        Case(
            clause: "4.3 U-labels in capitals are the same", dns: "xn--bcher-kva.example TXT \"v=spf1 -all\"",
            from: "u@BÜCHER.example", result: .fail, mechanism: "-all"),
        Case(
            clause: "4.3 U-labels of a HELO name", dns: "xn--bcher-kva.example TXT \"v=spf1 -all\"",
            helo: "BÜCHER.example", from: "", result: .fail, mechanism: "-all"),
        Case(
            clause: "4.3 a label that is neither", dns: "example TXT \"v=spf1 -all\"", from: "u@xn--ü.example",
            result: .none),
        Case(
            clause: "4.3 not UTF-8-convertible", dns: "", from: "u@\(String(repeating: "ü", count: 60)).example",
            result: .none),
    ]

    static let records = [
        Case(
            clause: "3.3 strings are joined without a space", dns: "example.org TXT \"v=spf1 ip4:192.0\" \".2.1 -all\"",
            result: .pass, mechanism: "ip4:192.0.2.1"),
        Case(
            clause: "3.3 the join may make the version", dns: "example.org TXT \"v=sp\" \"f1 -all\"", result: .fail,
            mechanism: "-all"),
        Case(clause: "4.4 no such domain", dns: "", result: .none),
        Case(clause: "4.4 no data", dns: "example.org A 192.0.2.1", result: .none),
        Case(clause: "4.4 time-out", dns: "example.org TXT !TIMEOUT", result: .temperror),
        Case(clause: "4.4 server failure", dns: "example.org TXT !SERVFAIL", result: .temperror),
        Case(
            clause: "4.4 CNAME followed", dns: "example.org CNAME b.example\nb.example TXT \"v=spf1 -all\"",
            result: .fail, mechanism: "-all"),
        Case(
            clause: "4.4 CNAME loop", dns: "example.org CNAME b.example\nb.example CNAME example.org",
            result: .temperror),
        Case(
            clause: "4.5 other TXT records are ignored",
            dns: "example.org TXT \"v=spf10 -all\"\nexample.org TXT \"v=spf1\"\nexample.org TXT \"x\"", result: .neutral
        ),
        Case(clause: "4.5 version with a tab", dns: "example.org TXT \"v=spf1\\009-all\"", result: .none),
        Case(
            clause: "4.5 two records", dns: "example.org TXT \"v=spf1 -all\"\nexample.org TXT \"v=spf1 +all\"",
            result: .permerror),
        Case(clause: "4.6 an error after the match", dns: "example.org TXT \"v=spf1 +all moo\"", result: .permerror),
        Case(
            clause: "4.6.1 trailing spaces", dns: "example.org TXT \"v=spf1   -all   \"", result: .fail,
            mechanism: "-all"),
        Case(
            clause: "4.6.1 names in any case", dns: "example.org TXT \"V=SPF1 IP4:192.0.2.1 -ALL\"", result: .pass,
            mechanism: "IP4:192.0.2.1"),
        Case(clause: "4.6.2 qualifier twice", dns: "example.org TXT \"v=spf1 --all\"", result: .permerror),
        Case(clause: "4.6.2 qualifier alone", dns: "example.org TXT \"v=spf1 - all\"", result: .permerror),
        Case(clause: "4.6.2 softfail", dns: "example.org TXT \"v=spf1 ~all\"", result: .softfail, mechanism: "~all"),
        Case(clause: "4.7 no match", dns: "example.org TXT \"v=spf1 ip4:203.0.113.1\"", result: .neutral),
    ]

    static let mechanisms = [
        Case(
            clause: "5 mapped client is IPv4", dns: "example.org TXT \"v=spf1 ip4:192.0.2.0/24 -all\"",
            ip: "::ffff:192.0.2.1", result: .pass, mechanism: "ip4:192.0.2.0/24"),
        Case(
            clause: "5 mapped network matches no IPv4 client",
            dns: "example.org TXT \"v=spf1 ip6:::ffff:192.0.2.1 -all\"", result: .fail, mechanism: "-all"),
        Case(
            clause: "5 mapped AAAA matches no IPv4 client",
            dns: "example.org TXT \"v=spf1 a -all\"\nexample.org AAAA ::ffff:192.0.2.1", result: .fail,
            mechanism: "-all"),
        Case(
            clause: "5.2 include passes",
            dns: "example.org TXT \"v=spf1 ?include:i.example -all\"\ni.example TXT \"v=spf1 ip4:192.0.2.1\"",
            result: .neutral, mechanism: "?include:i.example"),
        Case(
            clause: "5.2 include fails: no match",
            dns: "example.org TXT \"v=spf1 include:i.example ~all\"\ni.example TXT \"v=spf1 -all\"", result: .softfail,
            mechanism: "~all"),
        Case(
            clause: "5.2 include of temperror",
            dns: "example.org TXT \"v=spf1 include:i.example ~all\"\ni.example TXT !TIMEOUT", result: .temperror),
        Case(
            clause: "5.2 include of permerror",
            dns: "example.org TXT \"v=spf1 include:i.example ~all\"\ni.example TXT \"v=spf1 moo\"", result: .permerror),
        Case(
            clause: "5.2 include of none", dns: "example.org TXT \"v=spf1 include:i.example ~all\"", result: .permerror),
        Case(
            clause: "5.2 include after a match is not looked up",
            dns: "example.org TXT \"v=spf1 +all include:i.example\"", result: .pass, mechanism: "+all"),
        Case(
            clause: "5.3 a with both lengths, IPv6",
            dns: "example.org TXT \"v=spf1 a:h.example/8//64 -all\"\nh.example AAAA 2001:db8::1", ip: "2001:db8::ffff",
            result: .pass, mechanism: "a:h.example/8//64"),
        Case(
            clause: "5.3 a asks for the client's family",
            dns: "example.org TXT \"v=spf1 a -all\"\nexample.org AAAA !TIMEOUT\nexample.org A 192.0.2.1", result: .pass,
            mechanism: "a"),
        Case(
            clause: "5.3 a fails for now", dns: "example.org TXT \"v=spf1 a -all\"\nexample.org A !SERVFAIL",
            result: .temperror),
        Case(
            clause: "5.4 mx has no fallback to A", dns: "example.org TXT \"v=spf1 mx -all\"\nexample.org A 192.0.2.1",
            result: .fail, mechanism: "-all"),
        Case(
            clause: "5.4 null mx", dns: "example.org TXT \"v=spf1 mx -all\"\nexample.org MX 0 .", result: .fail,
            mechanism: "-all"),
        Case(
            clause: "5.4 mx host fails for now",
            dns: "example.org TXT \"v=spf1 mx -all\"\nexample.org MX 1 m.example\nm.example A !TIMEOUT",
            result: .temperror),
        Case(
            clause: "5.4 a lower preference matches first",
            dns:
                "example.org TXT \"v=spf1 mx -all\"\nexample.org MX 20 m.example\nm.example A !TIMEOUT\nexample.org MX 10 n.example\nn.example A 192.0.2.1",
            result: .pass, mechanism: "mx"),
        Case(
            clause: "5.5 ptr below the target (erratum 4751)",
            dns:
                "example.org TXT \"v=spf1 ptr -all\"\n1.2.0.192.in-addr.arpa PTR a.b.example.org\na.b.example.org A 192.0.2.1",
            result: .pass, mechanism: "ptr"),
        Case(
            clause: "5.5 ptr above the target",
            dns:
                "example.org TXT \"v=spf1 ptr:a.example.org -all\"\n1.2.0.192.in-addr.arpa PTR example.org\nexample.org A 192.0.2.1",
            result: .fail, mechanism: "-all"),
        Case(
            clause: "5.5 ptr not at a label's edge",
            dns:
                "example.org TXT \"v=spf1 ptr -all\"\n1.2.0.192.in-addr.arpa PTR badexample.org\nbadexample.org A 192.0.2.1",
            result: .fail, mechanism: "-all"),
        Case(
            clause: "5.5 PTR time-out is no match",
            dns: "example.org TXT \"v=spf1 ptr -all\"\n1.2.0.192.in-addr.arpa PTR !TIMEOUT", result: .fail,
            mechanism: "-all"),
        Case(
            clause: "5.5 address time-out skips the name",
            dns:
                "example.org TXT \"v=spf1 ptr -all\"\n1.2.0.192.in-addr.arpa PTR x.example.org\nx.example.org A !TIMEOUT\n1.2.0.192.in-addr.arpa PTR y.example.org\ny.example.org A 192.0.2.1",
            result: .pass, mechanism: "ptr"),
        Case(
            clause: "5.6 ip4 with a name", dns: "example.org TXT \"v=spf1 ip4:host.example -all\"", result: .permerror),
        Case(
            clause: "5.6 ip4 with octet 256", dns: "example.org TXT \"v=spf1 ip4:192.0.2.256 -all\"", result: .permerror
        ),
        Case(clause: "5.6 ip4 with IPv6", dns: "example.org TXT \"v=spf1 ip4:2001:db8::1 -all\"", result: .permerror),
        Case(clause: "5.6 ip6 with IPv4", dns: "example.org TXT \"v=spf1 ip6:192.0.2.1 -all\"", result: .permerror),
        Case(
            clause: "5.6 ip6 with a zone", dns: "example.org TXT \"v=spf1 ip6:fe80::1%%eth0 -all\"", result: .permerror),
        Case(
            clause: "5.6 ip4 length with a leading zero", dns: "example.org TXT \"v=spf1 ip4:192.0.2.1/00 -all\"",
            result: .permerror),
        Case(clause: "5.6 empty length", dns: "example.org TXT \"v=spf1 ip4:192.0.2.1/ -all\"", result: .permerror),
        Case(
            clause: "5.6 ip6 bits past the prefix", dns: "example.org TXT \"v=spf1 ip6:2001:db8::1/32 -all\"",
            ip: "2001:db8:ffff::9", result: .pass, mechanism: "ip6:2001:db8::1/32"),
        Case(
            clause: "5.7 exists asks for A from IPv6 too",
            dns:
                "example.org TXT \"v=spf1 exists:%{ir}.x.example -all\"\n1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.x.example A 127.0.0.2",
            ip: "2001:db8::1", result: .pass, mechanism: "exists:%{ir}.x.example"),
        Case(
            clause: "5.7 exists fails for now",
            dns: "example.org TXT \"v=spf1 exists:x.example -all\"\nx.example A !SERVFAIL", result: .temperror),
        Case(
            clause: "4.8 a target that is no name does not exist",
            dns: "example.org TXT \"v=spf1 exists:%{l}.x.example -all\"", from: "a..b@example.org", result: .fail,
            mechanism: "-all"),
        Case(
            clause: "RFC 8616 4: a local-part past ASCII never matches",
            dns:
                "example.org TXT \"v=spf1 exists:%{l}.x.example a:y.%{o} -all\"\n*.x.example A 127.0.0.2\ny.example.org A 192.0.2.1",
            from: "ü@example.org", result: .pass, mechanism: "a:y.%{o}"),
    ]

    static let modifiers = [
        Case(
            clause: "6 unknown modifiers are ignored", dns: "example.org TXT \"v=spf1 x.y-z_1=a%{l}b -all\"",
            result: .fail, mechanism: "-all"),
        Case(
            clause: "6 a mechanism's name may be a modifier's", dns: "example.org TXT \"v=spf1 ip4=192.0.2.1 -all\"",
            result: .fail, mechanism: "-all"),
        Case(
            clause: "6.1 redirect", dns: "example.org TXT \"v=spf1 redirect=r.example\"\nr.example TXT \"v=spf1 -all\"",
            result: .fail, mechanism: "-all"),
        Case(
            clause: "6.1 redirect is void with all", dns: "example.org TXT \"v=spf1 redirect=r.example ?all\"",
            result: .neutral, mechanism: "?all"),
        Case(
            clause: "6.1 redirect to nothing", dns: "example.org TXT \"v=spf1 redirect=r.example\"", result: .permerror),
        Case(
            clause: "6.1 redirect to a malformed name", dns: "example.org TXT \"v=spf1 redirect=a..example\"",
            result: .permerror),
        Case(
            clause: "6.1 redirect hands temperror on",
            dns: "example.org TXT \"v=spf1 redirect=r.example\"\nr.example TXT !TIMEOUT", result: .temperror),
        Case(
            clause: "6.1 redirect inside an include",
            dns:
                "example.org TXT \"v=spf1 include:i.example -all\"\ni.example TXT \"v=spf1 redirect=r.example\"\nr.example TXT \"v=spf1 ip4:192.0.2.1\"",
            result: .pass, mechanism: "include:i.example"),
        Case(
            clause: "6.1 redirect changes the implicit domain",
            dns:
                "example.org TXT \"v=spf1 redirect=r.example\"\nr.example TXT \"v=spf1 a -all\"\nr.example A 192.0.2.1",
            result: .pass, mechanism: "a"),
        Case(
            clause: "6.1 qualifier before a modifier", dns: "example.org TXT \"v=spf1 -redirect=r.example\"",
            result: .permerror),
    ]
}
