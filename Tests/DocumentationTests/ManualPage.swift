import Foundation

/// A man page of the package, read back.
struct ManualPage {
    /// The package's folder.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The page's lines as they stand in the file.
    let lines: [String]

    /// The page called `name`, such as `assay-stages.7`.
    init(_ name: String) throws {
        let file = ManualPage.package.appending(path: "man/\(name)")
        lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    }

    private init(lines: [String]) { self.lines = lines }

    /// The names of all pages.
    static func names() throws -> Set<String> {
        try Set(FileManager.default.contentsOfDirectory(atPath: package.appending(path: "man").path))
    }

    /// The terms of lists that `macro` marks, without roff's escapes: `.It Dv SPF_PASS` for `Dv`.
    func terms(_ macro: String) -> [String] {
        lines.filter { $0.hasPrefix(".It \(macro) ") }
            .map { ManualPage.plain(String($0.dropFirst(5 + macro.count)).components(separatedBy: " Ta ")[0]) }
    }

    /// The part of the page between the marks of `name`; nil when there is none.
    func part(_ name: String) -> ManualPage? {
        guard let start = lines.firstIndex(of: ".\\\" BEGIN \(name)"),
            let end = lines.firstIndex(of: ".\\\" END \(name)"), start < end
        else { return nil }
        return ManualPage(lines: Array(lines[(start + 1)..<end]))
    }

    /// The names of the marked parts.
    var parts: [String] {
        let mark = ".\\\" BEGIN "
        return lines.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
    }

    /// Words written like symbols: capitals, digits and underscores, with an underscore inside.
    var symbolLikeWords: Set<String> {
        let words = lines.flatMap { line in
            ManualPage.plain(line).split { !($0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_")) }
        }
        return Set(words.filter { $0.dropFirst().contains("_") && $0.first != "_" && $0.last != "_" }.map(String.init))
    }

    private static func plain(_ text: String) -> String {
        text.replacing("\\&", with: "").replacing("\\-", with: "-").replacing("\"", with: "")
    }
}
