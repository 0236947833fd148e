import Reports

/// The screen of a review, for any size of terminal.
enum LabelScreen {
    /// What is shown of a message: lines that are safe to show, not folded yet.
    struct Content {
        let head: [String]
        let body: [String]
    }

    /// The rows of the screen, as many as `rows`, none wider than `columns`.
    static func lines(_ review: inout LabelReview, title: String, content: Content?, columns: Int, rows: Int)
        -> [String]
    {
        let page = max(1, rows - 2)
        var middle: [String]
        if review.showsHelp {
            middle = help.flatMap { wrapped($0, columns) }
        } else if let entry = review.current {
            middle = (content.map { $0.head + ["", String(repeating: "─", count: min(columns, 72))] + $0.body } ?? [])
                .flatMap { wrapped($0, columns) }
            if let label = entry.label { middle.insert("You said: \(label)  (h or s to say otherwise)", at: 0) }
        } else {
            middle = [
                "", "No more messages to ask about: \(review.labelled) labelled.", "",
                "u takes the last label back, p goes back one, q ends.",
            ].flatMap { wrapped($0, columns) }
        }
        review.scroll = max(0, min(review.scroll, middle.count - page))
        let shown = middle.dropFirst(review.scroll).prefix(page)
        let padding = Array(repeating: "", count: page - shown.count)
        let position = "\(min(review.place + 1, review.entries.count)) of \(review.entries.count)"
        let top = " \(title)  ·  \(position)  ·  \(review.labelled) labelled"
        let keys = " h ham  s spam  u undo  space skip  ? help  q quit"
        let lines = middle.count > page ? "\(review.scroll + shown.count)/\(middle.count)" : ""
        // Where there is no room for all, how far the message goes on says more than how to scroll.
        let foot =
            [keys + (lines.isEmpty ? "" : "  j/k scroll \(lines)"), "\(keys)  \(lines)", " ? help  q quit  \(lines)"]
            .first { $0.count <= columns } ?? keys
        let whole = rows < 3 ? [top, foot] : [top] + shown + padding + [foot]
        return whole.suffix(rows).map { cut($0, columns) }
    }

    private static let help = [
        "Each message is asked about because its label would teach much: it is near a threshold, the policy and the "
            + "labelled mail disagree about it, or sources disagree on its label.",
        "",
        "h            it is ham (wanted mail)",
        "s            it is spam",
        "u            take the last label back",
        "space, n, →  go on without a label",
        "p, ←         go back one",
        "j, k, ↓, ↑   scroll; page up and down, g to the top",
        "q, ^C        end; what was labelled stays labelled",
        "",
        "Labels are in the case at once, and hold in every run. Nothing of a message is loaded from anywhere, and HTML is "
            + "shown as text.",
        "",
        "Any key goes back.",
    ]

    /// `line` in pieces no wider than `columns`.
    static func wrapped(_ line: String, _ columns: Int) -> [String] {
        let folded = TerminalText.folded(line, columns: columns)
        return folded.split(separator: "\n", omittingEmptySubsequences: false).flatMap { piece -> [String] in
            var pieces: [String] = []
            var (current, width) = ("", 0)
            for character in piece {
                let size = TerminalText.width(of: character)
                if width + size > columns, !current.isEmpty {
                    pieces.append(current)
                    (current, width) = ("", 0)
                }
                current.append(character)
                width += size
            }
            return pieces + [current]
        }
    }

    private static func cut(_ line: String, _ columns: Int) -> String {
        TerminalText.width(line) <= columns ? line : wrapped(line, columns).first { !$0.isEmpty } ?? ""
    }
}
