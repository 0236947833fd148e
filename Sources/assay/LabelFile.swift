import Values

/// A list of labels: on each line a message id, a tab, `ham` or `spam`, and anything after another tab. Empty lines
/// and lines that start with `#` are passed over.
struct LabelFile {
    /// Labels by message id.
    let labels: [String: String]

    /// Reads the file at `path`. Throws all of its mistakes, with exit code 65.
    init(_ path: String) throws {
        let contents: Bytes
        switch InputFile.contents(of: path, limit: 256 << 20) {
        case .success(let bytes): contents = bytes
        case .failure(let error): throw error.failure
        }
        var labels: [String: String] = [:]
        var mistakes: [String] = []
        var number = 0
        // Spreadsheets write a byte order mark.
        var position = contents.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while position < contents.count, mistakes.count < LabelFile.maximumMistakes {
            let end = contents.withSpan { $0.firstIndex(of: .lf, from: position) } ?? contents.count
            let line = contents[position..<end]
            position = end + 1
            number += 1
            do throws(Mistake) {
                guard let (id, label) = try LabelFile.entry(line) else { continue }
                if let other = labels.updateValue(label, forKey: id), other != label {
                    throw Mistake(text: "labels as \(label) what an earlier line labels as \(other)")
                }
            } catch {
                mistakes.append("\(path):\(number): \(error.text)")
            }
        }
        if position < contents.count { mistakes.append("\(path): not read further; is it the right file?") }
        guard mistakes.isEmpty else { throw Failure(.badData, mistakes) }
        self.labels = labels
    }

    private static let maximumMistakes = 20

    private struct Mistake: Error { let text: String }

    /// The id and label of a line; nil for one to be passed over.
    private static func entry(_ line: Bytes) throws(Mistake) -> (String, String)? {
        let text = line.count <= 4096 ? line.lossyString : line[0..<4096].lossyString
        guard let first = text.utf8.first, first != .ascii("#"), text != "\r" else { return nil }
        let cells = text.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
        guard cells.count >= 2, isMessageID(String(cells[0])) else {
            throw Mistake(text: "expected sha256:… (64 digits), a tab, and ham or spam")
        }
        let label = cells[1].hasSuffix("\r") ? cells[1].dropLast() : cells[1]
        guard label == "ham" || label == "spam" else {
            throw Mistake(text: "expected ham or spam, found '\(TerminalLine.safe(String(label.prefix(40))))'")
        }
        return (String(cells[0]).asciiLowercased, String(label))
    }

    private static func isMessageID(_ text: String) -> Bool {
        text.hasPrefix("sha256:") && text.utf8.count == 71
            && text.utf8.dropFirst(7).allSatisfy { $0.hexDigitValue != nil }
    }
}
