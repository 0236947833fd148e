/// A mistake in a file of DNS data, with its place.
public struct DNSProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it.
    public let file: String
    /// The line, from 1; nil when the mistake is the whole file's.
    public let line: Int?
    /// What is wrong, in words.
    public let message: String

    /// A mistake at a place.
    public init(file: String, line: Int?, message: String) {
        (self.file, self.line, self.message) = (file, line, message)
    }

    /// `file:line: message`.
    public var description: String { line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)" }
}

/// All the mistakes of one file, in the order of its lines.
public struct DNSProblems: Error, Sendable, Hashable, CustomStringConvertible {
    /// How many mistakes are listed before reading stops: a file that is no DNS data at all has one a line.
    static let limit = 100

    /// The mistakes, at least one.
    public let problems: [DNSProblem]

    /// The mistakes of one file.
    public init(_ problems: [DNSProblem]) { self.problems = problems }

    /// One mistake a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Collects mistakes while a file is read, up to a limit.
public struct DNSProblemCollector: Sendable {
    private let file: String
    private var problems: [DNSProblem] = []

    /// A collector for one file.
    public init(file: String) { self.file = file }

    /// Whether so much is wrong that reading on is of no use.
    public var isFull: Bool { problems.count >= DNSProblems.limit }

    /// Notes a mistake.
    public mutating func add(line: Int?, _ message: String) {
        guard !isFull else { return }
        problems.append(DNSProblem(file: file, line: line, message: message))
        if isFull {
            problems.append(DNSProblem(file: file, line: line, message: "too many errors; the rest was not read"))
        }
    }

    /// What was noted, as an error.
    public var error: DNSProblems { DNSProblems(problems) }

    /// Throws what was noted, if anything was.
    public func check() throws(DNSProblems) {
        if !problems.isEmpty { throw DNSProblems(problems) }
    }
}
