import Foundation
import Mail
import Testing
import Values

/// One run over a shared conformance suite: counts its cases and holds their differences against a list of known ones.
struct MIMESuite {
    let name: String
    /// Cases in which we differ on purpose, with the reason.
    let known: [String: String]
    private(set) var passed = 0
    private(set) var total = 0
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
    static let absence: Comment = "the shared suites are not here (set ASSAY_SHARED)"

    static func bytes(_ path: String) throws -> Bytes {
        Bytes([UInt8](try Data(contentsOf: root.appendingPathComponent(path))))
    }

    static func json<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: root.appendingPathComponent(path)))
    }

    /// Every regular file below `folder`, as paths relative to the suites, sorted.
    static func files(below folder: String) -> [String] {
        let base = root.appendingPathComponent(folder).path
        return (FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []).filter { path in
            var isFolder: ObjCBool = false
            return unsafe FileManager.default.fileExists(atPath: base + "/" + path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.map { folder + "/" + $0 }.sorted()
    }

    /// Counts one case, which passes when `differences` is empty.
    mutating func check(_ id: String, _ differences: [String]) {
        total += 1
        guard !differences.isEmpty else {
            passed += 1
            return
        }
        differing.insert(id)
        print("  \(name) \(id): \(known[id] ?? "UNEXPECTED") — \(differences.joined(separator: "; "))")
    }

    /// Prints the count; fails on differences that are not listed, and on listed ones that are none.
    func finish(sourceLocation: SourceLocation = #_sourceLocation) {
        print("suite \(name): \(passed)/\(total)")
        #expect(total > 0, sourceLocation: sourceLocation)
        let unlisted = differing.subtracting(known.keys).sorted()
        #expect(unlisted.isEmpty, "differences not listed: \(unlisted)", sourceLocation: sourceLocation)
        let stale = Set(known.keys).subtracting(differing).sorted()
        #expect(stale.isEmpty, "listed, but no difference: \(stale)", sourceLocation: sourceLocation)
    }
}

/// What both forms of a message, and both sides of a comparison, are brought to before they are compared.
enum LineEnds {
    /// Every run of CRs before an LF dropped: a message with CR CR LF has no CRLF form that reads back.
    static func lf(_ bytes: Bytes) -> [UInt8] {
        var result: [UInt8] = []
        for offset in 0..<bytes.count {
            if bytes[offset] == .lf { while result.last == .cr { result.removeLast() } }
            result.append(bytes[offset])
        }
        return result
    }

    static func lf(_ text: String) -> String { String(decoding: lf(Bytes(text)), as: UTF8.self) }

    static func crlf(_ bytes: Bytes) -> Bytes {
        Bytes(lf(bytes).flatMap { $0 == .lf ? [.cr, .lf] : [$0] })
    }
}

/// Where two texts part, for a line of print.
func firstDifference(_ got: String, _ expected: String) -> String {
    let got = Array(got.unicodeScalars)
    let expected = Array(expected.unicodeScalars)
    let place = zip(got, expected).prefix { $0 == $1 }.count
    func window(_ scalars: [Unicode.Scalar]) -> String {
        String(String.UnicodeScalarView(scalars[max(place - 12, 0)..<min(place + 24, scalars.count)])).debugDescription
    }
    return "at \(place): \(window(got)) for \(window(expected))"
}

extension MIMETree {
    /// The tree's shape: `M[…]` a multipart, `R(…)` a message, `L` any other part.
    func shape(of index: Int = 0) -> String {
        let part = parts[index]
        let inner = part.children.map { shape(of: $0) }.joined(separator: " ")
        if part.contentType.isMultipart, !part.defects.contains(.missingBoundary) { return "M[\(inner)]" }
        return part.isLeaf ? "L" : "R(\(inner))"
    }

    /// What every tree must satisfy, whatever the message; the violations, in words.
    func violations() -> [String] {
        var found: [String] = []
        if parts.first?.range != 0..<message.bytes.count { found.append("the root is not the message") }
        for (index, part) in parts.enumerated() {
            if part.index != index { found.append("part \(index) says it is \(part.index)") }
            let source = part.container ?? message.bytes
            if part.range.upperBound > source.count { found.append("\(part.path) ends beyond its source") }
            if part.bodyRange.lowerBound < part.range.lowerBound || part.bodyRange.upperBound != part.range.upperBound {
                found.append("\(part.path) body \(part.bodyRange) is not the end of \(part.range)")
            }
            if index > 0 {
                guard let parent = part.parent, parent < index, parts[parent].children.contains(index) else {
                    found.append("\(part.path) has no parent before it")
                    continue
                }
                if part.depth != parts[parent].depth + 1 { found.append("\(part.path) has the wrong depth") }
                let isOwn = parts[parent].container.map { $0 == part.container } ?? (part.container == nil)
                let lower = isOwn ? parts[parent].bodyRange.lowerBound : 0
                let upper = isOwn ? parts[parent].bodyRange.upperBound : source.count
                if part.range.lowerBound < lower || part.range.upperBound > upper {
                    found.append("\(part.path) \(part.range) lies outside its parent's body")
                }
            }
            for (left, right) in zip(part.children, part.children.dropFirst())
            where left >= right || parts[left].range.upperBound > parts[right].range.lowerBound {
                found.append("\(parts[left].path) and \(parts[right].path) overlap")
            }
        }
        if Set(parts.map(\.path)).count != parts.count { found.append("two parts have one path") }
        return found
    }
}
