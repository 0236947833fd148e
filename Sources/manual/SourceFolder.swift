import Foundation

/// The RFCs that the package's files cite, and where.
struct SourceFolder {
    /// Files by the RFC they cite, below `Sources`, or below `Tests` where no source cites it.
    private let files: [Int: [String]]

    /// Programs that are built here and not installed: what they do is no part of what assay does.
    private static let tools = ["bench/", "fuzz/", "manual/"]

    /// Reads `Sources` and `Tests` of the package at `package`.
    init(_ package: String) throws {
        let sources = try SourceFolder.citations(in: package, below: "Sources")
        files = try SourceFolder.citations(in: package, below: "Tests").merging(sources) { $1 }
    }

    /// The numbers of the RFCs that are cited.
    var citedRFCs: [Int] { files.keys.sorted() }

    /// The files that cite an RFC, those of one folder together: `Authentication/SPF: SPFCheck, SPFQuery`.
    func files(citing rfc: Int) -> String {
        var folders: [(name: String, files: [String])] = []
        for path in files[rfc] ?? [] {
            let parts = path.split(separator: "/")
            let folder = parts.dropLast().joined(separator: "/")
            let name = parts.last.map { $0.hasSuffix(".swift") ? $0.dropLast(6) : $0 } ?? ""
            if folders.last?.name != folder { folders.append((folder, [])) }
            folders[folders.count - 1].files.append(String(name))
        }
        return folders.map { "`\($0.name)`: \($0.files.joined(separator: ", "))" }.joined(separator: "; ") + "."
    }

    private static func citations(in package: String, below folder: String) throws -> [Int: [String]] {
        let root = "\(package)/\(folder)"
        guard let paths = FileManager.default.enumerator(atPath: root) else { return [:] }
        var files: [Int: [String]] = [:]
        for case let path as String in paths where [".swift", ".h", ".c"].contains(where: path.hasSuffix) {
            if SourceFolder.tools.contains(where: path.hasPrefix) { continue }
            for rfc in citations(in: try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)) {
                files[rfc, default: []].append(folder == "Tests" ? "Tests/" + path : path)
            }
        }
        return files.mapValues { $0.sorted { folderFirst($0) < folderFirst($1) } }
    }

    /// Sorts files by folder, then by name.
    private static func folderFirst(_ path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.dropLast().joined(separator: "/") + "\0" + (parts.last ?? "")
    }

    /// The numbers that follow `RFC ` in a text.
    private static func citations(in text: String) -> Set<Int> {
        var numbers: Set<Int> = []
        for part in text.split(separator: "RFC", omittingEmptySubsequences: false).dropFirst() {
            let rest = part.hasPrefix(" ") ? part.dropFirst() : part
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            if (3...5).contains(digits.count), let number = Int(digits) { numbers.insert(number) }
        }
        return numbers
    }
}
