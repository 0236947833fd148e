import ArgumentParser
import Policy
import Values

/// A command line whose command is none: what is there instead. The library would tell of an unexpected argument.
enum MistypedCommand {
    /// What to say of `arguments`; nil where they name a command.
    static func complaint(about arguments: [String]) -> String? {
        var command: any ParsableCommand.Type = Assay.self
        var words = ["assay"]
        for argument in arguments {
            let configuration = command.configuration
            guard !configuration.subcommands.isEmpty, configuration.defaultSubcommand == nil else { break }
            guard !argument.hasPrefix("-"), argument != "help" else { return nil }
            let names = configuration.subcommands.map { $0._commandName }
            guard let place = names.firstIndex(of: argument) else {
                let hint = Suggestion.hint(for: argument, among: names)
                let line = words.joined(separator: " ")
                return TerminalLine.safe("\(line): there is no command '\(argument)'\(hint); see \(line) --help")
            }
            command = configuration.subcommands[place]
            words.append(argument)
        }
        return format(command, arguments)
    }

    /// Formats that were asked for as options of their own.
    private static func format(_ command: any ParsableCommand.Type, _ arguments: [String]) -> String? {
        let isQuery = command == QueryCommand.self
        guard let option = arguments.first(where: { $0 == "--ndjson" || isQuery && ["--csv", "--json"].contains($0) })
        else { return nil }
        return "there is no option \(option); --format \(option == "--csv" ? "csv" : "ndjson") gives that form"
    }
}
