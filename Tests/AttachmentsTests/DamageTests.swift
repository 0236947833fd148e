import Foundation
import Mail
import Testing
import Values

@testable import Attachments

/// Files of every kind with bytes changed, cut and doubled: reading them must end, and stay within its bounds.
@Suite struct DamageTests {
    private static let seeds: [URL] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "fixtures/fuzz")
        return ["archive", "compoundfile", "tnef", "pdf", "page", "filetype", "attachments"].flatMap { name in
            let files = try? FileManager.default.contentsOfDirectory(
                at: folder.appending(path: name), includingPropertiesForKeys: nil)
            return (files ?? []).sorted { $0.path < $1.path }
        }
    }()

    @Test(arguments: seeds.map(\.path))
    func damage(path: String) throws {
        let seed = Array(try Data(contentsOf: URL(filePath: path)))
        let limits = AttachmentLimits(depth: 3, files: 200, bytes: 4 << 20, fileBytes: 1 << 20, ratio: 100)
        var state: UInt64 = 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(bound, 1)
        }
        let values: [UInt8] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF]
        // Where sums of lengths stop being numbers, and a little before.
        let limits64 = [0, Int.max, -1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]
        for _ in 0..<(seed.count > 100_000 ? 20 : 250) {
            var file = seed
            for _ in 0...next(4) {
                switch next(6) {
                case 0: file = Array(file.prefix(next(file.count + 1)))
                case 1 where file.count > 8:
                    let width = [2, 4, 8][next(3)]
                    let start = next(file.count - width)
                    let value = limits64[next(6)] &- (next(2) == 0 ? 0 : next(100))
                    file.replaceSubrange(start..<start + width, with: Workbench.number(value, width))
                case 3 where file.count > 8:
                    let start = next(file.count)
                    file.removeSubrange(start..<min(file.count, start + 1 + next(64)))
                case 2 where file.count < 100_000: file += file.suffix(next(file.count))
                default: if !file.isEmpty { file[next(file.count)] = next(2) == 0 ? values[next(6)] : UInt8(next(256)) }
                }
            }
            let list =
                path.contains("/attachments/")
                ? AttachmentList(Message(Bytes(file)), limits: limits)
                : AttachmentList(file: Bytes(file), named: "a.bin", limits: limits)
            #expect(list.files.count <= limits.files)
            #expect(list.unpackedBytes <= limits.bytes + limits.fileBytes)
        }
    }
}
