import Authentication
import Foundation
import Mail
import Testing
import Values

/// The shared conformance suites, and the count of a run over one.
struct DKIMSuite {
    let name: String
    /// Cases on which we differ on purpose, with the reason.
    var known: [String: String] = [:]
    private var cases: Set<String> = []
    private var differing: Set<String> = []

    init(_ name: String, known: [String: String] = [:]) {
        (self.name, self.known) = (name, known)
    }

    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["ASSAY_SHARED"] {
            return URL(fileURLWithPath: path).appendingPathComponent("suites")
        }
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        return package.appendingPathComponent("../shared/suites").standardizedFileURL
    }()

    static let isPresent = FileManager.default.fileExists(atPath: root.path)

    static func bytes(_ path: String) throws -> Bytes {
        Bytes([UInt8](try Data(contentsOf: root.appendingPathComponent(path))))
    }

    static func text(_ path: String) throws -> String { try bytes(path).lossyString }

    /// A JSON file's value.
    static func json<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: root.appendingPathComponent(path)))
    }

    static func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path).sorted()
    }

    /// Checks one form of a case: `got` should be one of `expected`. A case passes when all its forms do.
    mutating func check(_ id: String, _ got: String, among expected: Set<String>, detail: String = "") {
        cases.insert(id)
        guard !expected.contains(got) else { return }
        differing.insert(id)
        let reason = known[id] ?? "UNEXPECTED"
        print("  \(name) \(id): \(got) instead of \(expected.sorted().joined(separator: "|")) [\(detail)] — \(reason)")
    }

    /// Prints the count, and fails on differences that are not listed and listed ones that are none.
    func finish(sourceLocation: SourceLocation = #_sourceLocation) {
        print("suite \(name): \(cases.count - differing.count)/\(cases.count)")
        #expect(!cases.isEmpty, sourceLocation: sourceLocation)
        let unlisted = differing.subtracting(known.keys).sorted()
        #expect(unlisted.isEmpty, "differences not listed: \(unlisted)", sourceLocation: sourceLocation)
        let stale = Set(known.keys).subtracting(differing).sorted()
        #expect(stale.isEmpty, "listed, but no difference: \(stale)", sourceLocation: sourceLocation)
    }
}

extension DKIMOutcome {
    /// Results and reasons of several outcomes, for a line of print.
    static func summary(_ outcomes: [DKIMOutcome]) -> String {
        outcomes.map { $0.result.rawValue + ($0.reason.map { ": " + $0 } ?? "") }.joined(separator: ", ")
    }

    static func bestText(_ outcomes: [DKIMOutcome]) -> String { best(outcomes)?.rawValue ?? "none" }
}
