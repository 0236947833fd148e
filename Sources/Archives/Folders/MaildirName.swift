import Values

/// What a Maildir file name says about its message: `unique:2,FLAGS`.
struct MaildirName {
    let flags: ArchiveFlags
    let keywords: [String]

    /// Reads `name`, which lies in `cur` or in `new`; `keywords` are those of the Maildir's letters `a` to `z`.
    init(_ name: [UInt8], isCurrent: Bool, keywords table: [Int: String]) {
        var flags: ArchiveFlags = isCurrent ? .old : []
        var letters: [Int] = []
        // A colon is not allowed in names everywhere; some writers put `;` or `!`.
        if let info = name.indices.last(where: {
            [.colon, .semicolon, .ascii("!")].contains(name[$0]) && name[($0 + 1)...].starts(with: [0x32, .comma])
        }) {
            for letter in name[(info + 3)...] {
                flags.formUnion(ArchiveFlags(maildirLetter: letter))
                if letter >= .ascii("a"), letter <= .ascii("z") { letters.append(Int(letter - .ascii("a"))) }
            }
        }
        self.flags = flags
        self.keywords = letters.compactMap { table[$0] }
    }

    /// Reads a `dovecot-keywords` file: a number and a keyword a line.
    static func keywords(_ file: Bytes) -> [Int: String] {
        var table: [Int: String] = [:]
        for line in file.split(separator: .lf) {
            let parts = line.split(separator: .space, maxSplits: 1)
            guard parts.count == 2, (1...2).contains(parts[0].count), parts[0].allSatisfy(\.isDigit) else { continue }
            let number = parts[0].reduce(0) { $0 * 10 + Int($1 - 0x30) }
            if number < 26 { table[number] = parts[1].lossyString }
        }
        return table
    }
}
