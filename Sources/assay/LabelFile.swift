import Values

/// A list of labels: on each line a message id, a tab, `ham` or `spam`, and anything after another tab. Empty lines
/// and lines that start with `#` are passed over.
struct LabelFile {
    /// Labels by message id.
    let labels: [String: String]

    /// Reads the file at `path`. Throws all of its mistakes, with exit code 65.
    init(_ path: String) throws {
        let contents: Bytes
        switch InputFile.contents(of: path, limit: 1 << 30) {
        case .success(let bytes): contents = bytes
        case .failure(let error): throw error.failure
        }
        var labels: [String: String] = [:]
        var mistakes: [String] = []
        var number = 0
        for line in contents.array.split(separator: .lf, omittingEmptySubsequences: false) {
            number += 1
            let line = line.last == .cr ? line.dropLast() : line
            guard let first = line.first, first != .ascii("#") else { continue }
            let cells = line.split(separator: .tab, maxSplits: 2, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard cells.count >= 2, LabelFile.isMessageID(cells[0]) else {
                mistakes.append("\(path):\(number): expected sha256:… (64 digits), a tab, and ham or spam")
                continue
            }
            guard cells[1] == "ham" || cells[1] == "spam" else {
                mistakes.append("\(path):\(number): expected ham or spam, found '\(cells[1].prefix(40))'")
                continue
            }
            labels[cells[0]] = cells[1]
        }
        guard mistakes.isEmpty else { throw Failure(.badData, Array(mistakes.prefix(100))) }
        self.labels = labels
    }

    private static func isMessageID(_ text: String) -> Bool {
        text.hasPrefix("sha256:") && text.utf8.count == 71
            && text.utf8.dropFirst(7).allSatisfy { $0.hexDigitValue != nil }
    }
}
