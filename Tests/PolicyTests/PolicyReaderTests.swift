import Policy
import Testing
import Values

/// Each kind of mistake with the exact words and place it is told in, and what the settings then hold.
@Suite struct PolicyReaderTests {
    @Test(
        "a mistake in one line",
        arguments: [
            // Unknown keys: two edits, a transposition, a beginning, another spelling, nothing near.
            ("thresholds: {rejct: 1}", "14: unknown key 'rejct' in 'thresholds'; did you mean 'reject'?"),
            ("thresholds: {rejetc: 1}", "14: unknown key 'rejetc' in 'thresholds'; did you mean 'reject'?"),
            ("threshold: {reject: 1}", "1: unknown key 'threshold' in the policy; did you mean 'thresholds'?"),
            ("host: x", "1: unknown key 'host' in the policy; did you mean 'hostname'?"),
            ("HostName: x", "1: unknown key 'HostName' in the policy; did you mean 'hostname'?"),
            ("colour: red", "1: unknown key 'colour' in the policy"),
            ("'': red", "1: unknown key '' in the policy"),
            ("stages: {tarpit: {dealy: 1s}}", "19: unknown key 'dealy' in 'stages.tarpit'; did you mean 'delay'?"),
            ("stages: {tarpti: {delay: 1s}}", "10: unknown key 'tarpti' in 'stages'; did you mean 'tarpit'?"),
            ("rules: [{}, {netwrk: x}]", "14: unknown key 'netwrk' in 'rules[2]'; did you mean 'network'?"),
            ("weights: {SPF_FIAL: 1}", "11: unknown symbol 'SPF_FIAL' in 'weights'; did you mean 'SPF_FAIL'?"),
            // Text and lists.
            ("hostname: [a]", "11: expected text, found a list"),
            ("hostname: {a: b}", "11: expected text, found keys and values"),
            ("hostname:", "1: expected text, found nothing"),
            ("banner: [a]", "9: expected text, found a list"),
            ("domains: example.org", "10: expected a list, found 'example.org'; write [example.org]"),
            ("domains: {a: b}", "10: expected a list, found keys and values"),
            ("domains: [a, [b]]", "14: expected text, found a list"),
            ("networks:", "1: expected a list, found nothing; write [] for an empty one"),
            ("networks: [10.0.0.0/33]", "12: expected an address or network in CIDR form, found '10.0.0.0/33'"),
            ("hostname: ~", "1: expected text, found nothing"),
            // Numbers, truth values, durations, sizes, choices.
            ("thresholds: {reject: high}", "22: expected a score such as 2.5, found 'high'"),
            (
                "thresholds: {reject: 1.2345}",
                "22: expected a score from -100000 to 100000 with at most three decimals, found '1.2345'"
            ),
            (
                "thresholds: {reject: 1e3}",
                "22: expected a score from -100000 to 100000 with at most three decimals, found '1e3'"
            ),
            (
                "thresholds: {tag: 100000.001}",
                "19: expected a score from -100000 to 100000 with at most three decimals, found '100000.001'"
            ),
            (
                "thresholds: {reject: '5'}",
                "22: expected a score such as 2.5, found the quoted text '5'; remove the quotes"
            ),
            ("thresholds: 5", "13: expected keys and values, found '5'"),
            ("thresholds: [5]", "13: expected keys and values, found a list"),
            ("stages: {tarpit: {enabled: maybe}}", "28: expected true or false, found 'maybe'"),
            (
                "stages: {tarpit: {enabled: 'yes'}}",
                "28: expected true or false, found the quoted text 'yes'; remove the quotes"
            ),
            ("stages: {tarpit: {enabled: 1}}", "28: expected true or false, found '1'"),
            ("stages: {tarpit: {enabled: }}", "19: expected true or false, found nothing"),
            ("stages: {tarpit: {delay: soon}}", "26: expected a duration such as 15m, found 'soon'"),
            (
                "stages: {tarpit: {delay: 15}}",
                "26: expected a duration such as 15m, found '15'; say of what: 15s, 15m, 15h or 15d"
            ),
            ("stages: {tarpit: {delay: 1.5h}}", "26: expected a duration such as 15m, found '1.5h'"),
            ("stages: {tarpit: {delay: -1s}}", "26: expected a duration such as 15m, found '-1s'"),
            ("stages: {tarpit: {delay: 2h}}", "26: expected a duration from 0s to 1h, found '2h'"),
            ("stages: {tarpit: {recipients: few}}", "31: expected a whole number, found 'few'"),
            ("stages: {tarpit: {recipients: 2.5}}", "31: expected a whole number, found '2.5'"),
            ("stages: {tarpit: {recipients: 0x10}}", "31: expected a whole number, found '0x10'"),
            ("stages: {tarpit: {recipients: 0}}", "31: expected a whole number from 1 to 100, found '0'"),
            (
                "stages: {tarpit: {recipients: 99999999999999999999}}",
                "31: expected a whole number from 1 to 100, found '99999999999999999999'"
            ),
            ("stages: {tarpit: {spool: big}}", "26: expected a size such as 10M, found 'big'"),
            ("stages: {tarpit: {spool: 2G}}", "26: expected a size from 0 to 1G, found '2G'"),
            (
                "stages: {tarpit: {mode: rejct}}",
                "25: expected one of accept, tag or reject, found 'rejct'; did you mean 'reject'?"
            ),
            (
                "stages: {tarpit: {mode: Tag}}",
                "25: expected one of accept, tag or reject, found 'Tag'; did you mean 'tag'?"
            ),
            ("stages: {tarpit: {mode: [tag]}}", "25: expected one of accept, tag or reject, found a list"),
            // Entries and tables.
            ("rules: {network: x}", "8: expected a list of entries, found keys and values"),
            ("rules: [x]", "9: expected an entry of keys and values, found 'x'"),
            ("rules: [~]", "9: expected an entry of keys and values, found nothing"),
            ("rules: [{limit: 0}]", "17: expected a whole number from 1 to 1000, found '0'"),
            ("weights: 5", "10: expected a value for each symbol, found '5'"),
            ("weights: {SPF_FAIL: heavy}", "21: expected a score such as 2.5, found 'heavy'"),
            ("weights: {SPF_FAIL: [1]}", "21: expected a score such as 2.5, found a list"),
            ("weights: {SPF_FAIL: }", "11: expected a score such as 2.5, found nothing"),
            ("stages: [x]", "9: expected keys and values, found a list"),
        ])
    func mistake(line: String, expected: String) {
        let (policy, _, mistakes) = SamplePolicy.read("version: 1\n" + line + "\n")
        #expect(mistakes == ["p.yaml:2:\(expected)"])
        // The default stands in for what could not be read.
        #expect(policy.reject == 12_500)
        #expect(policy.delay == .seconds(90))
        #expect(policy.recipients == 5)
    }

