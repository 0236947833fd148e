import Archives
import Mail
import Screening
import Values

/// What an archive itself says about whether a message is ham or spam: the folder it lies in, what mail readers noted
/// about it, and what earlier filters wrote into it.
enum LabelHints {
    /// The votes for `entry`, whose message is `message`; `places` remembers what places say.
    static func votes(_ entry: ArchiveEntry, _ message: Message, _ places: inout PlaceVotes) -> [LabelVote] {
        // Most messages have no field that says anything.
        let isMarked = message.header.mayContain(LabelHints.fields)
        var votes = isMarked || !entry.keywords.isEmpty ? keywords(entry, message) : []
        if let vote = places.vote(entry) ?? (isMarked ? gmailLabels(message) : nil) { votes.append(vote) }
        // A letter that somebody answered was wanted.
        if entry.flags.contains(.answered) { votes.append(LabelVote(.flag, "ham", "answered")) }
        return isMarked ? votes + verdicts(message) : votes
    }

    /// The fields that are looked at below.
    private static let fields = HeaderNames([
        "X-Keywords", "X-Mozilla-Keys", "X-Evolution", "X-Gmail-Labels", "X-Spam-Flag", "X-Spam-Status", "X-Spam",
        "X-Spamd-Result", "X-Bogosity", "X-DSPAM-Result", "X-MS-Exchange-Organization-SCL",
        "X-Forefront-Antispam-Report",
    ])

    private static let wordLimit = 64

    /// Keywords of a Maildir, and the fields in which readers keep them in a mailbox.
    private static func keywords(_ entry: ArchiveEntry, _ message: Message) -> [LabelVote] {
        var words = entry.keywords.map { (word: $0, from: "keyword") }
        for name in ["X-Keywords", "X-Mozilla-Keys"] {
            guard let value = message.header.first(name)?.rawValue else { continue }
            let text = value[0..<min(value.count, 4096)].lossyString
            let parts = text.split { $0 == " " || $0 == "," || $0 == "\t" || $0.isNewline }.prefix(wordLimit)
            words += parts.map { (String($0), name) }
        }
        var votes = words.compactMap { word, source in
            label(ofKeyword: word).map { LabelVote(.keyword, $0, "\(source) \(word)") }
        }
        if let vote = evolutionFlags(message) { votes.append(vote) }
        return votes
    }

    /// The registry of IMAP keywords has `$Junk`, `$NotJunk` and `$Phishing`; readers write them with and without the sign.
    private static func label(ofKeyword word: String) -> String? {
        switch word.asciiLowercased.drop(while: { $0 == "$" || $0 == "\\" }) {
        case "junk", "spam", "phishing": "spam"
        case "notjunk", "nonjunk", "notspam", "nonspam": "ham"
        default: nil
        }
    }

    /// Evolution keeps its flags in hexadecimal: junk is bit 7, "not junk" bit 9.
    private static func evolutionFlags(_ message: Message) -> LabelVote? {
        guard let text = text(of: "X-Evolution", in: message), let dash = text.lastIndex(of: "-") else { return nil }
        let digits = text[text.index(after: dash)...].prefix { $0.isHexDigit }
        guard let flags = Int(digits, radix: 16) else { return nil }
        if flags & 1 << 7 != 0 { return LabelVote(.keyword, "spam", "X-Evolution junk") }
        return flags & 1 << 9 != 0 ? LabelVote(.keyword, "ham", "X-Evolution not junk") : nil
    }

    /// An export of Gmail is one mailbox whose messages name their folders.
    private static func gmailLabels(_ message: Message) -> LabelVote? {
        guard let text = message.header.first("X-Gmail-Labels")?.decodedText else { return nil }
        let labels = text.prefix(1000).split(separator: ",").map { String($0).asciiLowercased }
        let names = labels.map { $0.filter { !$0.isWhitespace } }
        if names.contains("spam") { return LabelVote(.folder, "spam", "X-Gmail-Labels Spam", place: .junk) }
        return names.contains("inbox") ? LabelVote(.folder, nil, "X-Gmail-Labels Inbox", place: .inbox) : nil
    }

    /// What filters on the way found. A field says who wrote it no more than a sender lets it: these votes are the weakest.
    private static func verdicts(_ message: Message) -> [LabelVote] {
        var votes: [LabelVote] = []
        func add(_ name: String, _ label: (String) -> String?) {
            guard let value = text(of: name, in: message), let found = label(value.asciiLowercased) else { return }
            // Scores and rules behind the word differ from message to message.
            votes.append(LabelVote(.verdict, found, name + ": " + word(of: value)))
        }
        func yesOrNo(_ value: String) -> String? {
            value.hasPrefix("yes") || value.hasPrefix("true")
                ? "spam"
                : value.hasPrefix("no") || value.hasPrefix("false") ? "ham" : nil
        }
        for name in ["X-Spam-Flag", "X-Spam-Status", "X-Spam"] { add(name, yesOrNo) }
        add("X-Spamd-Result") { value in
            value.containsBytes(of: ": true") ? "spam" : value.containsBytes(of: ": false") ? "ham" : nil
        }
        add("X-Bogosity") { value in
            value.hasPrefix("spam") || value.hasPrefix("yes")
                ? "spam"
                : value.hasPrefix("ham") || value.hasPrefix("no,") || value == "no" ? "ham" : nil
        }
        add("X-DSPAM-Result") { value in
            value.hasPrefix("spam") || value.hasPrefix("blacklisted")
                ? "spam"
                : value.hasPrefix("innocent") || value.hasPrefix("whitelisted") ? "ham" : nil
        }
        add("X-MS-Exchange-Organization-SCL") { value in
            Int(value).map { $0 >= 5 ? "spam" : "ham" }
        }
        add("X-Forefront-Antispam-Report") { value in
            let isSpam = value.containsBytes(of: "sfv:spm") || value.containsBytes(of: "sfv:skb")
            return isSpam ? "spam" : value.containsBytes(of: "sfv:nspm") ? "ham" : nil
        }
        return votes
    }

    /// The word that a value opens with.
    private static func word(of value: String) -> Substring {
        guard value.utf8.allSatisfy({ $0 < 0x80 }) else {
            return value.prefix { $0 != "," && $0 != ";" && $0 != "[" && $0 != "(" }.prefix(24)
        }
        // All white space is a space here, so that each byte is a character.
        let word = value.utf8.prefix {
            $0 != .comma && $0 != .semicolon && $0 != .ascii("[") && $0 != .ascii("(")
        }
        return Substring(word.prefix(24))
    }

    /// The value of the topmost such field, at most its first 400 bytes, without surrounding space.
    private static func text(of name: String, in message: Message) -> String? {
        guard let value = message.header.first(name)?.rawValue else { return nil }
        let start = value[0..<min(value.count, 400)]
        if let text = spaced(start) { return text }
        return String(start.lossyString.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    /// The words of `bytes` with a space between them, where all are ASCII; nil elsewhere.
    private static func spaced(_ bytes: Bytes) -> String? {
        bytes.withSpan { span in
            for offset in 0..<span.byteCount where span[offset] > 127 { return nil }
            return String(capacity: span.byteCount) { text in
                var isBetween = false
                for offset in 0..<span.byteCount {
                    let byte = span[offset]
                    if byte == .space || (0x09...0x0D).contains(byte) {
                        isBetween = !text.isEmpty
                        continue
                    }
                    if isBetween { text.append(.space) }
                    isBetween = false
                    text.append(byte)
                }
            }
        }
    }
}
