import Foundation
import Testing

/// The programs in Python that play clients and servers around assayd.
enum AgentScript {
    private static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    private static let python = "/usr/bin/python3"

    /// The program under test: beside the test bundle, as the build puts it.
    private static let program: String? = {
        let arguments = CommandLine.arguments.filter { $0.contains("/") }.map { argument in
            String(argument.prefix(upTo: argument.range(of: ".xctest")?.lowerBound ?? argument.endIndex))
        }.map { ($0 as NSString).deletingLastPathComponent }
        return (arguments + [package + "/.build/debug"]).map { $0 + "/assayd" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    static let hasPython = FileManager.default.isExecutableFile(atPath: python)
    static let hasOpenSSL = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")
    static let hasPostfix = FileManager.default.isExecutableFile(atPath: "/usr/sbin/postfix") && getuid() == 0

    /// Runs a part of `Tests/<name>.py` and waits without holding a thread, which others would miss.
    static func run(_ name: String, _ arguments: [String]) async throws {
        let program = try #require(program, "the assayd program was not found beside the tests")
        let log = NSTemporaryDirectory() + "agent-" + UUID().uuidString
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: log) }
        let output = try #require(FileHandle(forWritingAtPath: log))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["\(package)/Tests/\(name).py", "--assayd", program] + arguments
        process.standardOutput = output
        process.standardError = output
        let code = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(code == 0, "\(text)")
        print(text)
    }
}
