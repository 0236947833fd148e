import Cryptography
import Foundation
import Testing
import Values

@testable import Archives

/// Each message of each shared corpus, byte for byte: the digest must be the manifest's.
@Suite(.enabled(if: Shared.isPresent, "\(Shared.absence)"))
struct CorporaTests {
    private struct Row {
        var sha256: String
        var size: Int
        var hasAddedNewline: Bool
    }

    private static let archives: [String] = {
        guard Shared.isPresent else { return [] }
        let files = FileManager.default.enumerator(atPath: Shared.path + "/corpora")?.compactMap { $0 as? String }
        return (files ?? []).filter { $0.hasSuffix(".mbox.zst") }.sorted()
    }()

    private func manifest(of archive: String) throws -> [Row] {
        let folder = (archive as NSString).deletingLastPathComponent
        let label = (archive as NSString).lastPathComponent.prefix { $0 != "." }
        let text = try String(contentsOfFile: "\(Shared.path)/corpora/\(folder)/manifest.tsv", encoding: .utf8)
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 9, fields[0] == label, let size = Int(fields[4]) else { return nil }
            return Row(
                sha256: String(fields[3]), size: size,
                hasAddedNewline: fields[8].split(separator: ",").contains("nl_added"))
        }
    }

    @Test(arguments: archives)
    func digests(_ archive: String) throws {
        let rows = try manifest(of: archive)
        var reader = try ArchiveReader(.path("\(Shared.path)/corpora/\(archive)"))
        var index = 0
        var same = 0
        while let event = reader.next() {
            let entry = try #require(event.entry, "\(event.problem?.description ?? "")")
            let row = try #require(index < rows.count ? rows[index] : nil)
            let message = row.hasAddedNewline ? entry.message[0..<entry.message.count - 1] : entry.message
            if message.count == row.size, SHA256.hexadecimal(message) == row.sha256 { same += 1 }
            index += 1
        }
        print("suite corpora/\(archive): \(same)/\(rows.count)")
        #expect(index == rows.count && same == rows.count && !rows.isEmpty)
        #expect(reader.bytesRead == reader.totalBytes)
    }
}
