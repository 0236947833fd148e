import Archives
import Cryptography
import Foundation
import Testing
import Values

@testable import Rules

/// What SpamAssassin itself hit on messages of the shared corpora, beside what we hit.
@Suite(
    .enabled(
        if: RuleSample.hasStock && FileManager.default.fileExists(atPath: RuleSample.oracle.path),
        "the shared suites are not here (set ASSAY_SHARED), or spamassassin is not installed"))
struct OracleTests {
    private struct Wanted {
        let scored: Set<String>
        let parts: Set<String>
    }

    private static func wanted() throws -> [String: Wanted] {
        var source = try ByteSource(path: RuleSample.oracle.path)
        let contents = try #require(try source.contents(limit: 64 << 20))
        var result: [String: Wanted] = [:]
        for line in contents.lossyString.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 5 else { continue }
            result[String(fields[0])] = Wanted(
                scored: Set(fields[2].split(separator: ",").map(String.init)),
                parts: Set(fields[3].split(separator: ",").map { String($0.prefix { $0 != "*" }) }))
        }
        return result
    }

    /// Every thirtieth message the oracle knows: a build for tests is slow.
    private static func messages(_ wanted: [String: Wanted]) throws -> [(String, Bytes)] {
        var result: [(String, Bytes)] = []
        var seen = 0
        let corpora = RuleSample.shared.appendingPathComponent("corpora")
        for folder in try FileManager.default.contentsOfDirectory(atPath: corpora.path).sorted() {
            for label in ["ham", "spam"] {
                let path = corpora.appendingPathComponent("\(folder)/\(label).mbox.zst").path
                guard FileManager.default.fileExists(atPath: path) else { continue }
                var reader = try ArchiveReader(.path(path))
                while let event = reader.next() {
                    guard case .message(let entry) = event else { continue }
                    let digest = SHA256.hexadecimal(entry.message)
                    guard wanted[digest] != nil else { continue }
                    seen += 1
                    if seen % 30 == 0 { result.append((digest, entry.message)) }
                }
            }
        }
        return result
    }

    @Test(.timeLimit(.minutes(10))) func hitsAgree() throws {
        let wanted = try OracleTests.wanted()
        var settings = RuleSettings()
        #expect(settings.trustedNetworks.add("192.0.2.1") && settings.internalNetworks.add("192.0.2.1"))
        let set = RuleFileReader.read(try RuleSample.stock(), settings: settings)
        #expect(set.problems.isEmpty, "the stock files are read without a complaint")
        let engine = RuleEngine(set)
        // They wait for what another rule caught, and depend on the order in which the rules are run.
        let tagged = Set(set.rules.filter { $0.test.text.contains("%{") }.map(\.name))
        #expect(tagged.count == 6)
        let worker = RuleWorker()
        var (both, either) = ([0, 0], [0, 0])
        var differing: [String: Int] = [:]
        let messages = try OracleTests.messages(wanted)
        for (digest, message) in messages {
            let verdict = engine.judge(message, at: RuleSample.now, worker: worker)
            let other = try #require(wanted[digest])
            for (kind, theirs) in [other.scored, other.parts].enumerated() {
                let ours = Set(verdict.hits.filter { $0.isPart == (kind == 1) }.map(\.name)).subtracting(tagged)
                let theirs = theirs.subtracting(tagged)
                both[kind] += ours.intersection(theirs).count
                either[kind] += ours.union(theirs).count
                for name in ours.symmetricDifference(theirs) { differing[name, default: 0] += 1 }
            }
        }
        let shares = zip(both, either).map { 100 * Double($0) / Double(max($1, 1)) }
        let worst = differing.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(30)
        print(
            "SpamAssassin's hits and ours on \(messages.count) messages: scored rules \(shares[0]) %, parts \(shares[1]) %"
        )
        print("most different: \(worst.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
        #expect(messages.count >= 100)
        #expect(shares[0] >= 99.3)
        #expect(shares[1] >= 99.8)
    }
}
