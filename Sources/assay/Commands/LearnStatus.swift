import ArgumentParser
import Bayes
import Values

/// `assay learn status`
struct LearnStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how much was learned, and whether the model can be used.",
        discussion: """
            The model is read and its checksum verified. Its id is the one that findings of the stage bayes name. Where \
            the record has more than the model was made of, a learner was stopped; assay learn refit makes it up.
            """)

    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let model = try modelOptions.model()
            let store = try modelOptions.store()
            let status = try onStore { () throws(LearningStore.Fault) in try store.status() }
            var output = try FileOutput(path: outputOptions.output)
            switch outputOptions.format {
            case .ndjson:
                try output.append(
                    line: .object([
                        "model": .string(store.path), "id": .string(model.id), "ham": .integer(model.hamCount),
                        "spam": .integer(model.spamCount), "recorded_ham": .integer(status.ham),
                        "recorded_spam": .integer(status.spam), "record_bytes": .integer(status.bytes),
                    ]))
            case .text:
                var lines = [
                    "\(store.path): \(model.hamCount) ham and \(model.spamCount) spam, id \(model.id)",
                    "\(store.path).learned: \(status.ham) ham and \(status.spam) spam, \(status.bytes) bytes",
                ]
                if status.ham != model.hamCount || status.spam != model.spamCount {
                    lines.append("the model is behind the record; run assay learn refit")
                }
                output.append(lines: lines)
            }
            try output.flush()
        }
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
