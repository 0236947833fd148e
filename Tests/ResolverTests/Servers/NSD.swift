import Foundation
import Resolver
import TestServers
import Testing

/// A real name server, nsd, with zones of its own on a port of the loopback interface; ended when let go of.
final class NSD {
    static let program = "/usr/sbin/nsd"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    let port: Int
    private let folder: String
    private let process: ServerProcess

    /// Starts nsd with `zones`, master files by name of the zone. Throws when it does not come up.
    init(zones: [String: String]) async throws {
        folder = NSTemporaryDirectory() + "assay-nsd-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        port = try LoopbackPort.free().number
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
        process = try ServerProcess([NSD.program, "-d", "-c", folder + "/nsd.conf"])
        if try await LoopbackPort(port).comesUp(), process.isRunning { return }
        let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        throw NotStarted(log: log)
    }

    deinit {
        process.end(SIGTERM)
        try? FileManager.default.removeItem(atPath: folder)
    }

    private struct NotStarted: Error { let log: String }

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
