import Foundation
import Testing

/// A folder of published cases next to the package: `ASSAY_SHARED`, else `../shared`.
struct SharedSuite {
    let name: String

    var folder: String {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let shared = ProcessInfo.processInfo.environment["ASSAY_SHARED"] ?? package.path() + "../shared"
        return "\(shared)/suites/\(name)"
    }

    var isPresent: Bool { FileManager.default.fileExists(atPath: folder) }

    func text(_ file: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    }

    func files(in subfolder: String = "", endingIn suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(subfolder)")
            .filter { $0.hasSuffix(suffix) }.sorted()
    }
}

/// Counts the cases of a suite. A case may differ only when the test lists it, with the reason, in `known`; a listed one
/// that no longer differs is an error too.
struct SuiteTally {
    let suite: String
    let known: [String: String]
    private(set) var passed = 0
    private(set) var total = 0
    private var differing: Set<String> = []

    init(_ suite: String, known: [String: String]) { (self.suite, self.known) = (suite, known) }

    mutating func note(_ name: String, passes: Bool, _ difference: @autoclosure () -> String) {
        total += 1
        if passes {
            passed += 1
            return
        }
        differing.insert(name)
        print("suite \(suite): differs: \(name): \(difference())\(known[name].map { " [\($0)]" } ?? "")")
        if known[name] == nil { Issue.record("\(name): \(difference())") }
    }

    func finish() {
        print("suite \(suite): \(passed)/\(total)")
        #expect(total > 0)
        for name in known.keys.sorted() where !differing.contains(name) {
            Issue.record("\(name) is listed as a difference but agrees")
        }
    }
}
