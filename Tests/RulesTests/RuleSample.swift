import Foundation
import Testing
import Values

@testable import Rules

/// Rules of a test, and what they find in a message.
enum RuleSample {
    static let now = Timestamp(seconds: 1_795_500_000)

    static func engine(_ rules: String, prefilters: Bool = false, scoreSet: Int = 0) -> RuleEngine {
        var options = RuleEngine.Options()
        (options.prefilters, options.scoreSet) = (prefilters, scoreSet)
        return RuleEngine(set(rules), options: options)
    }

    static func set(_ rules: String, included: @escaping (String) -> [UInt8]? = { _ in nil }) -> RuleSet {
        RuleFileReader.read(
            [
                .init(
                    name: "tlds.cf", contents: Array("util_rb_tld com org net example de uk\nutil_rb_2tld co.uk".utf8)),
                .init(name: "test.cf", contents: Array(rules.utf8)),
            ], included: included)
    }

    /// The names of the rules that hit, with their counts where they hit more than once.
    static func hits(_ rules: String, _ message: String, prefilters: Bool = false) -> [String] {
        engine(rules, prefilters: prefilters).judge(Bytes(message), at: now, worker: RuleWorker()).hits
            .map { $0.count > 1 ? "\($0.name)*\($0.count)" : $0.name }
    }

    static let shared: URL = {
        if let path = ProcessInfo.processInfo.environment["ASSAY_SHARED"] { return URL(fileURLWithPath: path) }
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { package.deleteLastPathComponent() }
        return package.appendingPathComponent("../shared").standardizedFileURL
    }()

    /// What SpamAssassin hit on messages of the shared corpora.
    static let oracle = shared.appendingPathComponent("suites/spamassassin-oracle/hits.tsv.zst")

    /// The files of the SpamAssassin of this machine, in the order it reads them.
    static func stock() throws -> [RuleFileReader.File] {
        func files(_ folder: String, _ ending: String) throws -> [RuleFileReader.File] {
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(ending) }.sorted().map {
                RuleFileReader.File(
                    name: "\(folder)/\($0)",
                    contents: [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))))
            }
        }
        return try files("/etc/spamassassin", ".pre") + files("/usr/share/spamassassin", ".cf")
            + files("/etc/spamassassin", ".cf")
    }

    static let hasStock = FileManager.default.fileExists(atPath: "/usr/share/spamassassin/72_active.cf")
}
