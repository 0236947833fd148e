import ArgumentParser
import Mail
import Proxy
import Reports
import Values

/// `assay quarantine show`
struct QuarantineShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show why a message is in quarantine, its envelope, its header and its text.",
        discussion: """
            Each finding has the policy lines that weighed it. The text is what a reader would see first, HTML as \
            text; nothing in it reaches the terminal but letters. With --raw the message itself is written, byte for byte \
            as the client sent it: assay explain and other commands read it.
            """)

    @Argument(help: ArgumentHelp("The message's id, as the list and the client's 250 tell it.", valueName: "id"))
    var id: String

    @OptionGroup var place: QuarantineOptions

    @Flag(help: "Write the message itself.")
    var raw = false

    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let folder = try place.open().folder
            let message = try folder.message(id)
            let content = try folder.content(of: id)
            let releases = try folder.releases(of: id)
            var output = try FileOutput(path: outputOptions.output)
            if raw {
                output.append(content.array)
            } else {
                let story = QuarantineStory(message, Message(content), releases)
                switch outputOptions.format {
                case .text: output.append(story.text)
                case .ndjson: try output.append(line: story.json)
                }
            }
            try output.flush()
        }
    }
}
