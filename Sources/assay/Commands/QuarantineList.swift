import ArgumentParser
import Proxy
import Reports
import Screening
import Values

/// `assay quarantine list`
struct QuarantineList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the messages in quarantine, oldest first.",
        discussion: """
            Of several conditions all have to hold. A message that cannot be read is named on standard error and the \
            others are listed; the exit code is then 65.
            """)

    @OptionGroup var place: QuarantineOptions

    @OptionGroup var filter: QuarantineFilter

    @Option(help: ArgumentHelp("Messages to this address or domain.", valueName: "address"))
    var to: String?

    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let folder = try place.open().folder
            let (messages, isWhole, total) = try filter.messages(in: folder, to: to)
            let found = messages.map { Row($0, try? folder.releases(of: $0.id)) }
            var output = try FileOutput(path: outputOptions.output)
            switch outputOptions.format {
            case .ndjson: for row in found { try output.append(line: row.json) }
            case .text where found.isEmpty && total > 0:
                output.append("none is what was asked for; \(Counted.messages(total)) in quarantine\n")
            case .text: output.append(found.isEmpty ? "nothing is in quarantine\n" : Row.table(found))
            }
            try output.flush()
            if !isWhole { throw Failure(.badData, [String]()) }
        }
    }

    /// A line of the list: what is shown of a message, and no more of it than that.
    struct Row {
        let json: JSON
        private let cells: [String]

        init(_ message: QuarantinedMessage, _ releases: [QuarantineFolder.Release]?) {
            func short(_ text: String, _ limit: Int) -> String { TerminalText.safe(text, limit: limit) }
            let all = message.recipients.map(\.address)
            let more = all.count > 1 ? " +\(all.count - 1)" : ""
            let done = Set((releases ?? []).flatMap(\.recipients))
            let left = all.filter { !done.contains($0) }.count
            let state = done.isEmpty ? "" : left == 0 ? "released" : "released to \(all.count - left) of \(all.count)"
            cells = [
                message.id, message.time.rfc3339, message.client?.description ?? "?",
                short(message.sender.isEmpty ? "<>" : message.sender, 40), short(all.first ?? "", 40) + more,
                short(message.subject ?? "", 40), JSON.decimal(thousandths: message.score),
                short(message.why.first ?? "", 80), state,
            ]
            func bounded(_ texts: [String]) -> JSON {
                .array(texts.prefix(1000).map { .string(String($0.prefix(1000))) })
            }
            json = .object([
                "id": .string(message.id), "time": .string(message.time.rfc3339),
                "client": JSON(message.client?.description), "helo": JSON(message.helo.map { String($0.prefix(1000)) }),
                "from": .string(String(message.sender.prefix(1000))), "to": bounded(all),
                "header_from": bounded(message.headerFrom),
                "subject": JSON(message.subject.map { String($0.prefix(1000)) }), "size": .integer(message.size),
                "score": .thousandths(message.score), "symbols": bounded(message.symbols), "why": bounded(message.why),
                "released": .array((releases ?? []).prefix(100).map(\.json)),
            ])
        }

        static func table(_ rows: [Row]) -> String {
            var table = TextTable([
                ("id", .left), ("time", .left), ("client", .left), ("from", .left), ("to", .left), ("subject", .left),
                ("score", .right), ("why", .left), ("", .left),
            ])
            for row in rows { table.add(row.cells) }
            return table.text
        }
    }
}
