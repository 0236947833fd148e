import Mail
import Screening
import Values

/// The parts of a message that are repaired or taken out, and the message after that.
struct PartChanges {
    /// What was found, and what becomes of the part it was found in.
    struct Change {
        let result: ScanResult
        /// The section number of the part that is changed for it: its own, or that of what holds it.
        let path: String
        let way: Way
    }

    /// What becomes of a part.
    enum Way {
        case takenOut(isKept: Bool)
        case repaired(Bytes)
    }

    /// What was found and is gone after the changes.
    private(set) var changes: [Change] = []
    private(set) var effects: [Effect] = []
    /// The message after the changes; nil where there are none.
    private(set) var changed: Message?
    /// Whether something of the message is repaired.
    private(set) var repairs = false

    /// Changes the parts that `results` are about. A part is repaired where a scanner has done so, nothing is against it
    /// and `repairing` is set; else it is taken out, or where it cannot be changed by itself, as in a signed or encoded
    /// message, what holds it.
    init(_ results: [ScanResult], of scan: MessageScan, _ settings: AntiVirus.Settings, repairing: Bool = true) {
        var edits = MessageEdits(scan.message)
        var taken: [(part: MIMEPart, way: Way)] = []
        let wanted = results.filter { settings.action(on: $0.outcome).changesParts }
        for result in wanted {
            guard let part = result.part else { continue }
            if let known = taken.first(where: { PartChanges.holds($0.part, part, in: scan.tree) }) {
                changes.append(Change(result: result, path: known.part.path, way: known.way))
                continue
            }
            let about = wanted.filter { $0.part?.index == part.index }
            let measures = about.map { settings.action(on: $0.outcome) }
            if repairing, part.container == nil, measures.allSatisfy({ $0 == .repair }),
                let content = about.lazy.compactMap(\.repaired).first,
                PartChanges.attempt(
                    { edits throws(RewritingRefusal) in
                        try edits.replace(part, in: scan.tree, withContent: content)
                    }, on: &edits)
            {
                taken.append((part, .repaired(content)))
                effects.append(.editContent(.rewrite(path: part.path, span: part.range, content: content)))
                changes.append(Change(result: result, path: part.path, way: .repaired(content)))
                repairs = true
                continue
            }
            let note = settings.note(on: result)
            var next: MIMEPart? = part
            while let candidate = next {
                let isKept = wanted.contains { other in
                    settings.action(on: other.outcome) == .setAside
                        && other.part.map { PartChanges.holds(candidate, $0, in: scan.tree) } ?? false
                }
                if candidate.container == nil, PartChanges.takeOut(candidate, note, in: scan.tree, &edits) {
                    taken.append((candidate, .takenOut(isKept: isKept)))
                    effects.append(
                        .editContent(
                            .takeOut(path: candidate.path, span: candidate.range, note: note, isKept: isKept)))
                    changes.append(Change(result: result, path: candidate.path, way: .takenOut(isKept: isKept)))
                    break
                }
                next = candidate.parent.map { scan.tree.parts[$0] }
            }
        }
        // Carried out together, as they will be, they have to give the same.
        var whole = MessageEdits(scan.message)
        guard !effects.isEmpty, whole.carryOut(effects).isEmpty else {
            (changes, effects, repairs) = ([], [], false)
            return
        }
        changed = Message(whole.applied().bytes)
    }

    private static func takeOut(
        _ part: MIMEPart, _ note: String, in tree: MIMETree, _ edits: inout MessageEdits
    ) -> Bool {
        PartChanges.attempt(
            { edits throws(RewritingRefusal) in
                if note.isEmpty {
                    try edits.remove(part, in: tree)
                } else {
                    try edits.replace(part, in: tree, withText: note)
                }
            }, on: &edits)
    }

    /// Makes a change, or leaves all as it is; whether it was made.
    private static func attempt(
        _ change: (inout MessageEdits) throws(RewritingRefusal) -> Void, on edits: inout MessageEdits
    ) -> Bool {
        var trial = edits
        do throws(RewritingRefusal) { try change(&trial) } catch { return false }
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

    /// Whether what `result` tells of is gone after the changes.
    func covers(_ result: ScanResult) -> Bool {
        changes.contains { $0.result.scanner == result.scanner && $0.result.part?.index == result.part?.index }
    }

    /// Whether `result`, about the message after the changes, is something that was not said of it before.
    func isNews(_ result: ScanResult) -> Bool {
        result.outcome.kind == .infected || result.outcome.kind == .failed
    }
}
