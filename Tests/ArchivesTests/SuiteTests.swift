import Foundation
import Testing
import Values

@testable import Archives

/// The mail archives of other projects. Each suite prints `suite NAME: passed/total`; what differs is listed here with
/// its reason, and a difference that is not listed, or one listed that is gone, fails.
@Suite(.serialized, .enabled(if: Shared.isPresent, "\(Shared.absence)"))
struct SuiteTests {
    private let suites = Shared.path + "/suites/"

    private func report(_ name: String, _ results: [(name: String, difference: String?)], known: [String: String]) {
        let differing = results.filter { $0.difference != nil }
        print("suite \(name): \(results.count - differing.count)/\(results.count)")
        for (name, difference) in differing {
            print("  \(name): \(difference ?? ""); \(known[name] ?? "not listed")")
        }
        #expect(Set(differing.map(\.name)) == Set(known.keys))
    }

    /// The message's lines without their ends, and without the length that the archive's form changes.
    private static func linesWithoutLength(_ entry: ArchiveEntry) -> [String] {
        entry.message.filter { $0 != .cr }.split(separator: .lf, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }.filter { !$0.hasPrefix("Content-Length:") }
    }

    private func counts(_ path: String) throws -> (messages: Int, problems: Int) {
        let all = try events(path)
        return (all.count { $0.entry != nil }, all.count { $0.problem != nil })
    }

    @Test func emailFolder() throws {
        let folder = suites + "mbox-email-folder/"
        let expected: [(String, Int)] = [
            ("folders/mbox.src", 45), ("folders/mbox.cpy", 45), ("folders/mbox.win", 45), ("mboxes/mboxcl2", 3),
            ("mboxes/mboxcl2.lies", 3), ("testmaildir", 10), ("gmime-mbox/input/substring.mbox", 3),
            ("mail-message/203-mlfolder.mbox", 18), ("mail-message/204-sgfolder.mbox", 11),
            ("test-mails/badly-folded", 1), ("test-mails/josey-fold", 1), ("test-mails/josey-nobody", 1),
            ("test-mails/josey-nobody-blank", 1), ("test-mails/josey-nofold", 1), ("test-mails/junk-in-header", 1),
            ("test-mails/many-repeats", 1),
        ]
        var results: [(String, String?)] = []
        for (name, count) in expected {
            let got = try counts(folder + name)
            results.append((name, got == (count, 0) ? nil : "\(got.messages) of \(count) messages"))
        }
        let sets = try ["mboxes/mboxcl2", "mboxes/mboxcl2.lies"].map { name in
            try events(folder + name).compactMap(\.entry).map(Self.linesWithoutLength)
        }
        results.append(("mboxcl2.lies like mboxcl2", sets[0] == sets[1] ? nil : "the messages differ"))
        let forms = try ["folders/mbox.src", "folders/mbox.win"].map { name in
            try events(folder + name).compactMap(\.entry).map(Self.linesWithoutLength)
        }
        results.append(("mbox.win like mbox.src", forms[0] == forms[1] ? nil : "the messages differ"))
        report(
            "mbox-email-folder", results,
            known: [
                "test-mails/junk-in-header":
                    "its first line is prose: judged by content alone it is no mail, and said to be none",
                "test-mails/many-repeats":
                    "fields, but none that mail is known to carry: judged by content alone it is no mail",
            ])
    }

    @Test func messageParser() throws {
        let folder = suites + "mbox-messageparser/"
        var results: [(String, String?)] = []
        for name in ["binary_body", "hessbug", "invalid-boundaries", "mailarc-3", "mailseparators", "malformed"] {
            let listed = try String(contentsOfFile: folder + "results/offset_\(name).stdout", encoding: .utf8)
            let expected = listed.split(whereSeparator: \.isNewline).compactMap { Int($0) }
            let offsets = try events(folder + "mailboxes/\(name).txt").compactMap(\.entry).map(\.offset)
            results.append((name, offsets == expected ? nil : "\(offsets.count) messages, not \(expected.count)"))
        }
        let noMail = try events(folder + "mailboxes/non-mailbox.txt.gz")
        results.append(("non-mailbox", noMail.first?.problem?.error.code == .notMail ? nil : "taken for mail"))
        for (name, count) in [("separators1.sep", 4), ("separators2.sep", 2)] {
            let got = try counts(folder + "mailboxes/" + name)
            results.append((name, got == (count, 0) ? nil : "\(got.messages) of \(count) messages"))
        }
        report(
            "mbox-messageparser", results,
            known: [
                "mailarc-3":
                    "it hides the mailboxes attached to three messages by their MIME boundaries; an mbox has none, and "
                    + "its writer should have quoted their envelope lines",
                "malformed":
                    "an archive without blank lines between messages: each envelope line with a date and a field "
                    + "after it separates, where it wants blank lines and so joins 54 messages into three",
            ])
    }

