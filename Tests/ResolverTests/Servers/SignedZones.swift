import Foundation
import Testing

/// Signs zones with the programs of ldnsutils, in a folder of its own that goes with it.
final class SignedZones {
    static let isInstalled = ["ldns-keygen", "ldns-signzone"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0)
    }

    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "assay-signed-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A key for a zone: its file without extension, and its DS record.
    func key(for zone: String, algorithm: String = "ECDSAP256SHA256") throws -> (file: String, ds: String) {
        let name = try run("ldns-keygen", ["-r", "/dev/urandom", "-a", algorithm, "-k", zone])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return (name, try String(contentsOfFile: "\(folder)/\(name).ds", encoding: .utf8))
    }

    /// The zone signed with the key; `dates` are options of ldns-signzone, such as dates or `-n` for NSEC3.
    func sign(_ contents: String, zone: String, key: String, dates: [String] = []) throws -> String {
        let file = UUID().uuidString
        try contents.write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
        _ = try run("ldns-signzone", dates + ["-o", zone, "-f", file + ".signed", file, key])
        return try String(contentsOfFile: "\(folder)/\(file).signed", encoding: .utf8)
    }

    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/" + program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) failed")
        return String(decoding: text, as: UTF8.self)
    }
}
