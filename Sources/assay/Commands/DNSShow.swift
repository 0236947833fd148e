import ArgumentParser
import DNS
import Screening
import Values

/// `assay dns show`
struct DNSShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a DNS snapshot holds, or what it answers at a moment.",
        discussion: """
            Lists the captures of a snapshot, of one name, or of one name and type. With --at it shows what mail of \
            that time is answered instead: the latest capture that is not after it, else the earliest, aliases \
            followed. A name that the snapshot lacks gives exit code 66.
            """)

    @Argument(help: ArgumentHelp("The snapshot.", valueName: "snapshot"))
    var snapshot: String

    @Argument(help: ArgumentHelp("Only this name, or the name of this address.", valueName: "name"))
    var name: String?

    @Argument(help: ArgumentHelp("Only this record type.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("Show the answers as of this time (RFC 3339, or a date).", valueName: "time"))
    var at: Timestamp?

    @OptionGroup var missingOptions: MissingOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await reportingFailure {
            let (name, type) = try wanted()
            let contents = try InputFile.contents(of: snapshot, limit: 1 << 30, longestLine: 1 << 20)
                .mapError(\.failure).get()
            let snapshot: DNSSnapshot
            do throws(DNSProblems) {
                snapshot = try DNSSnapshot(lines: contents, file: self.snapshot)
            } catch {
                throw Failure(.badData, error.description)
            }
            var captures = snapshot.allCaptures.filter { capture in
                (name.map { capture.question.name == $0 } ?? true) && (type.map { capture.question.type == $0 } ?? true)
            }
            if let at {
                var questions: [DNSQuestion] = []
                if let name, let type {
                    questions = [DNSQuestion(name, type)]
                } else {
                    for capture in captures where capture.question != questions.last {
                        questions.append(capture.question)
                    }
                }
                let view = snapshot.view(at: at, missing: missingOptions.missing)
                captures = []
                for question in questions {
                    let answer = await view.answer(to: question)
                    captures += [DNSCapture(question, answer, captured: nil)].compactMap(\.self)
                }
            }
            if captures.isEmpty, let name {
                let what = type.map { "\(name) \($0)" } ?? name.text
                throw Failure(.noInput, "\(self.snapshot): nothing is recorded of \(TerminalLine.safe(what))")
            }
            if captures.isEmpty {
                StandardError.write(TerminalLine.safe("\(self.snapshot): nothing is recorded in it") + "\n")
            }
            var output = try FileOutput(path: outputOptions.output, inputs: [self.snapshot])
            DNSOutput.write(captures, as: outputOptions.format, to: &output)
            try output.flush()
        }
    }

    private func wanted() throws -> (DomainName?, RecordType?) {
        do throws(DNSWords.Mistake) {
            var name: DomainName?
            if let word = self.name { name = try DNSWords.name(word).0 }
            var type: RecordType?
            if let word = self.type { type = try DNSWords.type(word) }
            return (name, type)
        } catch {
            throw Failure(.usage, error.message)
        }
    }
}
