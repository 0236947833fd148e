import Policy
import State
import Values

extension ScreeningPolicy {
    /// Builds the policy that `documents` (later ones overlaying earlier ones) give for the stages of `catalogue`.
    /// All problems are reported, sorted by place; the policy is nil when there are any. `files` is what the files of
    /// lists are read through.
    public static func read(
        _ documents: [PolicyNode], catalogue: Catalogue, files: PolicyFiles = .none
    ) -> (policy: ScreeningPolicy?, diagnostics: [PolicyDiagnostic]) {
        var reader = PolicyReader(documents.isEmpty ? nil : PolicyDocument.overlay(documents), files: files)
        let policy = ScreeningPolicy(from: &reader, catalogue: catalogue)
        return (reader.diagnostics.isEmpty ? policy : nil, reader.diagnostics.sorted())
    }

    /// The policy that holds when no file says anything.
    public static func builtIn(_ catalogue: Catalogue) -> ScreeningPolicy {
        var reader = PolicyReader(nil)
        return ScreeningPolicy(from: &reader, catalogue: catalogue)
    }

    private init(from reader: inout PolicyReader, catalogue: Catalogue) {
        reader.requiredVersion("version", supported: 1)
        let site = Site(from: &reader)

        var thresholds: [Threshold] = []
        reader.section("thresholds", "Scores from which on a message meets a fate, in points.") { reader in
            thresholds.append(
                Threshold(
                    disposition: .tag,
                    score: reader.score("tag", default: 5000, "Mark the message, and deliver it.")))
            if let score = reader.optionalScore("quarantine", "Keep the message aside; off unless set.") {
                thresholds.append(Threshold(disposition: .quarantine, score: score))
            }
            thresholds.append(
                Threshold(
                    disposition: .reject,
                    score: reader.score("reject", default: 12_000, "Refuse the message at the final dot.")))
            thresholds.noteUnreachable(in: &reader)
        }

        // The tables know the symbols that stages' settings bring along, so those are read first and told later.
        var stages: [ConfiguredStage] = []
        let stageSettings = reader.readAhead { reader in
            reader.section("stages", "The stages and their settings.") { reader in
                var scopes: [ExemptionScope] = []
                for type in catalogue.stages { stages.append(configured(type, from: &reader, site: site, &scopes)) }
                stages.confine(scopes, noting: &reader)
            }
        }
        var rules = SymbolRules(catalogue)
        for stage in stages { rules.add(stage.settings.symbolSettings, of: stage.manifest.id, notingIn: &reader) }
        rules.readTables(from: &reader)

        self.onStageError = reader.choice(
            "on_stage_error", default: StageErrorHandling.ignore,
            "What a stage that fails or passes its deadline leads to.")
        self.stageDeadline = reader.duration(
            "stage_deadline", default: .seconds(20), in: .milliseconds(10)...(.seconds(300)),
            "How long a stage may take, live, before it counts as failed.")
        self.mixedRecipients = reader.choice(
            "mixed_recipients", default: MixedRecipients.lenient,
            "How one reply answers for recipients whose outcomes differ.")

        reader.tell(stageSettings)
        var agent: AgentSettings?
        reader.section("agent", "How assayd serves; of no concern to a replay.") { reader in
            agent = AgentSettings(from: &reader)
        }
        var state: StateSettings?
        reader.section(
            "state", shorthand: "url",
            "Where assayd remembers what stages need of earlier mail; of no concern to a replay."
        ) { reader in
            state = StateSettings(from: &reader)
        }
        learn = reader.entries("learn", "Logs of mail servers that assayd follows, so that stages learn from them.") {
            LearnSettings(from: &$0)
        }.map(\.value)
        reader.finish()
        stages.noteIdle(rules, in: &reader)
        stages.noteUnknownSymbols(rules, in: &reader)

        // `section` calls its body exactly once; the default is for the compiler.
        var empty = PolicyReader(nil)
        self.agent = agent ?? AgentSettings(from: &empty)
        self.state = state ?? StateSettings()
        (self.site, self.thresholds, self.stages) = (site, thresholds, stages)
        self.stagesByPhase = Phase.allCases.map { phase in
            stages.filter { $0.isEnabled && $0.phases.contains(phase) }
        }
        (self.weights, self.actions, self.replies) = (rules.weights, rules.actions, rules.replies)
        self.judging = JudgingRules(rules, thresholds: thresholds, stages: stages)
        self.settings = reader.settings
        self.warnings = reader.warnings
    }
}

