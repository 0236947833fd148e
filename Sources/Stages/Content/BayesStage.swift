import Bayes
import Mail
import Policy
import Screening
import Values

/// Judges messages by what was learned of others (`assay learn`).
public struct BayesStage: Stage {
    /// How likely a message is spam, in bands, named as SpamAssassin names its own: below the middle by where they end,
    /// above it by where they begin.
    private struct Band {
        let symbol: Symbol
        /// From this probability on.
        let lower: Double
        let weight: Int
    }

    /// A band weighs by the logarithm of its odds, 1.6 points a step, against what rules are worth: so rules and words
    /// together tell mail of a later time, and of other sources, apart better than either. Above 4.5 a step is worth half
    /// a point only, so that words alone never refuse; and what is as likely spam as not speaks for ham, as most mail is.
    private static let bands = [
        Band(symbol: "BAYES_9999", lower: 0.9999, weight: 7_000),
        Band(symbol: "BAYES_999", lower: 0.999, weight: 6_500),
        Band(symbol: "BAYES_998", lower: 0.998, weight: 5_700),
        Band(symbol: "BAYES_995", lower: 0.995, weight: 5_300),
        Band(symbol: "BAYES_99", lower: 0.99, weight: 4_900),
        Band(symbol: "BAYES_98", lower: 0.98, weight: 4_300),
        Band(symbol: "BAYES_95", lower: 0.95, weight: 3_000),
        Band(symbol: "BAYES_90", lower: 0.9, weight: 1_600),
        Band(symbol: "BAYES_80", lower: 0.8, weight: 400),
        Band(symbol: "BAYES_60", lower: 0.6, weight: -1_100),
        Band(symbol: "BAYES_50", lower: 0.4, weight: -2_500),
        Band(symbol: "BAYES_40", lower: 0.2, weight: -3_900),
        Band(symbol: "BAYES_20", lower: 0.1, weight: -5_400),
        Band(symbol: "BAYES_10", lower: 0.05, weight: -6_600),
        Band(symbol: "BAYES_05", lower: 0.02, weight: -8_000),
        Band(symbol: "BAYES_02", lower: 0.01, weight: -9_300),
        Band(symbol: "BAYES_01", lower: 0.003, weight: -10_800),
        Band(symbol: "BAYES_003", lower: 0.001, weight: -12_700),
        Band(symbol: "BAYES_001", lower: 0.0003, weight: -14_500),
        Band(symbol: "BAYES_0003", lower: 0.0001, weight: -16_400),
        Band(symbol: "BAYES_00", lower: 0, weight: -18_000),
    ]

    public static let manifest = StageManifest(
        id: "bayes", title: "Bayesian Filter",
        summary: "Judges messages by what was learned of others.",
        phases: [.message],
        exemptions: [.authenticated, .trusted],
        symbols: bands.enumerated().map { index, band in
            let upper = index == 0 ? 1 : bands[index - 1].lower
            return SymbolDeclaration(
                band.symbol,
                "The message is spam with a probability from \(percent(band.lower)) to \(percent(upper)) percent.",
                weight: band.weight)
        })

    /// `0.999` as `99.9`.
    private static func percent(_ value: Double) -> String { JSON.decimal(thousandths: Int(value * 100_000 + 0.5)) }

    /// The models.
    public struct Settings: StageSettings {
        /// How many messages of each kind a model has to know, where the policy does not say.
        public static let usualMinimum = 200

        let model: BayesModel?
        /// Models of recipients' domains, in the order of their names.
        let models: [(domain: String, model: BayesModel)]
        let minimum: Int
        let tokens: Int

