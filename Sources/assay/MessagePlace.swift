import Archives
import Cases
import Glibc
import Screening
import Values

/// A message named on the command line: a file, `-`, or `ARCHIVE#N`.
struct MessagePlace {
    let text: String
    let location: ArchiveLocation
    /// Which message of the archive, from 1; nil for the first.
    let number: Int?

    init(_ text: String) {
        self.text = text
        if text == "-" {
            (location, number) = (.standardInput, nil)
        } else if unsafe access(text, F_OK) != 0, let hash = text.lastIndex(of: "#"),
            let number = Int(text[text.index(after: hash)...]),
            number > 0
        {
            (location, self.number) = (.path(String(text[..<hash])), number)
        } else {
            (location, number) = (.path(text), nil)
        }
    }
}

extension MessagePlace {
    /// The case file that the message is named in; nil when what is named is an archive.
    var casePath: String? {
        guard case .path(let path) = location, CaseFile.isDatabase(path) else { return nil }
        return path
    }

    /// A message that a person names may be larger than those that a replay looks at unless told otherwise, and has its
    /// bound all the same: it is held whole, and a small compressed file may hold any amount.
    private static let options = ArchiveOptions(maximumMessageSize: 128 << 20)

    /// The message that lies there; with `id` (`sha256:…` or its first digits) the first that has it. Parts of the
    /// archive that cannot be read are told, since the message may still be whole. Throws when there is none.
    ///
    /// With `isOnly` it throws too when several messages lie there and none of them is named by its number: a command
    /// that makes something of a message does not guess.
    func entry(id: String? = nil, isOnly: Bool = false) throws -> ArchiveEntry {
        if let entry = try transcriptEntry(id: id, isOnly: isOnly) { return entry }
        var count = 0
        var problem: Failure.Code?
        var reader = try opened()
        while let event = reader.next() {
            switch event {
            case .problem(let part):
                problem = problem ?? part.error.code.exitStatus
                StandardError.write(TerminalLine.safe(part.error.description) + "\n")
            case .transcript(let piece):
                guard piece.isLast else { continue }
                throw Failure(.badData, MessagePlace.complaint(about: piece))
            case .message(let entry):
                count += 1
                guard isMeant(entry, count: count) else { continue }
                if let id, !TransactionRecord.identifier(of: entry.message).matches(id) { continue }
                if isOnly {
                    try refuseOthers(&reader)
                }
                return entry
            }
        }
        if let problem, count == 0 { throw Failure(problem, []) }
        let name = id.map { "\(text): no message with the id \($0)" } ?? "\(text): no such message"
        throw Failure(problem ?? .noInput, "\(name); the archive has \(count) that can be read")
    }

    /// What to tell of a transcript where messages are wanted.
    static func complaint(about piece: TranscriptPiece) -> String {
        TerminalLine.safe(
            "\(piece.file): holds recorded sessions; name a session of it, as in \(piece.file)#1; see assay transcript "
                + "show")
    }

    /// Throws when `reader`, which has read a message, has another.
    private func refuseOthers(_ reader: inout ArchiveReader) throws {
        guard number == nil else { return }
        var count = 1
        while count <= MessagePlace.mostCounted, let event = reader.next() {
            if case .message = event { count += 1 }
        }
        guard count > 1 else { return }
        let messages = count > MessagePlace.mostCounted ? "more than \(count - 1)" : "\(count)"
        let remedy =
            switch location {
            case .standardInput: "give one, or a file and the number: ARCHIVE#N"
            case .path(let path): "use \(path)#N for the Nth"
            }
        throw Failure(.usage, TerminalLine.safe("\(text): names \(messages) messages; \(remedy)"))
    }

    /// Messages beyond these are not counted.
    private static let mostCounted = 1000

    /// Throws for `ARCHIVE#0` and `ARCHIVE#x`, where ARCHIVE is there and nothing has the whole for a name.
    private func checkNumber() throws {
        guard number == nil, case .path(let path) = location, unsafe access(path, F_OK) != 0,
            let hash = path.lastIndex(of: "#"), unsafe access(String(path[..<hash]), F_OK) == 0
        else { return }
        throw Failure(
            .usage,
            TerminalLine.safe("\(path): '\(path[hash...])' is no number of a message; they start at 1: ARCHIVE#1"))
    }

    /// A reader of the archive that is named. Throws when there is none.
    func opened() throws -> ArchiveReader {
        try checkNumber()
        if let casePath {
            throw Failure(.usage, "\(casePath): is a case file, no archive; see assay explain and assay query")
        }
        do {
            return try ArchiveReader(location, options: MessagePlace.options)
        } catch {
            throw Failure(error.code.exitStatus, error.description)
        }
    }

    /// Whether `entry`, the `count`th message that could be read, is the one. A mailbox numbers its messages itself,
    /// those that cannot be read included.
    private func isMeant(_ entry: ArchiveEntry, count: Int) -> Bool {
        guard let number, case .path(let path) = location else { return true }
        return entry.source.hasPrefix("\(path)#") ? entry.source == "\(path)#\(number)" : count == number
    }
}

extension String {
    /// Fewer digits name too many messages.
    private static let fewestDigits = 4

    /// Why this cannot be the beginning of an id; nil when it can.
    var complaintAsID: String? {
        let digits = hasPrefix("sha256:") ? dropFirst(7) : self[...]
        if !digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) || digits.utf8.count > 64 {
            return "an id is sha256: and 64 hexadecimal digits, or its first digits"
        }
        return digits.utf8.count < String.fewestDigits
            ? "give at least \(String.fewestDigits) digits of the id" : nil
    }

    /// Whether this id is the one that `text` gives, whole or by its first digits.
    func matches(_ text: String) -> Bool {
        let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
        return digits.utf8.count >= String.fewestDigits && dropFirst(7).hasPrefix(digits.asciiLowercased)
    }
}
