import Mail
import Testing
import Values

@testable import Attachments

/// RAR archives, of which there is no program here that writes them: stored members under headers made here.
@Suite struct RARTests {
    /// A member, and what its header says of it.
    struct Member: Sendable {
        var name: String
        var content: [UInt8] = Workbench.program
        var isEncrypted = false
        /// It goes on in another volume.
        var isSplit = false
        var isSolid = false
        /// The name as archives of the fourth version write it, where it is not the name itself.
        var field: [UInt8]?
    }

    /// An archive of the fourth version; `flags` are those of its own header: 1 a volume, 8 solid, 128 headers encrypted.
    private static func four(_ members: [Member], flags: Int = 0) -> [UInt8] {
        func block(_ type: UInt8, _ flags: Int, _ rest: [UInt8]) -> [UInt8] {
            let header = [type] + Workbench.number(flags, 2) + Workbench.number(7 + rest.count, 2) + rest
            return Workbench.number(Int(Workbench.checksum(header) & 0xFFFF), 2) + header
        }
        var file: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 7, 0] + block(0x73, flags, [0, 0, 0, 0, 0, 0])
        for member in members {
            let name = member.field ?? Array(member.name.utf8)
            var flags = 0x8000
            if member.isEncrypted { flags |= 4 }
            if member.isSplit { flags |= 2 }
            if member.isSolid { flags |= 16 }
            if member.field != nil { flags |= 0x200 }
            let size = Workbench.number(member.content.count, 4)
            var rest = size + size + [3] + Workbench.number(Int(Workbench.checksum(member.content)), 4)
            rest += [0, 0, 0, 0, 29, 0x30] + Workbench.number(name.count, 2) + [0xA4, 0x81, 0, 0] + name
            file += block(0x74, flags, rest) + member.content
        }
        return file + block(0x7B, 0x4000, [])
    }

    /// A number of seven bits a byte.
    private static func number(_ value: Int) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + number(value >> 7)
    }

    /// An archive of the fifth version; `flags` are those of its own header: 1 a volume, 4 solid.
    private static func five(_ members: [Member], flags: Int = 0) -> [UInt8] {
        func block(_ rest: [UInt8]) -> [UInt8] {
            let header = number(rest.count) + rest
            return Workbench.number(Int(Workbench.checksum(header)), 4) + header
        }
        var file: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 7, 1, 0] + block([1, 0] + number(flags))
        for member in members {
            let record: [UInt8] = [1, 0, 0, 15] + [UInt8](repeating: 7, count: 32)
            let extra = member.isEncrypted ? number(record.count) + record : []
            var rest: [UInt8] = [2, (extra.isEmpty ? 2 : 3) | (member.isSplit ? 16 : 0)]
            if !extra.isEmpty { rest += number(extra.count) }
            rest += number(member.content.count) + [4] + number(member.content.count) + number(0o100644)
            rest += Workbench.number(Int(Workbench.checksum(member.content)), 4) + [0, 1]
            rest += number(member.name.utf8.count) + Array(member.name.utf8) + extra
            file += block(rest) + member.content
        }
        return file + block([5, 0, 0])
    }

    /// Each file told as place, type and traits.
    private func told(_ name: String, _ content: [UInt8]) -> [String] {
        Workbench.files(name, content).map { file in
            ([file.steps.joined(separator: " > "), file.type.name] + file.kinds).joined(separator: " ")
        }
    }

    private static let text = Array("harmless\n".utf8)

    @Test func storedMembersAreLookedInto() {
        for archive in [RARTests.four([Member(name: "d/a.exe")]), RARTests.five([Member(name: "d/a.exe")])] {
            #expect(told("x.rar", archive) == ["x.rar rar", "x.rar > d/a.exe pe"])
        }
    }

    /// What cannot be unpacked is known by its name all the same.
    @Test func everyNameIsTold() {
        let members = [
            Member(name: "a.txt", content: RARTests.text), Member(name: "b.exe", isSolid: true), Member(name: "c.txt"),
        ]
        let files = told("x.rar", RARTests.four(members, flags: 8))
        #expect(files.first == "x.rar rar unreadable" && files.count == 4)
        #expect(files.contains { $0.hasPrefix("x.rar > b.exe") && $0.hasSuffix("unreadable") }, "\(files)")
        #expect(files.contains { $0.hasPrefix("x.rar > c.txt") }, "\(files)")
    }

    @Test func whatIsEncryptedIsTold() {
        let members = [Member(name: "a.exe", isEncrypted: true), Member(name: "b.txt", content: RARTests.text)]
        for archive in [RARTests.four(members), RARTests.five(members)] {
            let files = told("x.rar", archive)
            #expect(files.prefix(2) == ["x.rar rar encrypted", "x.rar > a.exe unknown encrypted"], "\(files)")
            #expect(files.count == 3 && files[2].hasPrefix("x.rar > b.txt"), "\(files)")
        }
        #expect(told("x.rar", RARTests.four(members, flags: 128)) == ["x.rar rar encrypted"])
    }

    @Test func volumesAreTold() {
        let member = Member(name: "a.exe", isSplit: true)
        for archive in [RARTests.four([member], flags: 1), RARTests.five([member], flags: 1)] {
            let list = Workbench.files("x.part1.rar", archive)
            #expect(list[0].traits.first?.detail.hasPrefix("one of several volumes") ?? false)
            #expect(list.count == 2 && list[1].name?.text == "a.exe", "\(list)")
        }
    }

    /// The wide names that the fourth version writes behind narrow ones.
    @Test(
        arguments: [
            // Each pair of bits says how the next character is written: low byte, page and low byte, both bytes, a run.
            ([UInt8]("??.exe".utf8) + [0, 0x04, 0b0101_1100, 0x31, 0x32, 0x02], "бв.exe"),
            ([UInt8]("?.js".utf8) + [0, 0, 0b1000_0000, 0x17, 0x05, 0x2E, 0x6A, 0x73], "ԗ.js"),
            (Array("имя.exe".utf8), "имя.exe"), ([UInt8]("a.exe".utf8) + [0], "a.exe"),
            // Cut short, or saying more than there is: no more than what can be read.
            ([UInt8]("a".utf8) + [0, 4, 0xFF, 0xFF], ""), ([UInt8]("a".utf8) + [0, 4, 0xFF, 0x7F], nil),
        ] as [([UInt8], String?)])
    func wideNames(field: [UInt8], name: String?) {
        let members = RARHeaders(Bytes(RARTests.four([Member(name: "", content: [], field: field)]))).members
        #expect(members.count == 1)
        if let name { #expect(members.first?.name == name) }
    }

    @Test func archivesBehindAProgramAreFound() {
        for archive in [RARTests.four([Member(name: "a.js")]), RARTests.five([Member(name: "a.js")])] {
            let padding = [UInt8](repeating: 0, count: 5000)
            // A mark that no archive follows is none.
            let files = told("setup.exe", Workbench.program + [0x52, 0x61, 0x72, 0x21, 0x1A, 7, 0] + padding + archive)
            #expect(files.count == 2 && files[1].hasPrefix("setup.exe > a.js"), "\(files)")
        }
    }

    /// Sizes that cannot be, and headers that lead nowhere.
    @Test func damageIsBounded() {
        let whole = RARTests.four([Member(name: "a.exe")]) + RARTests.five([Member(name: "b.exe")])
        for archive in [RARTests.four([Member(name: "a.exe")]), RARTests.five([Member(name: "b.exe")]), whole] {
            for place in archive.indices {
                for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
                    var damaged = archive
                    damaged[place] = value
                    #expect(RARHeaders(Bytes(damaged)).members.count < 20)
                    _ = RARHeaders.start(in: Bytes([0] + damaged))
                }
                _ = RARHeaders(Bytes(Array(archive.prefix(place))))
            }
        }
    }
}
