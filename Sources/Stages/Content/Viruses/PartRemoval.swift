import Mail
import Screening
import Values

/// The parts of a message that are taken out, and the message without them.
struct PartRemoval {
    /// What was found, with the section number of the part that is taken out for it.
    private(set) var removed: [(result: ScanResult, path: String)] = []
    private(set) var effects: [Effect] = []
    /// The message without what is taken out; nil where nothing is.
    private(set) var changed: Message?

    /// Takes out the parts that `results` are about, or where one cannot be changed by itself, as in a signed or encoded
    /// message, what holds it.
    init(_ results: [ScanResult], of scan: MessageScan, _ settings: AntiVirus.Settings) {
        var edits = MessageEdits(scan.message)
        var taken: [MIMEPart] = []
        for result in results {
            guard let part = result.part else { continue }
            if let holder = taken.first(where: { PartRemoval.holds($0, part, in: scan.tree) }) {
                removed.append((result, holder.path))
                continue
            }
            let note = settings.note(on: result)
            var next: MIMEPart? = part
            while let candidate = next {
                if candidate.container == nil, PartRemoval.takeOut(candidate, note, in: scan.tree, &edits) {
                    taken.append(candidate)
                    effects.append(
                        .editContent(.takeOut(path: candidate.path, span: candidate.range, note: note)))
                    removed.append((result, candidate.path))
                    break
                }
                next = candidate.parent.map { scan.tree.parts[$0] }
            }
        }
        // Carried out together, as they will be, they have to give the same.
        var whole = MessageEdits(scan.message)
        guard !effects.isEmpty, whole.carryOut(effects).isEmpty else {
            (removed, effects) = ([], [])
            return
        }
        changed = Message(whole.applied().bytes)
    }

    private static func takeOut(
        _ part: MIMEPart, _ note: String, in tree: MIMETree, _ edits: inout MessageEdits
    ) -> Bool {
        var trial = edits
        do throws(RewritingRefusal) {
            if note.isEmpty {
                try trial.remove(part, in: tree)
            } else {
                try trial.replace(part, in: tree, withText: note)
            }
        } catch {
            return false
        }
        edits = trial
        return true
    }

    private static func holds(_ holder: MIMEPart, _ part: MIMEPart, in tree: MIMETree) -> Bool {
        var next: MIMEPart? = part
        while let candidate = next {
            if candidate.index == holder.index { return true }
            next = candidate.parent.map { tree.parts[$0] }
        }
        return false
    }

    /// Whether what `result` tells of is taken out.
    func covers(_ result: ScanResult) -> Bool {
        removed.contains { $0.result.scanner == result.scanner && $0.result.part?.index == result.part?.index }
    }

    /// Whether `result`, about the message without what is taken out, is something that was not said of it before.
    func isNews(_ result: ScanResult) -> Bool {
        result.outcome.kind == .infected || result.outcome.kind == .failed
    }
}