/// The stage as its section sets it up; an exemption that it confines, when it runs, is added to `scopes`.
private func configured<S: Stage>(
    _ type: S.Type, from reader: inout PolicyReader, site: Site, _ scopes: inout [ExemptionScope]
) -> ConfiguredStage {
    let manifest = S.manifest
    var isEnabled = true
    var exemptions: [Exemption] = []
    var listeners: [ListenerPattern] = []
    var settings: S.Settings?
    var place = PolicyPlace.builtIn
    reader.section(manifest.id, manifest.summary) { reader in
        // Whoever sets something of a stage means it to run; `enabled: false` turns it off with its settings kept.
        let isSetUp = !reader.isEmpty
        isEnabled = reader.flag(
            "enabled", default: manifest.isEnabledByDefault || isSetUp,
            "Whether the stage runs; a stage that is off by default runs where the policy sets it up.")
        if !manifest.exemptions.isEmpty {
            exemptions = reader.values(
                "exempt", default: manifest.exemptions.map(\.rawValue),
                expecting: "one of \(manifest.exemptions.map(\.rawValue).joined(separator: ", "))",
                "Clients the stage leaves unchecked.",
                parse: { text in manifest.exemptions.first { $0.rawValue == text } }
            ).map(\.value)
        }
        listeners = reader.values(
            "listeners", default: [], expecting: ListenerPattern.expecting,
            "Listeners whose sessions the stage looks at; those of all unless set.", parse: { ListenerPattern($0) }
        ).map(\.value)
        settings = S.Settings(from: &reader)
        if reader.isWrittenEmpty, !isEnabled {
            reader.warn("sets nothing, so that the stage stays off: write 'enabled: true' in it", at: reader.place)
        }
        // A section with nothing in it, as `policy init` writes them, sets nothing up.
        if isSetUp { place = reader.place }
    }
    // `section` calls its body exactly once, an absent section with an empty reader; the default is for the compiler.
    var empty = PolicyReader(nil)
    let read = settings ?? S.Settings(from: &empty)
    let stage = S(settings: read, site: site)
    if isEnabled, let scope = read.exemptionScope { scopes.append(scope) }
    return ConfiguredStage(
        manifest: manifest, stage: stage, settings: read, isEnabled: isEnabled,
        phases: manifest.phases.subtracting(stage.idlePhases), exemptions: exemptions,
        listeners: listeners, place: place)
}

extension Site {
    fileprivate init(from reader: inout PolicyReader) {
        func networks(_ key: String, _ fallback: [String], _ summary: String) -> [IPNetwork] {
            reader.values(
                key, default: fallback, expecting: "an address, or a network in CIDR form such as 192.0.2.0/24",
                summary,
                parse: { IPNetwork($0) }
            ).map(\.value)
        }
        func listed(_ key: String, _ summary: String) -> [IPNetwork] {
            reader.lists(
                key, expecting: "an address, or a network in CIDR form such as 192.0.2.0/24", summary,
                parse: { IPNetwork($0) }
            ).map(\.value)
        }
        let domains = reader.values(
            "local_domains", default: [], expecting: "a domain name, or .domain for all its sub-domains",
            "Domains whose mail is received here.", parse: Site.domainPattern)
        let authservID = reader.optionalValue(
            "authserv_id", expecting: "a host name",
            "The name under which authentication results are written here; the first of local_domains unless set.",
            parse: { $0.hasPrefix(".") ? nil : Site.domainPattern($0) })
        self.init(
            localDomains: domains.map(\.value), authservID: authservID?.value,
            trustedRelays: networks(
                "trusted_relays", [],
                "Relays of your own in front of the mail server: their Received fields are believed."),
            trustedNetworks: networks("trusted_networks", [], "Clients exempt from the stages that say so.")
                + listed("trusted_network_files", "Files of further such clients, one a line; # starts a comment."),
            lanNetworks: networks(
                "lan_networks", IPNetwork.privateUse.map(\.description), "Networks that count as local.")
                + listed("lan_network_files", "Files of further local networks, one a line; # starts a comment."))
    }

    static func domainPattern(_ text: String) -> String? {
        let name = text.hasPrefix(".") ? text.dropFirst() : text[...]
        let isName =
            !name.isEmpty && name.utf8.count <= 253
            && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") || $0 > 127 }
            }
        return isName ? text.asciiLowercased : nil
    }
}
