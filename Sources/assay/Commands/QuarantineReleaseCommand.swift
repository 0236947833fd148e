import ArgumentParser
import Policy
import Proxy
import SMTP
import Screening
import Synchronization
import Values

/// `assay quarantine release`
struct QuarantineReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Send messages from quarantine on to their recipients.",
        discussion: """
            Each goes to the mail server behind assayd (the policy's agent.next_hop, or --to-server) with the envelope it came \
            with, and with the header fields that the policy's stages asked for. Recipients that got it before are left \
            out: --again sends to them once more. The message stays in the folder, marked as released, unless --delete \
            is given and all of its recipients have it; so does one of which parts are to stay in quarantine.

            A recipient that the server refuses is named with the server's reply, and can be tried again; the exit \
            code is then 69.

            Instead of ids, conditions say which messages: all of them have to hold. Their number is told and the \
            command asks before it sends: --yes answers.
            """)

    @Argument(help: ArgumentHelp("The messages' ids.", valueName: "id"))
    var ids: [String] = []

    @OptionGroup var place: QuarantineOptions

    @Option(
        name: [.customLong("to-server"), .customLong("to")],
        help: ArgumentHelp(
            "The server that takes the messages, instead of the policy's: host:port, or unix: and a path. Whom messages are for is said by --for.",
            valueName: "server"))
    var to: ServerAddress?

    @Option(
        name: .customLong("recipient"),
        help: ArgumentHelp("Send to this recipient of the message only; may be repeated.", valueName: "address"))
    var recipients: [String] = []

    @Flag(help: "Send also to recipients that have got the message before.")
    var again = false

    @Flag(help: "Delete each message once all of its recipients have got it.")
    var delete = false

    @OptionGroup var filter: QuarantineFilter

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("Messages to this address or domain.", valueName: "address"))
    var forRecipient: String?

    @Flag(help: "Send what the conditions find without asking.")
    var yes = false

    @OptionGroup var outputOptions: OutputOptions

    private var isUnconditional: Bool { filter.isEmpty && forRecipient == nil }

    func validate() throws {
        guard ids.isEmpty != isUnconditional else {
            throw ValidationError("Say which messages: their ids, or conditions such as --for ADDRESS.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let (folder, agent) = try place.open()
            let release = QuarantineRelease(
                folder, to: try servers(agent), removesSpamFields: agent?.enforcement.headers == .spamassassin
            ) {
                StandardError.write(TerminalLine.safe($0) + "\n")
            }
            var output = try FileOutput(path: outputOptions.output)
            var worst: Failure?
            var chosen = ids
            if !isUnconditional {
                let found = try filter.messages(in: folder, to: forRecipient)
                if !found.isWhole { worst = Failure(.badData, [String]()) }
                chosen = try found.messages.filter { message in
                    // Those who have it already are not sent it again for a condition.
                    let done = Set(try folder.releases(of: message.id).flatMap(\.recipients))
                    return again || !message.recipients.allSatisfy { done.contains($0.address) }
                }.map(\.id)
                try QuarantineFilter.confirm("released", chosen.count, yes: yes)
            }
            for (place, id) in chosen.enumerated() {
                do {
                    if try await !self.release(id, release, &output) { worst = Failure(.unavailable, [String]()) }
                } catch is Unreachable {
                    // The next would fare no better.
                    try output.flush()
                    let left = Counted.messages(chosen.count - place)
                    throw Failure(.unavailable, "no server takes mail now: \(left) not released; try again later")
                } catch let failure as Failure {
                    for message in failure.messages { StandardError.write(message + "\n") }
                    worst = Failure(failure.code, [String]())
                } catch let error as QuarantineError {
                    StandardError.write(TerminalLine.safe(error.description) + "\n")
                    worst = Failure(Failure(error).code, [String]())
                }
                try output.flush()
            }
            if let worst { throw worst }
        }
    }

    private func servers(_ agent: AgentSettings?) throws -> NextHopConfiguration {
        // A server that is named here is told nothing but the message: it may be any.
        if let to { return NextHopConfiguration([to]) }
        guard let agent, !agent.nextHop.isEmpty else {
            throw Failure(
                .usage, "which server takes the messages? --to-server HOST:PORT, or --policy FILE with agent.next_hop")
        }
        return NextHopConfiguration(agent, tls: try QuarantineReleaseCommand.connector(agent.nextHopTLS))
    }

    /// What makes handshakes with the servers, as the policy wants them.
    static func connector(_ settings: NextHopTLSSettings) throws -> TLSConnector? {
        var reader = TLSFileReader { WallClock.now }
        do throws(TLSFileReader.Failure) {
            let connector = try reader.connector(settings)
            for warning in reader.warnings { StandardError.write(TerminalLine.safe(warning) + "\n") }
            return connector
        } catch {
            throw Failure(error.status, TerminalLine.safe(error.message))
        }
    }

    /// No server could be asked.
    private struct Unreachable: Error {}

    /// Releases one message; whether all went well.
    private func release(
        _ id: String, _ release: QuarantineRelease, _ output: inout FileOutput
    ) async throws -> Bool {
        let choice = Choice(recipients: recipients, again: again)
        let outcome = try await release.send(id, at: WallClock.now, deletes: delete) { choice.choose($0, $1) }
        if let complaint = choice.complaint(about: id) { throw complaint }
        if outcome.isUnreachable, outputOptions.format == .text { throw Unreachable() }
        switch outputOptions.format {
        case .text:
            for recipient in outcome.released {
                output.append(TerminalLine.safe("\(id): released to <\(recipient)>") + "\n")
            }
            for refusal in outcome.refused {
                output.append(TerminalLine.safe("\(id): <\(refusal.recipient)> refused: \(refusal.reply)") + "\n")
            }
        case .ndjson:
            try output.append(
                line: .object([
                    "id": .string(id), "released": .array(outcome.released.map(JSON.string)),
                    "refused": .array(
                        outcome.refused.map {
                            .object(["recipient": .string($0.recipient), "reply": .string($0.reply.description)])
                        }),
                ]))
        }
        if outcome.isUnreachable { throw Unreachable() }
        return outcome.refused.isEmpty
    }

    /// Who of a message's recipients is to get it now.
    private final class Choice: Sendable {
        private enum Finding {
            case somebody
            case nobodyLeft(QuarantineFolder.Release)
            case noSuch([String])
        }

        private let recipients: [String]
        private let again: Bool
        private let finding = Mutex(Finding.somebody)

        init(recipients: [String], again: Bool) { (self.recipients, self.again) = (recipients, again) }

        func choose(
            _ message: QuarantinedMessage, _ releases: [QuarantineFolder.Release]
        ) -> [QuarantinedMessage.Recipient] {
            let strangers = recipients.filter { wanted in
                !message.recipients.contains { Choice.same($0.address, wanted) }
            }
            guard strangers.isEmpty else {
                finding.withLock { $0 = .noSuch(strangers) }
                return []
            }
            let wanted = message.recipients.filter { recipient in
                recipients.isEmpty || recipients.contains { Choice.same(recipient.address, $0) }
            }
            let done = again ? [] : Set(releases.flatMap(\.recipients))
            let left = wanted.filter { !done.contains($0.address) }
            if left.isEmpty, let last = releases.last { finding.withLock { $0 = .nobodyLeft(last) } }
            return left
        }

        func complaint(about id: String) -> Failure? {
            switch finding.withLock({ $0 }) {
            case .somebody: nil
            case .nobodyLeft(let last):
                Failure(
                    .usage,
                    TerminalLine.safe(
                        "\(id): was released before, at \(last.time.rfc3339) by \(last.server); --again sends it once more"
                    ))
            case .noSuch(let strangers):
                Failure(.usage, TerminalLine.safe("\(id): \(strangers.joined(separator: ", ")): not a recipient of it"))
            }
        }

        private static func same(_ left: String, _ right: String) -> Bool { left.lowercased() == right.lowercased() }
    }
}

extension ServerAddress: ExpressibleByArgument {
    /// `host:port`, `[v6]:port` or `unix:/path`.
    public init?(argument: String) { self.init(argument) }
}
