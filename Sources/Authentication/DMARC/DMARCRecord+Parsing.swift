import Values

extension DMARCRecord {
    /// More tags than this are not read, and more URIs to a tag.
    private static let maximumCount = 100

    /// Whether `text` is a record of this version, and so the domain's, well-formed or not.
    ///
    /// RFC 7489 §6.4: `v`, blanks, `=`, blanks and exactly `DMARC1` begin it, and end it or are followed by a
    /// semicolon.
    public static func isRecord(_ text: Bytes) -> Bool { bodyStart(of: text) != nil }

    private static func bodyStart(of text: Bytes) -> Int? {
        var position = 0
        func skipBlanks() { while position < text.count, text[position].isWhitespace { position += 1 } }
        guard text.first?.lowercased == .ascii("v") else { return nil }
        position = 1
        skipBlanks()
        guard position < text.count, text[position] == .equals else { return nil }
        position += 1
        skipBlanks()
        guard text[position..<position + 6] == version else { return nil }
        position += 6
        skipBlanks()
        guard position < text.count else { return position }
        return text[position] == .semicolon ? position + 1 : nil
    }

    private static let version = Bytes("DMARC1")

    /// Reads a record; nil when it is none (RFC 7489 §6.6.3 step 2). Unknown tags are passed over; of what is
    /// malformed, `faults` tells (§6.3).
    public init?(_ text: Bytes) {
        guard let start = DMARCRecord.bodyStart(of: text) else { return nil }
        self.init(text: text.lossyString)
        var seen: [String] = []
        for item in text[start..<text.count].items(between: .semicolon) {
            let item = item.trimmingFoldingWhitespace
            if item.isEmpty { continue }
            guard let equals = item.firstIndex(of: .equals) else {
                note("'\(DMARCRecord.shown(item))' is no tag")
                continue
            }
            let name = item[0..<equals].trimmingFoldingWhitespace.lossyString.asciiLowercased
            guard name.isTagName else {
                note("'\(DMARCRecord.shown(item))' is no tag")
                continue
            }
            // RFC 6376 §3.2: no tag comes twice. The first counts.
            guard !seen.contains(name) else {
                note("\(name)= twice")
                continue
            }
            guard seen.count < DMARCRecord.maximumCount else {
                note("too many tags")
                break
            }
            seen.append(name)
            read(name, item[equals + 1..<item.count].trimmingFoldingWhitespace)
        }
        if policy == nil, !seen.contains("p") { note("no p=") }
    }

    /// Takes over one tag. RFC 7489 §6.4 writes names and words as ABNF strings, whose case does not matter.
    private mutating func read(_ name: String, _ value: Bytes) {
        let word = value.lossyString.asciiLowercased
        switch name {
        case "p": policy = choice(name, word)
        case "sp":
            subdomainPolicy = choice(name, word)
            if subdomainPolicy == nil { hasInvalidSubdomainPolicy = true }
        case "np":
            nonexistentPolicy = choice(name, word)
            if nonexistentPolicy == nil { hasInvalidSubdomainPolicy = true }
        case "adkim": dkimAlignment = choice(name, word) ?? .relaxed
        case "aspf": spfAlignment = choice(name, word) ?? .relaxed
        case "pct": percentage = number(name, value, in: 0...100) ?? 100
        case "ri": reportInterval = number(name, value, in: 0...0xFFFF_FFFF) ?? 86_400
        case "fo":
            let options = value.colonSeparated.map { FailureOption(rawValue: $0.lossyString.asciiLowercased) }
            if options.contains(nil) { complain(name, value) }
            let known = options.compactMap(\.self)
            failureOptions = known.isEmpty ? [.all] : Array(known.prefix(DMARCRecord.maximumCount))
        case "rf":
            let formats = value.colonSeparated.map { $0.lossyString.asciiLowercased }
            // RFC 7489 §6.3: what is not known is passed over. `iodef` is of drafts before it.
            if formats.contains(where: { $0 != "afrf" && $0 != "iodef" }) { complain(name, value) }
        case "rua": aggregateReports = uris(name, value)
        case "ruf": failureReports = uris(name, value)
        case "psd": suffixStatus = choice(name, word) ?? .unknown
        case "t":
            isTesting = word == "y"
            if word != "y", word != "n" { complain(name, value) }
        default: break
        }
    }

