import Archives
import Foundation
import Mail
import Testing
import Values

/// Changes to every third message of the shared archives: what is not named stays byte for byte, and all can be undone.
@Suite(.enabled(if: Place.hasCorpora, "\(Place.corporaAbsence)"))
struct RewritingTests {
    private static let disclaimer = Disclaimer(text: "-- \nPrüfen Sie den Absender. ✓")

    @Test(arguments: CorporaTests.archives) func disclaimers(_ archive: String) throws {
        var refusals: [RewritingRefusal: Int] = [:]
        var changed = 0
        try forEachMessage(of: archive) { message in
            let tree = message.mime
            var edits = MessageEdits(message)
            do throws(RewritingRefusal) {
                let paths = try edits.add(RewritingTests.disclaimer, in: tree)
                let (bytes, undo) = edits.applied()
                try check(bytes, undo, of: tree, changing: paths)
                changed += 1
            } catch {
                refusals[error, default: 0] += 1
                #expect(edits.isEmpty)
            }
        }
        let left = refusals.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
        print("suite rewriting/\(archive): \(changed) changed; \(left)")
        #expect(changed > 3 * refusals.values.reduce(0, +))
    }

    private func check(
        _ bytes: Bytes, _ undo: [MessageEdits.Splice], of tree: MIMETree, changing paths: [String]
    ) throws(RewritingRefusal) {
        let (before, after) = (tree.message, Message(bytes))
        let new = after.mime
        guard new.parts.count == tree.parts.count else {
            Issue.record("\(new.parts.count) parts of \(tree.parts.count)")
            return
        }
        for (old, part) in zip(tree.parts, new.parts) where old.isLeaf {
            guard paths.contains(old.path) else {
                #expect(part.encodedBody(in: after) == old.encodedBody(in: before))
                continue
            }
            let (was, text) = (old.sourceText(in: before), part.sourceText(in: after))
            if old.isHTML {
                let markup = RewritingTests.disclaimer.html.unicodeScalars.map {
                    $0.isASCII ? "\($0)" : "&#\($0.value);"
                }
                #expect(text.contains(markup.joined()) && text.utf8.count < was.utf8.count + 200)
            } else {
                #expect(text.utf8.starts(with: was.utf8) && text.contains("Prüfen Sie den Absender. ✓"))
            }
        }
        #expect(MessageEdits(message: after, splices: undo)?.applied().bytes == before.bytes)
    }

    @Test(arguments: CorporaTests.archives) func partsTakenOut(_ archive: String) throws {
        var (removed, refused) = (0, 0)
        try forEachMessage(of: archive) { message in
            let tree = message.mime
            for part in tree.attachments.prefix(3) {
                var edits = MessageEdits(message)
                do throws(RewritingRefusal) {
                    try edits.remove(part, in: tree)
                } catch {
                    refused += 1
                    continue
                }
                removed += 1
                let (bytes, undo) = edits.applied()
                let after = Message(bytes)
                let kept = tree.leaves.filter { !part.range.contains($0.range.lowerBound) || $0.container != nil }
                let bodies = after.mime.leaves.map { $0.encodedBody(in: after) }
                for leaf in kept where leaf.container == nil {
                    #expect(bodies.contains(leaf.encodedBody(in: message)))
                }
                #expect(MessageEdits(message: after, splices: undo)?.applied().bytes == message.bytes)
            }
        }
        print("suite rewriting/\(archive): \(removed) parts taken out, \(refused) left")
    }

    private func forEachMessage(of archive: String, _ body: (Message) throws -> Void) throws {
        var reader = try ArchiveReader(.path("\(Place.shared)/corpora/\(archive)"))
        var number = 0
        while let event = reader.next() {
            number += 1
            if number % 3 == 0, case .message(let entry) = event { try body(Message(entry.message)) }
        }
    }
}
