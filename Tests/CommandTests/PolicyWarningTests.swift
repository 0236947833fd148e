import Testing

/// What `assay policy check` says of settings that are well-formed and can have no effect.
@Suite struct PolicyWarningTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let policy: String
        /// Where the warnings point, and a part of what each says.
        let warnings: [(place: String, words: String)]
        var testDescription: String { policy.split(separator: "\n").joined(separator: " ⏎ ") }

        init(_ policy: String, _ warnings: (String, String)...) { (self.policy, self.warnings) = (policy, warnings) }
    }

    @Test(arguments: [
        Case("trusted_networks: [192.0.2.0/24, 2001:db8::/32, 192.0.2.7]"),
        Case("trusted_networks: [192.0.2.1/24]", ("2:20", "stands for all of 192.0.2.0/24")),
        Case("lan_networks: ['2001:db8::1/32']", ("2:16", "bits beyond its 32")),
        Case(
            "stages:\n  ip-screen:\n    entries:\n    - address: 192.0.300.*\n    - address: '2001:0db8:*'\n"
                + "    - address: 192.0.2.*\n    - address: '2001:db8:*'\n    - address: 1.2.3.4.*\n"
                + "    - address: '*.2.1'\n    - address: 10.?.0.1\n    - address: a.b.c.*\n",
            ("5:16", "no octet"), ("6:16", "without leading zeros"), ("9:16", "four parts"), ("12:16", "no octet")),
        Case(
            "stages:\n  host-screen:\n    entries:\n    - host: mail.example:25\n    - host: '*.example'\n"
                + "    - host: '[192.0.2.*]'\n    - host: '\(String(repeating: "a", count: 64)).example'\n",
            ("5:13", "brackets and colons"), ("8:13", "63 characters")),
        Case(
            "stages:\n  host-screen:\n    files: [empty.txt]\n", ("4:5", "leave it nothing to look at"),
            ("4:13", "is empty")),
        Case(
            "stages:\n  ip-screen:\n    files: [listed.txt]\n", ("listed.txt:2:1", "stands for all of 198.51.100.0/24")),
        Case("thresholds:\n  tag: 6\n  reject: 5\n", ("3:8", "'tag' at 6 never applies: 'reject' applies from 5 on")),
        Case("thresholds:\n  reject: 5\n", ("3:11", "'tag' at 5 never applies")),
        Case("thresholds:\n  quarantine: 12\n", ("3:15", "'quarantine' at 12 never applies")),
        Case("thresholds:\n  tag: 0\n", ("3:8", "has 0 points")),
        Case("thresholds:\n  tag: 3\n  quarantine: 5\n  reject: 8\n"),
        Case("stages:\n  lan-ips:\n    exempt_from: [greylist]\n", ("4:19", "the stage 'greylist' is off")),
        Case(
            "stages:\n  trusted-hosts:\n    hosts: [a.example]\n    exempt_from: [spf, dmarc]\n  spf:\n    enabled: false\n"
                + "  dmarc:\n    exempt: [authenticated]\n",
            ("5:19", "the stage 'spf' is off"), ("5:24", "its own 'exempt' has no 'trusted'")),
        Case("weights:\n  SPF_FAIL: 2\nstages:\n  spf:\n    enabled: false\n", ("3:13", "the stage 'spf' is off")),
        Case("weights:\n  HOST_SCREEN_REFUSED: 2\n", ("3:24", "has nothing to look at")),
        Case("actions:\n  GREYLIST_FIRST: reject\n", ("3:19", "the stage 'greylist' is off")),
        Case("replies:\n  SPF_NEUTRAL: 'no'\n", ("3:16", "refuses nothing")),
        Case("replies:\n  SPF_NEUTRAL: 'no'\nactions:\n  SPF_NEUTRAL: reject\n"),
        Case("stages:\n  greylist: {}\n  spf: {}\n  tarpit:\n", ("3:13", "stays off: write 'enabled: true'")),
        Case("stages:\n  greylist:\n    delay: 2h\n    pending: 1h\n", ("5:14", "nobody passes")),
        Case("stages:\n  greylist:\n    delay: 24h\n", ("4:12", "nobody passes")),
        Case("stages:\n  dynamic-screen:\n    resets: 3\n    ban: 40d\n", ("5:10", "'maximum', 30d")),
        Case("stages:\n  dynamic-screen:\n    resets: 3\n    maximum: 1h\n", ("5:14", "'maximum', 1h")),
        Case("stages:\n  tarpit:\n    delay: 2m\n", ("4:12", "'maximum', 1m")),
        Case("stages:\n  host-screen:\n    enabled: true\n", ("4:5", "nothing to look at")),
        Case(
            "stages:\n  dnsbl:\n    zones:\n    - zone: bl.example\n      codes: [10.0.0.1, 127.0.0.2, 127.0.0.0/8]\n",
            ("6:15", "127.0.0.0/8")),
        Case(
            "stages:\n  sender-blocklist:\n    allow: ['\(String(repeating: "l", count: 65))@a.example', '*@c.example']\n",
            ("4:13", "64 characters")),
    ])
    func effectless(_ item: Case) throws {
        let place = try Workplace()
        try place.write("empty.txt", "# nothing yet\n\n")
        try place.write("listed.txt", "refuse 192.0.2.7\nrefuse 198.51.100.9/24\n")
        try place.write("policy.yaml", "version: 1\n" + item.policy)
        let outcome = try place.assay(["policy", "check", "policy.yaml"])
        let told = outcome.errors.split(separator: "\n").map(String.init)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(told.count == item.warnings.count, "\(outcome.errors)")
        for (place, words) in item.warnings {
            let start = place.contains("txt") ? "\(place): warning: " : "policy.yaml:\(place): warning: "
            #expect(told.contains { $0.hasPrefix(start) && $0.contains(words) }, "\(start)\(words)\n\(outcome.errors)")
        }
        let count = item.warnings.count
        let end = count == 0 ? "no mistakes\n" : "no mistakes, \(count) warning\(count == 1 ? "" : "s")\n"
        #expect(outcome.output.hasSuffix(end), "\(outcome.output)")
        #expect(try place.assay(["policy", "check", "--strict", "policy.yaml"]).code == (count == 0 ? 0 : 78))
    }
}
