import Policy
import Testing
import Values

@testable import Screening

@Suite struct PolicyReadingTests {
    @Test func theBuiltInPolicyIsTheDeclarations() throws {
        let policy = ScreeningPolicy.builtIn(probes)
        for declaration in probes.symbols {
            #expect(policy.weight(of: declaration.symbol) == Placed(declaration.weight, at: .builtIn))
            #expect(policy.action(of: declaration.symbol) == Placed(declaration.action, at: .builtIn))
        }
        #expect(policy.weight(of: "NO_SUCH") == Placed(0, at: .builtIn))
        #expect(policy.thresholds.map { "\($0.disposition) \($0.score.value)" } == ["tag 5000", "reject 12000"])
        #expect(policy.onStageError == .ignore && policy.mixedRecipients == .lenient)
        #expect(policy.stageDeadline == .seconds(20))
        #expect(policy.site.localDomains.isEmpty && !policy.site.lanNetworks.isEmpty)
    }

    /// Weights, actions, replies and thresholds each know the line they come from.
    @Test func valuesKnowTheirPlaces() throws {
        let policy = try policy(
            """
            version: 1
            local_domains: [Company.example, .Group.example]
            trusted_relays: [198.51.100.7]
            trusted_networks: [192.0.2.0/24]
            lan_networks: [10.0.0.0/8]
            thresholds: {tag: 4.5, quarantine: 8, reject: 10}
            weights: {PROBE_LIGHT: 2.125}
            actions: {PROBE_LIGHT: quarantine}
            replies: {PROBE_LIGHT: 550 5.7.30 So much for that}
            mixed_recipients: strict
            stage_deadline: 250ms
            """)
        #expect(policy.site.localDomains == ["company.example", ".group.example"])
        #expect(policy.site.trustedRelays.map(\.description) == ["198.51.100.7/32"])
        #expect(policy.site.trustedNetworks.map(\.description) == ["192.0.2.0/24"])
        #expect(policy.site.lanNetworks.map(\.description) == ["10.0.0.0/8"])
        #expect(
            policy.thresholds.map { "\($0.disposition) \($0.score.value) \($0.score.place)" }
                == ["tag 4500 policy:6:19", "quarantine 8000 policy:6:36", "reject 10000 policy:6:47"])
        #expect(policy.weight(of: "PROBE_LIGHT") == Placed(2125, at: PolicyPlace(file: "policy", line: 7, column: 24)))
        #expect(
            policy.action(of: "PROBE_LIGHT")
                == Placed(.quarantine, at: PolicyPlace(file: "policy", line: 8, column: 24)))
        #expect(policy.replies["PROBE_LIGHT"] == ReplyText(50, 7, 30, "So much for that"))
        #expect(policy.mixedRecipients == .strict && policy.stageDeadline == .milliseconds(250))
    }

    /// A later file takes the place of what it names and leaves the rest; every value tells which file it is from.
    @Test func overlaysReplaceValueByValue() throws {
        let base = """
            version: 1
            local_domains: [a.example, b.example]
            weights: {PROBE_LIGHT: 1.5, PROBE_HEAVY: 6}
            actions: {PROBE_LIGHT: tag}
            stages:
              probe: {mail: [PROBE_LIGHT], rcpt: [PROBE_TAG]}
            """
        let site = """
            version: 1
            local_domains: [c.example]
            weights:
              PROBE_LIGHT: 2
            actions:
            stages:
              probe: {mail: []}
            """
        let documents = [PolicyDocument.parse(base, file: "base.yaml"), PolicyDocument.parse(site, file: "site.yaml")]
        let (read, mistakes) = ScreeningPolicy.read(documents.compactMap(\.node), catalogue: probes)
        let policy = try #require(read, "\(mistakes)")
        #expect(
            policy.weight(of: "PROBE_LIGHT") == Placed(2000, at: PolicyPlace(file: "site.yaml", line: 4, column: 16)))
        #expect(
            policy.weight(of: "PROBE_HEAVY") == Placed(6000, at: PolicyPlace(file: "base.yaml", line: 3, column: 42)))
        #expect(
            policy.action(of: "PROBE_LIGHT") == Placed(.tag, at: PolicyPlace(file: "base.yaml", line: 4, column: 24)))
        #expect(policy.site.localDomains == ["c.example"])
        let probe = try #require(policy.stages.first?.stage as? Probe)
        #expect(probe.settings.symbols[.mail] == [] && probe.settings.symbols[.rcpt] == ["PROBE_TAG"])
    }

    /// Exemptions and the switch of a stage are keys of every stage.
    @Test func stagesAreSwitchedAndExemptionsTakenBack() throws {
        let policy = try policy("{version: 1, stages: {probe: {exempt: [lan]}, failing-stage: {enabled: no}}}")
        #expect(policy.stages.map(\.isEnabled) == [true, false, true])
        #expect(policy.stages.map(\.exemptions) == [[.lan], [], []])
        #expect(ScreeningPolicy.builtIn(probes).stages[0].exemptions == [.authenticated, .trusted, .lan])
    }

    /// Ten mistakes are told at once, in the order of the file.
    @Test func everyMistakeIsTold() {
        let text = """
            version: 2
            local_domains: [not a domain, company.example]
            trusted_relays: [198.51.100.0/40]
            treshold:
              tag: 4
            thresholds:
              tag: five
            weights:
              PROBE_LIHGT: 2
              PROBE_HEAVY: 1.2345
            actions:
              PROBE_TAG: bounce
            replies:
              PROBE_REJECT: 250 OK
            on_stage_error: panic
            stage_deadline: 20
            stages:
              prob: {}
              probe:
                enabled: perhaps
                exempt: [everybody]
            """
        let (node, syntax) = PolicyDocument.parse(text, file: "policy.yaml")
        let (policy, mistakes) = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: probes)
        #expect(policy == nil && syntax.isEmpty)
        #expect(
            mistakes.map(\.description) == [
                "policy.yaml:1:10: version 2 is not supported; this program reads version 1",
                "policy.yaml:2:17: expected a domain name, or .domain for all its sub-domains, found 'not a domain'",
                "policy.yaml:3:18: expected an address, or a network in CIDR form such as 192.0.2.0/24, found '198.51.100.0/40'",
                "policy.yaml:4:1: unknown key 'treshold' in the policy; did you mean 'thresholds'?",
                "policy.yaml:7:8: expected a score such as 2.5, found 'five'",
                "policy.yaml:9:3: unknown symbol 'PROBE_LIHGT' in 'weights'; did you mean 'PROBE_LIGHT'?",
                "policy.yaml:10:16: expected a score such as 2.5, found '1.2345'",
                "policy.yaml:12:14: expected one of score, tag, quarantine, defer, reject, disconnect, discard, found 'bounce'",
                "policy.yaml:14:17: expected a text of printable ASCII, codes (if any) of class 4 or 5 first, found '250 OK'",
                "policy.yaml:15:17: expected one of ignore or defer, found 'panic'",
                "policy.yaml:16:17: expected a duration such as 15m, found '20'; say of what: 20s, 20m, 20h or 20d",
                "policy.yaml:18:3: unknown key 'prob' in 'stages'; did you mean 'probe'?",
                "policy.yaml:20:14: expected true or false, found 'perhaps'",
                "policy.yaml:21:14: expected one of authenticated, trusted, lan, found 'everybody'",
            ])
    }

    @Test(arguments: [
        ("a.example", "a.example"), (".a.example", ".a.example"), ("A.Example", "a.example"),
        ("localhost", "localhost"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("b\u{FC}cher.example", "xn--bcher-kva.example"), (".b\u{FC}cher.example", ".xn--bcher-kva.example"),
        ("_x.example", "_x.example"),
    ])
    func domainsOfASite(_ name: String, expected: String) throws {
        #expect(try policy("version: 1\nlocal_domains: [\"\(name)\"]").site.localDomains == [expected])
    }

    @Test(arguments: ["", ".", "a..example", "a.example.", "*.a.example", "@a.example", "a example", "..a"])
    func namesThatAreNoDomains(_ name: String) {
        let (node, _) = PolicyDocument.parse("version: 1\nlocal_domains: [\"\(name)\"]", file: "policy")
        #expect(ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: probes).diagnostics.count == 1)
    }
}
