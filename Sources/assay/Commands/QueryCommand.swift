import ArgumentParser
import Cases
import Screening
import Stages
import Values

/// `assay query`
struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask a case file which messages met what.",
        discussion: """
            Lists the messages of a run for which all that is asked holds, in the order of their numbers. assay \
            explain CASE#N tells the story of one. --since and --until keep messages of which no time is known, as in a \
            replay.

            With --export, the messages found are written into a folder instead: each as it lies in its archive, octet for \
            octet, with what the run found in it, the session it came in where a transcript has it, and manifest.json, \
            which says where each comes from, with the SHA-256 of all. assay evidence verify checks such a folder.

            With --redact, local parts and content are replaced by tokens, the same for the same text throughout a case; \
            domains stay. An export has no messages then.

            With --sql any SELECT over the views of a case is answered (assay-case(5) has them with every column); \
            nothing can be written through it.
            """)

    /// The forms of a query's output.
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson, csv }

    @Argument(help: ArgumentHelp("The case file that assay replay --case wrote.", valueName: "case"))
    var path: String

    @Option(help: ArgumentHelp("Messages with this symbol; given again, with each of them.", valueName: "symbol"))
    var symbol: [String] = []

    @Option(
        help: ArgumentHelp("Messages in which this stage found something; given again, or that one.", valueName: "id"))
    var stage: [String] = []

    @Option(help: ArgumentHelp("Messages that met this fate; given again, or that one.", valueName: "disposition"))
    var disposition: [Disposition] = []

    @Option(
        help: ArgumentHelp(
            "Messages from or to this address, in the envelope or in From; given again, or that one.",
            valueName: "address"))
    var address: [String] = []

    @Option(
        help: ArgumentHelp(
            "Messages from or to an address in this domain or below it, in the envelope or in From; given again, or that one.",
            valueName: "domain"))
    var domain: [String] = []

    @Option(
        help: ArgumentHelp(
            "Messages whose client lies in this network (CIDR); given again, or in that one.", valueName: "network"))
    var network: [IPNetwork] = []

    @OptionGroup var span: TimeSpan

    @Option(
        help: ArgumentHelp(
            "Messages with this text in the Subject, whatever its case; given again, or that one.", valueName: "text"))
    var subject: [String] = []

    @Option(help: ArgumentHelp("Messages with this label; given again, or that one.", valueName: "label"))
    var label: [ReplayCommand.Label] = []

    @Option(help: ArgumentHelp("The message of this number, as in CASE#N; given again, and that one.", valueName: "n"))
    var message: [Int] = []

    @Option(
        help: ArgumentHelp(
            "Messages of the recorded session of this name; given again, or of that one.", valueName: "id"))
    var session: [String] = []

    @Option(
        help: ArgumentHelp(
            "Messages of recorded sessions that the server did this with then; given again, or that.",
            valueName: "outcome"))
    var then: [StoredFate.Outcome] = []

    @Flag(
        name: .customLong("only-changed"),
        help: "Messages of recorded sessions that the server took then and the policy refuses, or the other way round.")
    var onlyChanged = false

    @Option(
        help: ArgumentHelp("Write what is found into this new folder, with its chain of evidence.", valueName: "folder")
    )
    var export: String?

    @Flag(help: "Replace local parts and content by tokens.")
    var redact = false

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run that is asked; the last finished one when left out.", valueName: "n"))
    var runNumber: Int?

    @Option(help: ArgumentHelp("No more rows than this; 1000 for text when left out.", valueName: "n"))
    var limit: Int?

    @Option(help: ArgumentHelp("Answer this SELECT instead.", valueName: "select"))
    var sql: String?

    @Option(help: ArgumentHelp("Give up after this many seconds.", valueName: "seconds"))
    var timeout: Int?

    @Option(help: "The form of the output: a table for people, ndjson (one JSON object a line) or csv for programs.")
    var format = Format.text

    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard limit ?? 0 >= 0 else { throw ValidationError("--limit is a number of rows.") }
        // A year: much more is beyond what a clock counts in nanoseconds.
        guard (1...31_536_000).contains(timeout ?? 1) else {
            throw ValidationError("--timeout is a number of seconds, from 1 to 31536000.")
        }
        let lists: [[Any]] = [
            symbol, stage, disposition, address, domain, network, subject, label, message, session, then,
        ]
        let others: [Any?] = [span.since, span.until, runNumber, export]
        let isFree = lists.allSatisfy(\.isEmpty) && others.allSatisfy { $0 == nil } && !onlyChanged
        guard sql == nil || isFree else {
            throw ValidationError("--sql stands alone: say in the statement what else is asked for.")
        }
    }

    func run() async throws {
        try await reportingFailure { try await ask() }
    }

    private func ask() async throws {
        let file = try CaseFile(reading: path)
        let watch = timeout.map { seconds in
            Task {
                try await Task.sleep(for: .seconds(seconds))
                file.interrupt()
            }
        }
        defer { watch?.cancel() }
        let redactor = redact ? Redactor(key: try file.redactionKey(proposed: RandomKey.make())) : nil
        if let export { return try write(file, to: export, redactor) }
        var rows = try QueryOutput(
            format: format, output: FileOutput(path: output, inputs: [path]),
            limit: limit ?? (format == .text ? 1000 : nil), redactor: redactor)
        if let sql {
            try file.answer(sql: sql, columns: { try rows.begin($0) }, deliver: { try rows.add($0) })
        } else {
            let run = try file.run(runNumber)
            for note in try file.unfinishedNotes(behind: run, askedFor: runNumber) { StandardError.write(note + "\n") }
            let query = try query(of: file)
            if query.asksForFates { try RecordedFates.require(in: file, run: run) }
            try rows.begin(query.answerColumns)
            var withoutMessage = 0
            let (id, size, fate) = (place("id"), place("size"), place("disposition"))
            try file.answer(query, run: run) { cells in
                guard try rows.add(cells) else { return false }
                let isRefused = Disposition(rawValue: cells[fate].text)?.isTerminal ?? false
                if cells[id] == .null, cells[size] == .null, !isRefused { withoutMessage += 1 }
                return true
            }
            // Where there is no such message, it says which run has it.
            if let message = message.first, rows.count == 0 { _ = try file.record(of: message, run: run) }
            if withoutMessage > 0 {
                rows.note = "(\(Counted.words(withoutMessage, "session", "sessions")) without a message among them)"
            }
        }
        try rows.end()
    }

    private func place(_ column: String) -> Int { CaseQuery.columns.firstIndex(of: column) ?? 0 }

    /// Writes what is found with its chain of evidence.
    private func write(_ file: CaseFile, to folder: String, _ redactor: Redactor?) throws {
        let run = try file.run(runNumber)
        for note in try file.unfinishedNotes(behind: run, askedFor: runNumber) { StandardError.write(note + "\n") }
        var numbers: [Int] = []
        let query = try query(of: file)
        if query.asksForFates { try RecordedFates.require(in: file, run: run) }
        try file.answer(query, run: run) { cells in
            if case .integer(let number)? = cells.first { numbers.append(number) }
            return numbers.count < limit ?? .max
        }
        guard !numbers.isEmpty else {
            throw Failure(
                .noInput, TerminalLine.safe("\(path): no message of run \(run) is meant; nothing was written"))
        }
        var export = try EvidenceExport(file, run: run, to: folder, redactor: redactor)
        for number in numbers { try export.add(message: number) }
        let digest = try export.finish()
        var told = try FileOutput(path: output, inputs: [path])
        let words = "\(export.count) \(export.count == 1 ? "message" : "messages") in \(folder); "
        told.append(TerminalLine.safe(words + "manifest.json has the SHA-256 \(digest)") + "\n")
        try told.flush()
    }

    private func query(of file: CaseFile) throws -> CaseQuery {
        var query = CaseQuery()
        if !symbol.isEmpty {
            let known = try catalogue.symbols.map(\.symbol.name) + file.symbols()
            for name in symbol { try UnknownName.refuse("symbol", name, among: known) }
        }
        if !stage.isEmpty {
            let known = try catalogue.manifests.map(\.id) + file.stages()
            for name in stage { try UnknownName.refuse("stage", name, among: known) }
        }
        (query.symbols, query.stages, query.dispositions) = (symbol, stage, disposition)
        (query.addresses, query.domains, query.networks) = (address, domain, network)
        (query.since, query.until, query.subjects) = (span.since, span.until, subject)
        (query.labels, query.messages, query.sessions) = (label.map(\.rawValue), message, session)
        (query.fates, query.onlyDiffering) = (then, onlyChanged)
        return query
    }
}

extension Disposition: ExpressibleByArgument {}

extension StoredFate.Outcome: ExpressibleByArgument {}

extension IPNetwork: ExpressibleByArgument {
    /// An address, or a network in CIDR form.
    public init?(argument: String) { self.init(argument) }
}
