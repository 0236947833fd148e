import ArgumentParser

/// The form of a command's output.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// One JSON object a line, keys sorted, times in RFC 3339 at UTC.
    case ndjson
}

/// The form of the output and where it goes.
struct OutputOptions: ParsableArguments {
    @Option(help: "The form of the output: text for people, ndjson for programs (one JSON object a line).")
    var format = OutputFormat.text

    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?
}
