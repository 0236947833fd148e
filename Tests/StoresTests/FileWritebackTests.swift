import Foundation
import Glibc
import Testing

@testable import Stores

@Suite struct FileWritebackTests {
    @Test(.enabled(if: Scratch.isOnDisk, "the folder for temporary files is not on a disk"))
    func whatWasWrittenLeavesMemory() throws {
        let scratch = try Scratch(megabytes: 12)
        #expect(try scratch.unwrittenKilobytes() > 4096)
        FileWriteback(scratch.path).writeOut { false }
        #expect(try scratch.unwrittenKilobytes() == 0)
    }

    @Test(.enabled(if: Scratch.isOnDisk, "the folder for temporary files is not on a disk"))
    func itEndsWhereItIsEnough() throws {
        let scratch = try Scratch(megabytes: 12)
        var asked = 0
        FileWriteback(scratch.path).writeOut {
            asked += 1
            return asked > 1
        }
        #expect(asked == 2)
        #expect(try scratch.unwrittenKilobytes() > 4096)
    }

    @Test func aFileThatNobodyHasOpenIsLeftAlone() throws {
        let scratch = try Scratch(megabytes: 1)
        scratch.close()
        FileWriteback(scratch.path).writeOut {
            Issue.record("there is nothing to be written through")
            return true
        }
        FileWriteback(scratch.path + ".missing").writeOut {
            Issue.record("there is no such file")
            return true
        }
    }
}

/// A file that was just written, and is open.
@safe private final class Scratch {
    let path = FileManager.default.temporaryDirectory.appending(path: "writeback-\(UUID())").path
    private let descriptor: Int32
    private let mapping: UnsafeMutableRawPointer?
    private let length: Int
    private var isOpen = true

    /// Whether what is written to a file there is to be written to a disk. What tmpfs(5) holds is not.
    static var isOnDisk: Bool {
        let folder = FileManager.default.temporaryDirectory.path + "/"
        let mounts = (try? String(contentsOfFile: "/proc/mounts", encoding: .utf8)) ?? ""
        let fields = mounts.split(separator: "\n").map { $0.split(separator: " ") }
        let own = fields.filter { $0.count > 2 && folder.hasPrefix($0[1] == "/" ? "/" : $0[1] + "/") }
        return own.max { $0[1].count < $1[1].count }.map { $0[2] != "tmpfs" } ?? false
    }

    init(megabytes: Int) throws {
        length = megabytes << 20
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        unsafe mapping = mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, 0)
        let octets = [UInt8](repeating: 7, count: length)
        let isThere = unsafe write(descriptor, octets, length) == length && mapping != MAP_FAILED
        try #require(isThere)
    }

    deinit {
        _ = unsafe munmap(mapping, length)
        close()
        unsafe unlink(path)
    }

    func close() {
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }

    /// How much of the file is in memory alone, as proc_pid_smaps(5) has it of the pages that were looked at.
    func unwrittenKilobytes() throws -> Int {
        var sum = 0
        for offset in stride(from: 0, to: length, by: 4096) {
            sum += Int(unsafe mapping?.load(fromByteOffset: offset, as: UInt8.self) ?? 0)
        }
        try #require(sum == length / 4096 * 7)
        // A file of /proc has no length to be read in one go by.
        let file = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/smaps"))
        let map = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        let own = map.split(separator: "\n").drop { !$0.hasSuffix(path) }
        let dirty = own.prefix { !$0.hasPrefix("VmFlags") }.filter { $0.contains(/^(Shared|Private)_Dirty:/) }
        try #require(dirty.count == 2)
        return dirty.reduce(0) { $0 + (Int($1.filter(\.isNumber)) ?? 0) }
    }
}
