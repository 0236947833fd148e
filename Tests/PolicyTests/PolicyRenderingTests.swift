import Policy
import Testing

/// The file `init` writes and the policy `show` prints: both are YAML that reads back as what they show.
@Suite struct PolicyRenderingTests {
    private let defaults = SamplePolicy.read("")

    @Test("the commented default explains every key")
    func commentedDefault() {
        #expect(
            PolicyRendering.commentedDefault(defaults.reader.settings) == """
                version: 1

                # Every setting follows at its default, behind a '#'. Remove the '#' and change the value.

                # The name this host gives.
                #hostname: mail.example

                # The greeting, where the next hop's is not passed on.
                #banner: null

                # Networks whose mail is not checked. (list, each item an address or network in CIDR form)
                #networks: [127.0.0.0/8, '::1/128']

                # Domains that mail is taken for. (list, each item text)
                #domains: []

                # The scores at which something happens.
                thresholds:
                  # Refuse the message.
                  #reject: 12.5
                  # Mark the message.
                  #tag: null

                # The checks, each with its own settings.
                stages:

                  # Answers bad clients slowly.
                  tarpit:
                    # Whether the check runs.
                    #enabled: true
                    # How long an answer is held back. (duration from 0s to 1h)
                    #delay: 1m30s
                    # The recipients a client may name before it is slowed. (whole number from 1 to 100)
                    #recipients: 5
                    # Memory for a message before it goes to a file. (size from 0 to 1G)
                    #spool: 10M
                    # What happens then. (one of accept, tag or reject)
                    #mode: tag

                # Exceptions, the first that fits counts.
                #rules: []
                # The keys of an entry:
                #   network: The client's network. Default: 0.0.0.0/0.
                #   action: What to do. (one of accept, tag or reject) Default: accept.
                #   note: For the log.
                #   limit: Messages an hour. (whole number from 1 to 1000) Default: 10.

                # What each finding counts. (symbol: a score such as 2.5)
                #weights: {}

                """)
    }

    @Test("the commented default reads as the defaults, with its comment signs and without")
    func roundTrip() {
        let text = PolicyRendering.commentedDefault(defaults.reader.settings)
        let bare = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let indent = line.prefix { $0 == " " }
            let rest = line.dropFirst(indent.count)
            return rest.hasPrefix("#") && !rest.hasPrefix("# ") ? indent + rest.dropFirst() : line
        }
        let uncommented = bare.joined(separator: "\n")
        #expect(uncommented.contains("\n    delay: 1m30s\n"))
        for policy in [text, uncommented] {
            let read = SamplePolicy.read(policy)
            #expect(read.mistakes == [])
            #expect(read.policy == defaults.policy)
            #expect(PolicyRendering.commentedDefault(read.reader.settings) == text)
        }
    }

    @Test("long prose and long lists are broken")
    func wrapping() {
        var reader = PolicyReader(nil)
        let items = (1...12).map { "host-\($0).mail.example.org" }
        _ = reader.texts("hosts", default: items, String(repeating: "word ", count: 30) + "end.")
        let text = PolicyRendering.commentedDefault(reader.settings)
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 100 })
        #expect(text.contains("\n#hosts:\n#  - host-1.mail.example.org\n"))
        let shown = PolicyRendering.effective(reader.settings)
        #expect(shown.hasPrefix("hosts: # (default)\n  - host-1.mail.example.org\n"))
        var again = PolicyReader(PolicyDocument.parse(shown, file: "p.yaml").node)
        #expect(again.texts("hosts", default: [], "").map(\.value) == items)
    }

    @Test("the policy in effect tells where each value comes from")
    func effective() {
        let read = SamplePolicy.read(
            """
            version: 1
            hostname: "yes"
            networks: [192.0.2.0/24]
            thresholds:
              reject: 3
            rules:
              - network: 192.0.2.1
                note: "a: b"
              - {}
            weights: {SPF_FAIL: 2.5, DKIM_FAIL: -1}
            """,
            "thresholds: {tag: 1.25}\nstages: {tarpit: {delay: 2m}}\n")
        #expect(read.mistakes == [])
        let shown = PolicyRendering.effective(read.reader.settings)
        #expect(
            shown == """
                version: 1 # p.yaml:1:10
                hostname: 'yes' # p.yaml:2:11
                banner: null # (default)
                networks: [192.0.2.0/24] # p.yaml:3:11
                domains: [] # (default)
                thresholds:
                  reject: 3 # p.yaml:5:11
                  tag: 1.25 # p2.yaml:1:19
                stages:
                  tarpit:
                    enabled: true # (default)
                    delay: 2m # p2.yaml:2:26
                    recipients: 5 # (default)
                    spool: 10M # (default)
                    mode: tag # (default)
                rules:
                  - network: 192.0.2.1 # p.yaml:7:14
                    action: accept # (default)
                    note: 'a: b' # p.yaml:8:11
                    limit: 10 # (default)
                  - network: 0.0.0.0/0 # (default)
                    action: accept # (default)
                    note: null # (default)
                    limit: 10 # (default)
                weights:
                  SPF_FAIL: 2.5 # p.yaml:10:21
                  DKIM_FAIL: -1 # p.yaml:10:37

                """)
        let again = SamplePolicy.read(shown)
        #expect(again.mistakes == [])
        #expect(again.policy == read.policy)
    }

    @Test("the effective defaults read back as the defaults")
    func effectiveDefaults() {
        let again = SamplePolicy.read(PolicyRendering.effective(defaults.reader.settings))
        #expect(again.mistakes == [])
        #expect(again.policy == defaults.policy)
    }

    @Test(
        "text is quoted where YAML would read it otherwise",
        arguments: [
            ("plain", "plain"), ("two words", "two words"), ("/var/spool", "/var/spool"),
            ("a@b.example", "a@b.example"),
            ("10.0.0.0/8", "10.0.0.0/8"), ("", "''"), ("no", "'no'"), ("NULL", "'NULL'"), ("Y", "'Y'"), ("~", "'~'"),
            ("010", "'010'"), ("1e5", "'1e5'"), ("0x1F", "'0x1F'"), ("1_000", "'1_000'"),
            ("2024-05-01", "'2024-05-01'"),
            (".5", "'.5'"), ("-x", "'-x'"), ("- x", "'- x'"), ("a: b", "'a: b'"), ("a #b", "'a #b'"), ("[x]", "'[x]'"),
            ("it's", "'it''s'"), ("'\u{301}x", "'''\u{301}x'"), (" x", "' x'"), ("x ", "'x '"), ("a\nb", "\"a\\nb\""),
            ("tab\t", "\"tab\\t\""), ("\u{0}\"\\", "\"\\u0000\\\"\\\\\""), ("\u{2028}", "\"\\u2028\""), ("é", "'é'"),
            ("*x", "'*x'"), ("&x", "'&x'"), ("!x", "'!x'"), ("%x", "'%x'"), ("@x", "'@x'"), ("<<", "'<<'"),
            ("=", "'='"),
            ("---", "'---'"), ("...", "..."), ("\u{1F600}", "'\u{1F600}'"), ("a, b", "'a, b'"), ("{", "'{'"),
        ])
    func quoting(text: String, expected: String) {
        var reader = PolicyReader(nil)
        _ = reader.text("key", default: text, "")
        _ = reader.texts("list", default: [text, "end"], "")
        #expect(reader.settings.map(\.defaultText) == [expected, "[\(expected), end]"])
        let (node, diagnostics) = PolicyDocument.parse(
            PolicyRendering.effective(reader.settings), file: "p.yaml")
        #expect(diagnostics.isEmpty)
        var again = PolicyReader(node)
        #expect(Array(again.text("key", default: "other", "").unicodeScalars) == Array(text.unicodeScalars))
        #expect(again.texts("list", default: [], "").map(\.value) == [text, "end"])
        again.finish()
        #expect(again.diagnostics.isEmpty)
    }

    @Test("a table tells the defaults of the names a file leaves out")
    func tableDefaults() {
        func read(_ text: String) -> (weights: [String], settings: [PolicySetting], mistakes: [PolicyDiagnostic]) {
            var reader = PolicyReader(PolicyDocument.parse(text, file: "p.yaml").node)
            let weights = reader.table(
                "weights", knownKeys: nil, keyKind: "symbol",
                defaults: [("SPF_FAIL", "2.5", "The client may not send."), ("DKIM_FAIL", "-1", "Broken.")],
                "What findings count.", expecting: "a score such as 2.5", parse: ScoreText.parse)
            reader.finish()
            return (weights.map { "\($0.key)=\($0.value.value)" }, reader.settings, reader.diagnostics)
        }
        let set = read("weights:\n  OTHER: 7\n  DKIM_FAIL: 0\n")
        #expect(set.weights == ["OTHER=7000", "DKIM_FAIL=0"])
        #expect(
            PolicyRendering.effective(set.settings) == """
                weights:
                  SPF_FAIL: 2.5 # (default)
                  DKIM_FAIL: 0 # p.yaml:3:14
                  OTHER: 7 # p.yaml:2:10

                """)
        let text = """
            # Every setting follows at its default, behind a '#'. Remove the '#' and change the value.

            # What findings count. (symbol: a score such as 2.5)
            weights:
              # The client may not send.
              #SPF_FAIL: 2.5
              # Broken.
              #DKIM_FAIL: -1

            """
        #expect(PolicyRendering.commentedDefault(set.settings) == text)
        let again = read(text)
        #expect(again.weights.isEmpty && again.mistakes.isEmpty)
        #expect(read(text.replacing("#SPF", with: "SPF")).weights == ["SPF_FAIL=2500"])
    }

    @Test("a name from the file cannot pass for the mark of a template")
    func bracketNames() {
        let (node, _) = PolicyDocument.parse("t: {'[]': x, '[1]': b, 'a: b': z}\n", file: "p.yaml")
        var reader = PolicyReader(node)
        let table = reader.table("t", knownKeys: nil, keyKind: "name", "", expecting: "text") { $0 }
        #expect(table.map(\.key) == ["[]", "[1]", "a: b"])
        #expect(
            PolicyRendering.effective(reader.settings)
                == "t:\n  '[]': x # p.yaml:1:11\n  '[1]': b # p.yaml:1:21\n  'a: b': z # p.yaml:1:32\n")
    }
}
