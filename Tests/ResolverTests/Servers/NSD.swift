import Foundation
import Resolver
import Testing

/// A real name server, nsd, with zones of its own on a port of the loopback interface; ended when let go of.
final class NSD {
    static let program = "/usr/sbin/nsd"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    let port: Int
    private let folder: String
    private let process: pid_t

    /// Starts nsd with `zones`, master files by name of the zone. Throws when it does not come up.
    init(zones: [String: String]) async throws {
        folder = NSTemporaryDirectory() + "assay-nsd-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        port = try freePort()
        var configuration = """
            server:
                ip-address: 127.0.0.1@\(port)
                username: ""
                chroot: ""
                zonesdir: "\(folder)"
                pidfile: ""
                logfile: "\(folder)/log"
                database: ""
                zonelistfile: "\(folder)/zones.list"
                xfrdfile: "\(folder)/xfrd.state"
                xfrdir: "\(folder)"
                verbosity: 0
                server-count: 1
                rrl-ratelimit: 0
                rrl-whitelist-ratelimit: 0
            remote-control:
                control-enable: no

            """
        for (name, contents) in zones {
            try contents.write(toFile: "\(folder)/\(name)zone", atomically: true, encoding: .utf8)
            configuration += "zone:\n    name: \"\(name)\"\n    zonefile: \"\(name)zone\"\n"
        }
        try configuration.write(toFile: folder + "/nsd.conf", atomically: true, encoding: .utf8)
        process = try NSD.start(["-d", "-c", folder + "/nsd.conf"])
        for _ in 0..<100 {
            if canConnect(port) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        throw NotStarted(log: log)
    }

    deinit {
        kill(process, SIGTERM)
        var status: Int32 = 0
        unsafe waitpid(process, &status, 0)
        try? FileManager.default.removeItem(atPath: folder)
    }

    private struct NotStarted: Error { let log: String }

    private static func start(_ arguments: [String]) throws -> pid_t {
        var argv = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
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
        let failure = unsafe posix_spawn(&process, program, &actions, &attributes, &argv, &environment)
        if failure != 0 { throw unsafe NotStarted(log: String(cString: strerror(failure))) }
        return process
    }

    /// A configuration that asks this server.
    func configuration() throws -> ResolverConfiguration {
        var configuration = ResolverConfiguration(servers: [
            try #require(ResolverConfiguration.Server(address: "127.0.0.1", port: port))
        ])
        // Longer than a busy machine takes.
        configuration.timeout = .seconds(30)
        return configuration
    }
}

/// A port on which nobody listens.
func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
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