    @Test func mimeKit() throws {
        let folder = suites + "mbox-mimekit/"
        var results: [(String, String?)] = []
        let text = try Data(contentsOf: URL(fileURLWithPath: folder + "mbox/issue1189.mbox.txt"))
        for (form, bytes) in [
            ("unix", Array(text)), ("dos", text.flatMap { $0 == .lf ? [.cr, .lf] : [$0] }),
        ] {
            let listed = try Data(contentsOf: URL(fileURLWithPath: folder + "mbox/issue1189.\(form)-offsets.json"))
            let expected = try JSONDecoder().decode([MimeKitOffsets].self, from: listed)
            let temporary = try TemporaryFolder()
            let entries = try events(try temporary.write("in", bytes)).compactMap(\.entry)
            for (number, pair) in zip(entries, expected).enumerated() {
                let (entry, offsets) = pair
                let begin = entry.offset + (entry.envelopeLine?.bytes.count ?? 0) + (form == "dos" ? 2 : 1)
                let same = entry.offset == offsets.mboxMarkerOffset && begin == offsets.beginOffset
                let end = begin + entry.message.count
                // Its last message keeps the blank line that ends the mailbox.
                let blank = form == "dos" ? 2 : 1
                let isEnd = end == offsets.endOffset || number == 3 && end + blank == offsets.endOffset
                results.append(("issue1189 \(form) \(number + 1)", same && isEnd ? nil : "\(entry.offset)–\(end)"))
            }
            results.append(("issue1189 \(form)", entries.count == expected.count ? nil : "\(entries.count) messages"))
        }
        for (name, count) in [("mbox/simple.mbox.txt", 3), ("mbox/unmunged.mbox.txt", 2)] {
            let got = try counts(folder + name)
            results.append((name, got == (count, 0) ? nil : "\(got.messages) of \(count) messages"))
        }
        for place in ["messages", "partial"] {
            for event in try events(folder + place) {
                let name = event.entry?.source ?? event.problem?.source ?? ""
                results.append(
                    (place + "/" + (name as NSString).lastPathComponent, event.entry == nil ? "no mail" : nil))
            }
        }
        report("mbox-mimekit", results, known: [:])
    }

    @Test func mox() throws {
        let folder = suites + "mox-testdata/"
        var results: [(String, String?)] = []
        for (name, count) in [
            ("importtest.mbox", 2), ("importtest.maildir", 2), ("junk", 2), ("message", 1), ("dmarc-reports", 2),
            ("tlsreports", 1),
        ] {
            let got = try counts(folder + name)
            results.append((name, got == (count, 0) ? nil : "\(got.messages) of \(count) messages"))
        }
        for name in ["importtest.mbox.zip", "importtest.maildir.tgz"] {
            let problem = try events(folder + name).first?.problem
            results.append((name, problem?.error.message.contains("unpack it first") == true ? nil : "no remedy"))
        }
        report("mox-testdata", results, known: [:])
    }

    /// Exim's own deliveries: every envelope line carries the harness's date, so a count needs no splitter.
    @Test func exim() throws {
        let folder = suites + "log-exim/mail"
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.sorted() ?? []
        var results: [(String, String?)] = []
        for name in files {
            guard let data = FileManager.default.contents(atPath: folder + "/" + name), data.starts(with: "From ".utf8)
            else { continue }
            let lines = data.split(separator: .lf, omittingEmptySubsequences: false)
            let count = lines.count {
                $0.starts(with: "From ".utf8) && $0.reversed().starts(with: "9991 33:44:90".utf8)
            }
            let got = try counts(folder + "/" + name)
            results.append((name, got == (count, 0) ? nil : "\(got.messages) of \(count) messages"))
        }
        #expect(results.count > 100)
        report(
            "log-exim mail", results,
            known: [
                "0101.userx":
                    "one delivery was set up for MMDF: no blank line precedes the next envelope line, in a mailbox that "
                    + "separates with blank lines"
            ])
    }
}

private struct MimeKitOffsets: Decodable {
    var mboxMarkerOffset: Int
    var beginOffset: Int
    var endOffset: Int
}