        public init(from reader: inout PolicyReader) {
            var general: BayesModel?
            if let file = reader.mappedFile(
                "model", beginningWith: BayesModel.magic,
                "The model that assay learn has made; without one the stage does nothing. It is looked into where it lies: "
                    + "put another one in its place by renaming, as assay learn does, and never by writing over it.")
            {
                do throws(BayesModelFault) { general = try BayesModel(file.value) } catch {
                    reader.report("the model cannot be used: \(error)", at: file.place)
                }
            }
            model = general
            var own: [(domain: String, model: BayesModel)] = []
            for file in reader.mappedFiles(
                "models", endings: [".bayes"], beginningWith: BayesModel.magic,
                "Models of their own for recipients' domains, and folders of them; each is named as its domain is, with "
                    + ".bayes at the end.")
            {
                let name = file.value.path.split(separator: "/").last.map(String.init) ?? file.value.path
                let domain = (name.hasSuffix(".bayes") ? String(name.dropLast(6)) : name).asciiLowercased
                do throws(BayesModelFault) { own.append((domain, try BayesModel(file.value.contents))) } catch {
                    reader.report("the model '\(file.value.path)' cannot be used: \(error)", at: file.place)
                }
            }
            models = own
            minimum = reader.integer(
                "minimum", default: Settings.usualMinimum, in: 1...1_000_000,
                "Messages of each kind that must have been learned before a model judges.")
            tokens = reader.integer(
                "tokens", default: 5, in: 0...50, "Strongest features for spam, and for ham, that evidence names.")
        }
    }

    private let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    /// Without a model there is nothing to do.
    public var idlePhases: Set<Phase> { settings.model == nil && settings.models.isEmpty ? [.message] : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(let transaction, let message) = checkpoint else { return .nothing }
        var extractor = FeatureExtractor()
        let (features, names) = extractor.namedFeatures(of: message)
        let choices = transaction.recipients.map { model(for: $0) }
        var report = StageReport()
        // One model for all is one finding; else each recipient has that of its own.
        if choices.isEmpty || choices.allSatisfy({ $0?.id == choices[0]?.id }) {
            judge(features, names, by: choices.first ?? settings.model, scope: .transaction, into: &report)
        } else {
            for (index, model) in choices.enumerated() {
                judge(features, names, by: model, scope: .recipient(index), into: &report)
            }
        }
        return report
    }

    private func model(for recipient: Recipient) -> BayesModel? {
        guard !settings.models.isEmpty, let domain = recipient.path.value?.domain?.asciiLowercased else {
            return settings.model
        }
        return settings.models.first { $0.domain == domain }?.model ?? settings.model
    }

    private func judge(
        _ features: MessageFeatures, _ named: FeatureNames, by model: BayesModel?, scope: Finding.Scope,
        into report: inout StageReport
    ) {
        func omit(_ reason: String, detail: String? = nil) {
            let omission = StageReport.Omission(reason, detail: detail)
            if !report.notEvaluated.contains(omission) { report.notEvaluated.append(omission) }
        }
        guard let model else { return omit("no model is for the recipient's domain") }
        guard model.hamCount >= settings.minimum, model.spamCount >= settings.minimum else {
            return omit(
                "too little was learned",
                detail: "\(model.hamCount) ham and \(model.spamCount) spam; \(settings.minimum) of each are wanted")
        }
        let judgement = model.judge(features)
        guard let band = BayesStage.bands.first(where: { judgement.probability >= $0.lower }) else { return }
        var evidence: Evidence = [
            "probability": .text(JSON.decimal(thousandths: Int(judgement.probability * 1_000 + 0.5)))
        ]
        let strongest = model.strongest(features, limit: settings.tokens)
        if settings.tokens > 0 {
            let names = named.names(of: Set((strongest.spam + strongest.ham).map(\.feature)))
            evidence.add("spam", BayesStage.list(strongest.spam, names))
            evidence.add("ham", BayesStage.list(strongest.ham, names))
        }
        evidence.add("features", .number(judgement.count))
        evidence.add("known", .number(judgement.known))
        evidence.add("model", .text(model.id))
        report.findings.append(Finding(band.symbol, evidence, scope: scope))
    }

    /// The features in words, each with the ham and the spam that had it.
    private static func list(_ features: [BayesModel.Evidence], _ names: [UInt32: String]) -> EvidenceValue? {
        guard !features.isEmpty else { return nil }
        return .list(
            features.map { feature in
                "\(names[feature.feature] ?? "#\(feature.feature)") (ham \(feature.ham), spam \(feature.spam))"
            })
    }
}
