import Archives
import Screening
import Values

/// What the name of a folder or an archive says about the mail in it.
enum FolderName {
    /// The vote of the place where `entry` lies; nil when its names say nothing.
    ///
    /// The innermost name that says something decides: the folder of a Maildir, the file of a mailbox, then the folder
    /// around it.
    static func vote(_ entry: ArchiveEntry) -> LabelVote? {
        for name in names(entry) {
            switch meaning(of: name) {
            case .spam: return LabelVote(.folder, "spam", name, place: .junk)
            case .ham: return LabelVote(.folder, "ham", name)
            case .inbox: return LabelVote(.folder, nil, name, place: .inbox)
            case .mixed: return nil
            case nil: continue
            }
        }
        return nil
    }

    /// What a name means.
    enum Meaning: Hashable {
        case ham, spam, inbox
        /// It says itself that both are in it.
        case mixed
    }

    /// The names that may say something, the innermost first.
    private static func names(_ entry: ArchiveEntry) -> [String] {
        if let folder = entry.folder { return folder.split(separator: "/").reversed().map(String.init) }
        var parts = entry.source.split(separator: "/").map(String.init)
        guard var last = parts.popLast() else { return [] }
        if let hash = last.lastIndex(of: "#"), Int(last[last.index(after: hash)...]) != nil {
            last = String(last[..<hash])
            for ending in [".zst", ".gz", ".mbox", ".mbx", ".mail"] where last.hasSuffix(ending) {
                last.removeLast(ending.count)
            }
            return [last] + parts.suffix(1)
        }
        guard parts.last == "cur" || parts.last == "new" else { return parts.suffix(2).reversed() }
        parts.removeLast()
        // Maildir++ writes `.Lists.swift` for `Lists/swift`; the folder above them all is the inbox.
        guard let folder = parts.last else { return ["INBOX"] }
        return folder.hasPrefix(".")
            ? folder.split(separator: ".").reversed().map(String.init) : [folder, "INBOX"]
    }

    private static let spamWords: Set<String> = [
        "spam", "spams", "junk", "phish", "phishing", "scam", "scams", "malspam", "spamverdacht", "unerwünscht",
        "indésirable", "indésirables", "pourriel", "pourriels", "indesiderata", "indeseado", "ongewenst", "ongewenste",
        "skräppost", "søppelpost", "roskaposti", "spamowe", "спам", "垃圾邮件", "迷惑メール",
    ]
    private static let hamWords: Set<String> = [
        "ham", "legit", "legitimate", "nospam", "notspam", "nonspam", "nojunk", "notjunk", "nonjunk",
    ]
    private static let negations: Set<String> = ["no", "not", "non"]
    /// With one of these, the name is about spam rather than of it, or of more than it.
    private static let otherWords: Set<String> = [
        "anti", "filter", "filters", "filtering", "list", "lists", "discuss", "discussion", "dev", "all", "including",
        "and", "mixed", "or", "check", "checker", "tool", "tools",
    ]

    /// What `name` means; nil when nothing.
    static func meaning(of name: String) -> Meaning? {
        let words = name.lowercased().split { !$0.isLetter }.map(String.init)
        if words == ["inbox"] { return .inbox }
        var meanings: Set<Meaning> = []
        for (place, word) in words.enumerated() {
            let isNegated = place > 0 && negations.contains(words[place - 1])
            if spamWords.contains(word) { meanings.insert(isNegated ? .ham : .spam) }
            if hamWords.contains(word) { meanings.insert(.ham) }
        }
        guard let meaning = meanings.first else { return nil }
        return meanings.count > 1 || words.contains(where: otherWords.contains) ? .mixed : meaning
    }
}
