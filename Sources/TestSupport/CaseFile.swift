import SMTP
import Values

/// A `.case` file: a policy, one or more SMTP sessions with their times, the DNS and state they meet, and the records
/// that must come of them. `fixtures/README.md` and `CONTRIBUTING.md` describe the form.
public struct CaseFile: Sendable {
    /// A mistake in a case file.
    public struct Mistake: Error, CustomStringConvertible {
        public let description: String
    }

    /// The file's path.
    public let path: String
    /// What the case shows.
    public let about: String
    /// The policy as YAML; empty for the defaults.
    public let policy: String
    /// The files that the policy's lists name, by name.
    public let files: [String: String]
    /// The DNS, a record a line as `DNSZone(fixture:)` reads it.
    public let dns: String
    /// The state there is before: an entry a line.
    public let state: [StateLine]
    /// The virus scanners: what they answer to what, a line each.
    public let scan: [String]
    /// The mail server behind: an account, a mechanism of AUTH or an unknown recipient a line.
    public let nextHop: [String]
    /// What programs say: `NAME = 1` for an exit code, `NAME = timeout`, `NAME = error: why`.
    public let programs: [String]
    /// The sessions, in order.
    public let sessions: [ScriptedSession]
    /// What must come out, without the final line end.
    public let expected: String

    /// Reads a case. Throws what is wrong with it, with its line.
    public init(_ text: String, path: String) throws {
        var sections: [String: [(number: Int, text: String)]] = [:]
        var current: String?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = String(line)
            if let name = CaseFile.section(line) {
                guard sections[name] == nil else { throw Mistake(description: "\(path):\(index + 1): [\(name)] again") }
                current = name
                sections[name] = []
            } else if let current {
                sections[current]?.append((index + 1, line))
            } else if !line.isEmpty {
                throw Mistake(description: "\(path):\(index + 1): expected a section such as [about]")
            }
        }
        func content(_ name: String) -> String { (sections[name] ?? []).map(\.text).joined(separator: "\n") }
        self.path = path
        about = content("about").trimmed
        policy = content("policy")
        dns = content("dns")
        scan = (sections["scan"] ?? []).map(\.text).filter { !$0.isEmpty }
        nextHop = (sections["next-hop"] ?? []).map(\.text).filter { !$0.isEmpty }
        programs = (sections["programs"] ?? []).map(\.text).filter { !$0.isEmpty }
        files = Dictionary(
            uniqueKeysWithValues: sections.keys.filter { $0.hasPrefix(CaseFile.filePrefix) }
                .map { (String($0.dropFirst(CaseFile.filePrefix.count)), content($0)) })
        expected = content("expect").trimmed
        state = try (sections["state"] ?? []).filter { !$0.text.isEmpty }.map { number, line in
            guard let entry = StateLine(line) else {
                throw Mistake(
                    description: "\(path):\(number): expected `space|part|… = value @TIME until TIME`")
            }
            return entry
        }
        do {
            sessions = try ScriptedSession.read(sections["session"] ?? [])
        } catch let mistake as ScriptedSession.Mistake {
            throw Mistake(description: "\(path):\(mistake.line): \(mistake.message)")
        }
        guard !about.isEmpty else { throw Mistake(description: "\(path): no [about]") }
    }

    private static let sectionNames = [
        "about", "policy", "session", "dns", "state", "scan", "next-hop", "programs", "expect",
    ]
    private static let filePrefix = "file "

    /// The name of the section that `line` begins: `[dns]`, `[file blocked.txt]`.
    private static func section(_ line: String) -> String? {
        guard line.hasPrefix("["), line.hasSuffix("]") else { return nil }
        let name = String(line.dropFirst().dropLast())
        return sectionNames.contains(name) || name.hasPrefix(filePrefix) ? name : nil
    }
}

/// An entry of the state before a case: `greylist|contact|… = waiting @2024-05-01T10:00:00Z until 2024-05-02T10:00:00Z`.
public struct StateLine: Sendable {
    let key: [String]
    let value: String
    let created: Timestamp
    let expires: Timestamp

    init?(_ line: String) {
        let sides = line.split(separator: " = ", maxSplits: 1)
        guard sides.count == 2 else { return nil }
        let parts = sides[1].split(separator: " ")
        guard parts.count == 4, parts[1].hasPrefix("@"), parts[2] == "until",
            let created = Timestamp(rfc3339: parts[1].dropFirst()), let expires = Timestamp(rfc3339: parts[3])
        else { return nil }
        key = sides[0].split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        (value, self.created, self.expires) = (String(parts[0]), created, expires)
    }
}

extension String {
    fileprivate var trimmed: String {
        var lines = split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last?.isEmpty == true { lines.removeLast() }
        while lines.first?.isEmpty == true { lines.removeFirst() }
        return lines.joined(separator: "\n")
    }
}
