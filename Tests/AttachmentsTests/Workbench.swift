import Foundation
import Mail
import Testing
import Values

@testable import Attachments

/// Messages and files as tests need them.
enum Workbench {
    /// A message with a line of text and these files, each base64.
    static func message(_ files: [(name: String, content: [UInt8])], text: String = "Hello.") -> Message {
        var lines = [
            "From: ann@partner.example", "To: eva@company.example", "Subject: files", "MIME-Version: 1.0",
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain; charset=utf-8", "", text,
        ]
        for (name, content) in files {
            lines += [
                "--b", "Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment; filename*=utf-8''\(percent(name))", "", Base64.text(content),
            ]
        }
        lines += ["--b--", ""]
        return Message(Bytes(lines.joined(separator: "\r\n")))
    }

    private static func percent(_ name: String) -> String {
        name.utf8.map { $0.isAlphanumeric || $0 == .dot ? String(UnicodeScalar($0)) : "%" + hexadecimal($0) }.joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    /// The files of a message with one attachment: the attachment first, what is in it after it.
    static func files(_ name: String, _ content: [UInt8], limits: AttachmentLimits = .default) -> [AttachedFile] {
        AttachmentList(message([(name, content)]), limits: limits).attachments
    }

    /// A program for Windows, as far as signs go.
    static let program: [UInt8] = {
        var bytes = [UInt8](repeating: 0, count: 160)
        bytes.replaceSubrange(0..<2, with: [0x4D, 0x5A])
        bytes[0x3C] = 0x80
        bytes.replaceSubrange(0x80..<0x84, with: [0x50, 0x45, 0, 0])
        return bytes
    }()

    /// Numbers, the lowest byte first.
    static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    /// A zip file of stored members; `declared` is what the directory says of each one's size.
    static func zip(
        _ members: [(name: String, content: [UInt8])], declared: Int? = nil, flags: Int = 0, localName: String? = nil
    ) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for (name, content) in members {
            let offset = file.count
            let sums =
                number(Int(checksum(content)), 4) + number(content.count, 4) + number(declared ?? content.count, 4)
            let local = localName ?? name
            file += [0x50, 0x4B, 3, 4, 20, 0] + number(flags, 2) + [0, 0, 0, 0, 0, 0] + sums
            file += number(local.utf8.count, 2) + [0, 0] + Array(local.utf8) + content
            directory += [0x50, 0x4B, 1, 2, 20, 0, 20, 0] + number(flags, 2) + [0, 0, 0, 0, 0, 0] + sums
            directory += number(name.utf8.count, 2) + [UInt8](repeating: 0, count: 12) + number(offset, 4)
            directory += Array(name.utf8)
        }
        let start = file.count
        file += directory
        file += [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + number(members.count, 2) + number(members.count, 2)
        return file + number(directory.count, 4) + number(start, 4) + [0, 0]
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }

    /// A compound file with streams at these paths; storages are made as they are needed.
    static func compoundFile(_ streams: [(path: [String], content: [UInt8])], rootClass: [UInt8] = []) -> [UInt8] {
        struct Node {
            var name: String
            var content: [UInt8]?
            var children: [Int] = []
        }
        var nodes = [Node(name: "Root Entry", content: nil)]
        for (path, content) in streams {
            var parent = 0
            for (place, name) in path.enumerated() {
                if let known = nodes[parent].children.first(where: { nodes[$0].name == name }) {
                    parent = known
                } else {
                    nodes.append(Node(name: name, content: place == path.count - 1 ? content : nil))
                    nodes[parent].children.append(nodes.count - 1)
                    parent = nodes.count - 1
                }
            }
        }
        var sectors: [UInt8] = []
        var table: [Int] = []
        func store(_ content: [UInt8]) -> Int {
            let start = table.count
            let count = max(1, (content.count + 511) / 512)
            for index in 0..<count { table.append(index == count - 1 ? 0xFFFF_FFFE : table.count + 1) }
            sectors += content + [UInt8](repeating: 0, count: count * 512 - content.count)
            return start
        }
        let starts = nodes.map { node in node.content.map(store) ?? 0xFFFF_FFFE }
        var siblings = [Int](repeating: 0xFFFF_FFFF, count: nodes.count)
        for node in nodes {
            for (one, next) in Swift.zip(node.children, node.children.dropFirst()) { siblings[one] = next }
        }
        var directory: [UInt8] = []
        for (index, node) in nodes.enumerated() {
            var entry = node.name.utf16.flatMap { number(Int($0), 2) }
            let length = entry.count + 2
            entry += [UInt8](repeating: 0, count: 64 - entry.count) + number(length, 2)
            entry += [index == 0 ? 5 : node.content == nil ? 1 : 2, 1]
            entry += number(0xFFFF_FFFF, 4) + number(siblings[index], 4) + number(node.children.first ?? 0xFFFF_FFFF, 4)
            entry += index == 0 && rootClass.count == 16 ? rootClass : [UInt8](repeating: 0, count: 16)
            entry += [UInt8](repeating: 0, count: 20)
            entry += number(starts[index], 4) + number(node.content?.count ?? 0, 4) + number(0, 4)
            directory += entry
        }
        let directoryStart = store(directory)
        let tableStart = table.count
        var tableBytes: [UInt8] = []
        table.append(0xFFFF_FFFD)
        for entry in table { tableBytes += number(entry, 4) }
        tableBytes += [UInt8](repeating: 0xFF, count: 512 - tableBytes.count % 512)
        var header: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 16)
        header += number(0x3E, 2) + number(3, 2) + number(0xFFFE, 2) + number(9, 2) + number(6, 2)
        header += [UInt8](repeating: 0, count: 10) + number(1, 4) + number(directoryStart, 4) + number(0, 4)
        // Every stream is in sectors of its own size: none is below the cut-off.
        header += number(0, 4) + number(0xFFFF_FFFE, 4) + number(0, 4) + number(0xFFFF_FFFE, 4) + number(0, 4)
        header += number(tableStart, 4) + [UInt8](repeating: 0xFF, count: 108 * 4)
        return header + sectors + tableBytes
    }

    /// Source as a VBA module has it, compressed: chunks of literals.
    static func module(_ source: String) -> [UInt8] {
        var chunk: [UInt8] = []
        for group in stride(from: 0, to: source.utf8.count, by: 8) {
            chunk.append(0)
            chunk += Array(source.utf8)[group..<min(group + 8, source.utf8.count)]
        }
        return [1] + number(chunk.count - 1 | 0xB000, 2) + chunk
    }

    /// Runs a program in `folder`; nil, and a test that says why, where it is not there.
    static func run(_ arguments: [String], in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(arguments)")
    }

    static func isThere(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }

    /// Calls `body` with a folder that is gone afterwards.
    static func inFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "attachments-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    static func contents(_ name: String, in folder: URL) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }
}

extension AttachedFile {
    /// What speaks against it, by name.
    var kinds: [String] { traits.map(\.kind.rawValue) }
}
