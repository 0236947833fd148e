import ArgumentParser
import Cryptography
import Mail
import Proxy
import SMTP
import Screening
import Values

/// `assay quarantine digest`
struct QuarantineDigest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Tell recipients by mail what is in quarantine for them.",
        discussion: """
            One mail a recipient, with time, sender, subject, reason and id of each message that is held for them and was \
            not released to them. With --write each is a file ADDRESS.eml in that folder; with --send it goes to the \
            mail server behind assayd (the policy's agent.next_hop, or --to-server), under the null reverse-path. \
            A timer that runs once a day gives --last 1d.

            A recipient whose mail the server refuses is named; the exit code is then 69.
            """)

    @OptionGroup var place: QuarantineOptions
    @OptionGroup var filter: QuarantineFilter

    @Option(help: ArgumentHelp("Only this recipient, or those of this domain.", valueName: "address"))
    var to: String?

    @Option(help: ArgumentHelp("Messages that came no longer ago than this: 1d, 12h.", valueName: "duration"))
    var last: QuarantineDelete.Age?

    @Option(
        help: ArgumentHelp(
            "Who the mail is from, and whom recipients are to ask; postmaster at the policy's first local domain unless given.",
            valueName: "address"))
    var sender: String?

    @Option(help: ArgumentHelp("Write the mail to files in this folder.", valueName: "directory"))
    var write: String?

    @Flag(help: "Send the mail.")
    var send = false

    @Option(
        name: .customLong("to-server"),
        help: ArgumentHelp(
            "The server that takes the mail, instead of the policy's: host:port, or unix: and a path.",
            valueName: "server"))
    var server: ServerAddress?

    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard (write != nil) != send else {
            throw ValidationError("Say what becomes of the mail: --write DIR or --send.")
        }
        guard send || server == nil else { throw ValidationError("--to-server goes with --send.") }
        guard last == nil || filter.span.since == nil else { throw ValidationError("Give --last or --since.") }
        if let sender {
            guard let path = SMTPPath("<\(sender)>"), path.domain != nil, path.isConforming else {
                throw ValidationError("--sender is an address such as postmaster@company.example.")
            }
        }
    }

    func run() async throws {
        try await reportingFailure {
            let (folder, agent) = try place.open()
            let now = WallClock.now
            let sender = try self.sender ?? place.postmaster()
            let delivery = try send ? NoticeDelivery(to: servers(agent), onFault: Self.fault) : nil
            if let write { try OutputFolder.make(write) }
            let (notices, isWhole) = try notices(in: folder, agent, sender, now)
            var output = try FileOutput(path: outputOptions.output)
            var worst: Failure? = isWhole ? nil : Failure(.badData, [String]())
            for notice in notices {
                let (isDone, text) = try await settle(notice, delivery, now)
                if !isDone { worst = Failure(.unavailable, [String]()) }
                switch outputOptions.format {
                case .text:
                    let count = Counted.messages(notice.messages.count)
                    output.append(TerminalLine.safe("\(notice.recipient): \(count), \(text)") + "\n")
                case .ndjson:
                    try output.append(
                        line: .object([
                            "recipient": .string(notice.recipient), "messages": .integer(notice.messages.count),
                            "ids": .array(notice.messages.prefix(1000).map { .string($0.id) }),
                            "sent": .bool(send && isDone), "outcome": .string(text),
                        ]))
                }
                try output.flush()
            }
            if notices.isEmpty, outputOptions.format == .text { output.append("nothing is held for anybody\n") }
            try output.flush()
            if let worst { throw worst }
        }
    }

    private static let fault: @Sendable (String) -> Void = { StandardError.write(TerminalLine.safe($0) + "\n") }

    /// The notices in the order of their recipients; whether every entry could be read.
    private func notices(
        in folder: QuarantineFolder, _ agent: AgentSettings?, _ sender: String, _ now: Timestamp
    ) throws -> ([QuarantineNotice], isWhole: Bool) {
        let found = try filter.messages(in: folder, to: to)
        let start = last.map { now - $0.duration }
        var held: [String: [QuarantinedMessage]] = [:]
        for message in found.messages {
            if let start, message.time < start { continue }
            let done = Set(try folder.releases(of: message.id).flatMap(\.recipients))
            var seen: Set<String> = []
            for recipient in message.recipients.map(\.address) where !done.contains(recipient) {
                guard to.map({ QuarantineFilter.isAt($0, recipient) }) ?? true,
                    seen.insert(recipient.lowercased()).inserted
                else { continue }
                held[recipient.lowercased(), default: []].append(message)
            }
        }
        let notices = held.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { recipient, messages in
            QuarantineNotice(
                recipient: recipient, messages: messages, sender: sender,
                keepAge: agent?.quarantineRetention.keepAge ?? .zero, time: now)
        }
        return (notices, found.isWhole)
    }

    /// Writes or sends a notice; whether that was done, and what became of it in words.
    private func settle(
        _ notice: QuarantineNotice, _ delivery: NoticeDelivery?, _ now: Timestamp
    ) async throws -> (isDone: Bool, words: String) {
        if let delivery {
            let reply = await delivery.send(Bytes(notice.text), to: notice.recipient, at: now)
            return reply.isPositive ? (true, "sent") : (false, "refused: \(reply)")
        }
        let path = "\(write ?? ".")/\(Self.fileName(notice.recipient)).eml"
        var file = try FileOutput(path: path)
        file.append(notice.text)
        try file.flush()
        return (true, "written to \(path)")
    }

    /// An address as the name of a file: what may mean something else in one is left out, and a digest says what it was.
    static func fileName(_ address: String) -> String {
        let plain = address.utf8.map { byte in
            byte.isAlphanumeric || byte == .hyphen || byte == .at || byte == .dot || byte == UInt8.ascii("_")
                ? byte : UInt8.ascii("_")
        }
        let name = String(decoding: plain.prefix(150), as: UTF8.self)
        guard name != address || name.hasPrefix(".") else { return name }
        let digest = Bytes(address).withSpan { Digest.hash($0, with: .sha256) }.prefix(8)
        return "_" + name + "-" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func servers(_ agent: AgentSettings?) throws -> NextHopConfiguration {
        if let server { return NextHopConfiguration([server]) }
        guard let agent, !agent.nextHop.isEmpty else {
            throw Failure(
                .usage, "which server takes the mail? --to-server HOST:PORT, or --policy FILE with agent.next_hop")
        }
        return NextHopConfiguration(agent, tls: try QuarantineReleaseCommand.connector(agent.nextHopTLS))
    }
}
