import Archives
import Glibc
import Values

/// Standard input that names archives and messages, one a line, instead of holding mail: what a program that spreads work
/// over machines hands to a filter.
///
///     mail/spam.mbox.zst
///     mail/inbox.mbox#17
struct MessageReferences {
    /// The archives, those of the command line among them, in order.
    private(set) var archives: [String] = []
    /// Of archives, by their places, the numbers of the messages that are meant.
    private(set) var numbers: [Int: Set<Int>] = [:]
    /// What was read of standard input, where it holds mail.
    private(set) var begun: [UInt8] = []

    var locations: [ArchiveLocation] { archives.map { $0 == "-" ? .standardInput : .path($0) } }

    private static let headSize = 64 << 10
    /// Names of archives are held: this many bytes of them.
    private static let listSize = 64 << 20

    /// Puts what standard input names in the place of `-`; nil where `-` is not among `archives`. Throws for a line that
    /// names nothing.
    static func expanded(_ archives: [String]) throws -> MessageReferences? {
        guard archives.contains("-") else { return nil }
        var references = MessageReferences()
        var isRead = false
        for archive in archives {
            guard archive == "-", !isRead else {
                references.archives.append(archive)
                continue
            }
            isRead = true
            let head = try read(upTo: headSize) { $0.contains(.lf) }
            if head.isEmpty { continue }
            guard names(Bytes(head)) else {
                references.begun = head
                references.archives.append("-")
                continue
            }
            let text = Bytes(head + (try read(upTo: listSize - head.count) { _ in false })).lossyString
            try references.add(text)
        }
        return references
    }

    /// Whether the first line names something that is there, as no line of a mailbox or a message does.
    private static func names(_ head: Bytes) -> Bool {
        let text = head[0..<min(head.count, 8192)].lossyString
        guard let line = text.split(whereSeparator: \.isNewline).first else { return false }
        return !line.hasPrefix("From ") && target(String(line)) != nil
    }

    /// The archive and the number that a line names; nil when there is no such file.
    private static func target(_ line: String) -> (path: String, number: Int?)? {
        if line == "-" || line.isEmpty { return nil }
        if unsafe access(line, F_OK) == 0 { return (line, nil) }
        guard let hash = line.lastIndex(of: "#"), let number = Int(line[line.index(after: hash)...]), number > 0,
            unsafe access(String(line[..<hash]), F_OK) == 0
        else { return nil }
        return (String(line[..<hash]), number)
    }

    private mutating func add(_ text: String) throws {
        var mistakes: [String] = []
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.hasSuffix("\r") ? String(line.dropLast()) : String(line)
            guard !line.isEmpty else { continue }
            guard let (path, number) = MessageReferences.target(line) else {
                mistakes.append(TerminalLine.safe("-:\(place + 1): there is no archive or message called \(line)"))
                if mistakes.count == 20 { break }
                continue
            }
            // Messages of one archive that follow each other are read in one pass.
            if let number, archives.last == path, let last = archives.indices.last, numbers[last] != nil {
                numbers[last]?.insert(number)
                continue
            }
            archives.append(path)
            if let number { numbers[archives.count - 1] = [number] }
        }
        guard mistakes.isEmpty else { throw Failure(.noInput, mistakes) }
    }

    /// Reads standard input to its end, to `limit` bytes, or until `isEnough`.
    private static func read(upTo limit: Int, until isEnough: ([UInt8]) -> Bool) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < limit, !isEnough(bytes) {
            let count = unsafe Glibc.read(STDIN_FILENO, &buffer, min(buffer.count, limit - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(.inputOutput, "standard input cannot be read") }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
        guard bytes.count < listSize - headSize else {
            throw Failure(.badData, "standard input: more names than fit into 64 MB; split the list")
        }
        return bytes
    }
}
