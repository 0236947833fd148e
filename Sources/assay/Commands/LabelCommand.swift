import ArgumentParser
import Cases
import Policy
import Reports
import Screening
import Tuning
import Values

/// `assay label`
struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Say of messages of a case what they are: ham or spam.",
        discussion: """
            On a terminal, asks about the messages whose labels would teach most, one after another: those near a \
            threshold, those on which the policy and the labelled mail disagree, those on whose label sources disagree; \
            of messages that are alike, only a few. Keys: h ham, s spam, u undo, space skip, p back, j and k scroll, \
            ? help, q quit. Elsewhere, and with --list, the messages are listed.

            A label may be known from several sources. The strongest holds: a review (this command); a list (--labels of \
            assay replay); the whole archive (--label); a message moved between inbox and junk folder since an earlier \
            run; a keyword ($Junk, $NotJunk); the folder or archive it lies in (Junk, spam.mbox); that somebody answered \
            it; an earlier filter's verdict in its header (X-Spam-Flag and the like). --conflicts shows where they \
            disagree. Results of authentication are no labels.

            Reviews go by the messages' ids: they hold in every run of the case and wherever a message lies. --export \
            writes all labels as a list for --labels of assay replay, with their origin behind.
            """)

    @Argument(help: ArgumentHelp("The case file that assay replay --case wrote.", valueName: "case"))
    var path: String

    @OptionGroup var policyOptions: PolicyOptions

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run that is looked at; the last finished one when left out.", valueName: "n"))
    var runNumber: Int?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Label a message: its number in the case or the first digits of its id, and ham, spam or none; may be "
                + "repeated.", valueName: "message=label"))
    var labels: [String] = []

    @Option(
        name: .customLong("import"),
        help: ArgumentHelp(
            "Take labels from a tab-separated file of message ids (sha256:…) and labels.", valueName: "file.tsv"))
    var importFile: String?

    @Flag(name: .customLong("export"), help: "Write all labels as such a file, with their origins.")
    var exports = false

    @Flag(help: "Show the messages whose sources disagree, and what each says.")
    var conflicts = false

    @Flag(name: .customLong("list"), help: "List the messages that would be asked about, and why.")
    var lists = false

    @Option(help: ArgumentHelp("Ask about no more messages than this.", valueName: "n"))
    var limit = 100

    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 10000.") }
        let modes = [!labels.isEmpty, importFile != nil, exports, conflicts, lists].count { $0 }
        guard modes <= 1 else {
            throw ValidationError("Give one of --set, --import, --export, --conflicts and --list.")
        }
        for text in labels where LabelCommand.assignment(text) == nil {
            throw ValidationError("--set '\(text)' is not understood; an example: --set 17=ham, --set 3f0a9c=spam")
        }
    }

    private static func messages(_ count: Int) -> String { count == 1 ? "1 message" : "\(count) messages" }

    /// The parts of `17=ham`.
    private static func assignment(_ text: String) -> (message: String, label: String?)? {
        guard let sign = text.lastIndex(of: "=") else { return nil }
        let label = String(text[text.index(after: sign)...])
        guard ["ham", "spam", "none"].contains(label), sign > text.startIndex else { return nil }
        return (String(text[..<sign]), label == "none" ? nil : label)
    }

    func run() async throws {
        try await reportingFailure {
            let inputs = [path] + policyOptions.files + [importFile].compactMap(\.self)
            var output = try FileOutput(path: outputOptions.output, inputs: inputs)
            if !labels.isEmpty { return try setLabels(&output) }
            if let importFile { return try importLabels(importFile, &output) }
            let file = try CaseFile(reading: path)
            let run = try file.run(runNumber)
            for note in try file.unfinishedNotes(behind: run, askedFor: runNumber) {
                StandardError.write(note + "\n")
            }
            if exports { return try exportLabels(file, run, &output) }
            if conflicts { return try showConflicts(file, run, &output) }
            let session = try LabelSession(
                file, run: run, policy: policyOptions.files.isEmpty ? nil : try policyOptions.load(), limit: limit)
            if !lists, outputOptions.output == nil, outputOptions.format == .text, let terminal = RawTerminal() {
                let labelled = try session.review(terminal)
                terminal.leave()
                output.append("\(LabelCommand.messages(labelled)) labelled in \(TerminalLine.safe(path))\n")
                return try output.flush()
            }
            try session.list(&output, format: outputOptions.format)
        }
    }

    private func setLabels(_ output: inout FileOutput) throws {
        let file = try CaseFile(reading: path)
        var changes: [String: String?] = [:]
        var mistakes: [String] = []
        for (message, label) in labels.compactMap(LabelCommand.assignment) {
            do throws(LabelMistake) {
                changes[try id(of: message, in: file)] = .some(label)
            } catch {
                mistakes.append(TerminalLine.safe("--set \(message): \(error.words)"))
            }
        }
        guard mistakes.isEmpty else { throw Failure(.badData, mistakes) }
        try store(changes, "--set")
        output.append("\(LabelCommand.messages(changes.count)) labelled\n")
        try output.flush()
    }

    private struct LabelMistake: Error { let words: String }

    /// The id of the message that is meant by its number or by the first digits of its id.
    private func id(of text: String, in file: CaseFile) throws(LabelMistake) -> String {
        let number = Int(text.hasPrefix("#") ? String(text.dropFirst()) : text)
        do {
            if let number, text.utf8.count < 9 || text.hasPrefix("#") {
                guard let id = try file.identity(of: number) else {
                    throw LabelMistake(words: "\(path) has no message with this number; see assay query")
                }
                return id
            }
            let found = try file.identities(startingWith: text)
            guard let id = found.first else { throw LabelMistake(words: "\(path) has no message with this id") }
            guard found.count == 1 else {
                throw LabelMistake(words: "several messages have ids that start so; give more of it")
            }
            return id
        } catch let mistake as LabelMistake {
            throw mistake
        } catch {
            throw LabelMistake(words: "\(error)")
        }
    }

    private func importLabels(_ name: String, _ output: inout FileOutput) throws {
        let file = try CaseFile(reading: path)
        let list = try LabelFile(name)
        let known = try file.knownIdentities()
        let unknown = list.labels.keys.filter { !known.contains($0) }.sorted()
        var changes: [String: String?] = [:]
        for (id, label) in list.labels where known.contains(id) { changes[id] = .some(label) }
        try store(changes, "--import \(name)")
        output.append("\(LabelCommand.messages(changes.count)) labelled\n")
        try output.flush()
        guard unknown.isEmpty else {
            let rest =
                switch changes.count {
                case 0: "none was taken"
                case 1: "the other was taken"
                default: "the others were taken"
                }
            throw Failure(
                .badData,
                TerminalLine.safe(
                    "\(name): \(unknown.count) of \(list.labels.count) labels are for messages that are not in \(path), such as \(unknown[0]); "
                        + rest))
        }
    }

    private func store(_ changes: [String: String?], _ detail: String) throws {
        let reviews = try CaseReviews(path)
        defer { reviews.finish() }
        try reviews.set(changes, detail: detail, at: WallClock.now)
    }

    private func exportLabels(_ file: CaseFile, _ run: Int, _ output: inout FileOutput) throws {
        var told: Set<String> = []
        try file.labels(run: run, onlyConflicts: false) { label in
            guard let id = label.id, let word = label.label, told.insert(id).inserted else { return }
            switch outputOptions.format {
            case .text:
                let origin = label.votes.first { $0.label == word }
                let words = TerminalText.safe(
                    "\(origin?.origin.rawValue ?? "")\t\(label.source)".replacing("\t", with: " "))
                output.append("\(id)\t\(word)\t\(words)\n")
            case .ndjson: try output.append(line: label.json)
            }
            try output.flush()
        }
    }

    private func showConflicts(_ file: CaseFile, _ run: Int, _ output: inout FileOutput) throws {
        var count = 0
        try file.labels(run: run, onlyConflicts: true) { label in
            count += 1
            switch outputOptions.format {
            case .text:
                output.append(lines: ["#\(label.message)  \(label.label ?? "-")  \(label.source)"])
                output.append(
                    lines: label.votes.map { "    \($0.label ?? "-")  \($0.origin.rawValue)  \($0.detail)" })
            case .ndjson: try output.append(line: label.json)
            }
            try output.flush()
        }
        if outputOptions.format == .text {
            output.append(
                count == 0
                    ? "No sources disagree.\n"
                    : "\(LabelCommand.messages(count)); assay label CASE --set N=ham or N=spam decides.\n")
        }
        try output.flush()
    }
}

extension CaseFile.MessageLabel {
    /// The label and all votes, for programs.
    var json: JSON {
        .object([
            "message": .integer(message), "id": JSON(id), "source": .string(source), "label": JSON(label),
            "votes": .array(
                votes.map {
                    .object([
                        "origin": .string($0.origin.rawValue), "label": JSON($0.label), "detail": .string($0.detail),
                    ])
                }),
        ])
    }
}
