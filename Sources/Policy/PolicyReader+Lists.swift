import Values

extension PolicyReader {
    /// Names of files with one item a line; the items of all of them, in order, each with its file and line. Empty
    /// lines, and what follows a `#` at the start of a line or after white space, are passed over. A line that is no
    /// item is a mistake at its place, and so is a file that cannot be read.
    public mutating func lists<V: Sendable>(
        _ key: String, expecting: String, _ summary: String, parse: (String) -> V?
    ) -> [Placed<V>] {
        var items: [Placed<V>] = []
        for name in texts(key, default: [], summary) {
            let (path, contents) = files.contents(of: name.value, namedAt: name.place)
            switch contents {
            case .failure(let error): report("the list '\(name.value)' cannot be read: \(error)", at: name.place)
            case .success(let bytes):
                let found = listed(in: bytes, path, expecting: expecting, parse: parse)
                // A list with a mistake in each line is told of line by line.
                if found.items.isEmpty, !found.hasMistakes { warn("the list '\(name.value)' is empty", at: name.place) }
                items += found.items
            }
        }
        return items
    }

    /// The file that the key names with its contents, and the place that names it; nil when the key is absent or `null`. A
    /// file that cannot be read is a mistake.
    public mutating func file(_ key: String, _ summary: String) -> Placed<(path: String, contents: Bytes)>? {
        guard let name = optionalValue(key, expecting: "the name of a file", summary, parse: { $0.isEmpty ? nil : $0 })
        else { return nil }
        let (path, contents) = files.contents(of: name.value, namedAt: name.place)
        switch contents {
        case .failure(let error):
            report("the file '\(name.value)' cannot be read: \(error)", at: name.place)
            return nil
        case .success(let bytes): return Placed((path, bytes), at: name.place)
        }
    }

    /// The contents of the files that the key's items name, each a file or a folder of files whose names have one of
    /// `endings`. A file that cannot be read is a mistake.
    public mutating func files(
        _ key: String, endings: [String], _ summary: String
    ) -> [Placed<(path: String, contents: Bytes)>] {
        var found: [Placed<(path: String, contents: Bytes)>] = []
        for name in texts(key, default: [], summary) {
            for (path, contents) in files.all(in: name.value, endings: endings, namedAt: name.place) {
                switch contents {
                case .failure(let error): report("the file '\(path)' cannot be read: \(error)", at: name.place)
                case .success(let bytes): found.append(Placed((path, bytes), at: name.place))
                }
            }
        }
        return found
    }

    /// Reads files that those of the policy name, each by its path; nil for one that cannot be read.
    public var otherFiles: @Sendable (String) -> Bytes? { files.otherwise }

    /// The file that the key names, mapped where it begins with `head` and can be: for large files that are only looked
    /// into. Nil when the key is absent or `null`. A file that cannot be read is a mistake.
    public mutating func mappedFile(
        _ key: String, beginningWith head: [UInt8], _ summary: String
    ) -> Placed<FileContents>? {
        guard let name = optionalValue(key, expecting: "the name of a file", summary, parse: { $0.isEmpty ? nil : $0 })
        else { return nil }
        switch files.mapped(name.value, beginningWith: head, namedAt: name.place) {
        case .failure(let error):
            report("the file '\(name.value)' cannot be read: \(error)", at: name.place)
            return nil
        case .success(let contents): return Placed(contents, at: name.place)
        }
    }

    /// The same for all files that the key's items name, each a file or a folder of files whose names have one of
    /// `endings`.
    public mutating func mappedFiles(
        _ key: String, endings: [String], beginningWith head: [UInt8], _ summary: String
    ) -> [Placed<(path: String, contents: FileContents)>] {
        var found: [Placed<(path: String, contents: FileContents)>] = []
        for name in texts(key, default: [], summary) {
            let all = files.allMapped(in: name.value, endings: endings, beginningWith: head, namedAt: name.place)
            for (path, contents) in all {
                switch contents {
                case .failure(let error): report("the file '\(path)' cannot be read: \(error)", at: name.place)
                case .success(let contents): found.append(Placed((path, contents), at: name.place))
                }
            }
        }
        return found
    }

    private mutating func listed<V: Sendable>(
        in contents: Bytes, _ path: String, expecting: String, parse: (String) -> V?
    ) -> (items: [Placed<V>], hasMistakes: Bool) {
        var items: [Placed<V>] = []
        var hasMistakes = false
        var start = contents.starts(with: PolicyDocument.byteOrderMark) ? PolicyDocument.byteOrderMark.count : 0
        var number = 0
        while start < contents.count {
            let end = contents.withSpan { $0.firstIndex(of: .lf, from: start) } ?? contents.count
            number += 1
            let line = contents[start..<end]
            start = end + 1
            let text = PolicyReader.item(in: line)
            guard !text.isEmpty else { continue }
            let place = PolicyPlace(file: path, line: number, column: 1)
            if let value = parse(text) {
                items.append(Placed(value, at: place))
                warn(of: text, readAs: V.self, at: place)
            } else {
                hasMistakes = true
                let shown = text.unicodeScalars.prefix(60).map { $0.properties.generalCategory == .control ? "?" : $0 }
                report("expected \(expecting), found '\(String(String.UnicodeScalarView(shown)))'", at: place)
            }
        }
        return (items, hasMistakes)
    }

    /// The item on a line: comment and surrounding white space taken off.
    private static func item(in line: Bytes) -> String {
        var end = line.count
        for offset in 0..<line.count where line[offset] == .ascii("#") {
            if offset == 0 || line[offset - 1].isWhitespace {
                end = offset
                break
            }
        }
        var start = 0
        while start < end, line[start].isFoldingWhitespace { start += 1 }
        while end > start, line[end - 1].isFoldingWhitespace { end -= 1 }
        return line[start..<end].lossyString
    }

    /// Where what is dear to make is kept: in the folder that the key names, in the program's own without it, nowhere
    /// where it is `none`.
    public mutating func cache(_ key: String, _ documentation: String) -> PolicyCache? {
        let folder = optionalValue(key, expecting: "a folder, or none", documentation) { $0.isEmpty ? nil : $0 }
        if folder?.value == "none" { return nil }
        return files.cache(in: folder)
    }
}
