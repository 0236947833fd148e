import Foundation
import Logs
import Testing
import Values

/// A folder of published logs next to the package: `ASSAY_SHARED`, else `../shared`.
struct LogSuite {
    let name: String

    var folder: String {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let shared = ProcessInfo.processInfo.environment["ASSAY_SHARED"] ?? package.path() + "../shared"
        return "\(shared)/suites/\(name)"
    }

    var isPresent: Bool { FileManager.default.fileExists(atPath: folder) }

    func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(folder)/\(file)"))) }

    func text(_ file: String) throws -> String { String(decoding: try bytes(file), as: UTF8.self) }

    func files(in subfolder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(subfolder)").sorted()
            .map { subfolder.isEmpty ? $0 : "\(subfolder)/\($0)" }
    }

    /// Reads whole files, one after the other.
    static func read(_ files: [[UInt8]], reference: String = "2026-11-28T00:00:00Z") -> (
        records: [LogRecord], tally: LogTally
    ) {
        let clock = LogClock(reference: Timestamp(rfc3339: reference) ?? Timestamp(seconds: 0))
        var log = LogImport(clock: clock)
        var records: [LogRecord] = []
        for (index, bytes) in files.enumerated() {
            log.begin(file: index, clock: clock)
            log.add(bytes[...], into: &records)
            log.finish(into: &records)
        }
        return (records, log.tally)
    }

    static func read(_ text: String, reference: String = "2026-11-28T00:00:00Z") -> (
        records: [LogRecord], tally: LogTally
    ) {
        read([Array(text.utf8)], reference: reference)
    }

    /// Says how many lines of each format were read, and what the others look like.
    static func print(_ suite: String, _ tally: LogTally) {
        for (name, count) in tally.byFormat {
            Swift.print("suite \(suite): \(name): \(count.read)/\(count.seen) lines")
        }
        for shape in tally.unknown where shape.format != LogTally.others {
            Swift.print("suite \(suite): unknown to \(shape.format): \(shape.count) × \(shape.shape)")
        }
    }
}
