import Foundation
import Glibc
import State
import TestServers
import Testing

@testable import Stores

/// A folder that is removed when the test lets go of it.
final class Folder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "assay-state-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A real Redis or Valkey server on a port of the loopback interface, without files; ended when let go of.
final class RedisProcess {
    static let programs = ["/usr/bin/redis-server", "/usr/bin/valkey-server"].filter {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    static let isInstalled = !programs.isEmpty

    let port: Int
    private let program: String
    private let options: [String]
    private var process: ServerProcess?

    /// Starts the server. Throws when it does not come up.
    init(_ program: String? = nil, port: Int? = nil, _ options: [String] = []) async throws {
        self.program = try #require(program ?? RedisProcess.programs.first)
        self.port = try port ?? LoopbackPort.free().number
        self.options = options
        try await start()
    }

    func start() async throws {
        process = try ServerProcess(
            [program, "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"] + options)
        if try await LoopbackPort(port).comesUp(), process?.isRunning == true { return }
        throw NotStarted(program: program)
    }

    func signal(_ number: Int32) { process?.signal(number) }

    func end(_ number: Int32 = SIGKILL) {
        process?.end(number)
        process = nil
    }

    deinit { end() }

    /// A store on database `number` of it.
    func state(_ number: Int = 0, _ settings: StateSettings = patient) throws -> RedisState {
        try RedisState(#require(RedisServer("redis://127.0.0.1:\(port)/\(number)")), settings)
    }

    /// Limits that a loaded machine keeps to.
    static var patient: StateSettings {
        var settings = StateSettings()
        settings.timeout = .seconds(60)
        return settings
    }

    private struct NotStarted: Error { let program: String }
}
