import Policy
import Values

/// A policy of every kind of setting, as a caller would declare it.
struct SamplePolicy: Equatable {
    enum Action: String, CaseIterable { case accept, tag, reject }

    struct Rule: Equatable {
        var network: String
        var action: Action
        var note: String?
        var limit: Int
    }

    var hostname = ""
    var banner: String?
    var networks: [Placed<IPNetwork>] = []
    var domains: [String] = []
    var enabled = false
    var reject = 0
    var tag: Int?
    var delay = Duration.zero
    var recipients = 0
    var spool = 0
    var mode = Action.accept
    var rules: [Rule] = []
    var weights: [String: Int] = [:]

    init(from reader: inout PolicyReader) {
        reader.requiredVersion("version", supported: 1)
        hostname = reader.text("hostname", default: "mail.example", "The name this host gives.")
        banner = reader.optionalText("banner", "The greeting, where the next hop's is not passed on.")
        networks = reader.values(
            "networks", default: ["127.0.0.0/8", "::1/128"], expecting: "an address or network in CIDR form",
            "Networks whose mail is not checked."
        ) { IPNetwork($0) }
        domains = reader.texts("domains", default: [], "Domains that mail is taken for.").map(\.value)
        var values = self
        reader.section("thresholds", "The scores at which something happens.") { section in
            values.reject = section.score("reject", default: 12_500, "Refuse the message.").value
            values.tag = section.optionalScore("tag", "Mark the message.")?.value
        }
        reader.section("stages", "The checks, each with its own settings.") { stages in
            stages.section("tarpit", "Answers bad clients slowly.") { section in
                values.enabled = section.flag("enabled", default: true, "Whether the check runs.")
                values.delay = section.duration(
                    "delay", default: .seconds(90), in: .zero ... .seconds(3600), "How long an answer is held back.")
                values.recipients = section.integer(
                    "recipients", default: 5, in: 1...100, "The recipients a client may name before it is slowed.")
                values.spool = section.size(
                    "spool", default: 10 << 20, in: 0...(1 << 30), "Memory for a message before it goes to a file.")
                values.mode = section.choice("mode", default: .tag, "What happens then.")
            }
        }
        values.rules = reader.entries("rules", "Exceptions, the first that fits counts.") { entry in
            let network = entry.text("network", default: "0.0.0.0/0", "The client's network.")
            return Rule(
                network: network, action: entry.choice("action", default: .accept, "What to do."),
                note: entry.optionalText("note", "For the log."),
                limit: entry.integer("limit", default: 10, in: 1...1000, "Messages an hour."))
        }.map(\.value)
        let weights = reader.table(
            "weights", knownKeys: ["SPF_FAIL", "SPF_SOFTFAIL", "DKIM_FAIL"], keyKind: "symbol",
            "What each finding counts.", expecting: "a score such as 2.5", parse: ScoreText.parse)
        for (symbol, weight) in weights { values.weights[symbol] = weight.value }
        self = values
        reader.finish()
    }

    /// The policy that `text` sets, and the reader after it.
    static func read(_ texts: String...) -> (policy: SamplePolicy, reader: PolicyReader, mistakes: [String]) {
        var nodes: [PolicyNode] = []
        var mistakes: [PolicyDiagnostic] = []
        for (index, text) in texts.enumerated() {
            let document = PolicyDocument.parse(text, file: index == 0 ? "p.yaml" : "p\(index + 1).yaml")
            mistakes += document.diagnostics
            if let node = document.node { nodes.append(node) }
        }
        var reader = PolicyReader(nodes.isEmpty ? nil : PolicyDocument.overlay(nodes))
        let policy = SamplePolicy(from: &reader)
        return (policy, reader, (mistakes + reader.diagnostics).sorted().map(\.description))
    }

    /// The policy with the places of its networks left out of the comparison.
    static func == (left: SamplePolicy, right: SamplePolicy) -> Bool {
        left.hostname == right.hostname && left.banner == right.banner
            && left.networks.map(\.value) == right.networks.map(\.value) && left.domains == right.domains
            && left.enabled == right.enabled && left.reject == right.reject && left.tag == right.tag
            && left.delay == right.delay && left.recipients == right.recipients && left.spool == right.spool
            && left.mode == right.mode && left.rules == right.rules && left.weights == right.weights
    }
}
