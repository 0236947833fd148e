import Archives
import ArgumentParser
import Bayes
import Mail
import Screening
import Values

/// `assay learn judge`
struct LearnJudge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge", abstract: "Say how likely each message of archives is spam, by the model alone.",
        discussion: """
            One line a message: the probability from 0 to 1, and where the message lies. With --evidence also what speaks \
            most for spam and for ham, each with its weight and the ham and spam that had it; a model keeps counts \
            from 32 on to within a sixteenth.
            """)

    @Argument(help: ArgumentHelp("Messages or archives of them.", valueName: "archive"))
    var archives: [String]

    @Flag(help: "Tell what speaks for spam and for ham.")
    var evidence = false

    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let model = try modelOptions.model()
            var extractor = FeatureExtractor()
            var output = try FileOutput(path: outputOptions.output, inputs: archives)
            var problem: Failure.Code?
            for archive in archives {
                let found = try await MessagePlace(archive).forEach { entry, _ in
                    let message = Message(entry.message)
                    let features: MessageFeatures
                    var reasons: [Reason] = []
                    if evidence {
                        let named = extractor.namedFeatures(of: message)
                        features = named.features
                        reasons = LearnJudge.reasons(model, features, named.names)
                    } else {
                        features = extractor.features(of: message)
                    }
                    try write(model.judge(features), reasons, entry, to: &output)
                }
                problem = problem ?? found
            }
            try output.flush()
            if let problem { throw Failure(problem, []) }
        }
    }

    private struct Reason {
        let name: String
        let evidence: BayesModel.Evidence
    }

    private static func reasons(
        _ model: BayesModel, _ features: MessageFeatures, _ named: FeatureNames
    ) -> [Reason] {
        let strongest = model.strongest(features, limit: 10)
        let all = strongest.spam + strongest.ham
        let names = named.names(of: Set(all.map(\.feature)))
        return all.map { Reason(name: names[$0.feature] ?? "#\($0.feature)", evidence: $0) }
    }

    private func write(
        _ judgement: BayesModel.Judgement, _ reasons: [Reason], _ entry: ArchiveEntry, to output: inout FileOutput
    ) throws {
        // Six digits: what is nearly certain differs in the last ones.
        let millionths = Int(judgement.probability * 1_000_000 + 0.5)
        let digits = String(millionths % 1_000_000)
        let probability = "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
        switch outputOptions.format {
        case .ndjson:
            var members: [String: JSON] = [
                "id": .string(TransactionRecord.identifier(of: entry.message)), "source": .string(entry.source),
                "probability": .string(probability), "features": .integer(judgement.count),
                "known": .integer(judgement.known),
            ]
            if evidence {
                members["evidence"] = .array(
                    reasons.map { reason in
                        .object([
                            "feature": .string(reason.name),
                            "weight": .thousandths(Int((reason.evidence.weight * 1_000).rounded())),
                            "ham": .integer(reason.evidence.ham), "spam": .integer(reason.evidence.spam),
                        ])
                    })
            }
            try output.append(line: .object(members))
        case .text:
            output.append(TerminalLine.safe("\(probability)  \(entry.source)") + "\n")
            for reason in reasons {
                let weight = JSON.decimal(thousandths: Int((reason.evidence.weight * 1_000).rounded()))
                output.append(
                    TerminalLine.safe(
                        "  \(weight)  \(reason.name)  (ham \(reason.evidence.ham), spam \(reason.evidence.spam))")
                        + "\n")
            }
        }
    }
}
