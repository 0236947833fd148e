import Foundation
import Testing

/// Agents that share state, and the store taken away from them meanwhile.
@Suite(.serialized) struct StateEndToEndTests {
    @Test(
        .enabled(if: EndToEndTests.hasPython, "there is no /usr/bin/python3"), .timeLimit(.minutes(30)),
        arguments: ["share", "folder", "unsuitable", "locked", "record", "screen", "connections", "killed"])
    func holds(part: String) async throws {
        try await EndToEndTests.run("state.py", ["--kills", "10", part])
    }

    @Test(
        .enabled(
            if: EndToEndTests.hasPython && FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server"),
            "redis-server or /usr/bin/python3 is not installed"), .timeLimit(.minutes(30)))
    func mailGoesOnWithoutTheServer() async throws { try await EndToEndTests.run("state.py", ["away"]) }

    @Test(
        .enabled(
            if: EndToEndTests.hasPython && FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server"),
            "redis-server or /usr/bin/python3 is not installed"), .timeLimit(.minutes(30)))
    func twoAgentsAreOne() async throws { try await EndToEndTests.run("state.py", ["fleet", "rates"]) }

    /// A wave that two agents see a part of each is caught by both.
    @Test(
        .enabled(if: EndToEndTests.hasPython, "there is no /usr/bin/python3"), .timeLimit(.minutes(30)),
        arguments: ["redis", "sqlite"])
    func catchesWavesTogether(store: String) async throws {
        let shared =
            ProcessInfo.processInfo.environment["ASSAY_SHARED"] ?? EndToEndTests.package + "/../shared"
        try await EndToEndTests.run("outbreak.py", ["--shared", shared, "--messages", "100", store], obstacle: 77)
    }
}
