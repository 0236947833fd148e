import Foundation

/// The package's own sources, for rules that no compiler checks.
enum SourceTree {
    /// A line of code, its comment taken off.
    struct Line: Sendable {
        let file: String
        let number: Int
        let code: String
        /// The names and numbers in it.
        let words: [Substring]

        var place: String { "\(file):\(number)" }
    }

    /// A target with the lines of its Swift files; paths are below `Sources`.
    struct Target: Sendable {
        let name: String
        let lines: [Line]

        /// The modules it imports, each with the line that does.
        var imports: [(module: String, line: Line)] {
            lines.compactMap { line in
                guard let keyword = line.words.prefix(3).firstIndex(of: "import"), line.words.count > keyword + 1,
                    line.words[..<keyword].allSatisfy({ ["public", "package", "internal", "testable"].contains($0) })
                else { return nil }
                return (String(line.words[keyword + 1]), line)
            }
        }
    }

    /// The targets in the order in which Package.swift declares them, tests aside.
    static let targets: Result<[Target], any Error> = Result {
        let manifest = try String(contentsOf: package.appending(path: "Package.swift"), encoding: .utf8)
        let declarations = manifest.matches(of: /\.(?:target|executableTarget|systemLibrary)\(\s*name: "([^"]+)"/)
        return try declarations.map { Target(name: String($0.1), lines: try lines(of: String($0.1))) }
    }

    private static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func lines(of target: String) throws -> [Line] {
        let root = package.appending(path: "Sources/\(target)").path
        guard let enumerator = FileManager.default.enumerator(atPath: root) else { return [] }
        let files = enumerator.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
        return try files.flatMap { file in
            let text = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
            return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
                let code = code(of: line)
                return Line(file: "\(target)/\(file)", number: index + 1, code: String(code), words: words(in: code))
            }
        }
    }

    /// The line without its comment. Strings stay, but for what follows `//` in them.
    private static func code(of line: Substring) -> Substring {
        let bytes = line.utf8
        var index = bytes.startIndex
        while let slash = bytes[index...].firstIndex(of: UInt8(ascii: "/")) {
            index = bytes.index(after: slash)
            if index < bytes.endIndex, bytes[index] == UInt8(ascii: "/") { return line[..<slash] }
        }
        return line
    }

    private static func words(in code: Substring) -> [Substring] {
        code.utf8.split { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 128...:
                false
            default: true
            }
        }.map { Substring($0) }
    }
}
