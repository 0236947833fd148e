import Foundation
import Testing

/// Every RFC that is cited is in the index, and every RFC of the index is cited.
@Suite struct StandardsPageTests {
    @Test func indexHasEveryCitedRFC() throws {
        let listed = Set(try ManualPage("assay-standards.7").terms("RFC").compactMap { Int($0) })
        let cited = try StandardsPageTests.citations()
        let unlisted = cited.filter { !listed.contains($0.key) }.map { "RFC \($0.key) in \($0.value)" }
        #expect(unlisted.isEmpty, "not in man/assay-standards.7: \(unlisted.sorted())")
        #expect(listed.subtracting(cited.keys).isEmpty, "cited nowhere")
    }

    /// A file for each RFC that is cited.
    private static func citations() throws -> [Int: String] {
        var cited: [Int: String] = [:]
        for folder in ["Sources", "Tests"] {
            let root = ManualPage.package.appending(path: folder).resolvingSymlinksInPath().path
            let files = try #require(FileManager.default.enumerator(atPath: root))
            for case let path as String in files where [".swift", ".h", ".c"].contains(where: path.hasSuffix) {
                // Programs that are built here and not installed.
                if ["bench/", "fuzz/", "manual/"].contains(where: path.hasPrefix) { continue }
                let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
                for number in numbers(in: text) { cited[number] = "\(folder)/\(path)" }
            }
        }
        return cited
    }

    /// The numbers that follow `RFC` in a text.
    private static func numbers(in text: String) -> [Int] {
        text.components(separatedBy: "RFC").dropFirst().compactMap { rest in
            let digits = (rest.hasPrefix(" ") ? rest.dropFirst() : rest[...]).prefix { $0.isASCII && $0.isNumber }
            return (3...5).contains(digits.count) ? Int(digits) : nil
        }
    }
}
