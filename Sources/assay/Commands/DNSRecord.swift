import ArgumentParser
import DNS
import Glibc
import Values

/// `assay dns record`
struct DNSRecord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Ask the DNS and keep the answers as a snapshot.",
        discussion: """
            Questions are names or addresses, each followed by the types to ask for, as arguments or one name a line \
            in a file. Without types A, AAAA, MX and TXT are asked for, of an address PTR. A name that looks like a \
            type takes a final dot.

            The snapshot has a line for each question, in the order of names, with the time; --dns snapshot:FILE reads \
            it. A time-out or SERVFAIL is recorded as such, and the exit code is 69 then. To record just what a \
            replay asks, see assay replay --record-dns.
            """)

    @Argument(help: ArgumentHelp("Names, each followed by types.", valueName: "name-or-type"))
    var words: [String] = []

    @Option(help: ArgumentHelp("Take names, with types or without, from the lines of this file.", valueName: "file"))
    var names: String?

    @OptionGroup var sourceOptions: LiveDNSOptions

    @Option(
        help: ArgumentHelp(
            "Write the snapshot to this file instead of standard output, compressed when its name ends in .zst.",
            valueName: "file"))
    var output: String?

    func validate() throws {
        if words.isEmpty == (names == nil) { throw ValidationError("Give names, or a file of them with --names.") }
    }

    func run() async throws {
        try await reportingFailure {
            let questions = try questions()
            let inquiry = try DNSInquiry(sourceOptions)
            let file = try output.map {
                try ReplacedFile(path: $0, inputs: sourceOptions.inputs + [names].compactMap(\.self))
            }
            let captures = await inquiry.captures(of: questions).sorted()
            if let file {
                try file.finish(captures.flatMap { Array($0.line.utf8) + [.lf] })
            } else {
                var output = try FileOutput(path: nil)
                DNSOutput.write(captures, as: .ndjson, to: &output)
                try output.flush()
            }
            try await inquiry.check(captures, of: questions)
        }
    }

    /// Whether a word is a file's name rather than a domain's: no name of mail has a slash, few end in `.txt`.
    private static func isFile(_ word: String) -> Bool {
        guard word.contains("/") || word.hasSuffix(".txt") || !word.contains("."),
            RecordType(mnemonic: word) == nil, IPAddress(word) == nil
        else { return false }
        return unsafe access(word, R_OK) == 0
    }

    /// The questions, each once.
    private func questions() throws -> [DNSQuestion] {
        var questions: [DNSQuestion] = []
        if let names {
            questions = try QuestionFile(names).questions
        } else {
            if let file = words.first(where: DNSRecord.isFile) {
                throw Failure(
                    .usage, TerminalLine.safe("\(file) is a file; --names \(file) takes the names in it"))
            }
            do {
                questions = try DNSWords.questions(words)
            } catch {
                throw Failure(.usage, error.message)
            }
        }
        var seen: Set<DNSQuestion> = []
        return questions.filter { seen.insert($0).inserted }
    }
}

/// A file of names, each line one with the types to ask for; `#` starts a comment.
private struct QuestionFile {
    private(set) var questions: [DNSQuestion] = []

    init(_ path: String) throws {
        let contents = try InputFile.contents(of: path, limit: 256 << 20).mapError(\.failure).get()
        var mistakes: [String] = []
        for (index, line) in contents.split(separator: .lf, omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != .ascii("#") }.split(whereSeparator: \.isFoldingWhitespace)
                .map { String(decoding: $0, as: UTF8.self) }
            guard let first = words.first else { continue }
            do throws(DNSWords.Mistake) {
                let (name, usual) = try DNSWords.name(first)
                var types: [RecordType] = []
                for word in words.dropFirst() { types.append(try DNSWords.type(word)) }
                questions += (types.isEmpty ? usual : types).map { DNSQuestion(name, $0) }
            } catch {
                mistakes.append("\(path):\(index + 1): \(error.message)")
                if mistakes.count == QuestionFile.mostMistakes {
                    mistakes.append("\(path): not read further; is it the right file?")
                    break
                }
            }
        }
        guard mistakes.isEmpty else { throw Failure(.badData, mistakes) }
    }

    private static let mostMistakes = 20
}
