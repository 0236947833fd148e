import SMTP

/// A virus scanner as the policy names it.
public struct ScannerSettings: Sendable, Hashable {
    /// How it is spoken to.
    public enum Kind: Sendable, Hashable {
        /// ClamAV's clamd, at these addresses: one is asked after another until one answers.
        case clamd([ServerAddress])
        /// A server of the Internet Content Adaptation Protocol (RFC 3507), at these addresses.
        case icap([ICAPService])
        /// A program that is run for each content.
        case command(ScanCommand)
    }

    /// What it is called in findings and recordings.
    public let name: String
    /// How it is spoken to.
    public let kind: Kind
    /// How long one address may take for an answer, or a program for its run.
    public var timeout: Duration
    /// The most bytes that it is given.
    public var sizeLimit: Int
    /// How many contents it is given at the same time.
    public var connections: Int
    /// How many of its answers are remembered.
    public var cacheEntries: Int
    /// How long they are.
    public var cacheTime: Duration

    /// A scanner with the limits that a policy has by default.
    public init(
        name: String, kind: Kind, timeout: Duration = .seconds(30), sizeLimit: Int = 25 << 20, connections: Int = 10,
        cacheEntries: Int = 10_000, cacheTime: Duration = .seconds(600)
    ) {
        (self.name, self.kind, self.timeout, self.sizeLimit) = (name, kind, timeout, sizeLimit)
        (self.connections, self.cacheEntries, self.cacheTime) = (connections, cacheEntries, cacheTime)
    }

    /// Reads where a clamd is: as `ServerAddress` does, with port 3310 where none is named, or the path of its socket.
    public static func clamdAddress(_ text: String) -> ServerAddress? {
        if text.hasPrefix("/") { return ServerAddress("unix:\(text)") }
        if text.hasPrefix("unix:") { return ServerAddress(text) }
        let hasPort = text.hasSuffix("]") ? false : text.contains(":")
        return ServerAddress(hasPort ? text : "\(text):3310")
    }
}

/// A service of an ICAP server.
public struct ICAPService: Sendable, Hashable, CustomStringConvertible {
    /// The method by which a service is given what it is to look at (RFC 3507 §4.8, §4.9).
    public enum Method: String, Sendable, Hashable, CaseIterable { case respmod, reqmod }

    /// The host and the port.
    public let address: ServerAddress
    /// The path of the service, `/` first.
    public let path: String
    /// The method that it is asked by.
    public var method = Method.respmod

    /// Reads `icap://host[:port]/service`; port 1344 where none is named (RFC 3507 §4.2). Nil when it is none.
    public init?(_ text: String) {
        guard text.hasPrefix("icap://") else { return nil }
        let rest = text.dropFirst(7)
        let host = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(host.count)
        let hasPort = !host.hasSuffix("]") && host.contains(":")
        guard !host.isEmpty, path.utf8.count > 1, path.utf8.count <= 1000,
            path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            let address = ServerAddress(hasPort ? String(host) : "\(host):1344"), case .tcp = address
        else { return nil }
        (self.address, self.path) = (address, String(path))
    }

    /// The address as it is written in a policy, with its port.
    public var description: String { "icap://\(address)\(path)" }
}

/// A program that scans, and what its exit codes say.
public struct ScanCommand: Sendable, Hashable {
    /// The program and its arguments. Where one holds `{file}`, that is the path of a file with the content; where none
    /// does, the program reads the content from its standard input.
    public let arguments: [String]
    /// Variables of its environment, `NAME=value`, besides those that it has anyway.
    public var environment: [String] = []
    /// The exit codes that tell of an outcome; every other is a failure.
    public var codes: [Int: ScanOutcome.Kind] = [0: .clean, 1: .infected]
    /// The exit codes that tell of a virus that the program has taken out of the file it was given.
    public var repairedCodes: Set<Int> = []
    /// A Perl-compatible expression that finds the name of what was found in the program's output; its first group
    /// where it has one.
    public var namePattern: String?
    /// The folder for files with contents.
    public var folder: String = "/tmp"

    /// A program with its arguments.
    public init(_ arguments: [String]) { self.arguments = arguments }

    /// What stands for the path of the file in an argument.
    public static let fileWord = "{file}"

    /// Whether an argument names the file.
    public var takesFile: Bool { arguments.contains { $0.contains(ScanCommand.fileWord) } }
}
