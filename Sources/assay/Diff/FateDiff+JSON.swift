import Cases
import Screening
import Tuning
import Values

extension FateDiff {
    /// An object for each listed message, and the totals last.
    var json: [JSON] { changed.map(\.json) + [.object(["totals": totals])] }

    private var totals: JSON {
        var matrix: [String: JSON] = [:]
        for from in counts.dispositions {
            var row: [String: JSON] = [:]
            for to in counts.dispositions where counts.count(from: from, to: to) > 0 {
                var cell: [String: JSON] = ["messages": .integer(counts.count(from: from, to: to))]
                for label in counts.labels {
                    cell[label.name] = .integer(counts.count(from: from, to: to, label: label))
                }
                row[to.rawValue] = .object(cell)
            }
            matrix[from.rawValue] = .object(row)
        }
        return .object([
            "messages": .integer(counts.count()),
            "changed": .integer(counts.changes.reduce(0) { $0 + counts.count(from: $1.from, to: $1.to) }),
            "incomplete": .bool(isIncomplete), "base": .string(baseName), "trial": .string(trialName),
            "matrix": .object(matrix),
        ])
    }
}

extension FateDiff.ChangedMessage {
    fileprivate var json: JSON {
        .object([
            "message": .integer(head.number), "id": JSON(head.id), "source": .string(head.source),
            "label": label == .unlabelled ? .null : .string(label.name), "mail_from": JSON(head.mailFrom),
            "header_from": JSON(head.headerFrom), "subject": JSON(head.subject), "base": base.json,
            "trial": trial.json, "tipped_by": .array(reasons.map(\.json)),
        ])
    }
}
