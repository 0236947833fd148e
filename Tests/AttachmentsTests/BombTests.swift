import Foundation
import Mail
import Testing
import Values

@testable import Attachments

/// What is made to take more than it is. Held against counts of bytes and files, never against a clock.
@Suite struct BombTests {
    private static func has(_ kind: AttachmentTrait.Kind, _ files: [AttachedFile]) -> Bool {
        files.contains { $0.trait(kind) != nil }
    }

    @Test func tenThousandLevelsOfParts() {
        var head = "From: a@b.example\r\nMIME-Version: 1.0\r\n"
        for level in 0..<10_000 {
            head += "Content-Type: multipart/mixed; boundary=b\(level)\r\n\r\n--b\(level)\r\n"
        }
        let list = AttachmentList(Message(Bytes(head + "Content-Type: text/plain\r\n\r\nhi\r\n")))
        #expect(list.files.count <= 100)
        #expect(BombTests.has(.tooDeep, list.files))
    }

    @Test func tenThousandMessagesInMessages() {
        let head = String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 10_000)
        let list = AttachmentList(Message(Bytes(head + "Subject: x\r\n\r\nhi\r\n")))
        #expect(list.files.count <= 102)
        #expect(BombTests.has(.tooDeep, list.files))
    }

    @Test func archivesInArchives() {
        var content = Workbench.zip([("a.exe", Workbench.program)])
        for level in 0..<200 { content = Workbench.zip([("\(level).zip", content)]) }
        for depth in [1, 3, 8] {
            var limits = AttachmentLimits.default
            limits.depth = depth
            let files = Workbench.files("a.zip", content, limits: limits)
            #expect(files.count == depth + 1)
            #expect(files.last?.kinds == ["too-deep"])
        }
    }

    /// As 42.zip: sixteen archives of sixteen archives of sixteen … of zeros.
    @Test func aTreeOfArchives() throws {
        try Workbench.inFolder { folder in
            let script = """
                import io, zipfile
                def packed(members):
                    file = io.BytesIO()
                    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                        for name, content in members: archive.writestr(name, content)
                    return file.getvalue()
                content = packed([("0.dll", bytes(64 << 20))])
                for level in range(5): content = packed([("lib %x.zip" % i, content) for i in range(16)])
                open("42.zip", "wb").write(content)
                """
            try Workbench.run(["python3", "-c", script], in: folder)
            let list = AttachmentList(Workbench.message([("42.zip", try Workbench.contents("42.zip", in: folder))]))
            #expect(BombTests.has(.bomb, list.files) && BombTests.has(.limit, list.files))
            #expect(list.unpackedBytes <= AttachmentLimits.default.bytes + AttachmentLimits.default.fileBytes)
            #expect(list.files.count <= AttachmentLimits.default.files)
        }
    }

    @Test func aGigabyteOfZeros() throws {
        guard Workbench.isThere("xz") else { return print("skipped: xz is not there (make setup)") }
        try Workbench.inFolder { folder in
            try Workbench.run(["sh", "-c", "head -c 1073741824 /dev/zero | xz -0 >z.xz"], in: folder)
            let list = AttachmentList(Workbench.message([("z.xz", try Workbench.contents("z.xz", in: folder))]))
            #expect(list.files.map(\.kinds) == [[], ["bomb"], []])
            #expect(list.unpackedBytes <= AttachmentLimits.default.fileBytes)
            #expect(list.files[2].size == nil && list.files[2].sha256 == nil)
        }
    }

    /// More of one file than is kept, and not much in itself: what it comes to tells.
    @Test func moreThanIsKept() throws {
        var limits = AttachmentLimits.default
        limits.fileBytes = 5 << 20
        try Workbench.inFolder { folder in
            for (mebibytes, expected) in [(6, "limit"), (12, "bomb")] {
                try Workbench.run(
                    [
                        "sh", "-c",
                        "head -c \(mebibytes << 20) /dev/zero | gzip -9 >z.gz; head -c 45000 /dev/urandom | gzip >>z.gz",
                    ], in: folder)
                let files = Workbench.files("z.gz", try Workbench.contents("z.gz", in: folder), limits: limits)
                #expect(files[0].kinds == [expected], "\(mebibytes) MiB")
            }
        }
    }

    /// Lengths whose sums are no numbers, or that lead back to where the file begins, or before it.
    @Test func lengthsThatAreNone() {
        func archive(high: Int, low: Int) -> [UInt8] {
            var file: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 7, 0, 0, 0, 0x74, 0, 0x81]
            file += Workbench.number(45, 2)
            file += Workbench.number(low, 4)
            file += [UInt8](repeating: 0, count: 15)
            file += Workbench.number(5, 2)
            file += Workbench.number(0, 4)
            file += Workbench.number(high, 4)
            file += Workbench.number(high, 4)
            file += Array("a.exe".utf8)
            return file + [UInt8](repeating: 0, count: 64)
        }
        for (high, low) in [(0x7FFF_FFFF, 0xFFFF_FFFF), (0xFFFF_FFFF, 0xFFFF_FFC9), (0, 0), (1, 0), (0x8000_0000, 0)] {
            let headers = RARHeaders(Bytes(archive(high: high, low: low)))
            #expect(headers.members.map(\.name) == ["a.exe"], "\(high), \(low)")
        }
        #expect(RARHeaders(Bytes(archive(high: 0x7FFF_FFFF, low: 0))).members.map(\.size) == [nil])
        #expect(RARHeaders(Bytes(archive(high: 1, low: 0))).members.map(\.size) == [1 << 32])

        let one = Workbench.zip([("a", [0x61])])
        var entry = Array(one[32..<one.count - 22])
        entry.replaceSubrange(20..<28, with: [UInt8](repeating: 0xFF, count: 8))
        entry.replaceSubrange(30..<32, with: Workbench.number(20, 2))
        entry += [1, 0, 16, 0]
        entry += Workbench.number(Int.max, 8)
        entry += Workbench.number(Int.max, 8)
        var file = Array(one[..<32])
        file += entry
        file += entry
        file += [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 2, 0, 2, 0]
        file += Workbench.number(2 * entry.count, 4)
        file += Workbench.number(32, 4)
        let files = Workbench.files("a.zip", file + [0, 0])
        #expect(files[0].trait(.bomb)?.detail == "a and a are made of the same bytes")

        // An object that ends where the second of its paths should begin.
        #expect(LegacyOffice.package(Bytes([9, 0, 0, 0, 2, 0, 0, 0])) == nil)
    }

    @Test func sizesThatAreDeclared() {
        let files = Workbench.files("a.zip", Workbench.zip([("a.bin", [1, 2, 3])], declared: 0xFFFF_FFF0))
        #expect(files[0].trait(.bomb)?.detail == "says it unpacks to 4294967280 bytes")
    }

    /// Members that share their bytes: each unpacks to the same, however often it is named.
    @Test func membersThatOverlap() {
        let one = Workbench.zip([("a", [UInt8](repeating: 0x61, count: 1000))])
        var file = Array(one[0..<one.count - 22])
        let entry = Array(file[(file.count - 47)...])
        for _ in 0..<999 { file += entry }
        file += [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + Workbench.number(1000, 2) + Workbench.number(1000, 2)
        file += Workbench.number(1000 * 47, 4) + Workbench.number(one.count - 22 - 47, 4) + [0, 0]
        let list = AttachmentList(Workbench.message([("a.zip", file)]))
        #expect(list.attachments[0].kinds.contains("bomb"))
        #expect(list.unpackedBytes == 0)
    }

    @Test func aFileThatHoldsItself() {
        var walk = AttachmentWalk(.default)
        let content = Bytes(Workbench.zip([("a.txt", [0x61])]))
        let place = AttachmentWalk.Place(part: "1", partIndex: 0, parent: nil, depth: 0, steps: [], holders: [])
        let first = walk.examine(content, PartNames("a.zip"), at: place)
        var within = place
        within.holders = [walk.files[first].sha256 ?? ""]
        let count = walk.files.count
        let second = walk.examine(content, PartNames("a.zip"), at: within)
        #expect(walk.files[second].kinds == ["bomb"] && walk.files.count == count + 1)
    }

    @Test func moreFilesThanAreLookedAt() {
        var limits = AttachmentLimits.default
        limits.files = 100
        let members = (0..<1000).map { (name: "\($0).txt", content: [UInt8(ascii: "x")]) }
        let list = AttachmentList(Workbench.message([("a.zip", Workbench.zip(members))]), limits: limits)
        #expect(list.files.count == 100)
        #expect(list.files[1].kinds == ["limit"])
    }

    @Test func moreBytesThanAreUnpacked() {
        var limits = AttachmentLimits.default
        limits.bytes = 1 << 20
        let content = [UInt8](repeating: 0x61, count: 300_000)
        let members = (0..<10).map { (name: "\($0).txt", content: content + [UInt8($0)]) }
        let list = AttachmentList(Workbench.message([("a.zip", Workbench.zip(members))]), limits: limits)
        #expect(list.unpackedBytes <= limits.bytes)
        #expect(list.files.count == 12 && list.files[1].kinds.contains("limit"))
    }
}
