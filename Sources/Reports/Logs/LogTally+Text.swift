import Logs
import Values

extension LogTally {
    /// How many lines of each format were read, and what the others look like. `files` names the files by their numbers.
    public func text(files: [String], rows: Int) -> String {
        var text = ""
        for (name, count) in byFormat {
            let unread = count.seen - count.read
            text +=
                "\(name): \(count.read) of \(count.seen) lines read" + (unread > 0 ? ", \(unread) unknown" : "") + "\n"
        }
        if emptyCount > 0 { text += "empty lines: \(emptyCount)\n" }
        if overlongCount > 0 {
            text +=
                "lines longer than \(LogImport.longestLine) bytes, of which the beginning was read: \(overlongCount)\n"
        }
        if stepCount > 0 { text += "lines earlier than the one before (by more than a second): \(stepCount)\n" }
        let shapes = unknown.filter { $0.format != LogTally.others }
        guard !shapes.isEmpty else { return text }
        text += "Lines that are not known, by shape:\n"
        for shape in shapes.prefix(rows) {
            let file = shape.place.file < files.count ? files[shape.place.file] : "-"
            text +=
                "  \(shape.count) × \(shape.format): \(TerminalText.safe(shape.shape, limit: 160))  (first: \(TerminalText.safe(file, limit: 200)):\(shape.place.line))\n"
        }
        let rest = shapes.dropFirst(rows).reduce(0) { $0 + $1.count } + unshownCount
        if rest > 0 { text += "  … and \(rest) lines of other shapes\n" }
        return text
    }

    /// The same as objects.
    public func json(files: [String]) -> [JSON] {
        var lines: [JSON] = byFormat.map { name, count in
            .object([
                "figure": .string("lines"), "name": .string(name), "seen": .integer(count.seen),
                "read": .integer(count.read),
            ])
        }
        lines.append(
            .object([
                "figure": .string("other lines"), "empty": .integer(emptyCount), "overlong": .integer(overlongCount),
                "clock_steps": .integer(stepCount),
                "unshown": .integer(unshownCount),
            ]))
        for shape in unknown {
            let file = shape.place.file < files.count ? files[shape.place.file] : "-"
            lines.append(
                .object([
                    "figure": .string("unknown lines"), "name": .string(shape.format), "shape": .string(shape.shape),
                    "count": .integer(shape.count),
                    "file": .string(file), "line": .integer(shape.place.line),
                ]))
        }
        return lines
    }
}