    private mutating func choice<Choice: RawRepresentable>(_ name: String, _ word: String) -> Choice?
    where Choice.RawValue == String {
        if let choice = Choice(rawValue: word) { return choice }
        complain(name, Bytes(word))
        return nil
    }

    private mutating func number(_ name: String, _ value: Bytes, in range: ClosedRange<Int>) -> Int? {
        if (1...10).contains(value.count), value.allSatisfy(\.isDigit) {
            let number = value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            if range.contains(number) { return number }
        }
        complain(name, value)
        return nil
    }

    private mutating func uris(_ name: String, _ value: Bytes) -> [DMARCReportURI] {
        var uris: [DMARCReportURI] = []
        for item in value.items(between: .comma).prefix(DMARCRecord.maximumCount) {
            let item = item.trimmingFoldingWhitespace
            if let uri = DMARCReportURI(item) {
                uris.append(uri)
            } else {
                complain(name, item)
            }
        }
        return uris
    }

    private mutating func complain(_ name: String, _ value: Bytes) {
        note("\(name)=\(DMARCRecord.shown(value)) is not understood")
    }

    private mutating func note(_ fault: String) {
        if faults.count < 20 { faults.append(fault) }
    }

    /// A value as evidence tells it.
    private static func shown(_ value: Bytes) -> String {
        let scalars = value[0..<min(value.count, 60)].lossyString.unicodeScalars
        return String(String.UnicodeScalarView(scalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
    }
}

extension DMARCReportURI {
    /// Reads `dmarc-uri = URI [ "!" 1*DIGIT [ "k" / "m" / "g" / "t" ] ]` (RFC 7489 §6.4); nil when it is none. A comma
    /// or an exclamation mark of the URI's own is written as `%2C` or `%21` there.
    init?(_ text: Bytes) {
        var end = text.count
        var limit: Int?
        if let mark = text.firstIndex(of: .ascii("!")) {
            guard let size = DMARCReportURI.size(text[mark + 1..<text.count]) else { return nil }
            (end, limit) = (mark, size)
        }
        let uri = text[0..<end]
        // RFC 3986 §3.1: scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ).
        guard let colon = uri.firstIndex(of: .colon), colon > 0, colon + 1 < uri.count, uri[0].isLetter,
            uri[0..<colon].allSatisfy({
                $0.isAlphanumeric || $0 == .ascii("+") || $0 == .hyphen || $0 == .dot
            }),
            uri.allSatisfy({ $0.isVisible && $0 != .quote && $0 != .ascii("<") && $0 != .ascii(">") || $0 > 127 })
        else { return nil }
        (self.uri, maximumSize) = (uri.lossyString, limit)
    }

    private static func size(_ text: Bytes) -> Int? {
        var digits = text
        var unit = 1
        if let last = text.last, !last.isDigit {
            switch last.lowercased {
            case .ascii("k"): unit = 1 << 10
            case .ascii("m"): unit = 1 << 20
            case .ascii("g"): unit = 1 << 30
            case .ascii("t"): unit = 1 << 40
            default: return nil
            }
            digits = text[0..<text.count - 1]
        }
        guard (1...18).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
        let (size, overflow) = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }.multipliedReportingOverflow(by: unit)
        return overflow ? Int.max : size
    }
}

extension Bytes {
    /// The parts between `separator`, empty ones too.
    fileprivate func items(between separator: UInt8) -> [Bytes] {
        var items: [Bytes] = []
        var start = 0
        while let end = withSpan({ $0.firstIndex(of: separator, from: start) }) {
            items.append(self[start..<end])
            start = end + 1
        }
        items.append(self[start..<count])
        return items
    }
}

extension String {
    /// RFC 6376 §3.2: `tag-name = ALPHA *ALNUMPUNC`.
    fileprivate var isTagName: Bool {
        guard let first = utf8.first, first.isLetter, utf8.count <= 64 else { return false }
        return utf8.allSatisfy { $0.isAlphanumeric || $0 == .ascii("_") }
    }
}
