import Foundation
import Testing

/// What the page of standards says of each group of clauses is in its form, and the tests that it names are there.
@Suite struct ClauseGroupsTests {
    private static let protocols = ["SPF", "DKIM", "DMARC", "ARC", "Authentication-Results", "VBR", "BATV"]
    private static let statuses = ["Implemented", "In part", "Not done", "Otherwise"]

    /// The lines of each protocol's part, in the order of the page.
    private static func parts() throws -> [(name: String, lines: [String])] {
        var parts: [(name: String, lines: [String])] = []
        var isInside = false
        for line in try ManualPage("assay-standards.7").lines {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 3, words[0] == ".\\\"", words[1] == "clauses" {
                parts.append((words[2], []))
                isInside = true
            } else if line.hasPrefix(".\\\" end clauses ") {
                isInside = false
            } else if isInside {
                parts[parts.count - 1].lines.append(line)
            }
        }
        return parts
    }

    @Test func protocolsStandInOrder() throws {
        let names = try Self.parts().map(\.name)
        #expect(names == Self.protocols.filter(names.contains))
        #expect(names.contains("SPF") && names.contains("DKIM") && names.contains("VBR") && names.contains("BATV"))
    }

    @Test func everyGroupHasAStatusAndTests() throws {
        for part in try Self.parts() {
            let groups = part.lines.split { $0.hasPrefix(".It ") }.dropFirst()
            #expect(!groups.isEmpty, "\(part.name) has no groups")
            for group in groups {
                let text = group.joined(separator: " ")
                let status = Self.statuses.first { text.hasPrefix($0) }
                #expect(status != nil, "\(part.name): no status: \(text)")
                if let status, status.hasPrefix("I") {
                    #expect(group.contains { $0.hasPrefix(".Pq ") }, "\(part.name): no test: \(text)")
                }
            }
        }
    }

    @Test func everyTestNamedIsThere() throws {
        let folder = ManualPage.package.appending(path: "Tests").path
        let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
        let tests = Set(files.map { ($0 as NSString).lastPathComponent })
        for part in try Self.parts() {
            for line in part.lines where line.hasPrefix(".Pq ") {
                let words = line.split(separator: " ").map(String.init)
                for (macro, word) in zip(words, words.dropFirst()) {
                    if macro == "Li" { #expect(tests.contains(word + ".swift"), "\(part.name): no \(word)") }
                    guard macro == "Pa" else { continue }
                    let path = ManualPage.package.appending(path: word.replacing("\\:", with: "")).path
                    #expect(FileManager.default.fileExists(atPath: path), "\(part.name): no \(word)")
                }
            }
        }
    }
}
