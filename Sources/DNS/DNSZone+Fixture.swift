import Values

extension DNSZone {
    /// Reads records as fixtures and tests write them: one a line, `name type rdata`, rdata in presentation form, or
    /// `!NXDOMAIN`, `!SERVFAIL`, `!TIMEOUT`, `!NODATA`, `!UNRECORDED` for a question that fails. Empty lines and those
    /// starting with `#` or `;` are skipped.
    public init(fixture lines: String, file: String = "dns") throws(DNSProblems) {
        self.init()
        var problems = DNSProblemCollector(file: file)
        for (index, line) in lines.utf8.split(separator: .lf, omittingEmptySubsequences: false).enumerated() {
            let line = line.last == .cr ? line.dropLast() : line
            let parts = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
                .map { String(decoding: $0, as: UTF8.self) }
            guard let first = parts.first, !first.hasPrefix("#"), !first.hasPrefix(";") else { continue }
            guard parts.count == 3 else {
                problems.add(line: index + 1, "expected a name, a type and its data")
                continue
            }
            guard let name = DomainName(parts[0]) else {
                problems.add(line: index + 1, "'\(parts[0])' is not a domain name")
                continue
            }
            guard let type = RecordType(mnemonic: parts[1]) else {
                problems.add(line: index + 1, "unknown record type '\(parts[1])'")
                continue
            }
            if let failure = DNSZone.failures[parts[2]] {
                fail(DNSQuestion(name, type), with: failure)
            } else if let data = RecordData(presentation: parts[2], type: type) {
                add(ResourceRecord(name, type, data))
            } else {
                problems.add(line: index + 1, "malformed \(type) data '\(parts[2])'")
            }
        }
        try problems.check()
    }

    private static let failures: [String: DNSAnswer] = [
        "!NXDOMAIN": .nameError, "!SERVFAIL": .serverFailure, "!TIMEOUT": .timeout, "!NODATA": .noData,
        "!UNRECORDED": .unrecorded,
    ]
}
