import Archives
import Foundation
import Policy
import Replay
import Resolver
import Screening
import Stages
import Testing

/// The fixtures, and runs over them.
enum Fixture {
    static let folder =
        URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/fixtures/"

    static func environment() throws -> ScreeningEnvironment {
        ScreeningEnvironment(
            dns: try DNSSource("snapshot:\(folder)dns.snapshot.ndjson").open(), state: nil,
            stateAbsence: "needs what came before")
    }

    static func policy(_ text: String) throws -> ScreeningPolicy {
        let (node, mistakes) = PolicyDocument.parse(text, file: "policy.yaml")
        let (policy, diagnostics) = ScreeningPolicy.read([try #require(node)], catalogue: catalogue)
        return try #require(policy, "\((mistakes + diagnostics).map(\.description))")
    }

    /// The policy most of these tests use: three lines whose places show.
    static func policy() throws -> ScreeningPolicy {
        try policy(
            """
            version: 1
            local_domains: [company.example]
            trusted_relays: [198.51.100.25]
            thresholds:
              tag: 0.5
            weights:
              DKIM_PERMERROR: 0.7

            """)
    }

    /// The entry `number` of an archive of the fixtures, named as if it lay here.
    static func entry(_ name: String, _ number: Int) throws -> ArchiveEntry {
        var reader = try ArchiveReader(.path("\(folder)archive/\(name)"))
        var count = 0
        while let event = reader.next() {
            guard case .message(let entry) = event else { continue }
            count += 1
            guard count == number else { continue }
            return ArchiveEntry(
                message: entry.message, source: entry.source.replacingOccurrences(of: "\(folder)archive/", with: ""),
                offset: entry.offset, envelopeLine: entry.envelopeLine)
        }
        throw NotThere(name: name, number: number)
    }

    private struct NotThere: Error {
        let name: String
        let number: Int
    }
}
