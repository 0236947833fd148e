import ArgumentParser
import Bayes
import Stages
import Values

/// `assay learn status`
struct LearnStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how much was learned, and whether the model can be used.",
        discussion: """
            The model is read and its checksum verified. Its id is the one that findings of the stage bayes name. Where \
            the record has more than the model was made of, a learner was stopped; assay learn refit makes it up. Where it \
            lacks what the model was made of, as when the model was copied without it, nothing is learned, as the model \
            would forget the rest.

            The stage uses a model that knows 200 ham and 200 spam, or as many as its key minimum says.
            """)

    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let model = try modelOptions.model()
            let store = try modelOptions.store()
            let status = try onStore { () throws(LearningStore.Fault) in try store.status() }
            let lack = LearnStatus.lack(ham: model.hamCount, spam: model.spamCount)
            var output = try FileOutput(path: outputOptions.output)
            switch outputOptions.format {
            case .ndjson:
                try output.append(
                    line: .object([
                        "model": .string(store.path), "id": .string(model.id), "ham": .integer(model.hamCount),
                        "spam": .integer(model.spamCount), "recorded_ham": .integer(status.ham),
                        "recorded_spam": .integer(status.spam), "record_bytes": .integer(status.bytes),
                        "usable": .bool(lack == nil), "minimum": .integer(BayesStage.Settings.usualMinimum),
                        "reason": JSON(lack), "shortage": JSON(status.shortage),
                    ]))
            case .text:
                var lines = [
                    "\(store.path): \(model.hamCount) ham and \(model.spamCount) spam, id \(model.id)",
                    "\(store.path).learned: \(status.ham) ham and \(status.spam) spam, \(status.bytes) bytes",
                ]
                lines.append(lack.map { "not usable yet: \($0)" } ?? "usable: the stage bayes may judge by it")
                if let shortage = status.shortage {
                    lines.append("nothing can be learned: \(shortage)")
                } else if status.ham != model.hamCount || status.spam != model.spamCount {
                    lines.append("the model is behind the record; run assay learn refit")
                }
                output.append(lines: lines)
            }
            try output.flush()
        }
    }
}

extension LearnStatus {
    /// What a model of so many messages lacks; nil when the stage uses it.
    static func lack(ham: Int, spam: Int) -> String? {
        let minimum = BayesStage.Settings.usualMinimum
        let missing = [(ham, "ham"), (spam, "spam")].filter { $0.0 < minimum }
            .map { "\(minimum - $0.0) more \($0.1)" }
        guard !missing.isEmpty else { return nil }
        return "the stage bayes wants \(minimum) ham and \(minimum) spam; learn \(missing.joined(separator: " and "))"
    }
}

/// `assay learn refit`
struct LearnRefit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refit", abstract: "Make the model anew of the messages that were learned.",
        discussion: """
            For a model that was lost or damaged, or a learner that was stopped before its end. The record beside the model \
            is all that is needed; the messages are not.
            """)

    @OptionGroup var modelOptions: ModelOptions

    func run() async throws {
        try await reportingFailure {
            let store = try modelOptions.store()
            try onStore { () throws(LearningStore.Fault) in try store.refit() }
        }
    }
}
