import Expressions
import Values

/// The URIs of a message, with what is known of each.
struct URIList {
    struct Detail {
        /// As it stands in the message.
        let raw: [UInt8]
        /// How it was found: `parsed` from text, or the tags it stands in.
        var types: [String] = []
        var cleaned: [[UInt8]] = []
        /// What was registered of its hosts.
        var domains: [String] = []
        var hosts: [(host: String, domain: String)] = []
        var anchorTexts: [[UInt8]] = []
    }

    private(set) var details: [Detail] = []
    private var places: [Bytes: Int] = [:]
    private(set) var isTruncated = false
    /// How many are kept.
    static let limit = 5_000
    private let variants: URIVariants

    /// All forms of all of them, each once.
    private(set) var all: [[UInt8]] = []
    private var seen: Set<Bytes> = []

    init(_ message: RuleMessage, variants: URIVariants) {
        self.variants = variants
        addText(message)
        for html in message.htmlParts {
            if html.isURITruncated { isTruncated = true }
            for (uri, reference) in html.references.sorted(by: { $0.value.order < $1.value.order }) {
                let types = reference.types.isEmpty ? ["parsed"] : reference.types.sorted()
                guard let place = add(uri.array, types: types, needsDomain: false) else { continue }
                for text in reference.anchorTexts
                where !details[place].anchorTexts.contains(text) && details[place].anchorTexts.count < 100 {
                    details[place].anchorTexts.append(text)
                }
            }
        }
        if message.settings.parsesDKIMDomains {
            for name in ["domainkey-signature", "dkim-signature"] {
                for field in message.header.all(name) { addSigningDomains(Bytes(field.value)) }
            }
        }
    }

    private static let signingDomains = Expression(known: #"\bd\s*=\s*([^;]+)"#)

    private mutating func addSigningDomains(_ field: Bytes) {
        var found: [[UInt8]] = []
        variants.matcher.eachMatch(of: URIList.signingDomains, in: field) { groups in
            if let range = groups[1] { found.append(field[range].filter { !$0.isRuleSpace }) }
            return found.count < 20
        }
        for domain in found {
            let uri = Array("domainkeys:".utf8) + domain
            guard let known = variants.registries.domain(of: uri) else { continue }
            let place = places[Bytes(uri)] ?? details.count
            if place == details.count {
                details.append(Detail(raw: uri, types: ["domainkeys"]))
                places[Bytes(uri)] = place
            }
            note(known, at: place)
        }
    }

    private mutating func note(_ known: (domain: String, host: String), at place: Int) {
        if !details[place].domains.contains(known.domain) { details[place].domains.append(known.domain) }
        if !details[place].hosts.contains(where: { $0.host == known.host }) {
            details[place].hosts.append((known.host, known.domain))
        }
    }

    /// Notes `uri`; nil where it is not kept.
    @discardableResult
    private mutating func add(_ uri: [UInt8], types: [String], needsDomain: Bool) -> Int? {
        guard places[Bytes(uri)] != nil || details.count < URIList.limit else {
            isTruncated = true
            return nil
        }
        var forms = variants.all(of: uri)
        for index in forms.indices where forms[index].count > RuleMessage.longestURI {
            isTruncated = true
            forms[index] = Array(forms[index].prefix(RuleMessage.longestURI))
        }
        let known = forms.compactMap { variants.registries.domain(of: $0) }
        if needsDomain, known.isEmpty { return nil }
        let place = places[Bytes(uri)] ?? details.count
        if place == details.count {
            details.append(Detail(raw: uri))
            places[Bytes(uri)] = place
        }
        for form in forms {
            if !details[place].cleaned.contains(form) { details[place].cleaned.append(form) }
            if seen.insert(Bytes(form)).inserted { all.append(form) }
        }
        for name in known { note(name, at: place) }
        for type in types where !details[place].types.contains(type) { details[place].types.append(type) }
        return place
    }
}

// MARK: - In text

extension URIList {
    private static let end = #"><"`}\]{\[|\s\x1b\xa0"#
    private static let mailEnd = end + #",('\x80-\xff"#
    /// A URI in text, as mail programs make links of it: with a scheme, an address, or a name with nothing before it.
    private static let inText = Expression(
        known: #"(?:\b|(?<=\x1b\(.)|(?<=[><"'`,{\[(|\s\x1b\xa0]))(?:"#
            + "((?:(?:https?|ftp)://|(?:www\\d{0,2}|ftp)\\.)[^\(end)]{1,2048})(?=[\(end)]|\\z)"
            + "|(mailto:[^\(mailEnd)]{1,2048}|[^\(mailEnd)@]{1,251}@[^\(mailEnd)]{1,251})(?=[\(mailEnd)]|\\z)"
            + ##"|(?:^|(?<=[!"#$&'()*+,/:;<=>?@\[\\\]^`{|}~\s\x1b\xa0]))"##
            + #"(([a-z\d][a-z\d._-]{0,251}\.([a-z0-9-]{2,63})(?![a-zA-Z0-9-]|\.[a-zA-Z0-9]))\.?(?::\d{1,5})?(?:/[^"#
            + "\(end)]{1,2048})?)(?=[\(end)]|\\z))", .ignoringCase)

