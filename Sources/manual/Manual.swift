import ArgumentParser
import Foundation

/// Writes the man pages: section 1 from the commands' declarations, and in the pages written by hand the parts that
/// follow from the catalogue, the policy's keys and the sources.
@main
struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Write assay's man pages; standard input is what assay --experimental-dump-help prints.")

    @Option(help: "The folder of the package.")
    var package = "."

    @Option(help: "The folder to write the pages to.")
    var output = "man"

    func run() throws {
        let input = FileHandle.standardInput.readDataToEndOfFile()
        let root = try JSONDecoder().decode(CommandDump.self, from: input).command
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        for command in root.family where command.isPage {
            try write(CommandPage(command, family: root.family).text, to: command.pageName + ".1")
        }
        let sources = try SourceFolder(package)
        for name in ["assay-policy.5", "assay-transcript.5", "assay-stages.7", "assay-standards.7"] {
            let page = try MarkedPage(String(contentsOfFile: "\(package)/man/\(name)", encoding: .utf8), name: name)
            try write(page.filled(with: GeneratedParts(sources: sources)), to: name)
        }
        // The first one's parts are the schema's, which a test of Cases holds it to; the others are written by hand.
        for name in ["assay-case.5", "assay-logs.5", "assay-tuning.7", "assayd.8"] {
            try write(String(contentsOfFile: "\(package)/man/\(name)", encoding: .utf8), to: name)
        }
    }

    private func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(output)/\(name)", atomically: true, encoding: .utf8)
    }
}
