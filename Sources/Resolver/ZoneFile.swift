import DNS
import Values

/// Master files (RFC 1035 §5), read by ldns.
///
/// One file may hold several zones: `$ORIGIN` may change, no SOA is needed, and a relative name before the first
/// `$ORIGIN` counts from the root. `$INCLUDE` is refused.
public enum ZoneFile {
    /// Reads a master file; a quoted string longer than fits on the wire counts as several. Throws every mistake with
    /// its line.
    public static func parse(_ contents: Bytes, file: String) throws(DNSProblems) -> DNSZone {
        var zone = DNSZone()
        guard !contents.isEmpty else { return zone }
        var problems = DNSProblemCollector(file: file)
        // ldns reads C strings: what follows a NUL would be lost.
        if let offset = contents.withSpan({ $0.firstIndex(of: UInt8(0)) }) {
            let line = contents[0..<offset].reduce(1) { $1 == .lf ? $0 + 1 : $0 }
            problems.add(line: line, "a NUL octet in a master file")
            try problems.check()
        }
        if let line = longLine(in: contents) {
            problems.add(line: line, "the line is longer than \(FileContents.longestLine) octets")
            throw problems.error
        }
        if let unclosed = MasterFileStructure.firstUnclosed(in: contents) {
            problems.add(line: unclosed.line, unclosed.message)
        }
        guard
            var reader = MasterFileReader(
                MasterFileStructure.splittingLongStrings(in: MasterFileStructure.puttingTTLFirst(in: contents)))
        else {
            problems.add(line: nil, "out of memory")
            throw problems.error
        }
        while !problems.isFull, let item = reader.next() {
            switch item {
            case .record(let record, let line):
                if zone.isAliasConflict(record) {
                    problems.add(
                        line: reader.lineOfText(from: line),
                        "\(record.name.text) has a CNAME and other data (RFC 1034 section 3.6.2)")
                }
                zone.add(record)
            case .mistake(let line, let message): problems.add(line: line, message)
            }
        }
        try problems.check()
        return zone
    }
    /// The number of the first line that is longer than is read.
    private static func longLine(in contents: Bytes) -> Int? {
        guard contents.count > FileContents.longestLine else { return nil }
        return contents.withSpan { span in
            var (number, start) = (1, 0)
            while start < span.byteCount {
                let end = span.firstIndex(of: .lf, from: start) ?? span.byteCount
                if end - start > FileContents.longestLine { return number }
                (number, start) = (number + 1, end + 1)
            }
            return nil
        }
    }
}
