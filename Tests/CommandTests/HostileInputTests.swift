import Foundation
import Testing

/// Input that is damaged or made to do harm: a clear error or finding, in bounded time and memory, nothing else lost.
@Suite(.serialized) struct HostileInputTests {
    private static let envelope = "From a@b.example Thu Jan  1 00:00:00 2024\n"
    private static let good = envelope + "From: a@b.example\nSubject: good\n\ntext\n\n"

    /// Replays `file`, for at most a minute and in at most 400 MiB, and gives outcome and lines.
    private func replay(_ place: Workplace, _ file: String, _ more: String...) throws -> Outcome {
        let outcome = try place.assay(["replay", file, "--format", "ndjson"] + more)
        #expect(outcome.peak < 400, "held \(outcome.peak) MiB")
        return outcome
    }

    private func subjects(_ outcome: Outcome) throws -> [String] {
        try outcome.objects().map { $0["subject"] as? String ?? "-" }
    }

    private func defects(_ outcome: Outcome) throws -> [[String]] {
        try outcome.objects().map { $0["defects"] as? [String] ?? ["none told"] }
    }

    struct NoMail: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let says: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        NoMail(
            name: "empty", bytes: [], says: "empty: byte 0: the file is empty; a mailbox or a message was expected\n"),
        NoMail(
            name: "junk", bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) | 0x80 },
            says:
                "junk: byte 0: no mail was found: neither \"From \" lines, as a mailbox has, nor header fields at the start\n"
        ),
        NoMail(
            name: "zeros", bytes: [UInt8](repeating: 0, count: 1 << 20),
            says:
                "zeros: byte 0: no mail was found: neither \"From \" lines, as a mailbox has, nor header fields at the start\n"
        ),
        NoMail(
            name: "archive.zip", bytes: [0x50, 0x4B, 3, 4] + [UInt8](repeating: 1, count: 100),
            says: "archive.zip: byte 0: this is no mail but a zip archive: unpack it first (unzip)\n"),
    ])
    func whatIsNoMail(_ item: NoMail) throws {
        let place = try Workplace()
        try place.write(item.name, item.bytes)
        for command in [["replay"], ["explain"], ["check", "dkim"]] {
            let outcome = try place.assay(command + [item.name])
            #expect(outcome.code == 65 && outcome.errors == item.says)
        }
    }

    @Test func foldersWithoutMail() throws {
        let place = try Workplace()
        try place.write("notes/readme.txt", "hello\n")
        let notes = try replay(place, "notes")
        #expect(notes.code == 65 && notes.output.isEmpty)
        #expect(notes.errors.hasPrefix("notes/readme.txt: byte 0: no mail was found"))
        try FileManager.default.createDirectory(atPath: place.path + "/bare", withIntermediateDirectories: true)
        let bare = try replay(place, "bare")
        #expect(bare.code == 65 && bare.errors == "bare: the folder holds no mail; check the name\n")
    }

    /// A folder that links to itself, many times over, is walked once.
    @Test func foldersThatHoldThemselves() throws {
        let place = try Workplace()
        try place.write("a/m.eml", "From: a@b.example\nSubject: once\n\ntext\n")
        for index in 0..<10 {
            try FileManager.default.createSymbolicLink(atPath: place.path + "/a/l\(index)", withDestinationPath: ".")
        }
        let outcome = try replay(place, "a")
        #expect(outcome.code == 0)
        #expect(try subjects(outcome) == ["once"])
    }

    @Test func aLineOf200MegabytesInAMailbox() throws {
        let place = try Workplace()
        let made = try place.bash(
            "(printf '%s' '\(Self.good)\(Self.envelope)Subject: long\n\n'; head -c 200000000 /dev/zero | tr '\\0' a; printf '%s' '\n\n\(Self.good)') > line.mbox"
        )
        try #require(made.code == 0, "\(made.errors)")
        let outcome = try replay(place, "line.mbox")
        #expect(outcome.code == 65)
        #expect(try subjects(outcome) == ["good", "good"])
        #expect(outcome.errors.hasPrefix("line.mbox: byte 81: the message has 2000000"))
    }

    @Test(arguments: ["", "Subject: ", "Subject: x\n\n"]) func aFileOfOne200MegabyteLine(_ start: String) throws {
        let place = try Workplace()
        _ = try place.bash("(printf '\(start)'; head -c 200000000 /dev/zero | tr '\\0' a) > line")
        let outcome = try replay(place, "line")
        #expect(outcome.code == 65 && outcome.output.isEmpty)
        #expect(
            outcome.errors.hasPrefix(
                start.isEmpty ? "line: byte 0: no mail was found" : "line: byte 0: the message has 2000000"))
    }

    @Test func tenThousandHeaderFields() throws {
        let place = try Workplace()
        let fields = (0..<10_000).map { "X-\($0): v\n" }.joined()
        try place.write("fields.mbox", "\(Self.good)\(Self.envelope)Subject: many\n\(fields)\ntext\n\n\(Self.good)")
        let outcome = try replay(place, "fields.mbox")
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(try subjects(outcome) == ["good", "many", "good"])
        #expect(try defects(outcome) == [[], ["too-many-fields", "header-too-large"], []])
        #expect(try place.assay(["replay", "fields.mbox"]).output.contains("too-many-fields"))
        #expect(try place.assay(["explain", "fields.mbox#2"]).output.contains("too-many-fields, header-too-large"))
    }

    @Test func fiveThousandNestedMultiparts() throws {
        let place = try Workplace()
        var text = "From: a@b.example\nSubject: nest\nMIME-Version: 1.0\n"
        for depth in 0..<5000 { text += "Content-Type: multipart/mixed; boundary=\"b\(depth)\"\n\n--b\(depth)\n" }
        text += "Content-Type: text/plain\n\nhi\n"
        for depth in (0..<5000).reversed() { text += "--b\(depth)--\n" }
        try place.write("nest.eml", text)
        let outcome = try replay(place, "nest.eml")
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(try defects(outcome).first?.contains("too-deep") == true)
    }

    @Test func nulBytes() throws {
        let place = try Workplace()
        try place.write("nul.eml", "From: a@b.example\nSubject: a\0b\n\nx\0y\0\n")
        let outcome = try replay(place, "nul.eml")
        #expect(outcome.code == 0)
        #expect(try subjects(outcome) == ["a\0b"])
        #expect(try defects(outcome) == [["nul"]])
        #expect(outcome.output.contains(#""subject":"a\u0000b""#))
    }

    /// Four gigabytes of zeros in a few hundred kilobytes: as a file of its own, and as a message among others.
    @Test func aZstdBomb() throws {
        let place = try Workplace()
        let made = try place.bash(
            "head -c 4G /dev/zero | zstd -q -1 -o bomb.zst; (printf '%s' '\(Self.good)\(Self.envelope)Subject: bomb\n\n'; head -c 4G /dev/zero; printf '%s' '\n\n\(Self.good)') | zstd -q -1 -o mail.zst",
            seconds: 120)
        try #require(made.code == 0, "\(made.errors)")
        let bomb = try replay(place, "bomb.zst")
        #expect(bomb.code == 65 && bomb.errors.hasPrefix("bomb.zst: byte 0: no mail was found"))
        let mail = try replay(place, "mail.zst")
        #expect(mail.code == 65)
        #expect(try subjects(mail) == ["good", "good"])
        #expect(mail.errors.hasPrefix("mail.zst: byte 81: the message has 429496"))
        // Policies, labels and snapshots are read whole, so they end early.
        for (arguments, says) in [
            (["--policy", "bomb.zst"], "bomb.zst: larger than 4194304 bytes; is it the right file?\n"),
            (["--labels", "bomb.zst"], "bomb.zst: larger than 268435456 bytes; is it the right file?\n"),
        ] {
            let outcome = try place.assay(["replay", "mail.zst"] + arguments)
            #expect(outcome.code == 65 && outcome.errors == says)
            #expect(outcome.peak < 800, "held \(outcome.peak) MiB")
        }
        let snapshot = try place.assay(["replay", "mail.zst", "--dns", "snapshot:bomb.zst"])
        #expect(snapshot.code == 65 && snapshot.peak < 400, "held \(snapshot.peak) MiB")
    }

    /// The same for the commands that look at messages one by one, and for DNS data without line ends.
    @Test func aBombForOtherCommands() throws {
        let place = try Workplace()
        let made = try place.bash(
            "(printf '%s' '\(Self.envelope)Subject: bomb\n\n'; head -c 2G /dev/zero | tr '\\0' a; printf '\n') | gzip -1 > bomb.mbox.gz",
            seconds: 120)
        try #require(made.code == 0, "\(made.errors)")
        for command in [["check", "dkim"], ["check", "authres"], ["check", "attachments"], ["explain"]] {
            let outcome = try place.assay(command + ["bomb.mbox.gz"], seconds: 120)
            #expect(
                outcome.code == 65 && outcome.errors.contains("assay replay reads it with a larger --max-message-size"))
            #expect(outcome.peak < 400, "held \(outcome.peak) MiB")
        }
        let check = ["check", "spf", "--ip", "192.0.2.1", "--helo", "h.test", "--dns"]
        for (source, says) in [
            ("zone:/dev/zero", "/dev/zero:1: a NUL octet in a master file\n"),
            ("snapshot:/dev/zero", "/dev/zero:1: the line is longer than 1048576 octets\n"),
        ] {
            let outcome = try place.assay(check + [source])
            #expect(outcome.code == 65 && outcome.errors == says)
            #expect(outcome.peak < 400, "held \(outcome.peak) MiB")
        }
    }

    @Test(arguments: ["zst", "gz"]) func aTruncatedArchiveGivesItsGoodMessages(_ packing: String) throws {
        let place = try Workplace()
        // What does not compress, so that the cut falls among the messages.
        let text = (0..<500).map { index in
            let body = (0..<40).map { String(UInt64(index * 40 + $0) &* 0x9E37_79B9_7F4A_7C15, radix: 36) }
            return "\(Self.envelope)From: a@b.example\nSubject: \(index)\n\n\(body.joined(separator: "\n"))\n\n"
        }.joined()
        try place.write("all.mbox", text)
        let pack = packing == "zst" ? "zstd -q -c --no-check -B4096" : "gzip -c"
        _ = try place.bash(
            "zstd --version >/dev/null && (\(packing == "zst" ? "zstd -q -c" : pack)) < all.mbox > all; head -c $(($(stat -c %s all) * 2 / 3)) all > cut.mbox.\(packing)"
        )
        let outcome = try replay(place, "cut.mbox.\(packing)")
        #expect(outcome.code == 65)
        let subjects = try subjects(outcome)
        #expect(subjects.count > 100 && subjects == (0..<subjects.count).map(String.init))
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(outcome.errors.hasPrefix("cut.mbox.\(packing): byte "))
        #expect(
            outcome.errors.contains(
                "ends before its end; get the file anew, this one is cut off; message \(subjects.count + 1), "))
        #expect(
            try place.assay(["replay", "cut.mbox.\(packing)"]).output.hasPrefix(
                "\(subjects.count) messages, 1 part unreadable"))
    }

    /// An archive numbers its messages itself: behind one that cannot be read the numbers go on, for explain too.
    @Test func explainCountsAsTheArchiveDoes() throws {
        let place = try Workplace()
        let large = Self.envelope + "Subject: large\n\n" + String(repeating: "a\n", count: 2000) + "\n"
        try place.write("a.mbox", Self.good + large + Self.envelope + "Subject: third\n\ntext\n\n")
        let outcome = try replay(place, "a.mbox", "--max-message-size", "1000")
        #expect(try outcome.objects().map { $0["source"] as? String } == ["a.mbox#1", "a.mbox#3"])
        #expect(try place.assay(["explain", "a.mbox#3"]).output.contains("  Subject        third\n"))
    }
}
