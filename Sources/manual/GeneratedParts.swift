import Policy
import Screening
import Stages

/// The parts of pages that follow from the catalogue, the policy's keys and the sources.
struct GeneratedParts {
    private let settings = ScreeningPolicy.builtIn(catalogue).settings
    private let sources: SourceFolder

    init(sources: SourceFolder) { self.sources = sources }

    /// The parts that the page has to have.
    func names(for page: String) -> [String] {
        switch page {
        case "assay-policy.5": ["keys", "thresholds", "symbols", "stages", "state", "agent"]
        case "assay-stages.7": catalogue.manifests.map { "stage \($0.id)" }
        case "assay-standards.7": sources.citedRFCs.map { "files \($0)" }
        default: []
        }
    }

    /// The lines of a part; nil when there is no such part.
    func text(of part: String, for page: String) -> [String]? {
        guard names(for: page).contains(part) else { return nil }
        switch (page, part) {
        case ("assay-policy.5", "keys"):
            return entries(
                settings.filter {
                    $0.kind != .member && !["stages", "thresholds", "state", "agent"].contains($0.path[0])
                })
        case ("assay-policy.5", "thresholds"):
            return entries(settings.filter { $0.path.count > 1 && $0.path[0] == "thresholds" })
        case ("assay-policy.5", "agent"), ("assay-policy.5", "state"):
            return entries(settings.filter { $0.path.count > 1 && $0.path[0] == part })
        case ("assay-policy.5", "symbols"): return symbols
        case ("assay-policy.5", "stages"): return catalogue.manifests.flatMap(stageKeys)
        case ("assay-stages.7", _):
            return catalogue.manifests.first { part == "stage \($0.id)" }.map(stage)
        default:
            // Names of files are not to be broken at a hyphen.
            return Int(part.dropFirst("files ".count)).map {
                [".nh"] + Roff.prose(sources.files(citing: $0)) + [".hy"]
            }
        }
    }

    /// An entry for each setting, named by what follows the first `dropping` steps of its path.
    private func entries(_ settings: some Sequence<PolicySetting>, dropping: Int = 0) -> [String] {
        Roff.tagged(
            settings.filter { $0.kind != .entry }.map { setting in
                let name = String(setting.name.dropFirst(dropping))
                return ("Ic " + Roff.argument(name), Roff.prose(setting.summary + setting.takes))
            })
    }

    private var symbols: [String] {
        let rows = catalogue.symbols.map { declaration in
            let weight = ScoreText.render(declaration.weight)
            let cells = [declaration.symbol.name, weight, declaration.action.rawValue].map { Roff.argument($0) }
            return ".It Dv \(cells[0]) Ta \(cells[1]) Ta \(cells[2])"
        }
        return [".Bl -column \"TARPIT_EARLY_TALKER_\" \"weight\" \"disconnect\""]
            + [".It Sy symbol Ta Sy weight Ta Sy action"] + rows + [".El"]
    }

    private func keys(of stage: StageManifest) -> [PolicySetting] {
        settings.filter { $0.path.count > 2 && $0.path[0] == "stages" && $0.path[1] == stage.id }
    }

    private func stageKeys(_ manifest: StageManifest) -> [String] {
        [".Ss \(Roff.escape(manifest.title))"] + Roff.prose(manifest.summary) + entries(keys(of: manifest))
    }

    private func stage(_ manifest: StageManifest) -> [String] {
        var facts: [(term: String, lines: [String])] = [("Phases", [manifest.phaseNames.joined(separator: ", ")])]
        if !manifest.needs.names.isEmpty { facts.append(("Uses", [manifest.needs.names.joined(separator: ", ")])) }
        if !manifest.after.isEmpty { facts.append(("Runs after", [manifest.after.joined(separator: ", ")])) }
        let exempt = manifest.exemptions.map(\.rawValue).joined(separator: ", ")
        facts.append(("Exempt", [exempt.isEmpty ? "nobody" : exempt]))
        facts.append(("Enabled", [manifest.isEnabledByDefault ? "by default" : "only when the policy says so"]))
        let symbols = (manifest.symbols + [manifest.errorDeclaration]).map { declaration in
            ("Dv " + Roff.argument(declaration.symbol.name), Roff.prose(declaration.summary + declaration.counts))
        }
        return [".Pp"] + Roff.tagged(facts, options: "-tag -width \"Runs after\" -compact")
            + [".Pp", "Symbols:"] + Roff.tagged(symbols)
            + [".Pp", "Settings, below", ".Ic stages\\&: \(manifest.id)\\&:", "in a policy:"]
            + entries(keys(of: manifest), dropping: "stages.\(manifest.id).".count)
    }
}

extension PolicySetting {
    /// What the setting takes and what holds without it.
    fileprivate var takes: String {
        switch kind {
        case .section, .entries, .entry, .member: return ""
        case .table(let key, let value): return " Keys are `\(key)`s; each value is \(value)."
        case .version: return " Required; this release reads version `\(defaultText)`."
        case .text, .flag, .score, .integer, .duration, .size, .choice, .list:
            let kind = String(describing: kind)
            return " (\(kind.prefix(1).uppercased() + kind.dropFirst()); "
                + (defaultText == "null" ? "not set by default.)" : "default `\(defaultText)`.)")
        }
    }
}

extension SymbolDeclaration {
    /// What the symbol counts and leads to by default.
    fileprivate var counts: String {
        let points = "\(ScoreText.render(weight)) \(abs(weight) == 1000 ? "point" : "points")"
        let fate = action == .score ? "" : ", \(action.rawValue)"
        return " (\(points)\(fate).)" + (reply.map { " Refused with \u{201C}\($0.text)\u{201D}." } ?? "")
    }
}
