import Attachments
import Mail
import Policy
import Screening
import Values

/// Looks at the files that a message brings, by what they are rather than by what they are called.
public struct AttachmentStage: Stage {
    static let blocked: Symbol = "ATTACHMENT_BLOCKED"
    static let quarantined: Symbol = "ATTACHMENT_QUARANTINED"
    static let removed: Symbol = "ATTACHMENT_REMOVED"
    static let kept: Symbol = "ATTACHMENT_NOT_REMOVED"
    static let tagged: Symbol = "ATTACHMENT_TAGGED"

    public static let manifest = StageManifest(
        id: "attachments", title: "Attachments",
        summary: "Looks into the files that a message brings: true types, names, archives, macros.",
        phases: [.message],
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                blocked, "A file is on the list 'block'.", action: .reject,
                reply: ReplyText(50, 7, 1, "The message has an attachment that is not accepted here")),
            SymbolDeclaration(quarantined, "A file is on the list 'quarantine'.", action: .quarantine),
            SymbolDeclaration(removed, "A file is on the list 'remove': the part that it is in is taken out."),
            SymbolDeclaration(
                kept, "A file is on the list 'remove', and cannot be taken out without breaking what is signed.",
                action: .quarantine),
            SymbolDeclaration(tagged, "A file is on the list 'tag'.", action: .tag),
        ] + AttachmentSign.all.map { SymbolDeclaration($0.symbol, $0.summary, weight: $0.weight) },
        isEnabledByDefault: false)

    /// The lists, and how far files are looked into.
    public struct Settings: StageSettings {
        let checks: Bool
        let allowed: [Placed<AttachmentPattern>]
        let lists: [(symbol: Symbol, entries: [Placed<AttachmentPattern>])]
        let note: String
        let keepsRemoved: Bool
        let limits: AttachmentLimits

        public init(from reader: inout PolicyReader) {
            checks = reader.flag(
                "check", default: true,
                "Whether the stage's own signs are looked for; without, only the lists are.")
            func list(_ key: String, _ summary: String) -> [Placed<AttachmentPattern>] {
                reader.values(
                    key, default: [], expecting: AttachmentPattern.expecting, summary,
                    parse: { AttachmentPattern($0) })
            }
            allowed = list(
                "allow",
                "Files that no list and no sign is about, by name only where the content is what the name says; what is in them is looked at by itself."
            )
            lists = [
                (AttachmentStage.blocked, list("block", "Files for which a message is refused, in archives too.")),
                (
                    AttachmentStage.quarantined,
                    list("quarantine", "Files for which a message is quarantined, in archives too.")
                ),
                (
                    AttachmentStage.removed,
                    list("remove", "Files that are taken out, each with the whole part of the message that it is in.")
                ),
                (AttachmentStage.tagged, list("tag", "Files for which a message is tagged, in archives too.")),
            ]
            note = reader.text(
                "note", default: "The file $NAME$ was taken out: $REASON$.",
                "The text in the place of what is taken out; empty for none. $NAME$ is the part's file name, $REASON$ the entry and what it is about."
            )
            keepsRemoved = reader.flag(
                "keep_removed", default: false, "Whether what is taken out is kept in agent.quarantine.")
            let standard = AttachmentLimits.default
            var limits = standard
            limits.depth = reader.integer(
                "depth", default: standard.depth, in: 1...32, "How deep files are looked for in files.")
            limits.files = reader.integer(
                "files", default: standard.files, in: 1...100_000, "How many files of a message are looked at.")
            limits.bytes = reader.size(
                "bytes", default: standard.bytes, in: 1 << 20...1 << 32, "How much is unpacked of a message.")
            limits.fileBytes = reader.size(
                "file_bytes", default: standard.fileBytes, in: 64 << 10...1 << 30, "How much is unpacked of one file.")
            limits.ratio = reader.integer(
                "ratio", default: standard.ratio, in: 10...100_000,
                "How many times as large as it was packed a file may be before it counts as a bomb.")
            limits.mime.depth = reader.integer(
                "part_depth", default: standard.mime.depth, in: 2...1_000,
                "How deep parts of a message are taken apart.")
            self.limits = limits
        }
    }

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(_, let message) = checkpoint else { return .nothing }
        let tree = MIMETree(message, limits: settings.limits.mime)
        let list = AttachmentList(tree, limits: settings.limits)
        let candidates = list.attachments.filter { file in
            !settings.allowed.contains { $0.value.allows(file) }
        }
        var report = StageReport()
        for (symbol, entries) in settings.lists where !entries.isEmpty {
            if symbol == AttachmentStage.removed {
                remove(candidates, entries, tree, &report)
            } else {
                AttachmentStage.add(AttachmentStage.matches(candidates, entries), as: symbol, to: &report)
            }
        }
        if settings.checks {
            var counts: [Int: Int] = [:]
            for file in list.files { if let parent = file.parent { counts[parent, default: 0] += 1 } }
            for sign in AttachmentSign.all {
                let seen = candidates.compactMap { file in
                    sign.detail(file, siblings: file.parent.flatMap { counts[$0] } ?? 1).map {
                        Match(file: file, detail: $0)
                    }
                }
                AttachmentStage.add(seen, as: sign.symbol, to: &report)
            }
        }
        return report
    }

    // MARK: - Findings

    /// A file that something was seen in.
    private struct Match {
        let file: AttachedFile
        var detail = ""
        var entry: Placed<AttachmentPattern>?
    }

    private static func matches(_ files: [AttachedFile], _ entries: [Placed<AttachmentPattern>]) -> [Match] {
        files.compactMap { file in
            guard let entry = entries.first(where: { $0.value.matches(file) }) else { return nil }
            return Match(file: file, detail: entry.value.reason(file), entry: entry)
        }
    }

    /// One finding, however many files it is about: a message is no worse for a hundred of them.
    private static func add(_ matches: [Match], as symbol: Symbol, to report: inout StageReport) {
        guard let first = matches.first else { return }
        let file = first.file
        var evidence: Evidence = ["part": .text(file.place)]
        evidence.add("name", file.name.map { .text(FileName.shown($0.text)) })
        evidence.add("type", .text(file.type.name))
        evidence.add("size", file.size.map(EvidenceValue.number))
        evidence.add("sha256", file.sha256.map(EvidenceValue.text))
        if !first.detail.isEmpty { evidence.add("detail", .text(first.detail)) }
        evidence.add("entry", first.entry.map { .text($0.value.text) })
        evidence.add("listed_at", first.entry.map { .text($0.place.description) })
        if matches.count > 1 {
            evidence.add("count", .number(matches.count))
            evidence.add("also", .list(matches.dropFirst().prefix(10).map(\.file.place)))
        }
        report.findings.append(Finding(symbol, evidence))
    }

    // MARK: - Taking out

    private func remove(
        _ files: [AttachedFile], _ entries: [Placed<AttachmentPattern>], _ tree: MIMETree, _ report: inout StageReport
    ) {
        var taken: [Match] = []
        var kept: [Match] = []
        var trial = MessageEdits(tree.message)
        var outcomes: [Int: Bool] = [:]
        for match in AttachmentStage.matches(files, entries) {
            let part = AttachmentStage.removable(tree.parts[match.file.partIndex], in: tree)
            if outcomes[part.index] == nil {
                let name = part.filename.map { FileName.shown($0) } ?? part.path
                let text = settings.note.replacing("$NAME$", with: name).replacing(
                    "$REASON$", with: "\(match.entry?.value.text ?? ""), \(match.file.place)")
                // Tried first: what cannot be taken out must not pass as if it had been.
                let isDone = (try? trial.replace(part, in: tree, withText: text)) != nil
                outcomes[part.index] = isDone
                if isDone {
                    report.effects.append(
                        .editContent(
                            .takeOut(
                                path: part.path, span: part.range, note: text, isKept: settings.keepsRemoved)))
                }
            }
            if outcomes[part.index] ?? false { taken.append(match) } else { kept.append(match) }
        }
        AttachmentStage.add(taken, as: AttachmentStage.removed, to: &report)
        AttachmentStage.add(kept, as: AttachmentStage.kept, to: &report)
    }

    /// The part, or the message around it where that is encoded and nothing within can be changed.
    private static func removable(_ part: MIMEPart, in tree: MIMETree) -> MIMEPart {
        var part = part
        while part.container != nil, let parent = part.parent { part = tree.parts[parent] }
        return part
    }
}