    @Test(
        "the version",
        arguments: [
            ("version: 1\n", []),
            ("version: '1'\n", []),
            ("", []),
            ("hostname: x\n", ["p.yaml:1:1: the key 'version' is missing; write 'version: 1'"]),
            ("version: 2\n", ["p.yaml:1:10: version 2 is not supported; this program reads version 1"]),
            ("version: one\n", ["p.yaml:1:10: expected the version, 1, found 'one'"]),
            ("version:\n", ["p.yaml:1:1: expected the version, 1, found nothing"]),
        ])
    func version(text: String, expected: [String]) {
        #expect(SamplePolicy.read(text).mistakes == expected)
    }

    @Test("all mistakes of a file are told at once, each at its place")
    func tenMistakes() {
        let text = """
            version: 1
            hostnam: mail.example
            domains: [example.org]
            domains: [example.net]
            networks:
              - 192.0.2.0/24
              - 192.0.2.0/40
            thresholds:
              reject: twelve
              treshold: 5
            stages:
              tarpit:
                delay: 15
                recipients: 500
                enabled: si
            rules:
              - network: 192.0.2.1
                acton: accept
              - action: rejcet
            weights:
              SPF_FAIL: 2.5
              SPF_FAL: 3
            """
        let (policy, _, mistakes) = SamplePolicy.read(text)
        #expect(
            mistakes == [
                "p.yaml:2:1: unknown key 'hostnam' in the policy; did you mean 'hostname'?",
                "p.yaml:4:1: the key 'domains' is given twice; it first stands at p.yaml:3:1",
                "p.yaml:7:5: expected an address or network in CIDR form, found '192.0.2.0/40'",
                "p.yaml:9:11: expected a score such as 2.5, found 'twelve'",
                "p.yaml:10:3: unknown key 'treshold' in 'thresholds'; there is 'reject', 'tag'",
                "p.yaml:13:12: expected a duration such as 15m, found '15'; say of what: 15s, 15m, 15h or 15d",
                "p.yaml:14:17: expected a whole number from 1 to 100, found '500'",
                "p.yaml:15:14: expected true or false, found 'si'",
                "p.yaml:18:5: unknown key 'acton' in 'rules[1]'; did you mean 'action'?",
                "p.yaml:19:13: expected one of accept, tag or reject, found 'rejcet'; did you mean 'reject'?",
                "p.yaml:22:3: unknown symbol 'SPF_FAL' in 'weights'; did you mean 'SPF_FAIL'?",
            ])
        // What is right is read all the same.
        #expect(policy.domains == ["example.org"])
        #expect(policy.networks.map(\.value.description) == ["192.0.2.0/24"])
        #expect(policy.weights == ["SPF_FAIL": 2500])
        #expect(policy.rules.count == 2)
    }

    @Test("every kind of setting is read")
    func everyKind() {
        let (policy, _, mistakes) = SamplePolicy.read(
            """
            version: 1
            hostname: 010
            banner: no
            networks: ['2001:db8::/32', 192.0.2.1]
            domains:
              - example.org
              - "on"
            thresholds: {reject: -0.125, tag: .5}
            stages:
              tarpit:
                enabled: Off
                delay: 1 min 30 secs
                recipients: 010
                spool: 64 KiB
                mode: reject
            rules:
              - network: 192.0.2.1
              - {action: reject, note: "why", limit: 3}
            weights:
              SPF_FAIL: 2.5
              DKIM_FAIL: "-1"
            """)
        #expect(mistakes.isEmpty)
        #expect(policy.hostname == "010")
        #expect(policy.banner == "no")
        #expect(policy.networks.map(\.value.description) == ["2001:db8::/32", "192.0.2.1/32"])
        #expect(policy.networks.map(\.place.description) == ["p.yaml:4:12", "p.yaml:4:29"])
        #expect(policy.domains == ["example.org", "on"])
        #expect(policy.reject == -125)
        #expect(policy.tag == 500)
        #expect(policy.enabled == false)
        #expect(policy.delay == .seconds(90))
        #expect(policy.recipients == 10)
        #expect(policy.spool == 65_536)
        #expect(policy.mode == .reject)
        #expect(
            policy.rules == [
                SamplePolicy.Rule(network: "192.0.2.1", action: .accept, note: nil, limit: 10),
                SamplePolicy.Rule(network: "0.0.0.0/0", action: .reject, note: "why", limit: 3),
            ])
        #expect(policy.weights == ["SPF_FAIL": 2500, "DKIM_FAIL": -1000])
    }

    @Test(
        "flags in every spelling",
        arguments: [
            ("true", true), ("Yes", true), ("ON", true), ("false", false), ("no", false), ("oFF", false),
        ])
    func flags(text: String, expected: Bool) {
        var reader = PolicyReader(PolicyDocument.parse("a: \(text)\n", file: "p.yaml").node)
        #expect(reader.flag("a", default: !expected, "") == expected)
        #expect(reader.diagnostics.isEmpty)
    }

    @Test("what is set to nothing is a default where nothing is a value")
    func nothing() {
        let (policy, _, mistakes) = SamplePolicy.read(
            "version: 1\nbanner:\ndomains: ~\nthresholds: {tag: null}\nstages:\nrules:\nweights:\n")
        #expect(mistakes.isEmpty)
        #expect(policy == SamplePolicy.read("").policy)
    }

    @Test("settings tell their value's place, files' and defaults'")
    func settings() {
        let (_, reader, _) = SamplePolicy.read(
            "version: 1\nthresholds:\n  reject: 3\n", "thresholds: {tag: 2}\ndomains: [a]\n")
        let told = reader.settings.filter { !$0.isTemplate && !$0.place.isBuiltIn }
        #expect(
            told.map { "\($0.name) = \($0.valueText) (\($0.defaultText)) \($0.place)" } == [
                "version = 1 (1) p.yaml:1:10", "domains = [a] ([]) p2.yaml:2:10",
                "thresholds = {} ({}) p2.yaml:1:13", "thresholds.reject = 3 (12.5) p.yaml:3:11",
                "thresholds.tag = 2 (null) p2.yaml:1:19",
            ])
    }

    @Test("a caller's own complaint is sorted among the others, and each is told once")
    func reported() {
        let (node, _) = PolicyDocument.parse("a: x\nb: y\n", file: "p.yaml")
        var reader = PolicyReader(node)
        _ = reader.text("a", default: "", "")
        reader.report("b and a exclude each other", at: reader.place(of: "a"))
        reader.finish()
        reader.finish()
        #expect(
            reader.diagnostics.map(\.description) == [
                "p.yaml:1:4: b and a exclude each other", "p.yaml:2:1: unknown key 'b' in the policy",
            ])
    }
}
