/// A page written by hand with parts that are generated: each lies between `.\" BEGIN name` and `.\" END name`.
struct MarkedPage {
    /// What keeps a page from being filled.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    private let lines: [Substring]
    private let name: String

    /// The page called `name`, with this text.
    init(_ text: String, name: String) {
        (lines, self.name) = (text.split(separator: "\n", omittingEmptySubsequences: false), name)
    }

    /// The page with every marked part written anew. Throws when a part that `parts` has for this page has no place
    /// in it, or the reverse.
    func filled(with parts: GeneratedParts) throws -> String {
        var output: [String] = []
        var open: String?
        var missing = Set(parts.names(for: name))
        for (index, line) in lines.enumerated() {
            if let part = line.marked("BEGIN") {
                guard open == nil else { throw fault(index, "'\(part)' begins inside another part") }
                guard let text = parts.text(of: part, for: name) else {
                    throw fault(index, "nothing is called '\(part)' any more; remove the part and what is said of it")
                }
                open = part
                missing.remove(part)
                output += [String(line)] + text
            } else if let part = line.marked("END") {
                guard open == part else { throw fault(index, "'\(part)' ends where it did not begin") }
                open = nil
                output.append(String(line))
            } else if open == nil {
                output.append(String(line))
            }
        }
        if let open { throw Fault(description: "man/\(name): '\(open)' does not end") }
        guard missing.isEmpty else {
            let list = missing.sorted().map { "'\($0)'" }.joined(separator: ", ")
            throw Fault(
                description: "man/\(name): add parts for \(list): a text, then .\\\" BEGIN and .\\\" END with the name")
        }
        return output.joined(separator: "\n")
    }

    private func fault(_ index: Int, _ message: String) -> Fault {
        Fault(description: "man/\(name):\(index + 1): \(message)")
    }
}

extension Substring {
    /// The name of the part that the line marks with `word`.
    fileprivate func marked(_ word: String) -> String? {
        let mark = ".\\\" \(word) "
        return hasPrefix(mark) ? String(dropFirst(mark.count)) : nil
    }
}
