import Foundation
import Testing

/// Places in the package.
enum Place {
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let fixtures = package + "/fixtures"

    /// The program under test: beside the test bundle, as the build puts it.
    static let assay: String? = {
        let folders = Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent().path }
        let arguments = CommandLine.arguments.filter { $0.contains("/") }.map { argument in
            String(argument.prefix(upTo: argument.range(of: ".xctest")?.lowerBound ?? argument.endIndex))
        }.map { ($0 as NSString).deletingLastPathComponent }
        return (arguments + folders + [package + "/.build/debug"]).map { $0 + "/assay" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}

/// A folder that is removed when the test lets go of it, and the working folder of the programs run in it.
final class Workplace {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "assay-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func write(_ name: String, _ text: String) throws { try write(name, text.utf8) }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
    }

    /// Runs `assay` here.
    func assay(
        _ arguments: [String], input: String? = nil, output: String? = nil, seconds: Double = 60
    ) throws -> Outcome {
        let program = try #require(Place.assay, "the assay program was not found beside the tests")
        return try run([program] + arguments, input: input, output: output, seconds: seconds)
    }

    /// Runs a line of bash here, `$ASSAY` being the program.
    func bash(_ line: String, seconds: Double = 60) throws -> Outcome {
        let program = try #require(Place.assay, "the assay program was not found beside the tests")
        return try run(["/bin/bash", "-c", "ASSAY='\(program)'; \(line)"], seconds: seconds)
    }
}

/// How a program ended.
struct Outcome {
    /// The exit code; 128 and the signal's number for one that a signal ended.
    let code: Int
    let output: String
    let errors: String
    /// The most memory it held, in MiB, as far as seen.
    let peak: Int

    /// The lines of the output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The objects of NDJSON output.
    func objects() throws -> [[String: Any]] {
        try lines.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    }
}