    private mutating func addText(_ message: RuleMessage) {
        var raws: Set<Bytes> = []
        for line in message.bodyLines {
            guard line.withSpan({ $0.firstIndex(of: .dot) ?? $0.firstIndex(of: .colon) }) != nil else { continue }
            line.eachWordWithLink { word, isStart in
                scan(word, from: isStart, &raws)
                return details.count < URIList.limit
            }
        }
    }

    /// Looks for URIs in `word`, which begins at `start` and may have the end of the word before it.
    private mutating func scan(_ word: Bytes, from start: Int, _ raws: inout Set<Bytes>) {
        var position = start
        var attempts = 0
        while position < word.count, attempts < 2_000,
            let groups = variants.matcher.groups(of: URIList.inText, in: word, from: position), let whole = groups[0]
        {
            attempts += 1
            if let top = groups[5], groups[3] != nil, !variants.registries.isTopLevel(word[top]) {
                position = whole.lowerBound + 1
                continue
            }
            position = max(whole.upperBound, position + 1)
            let isMail = groups[2] != nil
            take(word[whole].array, host: groups[4].map { word[$0].array }, isMail: isMail, &raws)
        }
    }

    private mutating func take(_ match: [UInt8], host: [UInt8]?, isMail: Bool, _ raws: inout Set<Bytes>) {
        var raw = match[...]
        // A closing parenthesis that was not opened ends it.
        if let close = raw.firstIndex(of: .ascii(")")), !raw[..<close].contains(.ascii("(")) { raw = raw[..<close] }
        while let last = raw.last, URIList.trailing.contains(last) { raw.removeLast() }
        guard raws.insert(Bytes(Array(raw))).inserted else { return }
        if isMail, !raw.contains(.at) { return }
        if let host, !HostName.isQualified(host) { return }
        if raw.hasPrefixIgnoringCase("cid:") || raw.hasPrefixIgnoringCase("mid:") { return }
        let scheme = raw.prefix(while: \.isWordByte)
        if !scheme.isEmpty, scheme.endIndex < raw.endIndex, raw[scheme.endIndex] == .colon,
            raw[(scheme.endIndex + 1)...].count <= 2, raw[(scheme.endIndex + 1)...].allSatisfy({ $0 == .ascii("/") })
        {
            return
        }
        var types = ["parsed"]
        var uri = Array(raw)
        if !["http:", "https:", "ftp:", "mailto:"].contains(where: { uri.hasPrefixIgnoringCase($0) }) {
            if uri.hasPrefixIgnoringCase("ftp.") {
                uri = Array("ftp://".utf8) + uri
            } else if uri.hasPrefixIgnoringCase("www"),
                uri.dropFirst(3).drop(while: \.isDigit).first == .dot,
                uri.dropFirst(3).prefix(while: \.isDigit).count <= 2
            {
                uri = Array("http://".utf8) + uri
            } else if let slash = uri.firstIndex(of: .ascii("/")), uri.dropFirst(slash + 2).contains(.at) {
                uri = Array("http://".utf8) + uri
            } else if let at = uri.firstIndex(of: .at) {
                guard uri.dropFirst(at + 2).contains(.dot) else { return }
                if Bytes(uri).withSpan({ $0.firstIndex(of: "&nbsp;") }) != nil { return }
                for word in ["skype", "email", "e-mail", "mail", ""] where uri.hasPrefixIgnoringCase("\(word):") {
                    uri = Array(uri.dropFirst(word.utf8.count).drop { $0 == .colon })
                    break
                }
                uri = Array("mailto:".utf8) + uri
            } else {
                guard uri.contains(.dot) else { return }
                uri = Array("http://".utf8) + uri
                types.append("unlinked")
            }
            types.append("schemeless")
        }
        if uri.hasPrefixIgnoringCase("mailto:") {
            uri = URIVariants.decoded(uri)
            guard let at = uri.firstIndex(of: .at) else { return }
            var name = uri[(at + 1)...].prefix { ![.ascii("?"), .ascii("&"), .ascii(">")].contains($0) }
            while name.count >= 3, name.suffix(3).elementsEqual("%20".utf8) { name.removeLast(3) }
            guard variants.registries.isValid(Array(name)) else { return }
        }
        add(uri, types: types, needsDomain: true)
    }

    private static let trailing = Set(Array("-~!@#^&*()_+=:;'?,.".utf8))
}

extension Bytes {
    /// Calls `body` with each word that may have a link, with the three bytes before it, and where the word begins.
    fileprivate func eachWordWithLink(_ body: (Bytes, Int) -> Bool) {
        withSpan { span in
            var start = 0
            while start < span.byteCount {
                while start < span.byteCount, span[start].isRuleSpace { start += 1 }
                var end = start
                var isLikely = false
                while end < span.byteCount, !span[end].isRuleSpace {
                    let byte = span[end]
                    if !isLikely, byte == .dot || byte == .colon, end + 1 < span.byteCount {
                        let next = span[end + 1]
                        // A dot inside a word, or what follows a scheme.
                        isLikely =
                            byte == .dot
                            ? !next.isRuleSpace && next != .dot : next == .ascii("/") || next.isAlphanumeric
                    }
                    end += 1
                }
                if isLikely {
                    let before = Swift.max(0, start - 3)
                    guard body(self[before..<end], start - before) else { return }
                }
                start = end + 1
            }
        }
    }
}
