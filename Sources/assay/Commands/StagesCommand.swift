import ArgumentParser
import Policy
import Reports
import Screening
import Stages
import Values

/// `assay stages`
struct StagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stages",
        abstract: "List the stages, or show one: what it looks at, finds and can be told.",
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the stages in the order in which they run.")

        @OptionGroup var outputOptions: OutputOptions

        func run() async throws {
            try await reportingFailure {
                var output = try FileOutput(path: outputOptions.output)
                switch outputOptions.format {
                case .ndjson: for manifest in catalogue.manifests { try output.append(line: manifest.json) }
                case .text:
                    var table = TextTable([("stage", .left), ("phases", .left), ("what it does", .left)])
                    for manifest in catalogue.manifests {
                        table.add([manifest.id, manifest.phaseNames.joined(separator: " "), manifest.summary])
                    }
                    output.append(table.text(columns: output.columns))
                }
                try output.flush()
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one stage.")

        @Argument(help: ArgumentHelp("The stage's id, as assay stages list gives it.", valueName: "id"))
        var id: String

        @OptionGroup var outputOptions: OutputOptions

        func run() async throws {
            try await reportingFailure {
                guard let manifest = catalogue.manifests.first(where: { $0.id == id }) else {
                    let ids = catalogue.manifests.map(\.id).joined(separator: ", ")
                    throw Failure(.usage, "no stage is called '\(id)'; there are: \(ids)")
                }
                var output = try FileOutput(path: outputOptions.output)
                switch outputOptions.format {
                case .ndjson: try output.append(line: manifest.json)
                case .text:
                    let description = StageDescription(manifest, settings: settings)
                    output.append(folding: description.text(columns: output.columns))
                }
                try output.flush()
            }
        }

        private var settings: [StageDescription.Setting] {
            ScreeningPolicy.builtIn(catalogue).settings
                .filter { $0.path.count > 2 && $0.path[0] == "stages" && $0.path[1] == id }
                .map {
                    StageDescription.Setting(
                        name: $0.path.dropFirst(2).joined(separator: "."), defaultText: $0.defaultText,
                        summary: $0.summary)
                }
        }
    }
}
