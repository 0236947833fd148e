import Mail
import Values

/// Undoes the breaking of long lines where the rule that a next word did not fit does not tell all: an author's own
/// line ends may look the same.
enum WrapRepair {
    /// Lines of text are looked at up to this number; where there are more, nothing of this is tried.
    private static let maximumLines = 2000
    /// Breaks that are left standing, one alone and two together.
    private static let maximumSingles = 48
    private static let maximumPairs = 10

    /// The bodies as they may have been before their lines were broken, each made only when asked for.
    static func candidates(for body: Bytes) -> [() -> BodyRepair.Candidate?] {
        let lines = Array(BodyLines(body).prefix(maximumLines + 1))
        guard lines.count > 1, lines.count <= maximumLines else { return [] }
        // A line without a space can be as long as it likes.
        let longest = lines.reduce(0) { longest, line in
            let content = body[line.content]
            return content.contains(.space) && content.count < 900 ? max(longest, content.count) : longest
        }
        let broken = lines.reduce(0) { max($0, $1.content.count) }
        var attempts: [() -> BodyRepair.Candidate?] = [
            { paragraphs(body, leastLength: 1) }, { paragraphs(body, leastLength: longest * 55 / 100) },
            { paragraphs(body, leastLength: longest * 75 / 100) },
        ]
        if broken >= 500 {
            // Cut wherever the limit is, and whatever stands there (RFC 5322 §2.1.1 has 998 bytes).
            attempts += [
                { BodyRepair.joined(body) { line, next in line.count == broken && !next.isEmpty ? (0, 0, []) : nil } },
                {
                    BodyRepair.joined(body) { line, next in
                        line.count == broken && next.first?.isWhitespace == true ? (0, 1, []) : nil
                    }
                },
            ]
        }
        for width in widths(longest) {
            let count = breaks(in: body, lines, width: width)
            guard count > 1 else { continue }
            attempts += (0..<min(count, maximumSingles)).map { kept in { joining(body, width, keeping: [kept]) } }
            guard count <= maximumPairs else { continue }
            for first in 0..<count {
                attempts += (first + 1..<count).map { second in { joining(body, width, keeping: [first, second]) } }
            }
        }
        return attempts
    }

    /// The widths at which a text may have been broken whose longest line with a space has `longest` bytes.
    private static func widths(_ longest: Int) -> [Int] {
        guard (40...120).contains(longest) else { return [] }
        let common = [72, 74, 75, 76, 77, 78, 79, 80].filter { $0 >= longest && $0 <= longest + 8 }
        return common + [longest, longest + 1].filter { !common.contains($0) }
    }

    /// Whether a line was broken at `width` because the first word of the next did not fit.
    private static func isBroken(_ line: Bytes, _ next: Bytes, _ width: Int) -> Bool {
        guard !line.isEmpty, !next.isEmpty else { return false }
        let word = next.firstIndex { $0.isWhitespace } ?? next.count
        return word > 0 && line.count + 1 + word > width
    }

    private static func breaks(in body: Bytes, _ lines: [BodyLines.Line], width: Int) -> Int {
        lines.indices.dropLast().count { isBroken(body[lines[$0].content], body[lines[$0 + 1].content], width) }
    }

    /// The body with all breaks at `width` undone but those at the places `kept` among them.
    private static func joining(_ body: Bytes, _ width: Int, keeping kept: Set<Int>) -> BodyRepair.Candidate? {
        var place = -1
        return BodyRepair.joined(body) { line, next in
            guard isBroken(line, next, width) else { return nil }
            place += 1
            return kept.contains(place) ? nil : (0, 0, line.last == .space ? [] : [.space])
        }
    }

    /// The body with the lines of each paragraph joined, whatever would have fitted: a line of fewer than `leastLength`
    /// bytes ends one, and so does one before a line that begins like a quotation, an item or an indented line.
    private static func paragraphs(_ body: Bytes, leastLength: Int) -> BodyRepair.Candidate? {
        BodyRepair.joined(body) { line, next in
            guard line.count >= leastLength, let first = next.first, !line.isEmpty,
                !first.isWhitespace, !">-*•|#".utf8.contains(first), !line.elementsEqual("-- ".utf8)
            else { return nil }
            return (0, 0, line.last == .space ? [] : [.space])
        }
    }
}
