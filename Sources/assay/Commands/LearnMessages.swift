import Archives
import ArgumentParser
import Bayes
import Mail
import Replay
import Screening
import Values

/// `assay learn ham`
struct LearnHam: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ham", abstract: "Learn the messages of archives as ham: mail that is wanted.",
        discussion: LearningRun.discussion)

    @OptionGroup var arguments: LearningArguments

    func run() async throws { try await reportingFailure { try await LearningRun.learn(arguments, as: .ham) } }
}

/// `assay learn spam`
struct LearnSpam: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spam", abstract: "Learn the messages of archives as spam.", discussion: LearningRun.discussion)

    @OptionGroup var arguments: LearningArguments

    func run() async throws { try await reportingFailure { try await LearningRun.learn(arguments, as: .spam) } }
}

/// `assay learn forget`
struct LearnForget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Take the messages of archives out of what was learned.",
        discussion: LearningRun.discussion)

    @OptionGroup var arguments: LearningArguments

    func run() async throws { try await reportingFailure { try await LearningRun.forget(arguments) } }
}

/// What the commands that learn have in common.
struct LearningArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Messages or archives of them: files, mailboxes, Maildirs, folders, plain or compressed; - is standard input.",
            valueName: "archive"))
    var archives: [String]

    @OptionGroup var span: TimeSpan

    @OptionGroup var model: ModelOptions
    @OptionGroup var output: OutputOptions

    /// Whether a message lies within the time asked for; one of unknown time does, as in a replay.
    func includes(_ entry: ArchiveEntry) -> Bool {
        guard !span.isAll else { return true }
        let known = Reconstruction(
            Message(entry.message), envelope: entry.envelopeLine, site: Site(), sessionID: entry.source)
        return span.contains(known.time.value)
    }
}

/// One run over archives that changes what was learned.
enum LearningRun {
    static let discussion = """
        What a message is known by is its bytes: one that a filter or a mail reader has changed since is another message. \
        A part of an archive that cannot be read is told, the rest is learned, and the exit code is 65 then.
        """

    /// Messages that are held before they are added.
    private static let batch = 2_000

    static func learn(_ arguments: LearningArguments, as label: MailLabel) async throws {
        var extractor = FeatureExtractor()
        var counts: [LearningLog.Outcome: Int] = [:]
        try await run(
            arguments, verb: label.name,
            read: { entry in
                LearnedMessage(
                    digest: MessageDigest(of: entry.message), label: label,
                    features: extractor.features(of: Message(entry.message)))
            },
            add: { store, messages in
                for outcome in try onStore({ () throws(LearningStore.Fault) in try store.add(messages) }) {
                    counts[outcome, default: 0] += 1
                }
            },
            tell: {
                [
                    ("learned", counts[.learned] ?? 0), ("moved", counts[.moved] ?? 0), ("known", counts[.known] ?? 0),
                ]
            })
    }

    static func forget(_ arguments: LearningArguments) async throws {
        var (forgotten, unknown) = (0, 0)
        try await run(
            arguments, verb: "forget", read: { MessageDigest(of: $0.message) },
            add: { store, digests in
                for isKnown in try onStore({ () throws(LearningStore.Fault) in try store.forget(digests) }) {
                    if isKnown { forgotten += 1 } else { unknown += 1 }
                }
            },
            tell: { [("forgotten", forgotten), ("unknown", unknown)] })
    }

    private static func run<Item>(
        _ arguments: LearningArguments, verb: String, read: (ArchiveEntry) -> Item,
        add: (LearningStore, [Item]) throws -> Void, tell: () -> [(String, Int)]
    ) async throws {
        let store = try arguments.model.store()
        try onStore { () throws(LearningStore.Fault) in try store.prepare() }
        var output = try FileOutput(path: arguments.output.output, inputs: arguments.archives)
        var bar = ProgressBar(
            totalBytes: StandardError.isTerminal ? ArchiveSize.total(of: arguments.archives) : nil)
        defer { bar.clear() }
        var (messages, bytes) = (0, 0)
        var items: [Item] = []
        var problem: Failure.Code?
        for archive in arguments.archives {
            do {
                let found = try await MessagePlace(archive).forEach { entry, _ in
                    guard arguments.includes(entry) else { return }
                    items.append(read(entry))
                    messages += 1
                    bytes += entry.message.count
                    if items.count >= batch {
                        try add(store, items)
                        items.removeAll(keepingCapacity: true)
                    }
                    bar.show(Progress(messages: messages, bytes: bytes))
                }
                problem = problem ?? found
            } catch let failure as Failure where arguments.archives.count > 1 && failure.code != .inputOutput {
                bar.clear()
                _ = failure.reported()
                problem = problem ?? failure.code
            }
        }
        try add(store, items)
        try onStore { () throws(LearningStore.Fault) in try store.refit() }
        bar.clear()
        let status = try onStore { () throws(LearningStore.Fault) in try store.status() }
        let counts = tell()
        switch arguments.output.format {
        case .ndjson:
            var members: [String: JSON] = [
                "command": .string(verb), "model": .string(store.path), "ham": .integer(status.ham),
                "spam": .integer(status.spam),
            ]
            for (name, count) in counts { members[name] = .integer(count) }
            try output.append(line: .object(members))
        case .text:
            output.append(lines: [
                counts.map { "\($0.1) \($0.0)" }.joined(separator: ", "),
                "\(store.path): made of \(status.ham) ham and \(status.spam) spam",
            ])
        }
        try output.flush()
        if let problem { throw Failure(problem, []) }
    }
}
