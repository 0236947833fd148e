import Foundation
import Glibc
import State
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
    private(set) var process: pid_t

    /// Starts the server. Throws when it does not come up.
    init(_ program: String? = nil, port: Int? = nil, _ options: [String] = []) async throws {
        self.program = try #require(program ?? RedisProcess.programs.first)
        self.port = try port ?? freePort()
        self.options = options
        process = 0
        try await start()
    }

    func start() async throws {
        process = try RedisProcess.spawn(
            [program, "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"] + options)
        for _ in 0..<400 {
            if canConnect(port) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw NotStarted(program: program)
    }

    func signal(_ number: Int32) { kill(process, number) }

    func end(_ number: Int32 = SIGKILL) {
        guard process > 0 else { return }
        kill(process, SIGCONT)
        kill(process, number)
        var status: Int32 = 0
        unsafe waitpid(process, &status, 0)
        process = 0
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

    private static func spawn(_ arguments: [String]) throws -> pid_t {
        var argv = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe argv.forEach { unsafe free($0) } }
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        // Other tests' sockets, which would stay open for as long as the server runs.
        for descriptor: Int32 in 3...1023 { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        // A test's thread has all signals blocked, and a program would start so too.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process: pid_t = 0
        let failure = unsafe posix_spawn(&process, arguments[0], &actions, &attributes, &argv, &environment)
        if failure != 0 { throw NotStarted(program: arguments[0]) }
        return process
    }
}

/// A TCP port of the loopback interface on which nobody listens.
func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    try #require(bound)
    return Int(UInt16(bigEndian: address.sin_port))
}

private func canConnect(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(port: port)
    return unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}

private func loopback(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return address
}
