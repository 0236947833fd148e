import Foundation
import Testing

/// The program itself between clients and mail servers on the loopback interface.
@Suite(.serialized) struct EndToEndTests {
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    private static let python = "/usr/bin/python3"

    /// The program under test: beside the test bundle, as the build puts it.
    static func program(_ name: String) -> String? {
        let arguments = CommandLine.arguments.filter { $0.contains("/") }.map { argument in
            String(argument.prefix(upTo: argument.range(of: ".xctest")?.lowerBound ?? argument.endIndex))
        }.map { ($0 as NSString).deletingLastPathComponent }
        return (arguments + [package + "/.build/debug"]).map { $0 + "/" + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static let hasPython = FileManager.default.isExecutableFile(atPath: python)

    @Test(
        .enabled(if: hasPython, "there is no /usr/bin/python3"),
        arguments: ["deliver", "identify", "refuse", "enforce", "faults", "limits", "smuggle", "authenticate", "sign"])
    func holds(part: String) async throws { try await EndToEndTests.run("agent.py", [part]) }

    /// Real servers, a few messages; `make agent` sends 2,000 to each.
    @Test(.enabled(if: hasPython, "there is no /usr/bin/python3"), arguments: ["postfix", "exim"])
    func worksInFrontOf(server: String) async throws {
        try await EndToEndTests.run("agent_servers.py", ["--messages", "40", server])
    }

    @Test(
        .enabled(if: hasPython, "there is no /usr/bin/python3"),
        arguments: ["next-hop", "proxy", "client", "slow", "disk", "quarantine", "dns", "clock"])
    func losesNothing(part: String) async throws { try await EndToEndTests.run("agent_faults.py", [part]) }

    @Test(
        .enabled(if: hasPython, "there is no /usr/bin/python3"),
        arguments: ["smuggling", "lines", "slowly", "floods", "arithmetic", "spoofing", "leftovers", "seeds"])
    func withstands(part: String) async throws {
        try await EndToEndTests.run("agent_attacks.py", ["--megabytes", "64", part])
    }

    /// Waits without holding a thread, which others would miss. A script that ends with the code `obstacle` lacks what it
    /// needs, and says what.
    static func run(_ script: String, _ arguments: [String], obstacle: Int32? = nil) async throws {
        let program = try #require(EndToEndTests.program("assayd"), "the assayd program was not found beside the tests")
        let log = NSTemporaryDirectory() + "agent-" + UUID().uuidString
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: log) }
        let output = try #require(FileHandle(forWritingAtPath: log))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [package + "/Tests/" + script, "--assayd", program] + arguments
        process.standardOutput = output
        process.standardError = output
        let code = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(code == 0 || code == obstacle, "\(text)")
        print(text)
    }
}
