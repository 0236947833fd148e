import Expressions
import Values

extension EvaluationFunctions {
    static let mimeFunctions: [String: EvaluationFunction] = [
        "check_for_mime": { scope in mime(scope).flag(scope.call.text(0)) },
        "check_for_mime_html": { scope in
            scope.text("Content-Type").hasPrefixIgnoringCase("text/html") || mime(scope).htmlCount > 0
        },
        "check_for_mime_html_only": { scope in
            if scope.text("Content-Type").hasPrefixIgnoringCase("text/html") { return true }
            return mime(scope).htmlCount > 0 && mime(scope).textCount == 0
        },
        "check_mime_multipart_ratio": { scope in scope.isWithin(mime(scope).alternativeRatio, 0, 1) },
        "check_for_ascii_text_illegal": { mime($0).illegalLines > 0 },
        "check_abundant_unicode_ratio": { scope in mime(scope).unicodeRatio >= scope.call.number(0) ?? 1 },
        // Mail::SpamAssassin::Plugin::DKIM: whether a signature that fails cannot owe that to a message cut short. We are
        // given whole messages; without the network no signature is looked at, and none is to be relied on.
        "check_dkim_dependable": { $0.facts.asksNetwork },
        "check_qp_ratio": { scope in mime(scope).quotedRatio >= scope.call.number(0) ?? 1 },
        "check_msg_parse_flags": { scope in scope.message.defects.flags.contains(scope.call.text(0)) },
        "check_for_uppercase": { scope in
            let share = uppercaseShare(scope)
            return share > scope.call.number(0) ?? 0 && share <= scope.call.number(1) ?? 100
        },
        "check_base64_length": { scope in
            let longest = Double(mime(scope).longestBase64Line)
            if let most = scope.call.number(1), longest > most { return false }
            return longest >= scope.call.number(0) ?? 0
        },
        "check_ma_non_text": { scope in
            scope.message.parts.contains { part in
                part.type == "multipart/alternative"
                    && (part.children ?? []).contains { child in
                        child.isLeaf && child.type != "application/rtf" && !child.type.hasPrefix("text/")
                    }
            }
        },
        "check_for_faraway_charset": { scope in
            let locales = scope.facts.settings.acceptedLocales
            guard !locales.contains("all"), let charset = contentCharset(scope),
                !LocaleCharsets.isAccepted(charset, locales)
            else { return false }
            let (high, all) = scope.message.bodyLines.reduce((0, 0)) {
                ($0.0 + $1.count { $0 >= 0x80 }, $0.1 + $1.count)
            }
            return all - high <= high && high > 3
        },
    ]

    static func mime(_ scope: EvaluationScope) -> MIMEFindings {
        if let known = scope.message.memory.mime { return known }
        let findings = MIMEFindings(scope.message)
        scope.message.memory.mime = findings
        return findings
    }

    private static let charsetWords = Expression(known: #"charset=(?:"([^"]+)"|'([^']+)'|(\S+))"#, .ignoringCase)

    private static func contentCharset(_ scope: EvaluationScope) -> String? {
        let type = scope.text("Content-Type")
        guard let groups = scope.matcher.groups(of: charsetWords, in: type) else { return nil }
        return groups.dropFirst().lazy.compactMap { $0 }.first.map { type[$0].lossyString }
    }

    private static let capitalCharset = Expression(known: "^(?:\(capitalCharsets))$", .ignoringCase)
    private static let spacedWords = Expression(known: #"\S\s+\S"#)
    private static let encodedLines = Expression(known: #"^(?:[A-Za-z0-9+/=]{60,76} ){2}"#)
    private static let japanese = Expression(known: "\\x1b\\$B.*\\x1b\\(B", .dotMatchesAll)

    /// The share of capitals among the letters and digits of the text, in percent; 0 for short texts.
    private static func uppercaseShare(_ scope: EvaluationScope) -> Double {
        if let known = scope.message.memory.uppercaseShare { return known }
        let charsets = (contentCharset(scope).map { [$0] } ?? []) + mime(scope).charsets
        var result = 0.0
        if !charsets.contains(where: { scope.has(capitalCharset, Bytes($0)) }) {
            var (length, lower, upper) = (0, 0, 0)
            for line in scope.message.bodyLines where scope.has(spacedWords, line) && !scope.has(encodedLines, line) {
                var text = line
                if line.withSpan({ $0.firstIndex(of: 0x1B) }) != nil,
                    let range = scope.matcher.firstRange(of: japanese, in: line)
                {
                    var bytes = line.array
                    bytes.removeSubrange(range)
                    text = Bytes(bytes)
                }
                length += text.count
                text.withSpan { span in
                    for offset in span.byteOffsets {
                        let byte = span[offset]
                        if byte >= .ascii("A"), byte <= .ascii("Z") {
                            upper += 1
                        } else if byte.isAlphanumeric {
                            lower += 1
                        }
                    }
                }
            }
            if length >= 200, upper + lower > 0 { result = Double(upper) / Double(upper + lower) * 100 }
        }
        scope.message.memory.uppercaseShare = result
        return result
    }
}

/// What the MIME structure of a message and the lines of its parts tell.
struct MIMEFindings {
    private(set) var htmlCount = 0
    private(set) var textCount = 0
    private(set) var base64Count = 0
    private(set) var quotedCount = 0
    private(set) var attachmentCount = 0
    private(set) var hasEncodedText = false
    private(set) var hasBadCharset = false
    private(set) var hasFarCharset = false
    private(set) var hasLongQuotedLine = false
    private(set) var isMissingBoundary = false
    private(set) var hasAlternative = false
    private(set) var alternativeRatio = 1.0
    private(set) var quotedRatio = 0.0
    private(set) var illegalLines = 0
    private(set) var unicodeRatio = 0.0
    private(set) var charsets: [String] = []
    private(set) var longestBase64Line = 0
    private let hasTooManyParts: Bool

    private static let asciiNames = Expression(
        known:
            #"us-ascii|ansi_x3\.4-1968|iso-ir-6|ansi_x3\.4-1986|iso_646\.irv:1991|ascii|iso646-us|us|ibm367|cp367|csascii"#
    )
    private static let isoNames = Expression(known: #"iso-\S+-\S+\b"#, .ignoringCase)
    private static let knownISONames = Expression(known: #"iso-(?:8859-\d{1,2}|2022-(?:jp|kr))\b"#)
    private static let references = Expression(known: "&#x[0-9A-F]{4};")

    init(_ message: RuleMessage) {
        let matcher = message.matcher
        let locales = message.settings.acceptedLocales
        hasTooManyParts = message.defects.flags.contains("mimepart_limit_exceeded")
        isMissingBoundary = message.defects.openBoundaries.values.contains { $0 != 0 }
        var (quotedBytes, quotedEscapes, plainCount, referenceCount) = (0, 0, 0, 0)
        var sizes: [(type: String, bytes: Int)] = []
        for part in message.parts {
            let content = ContentTypeText(part.header.value("content-type"), matcher)
            if content.type == "multipart/alternative" { hasAlternative = true }
            let encoding = part.lowercasedValue("content-transfer-encoding")
            let disposition = part.lowercasedValue("content-disposition")
            let charset = content.charset?.lowercased() ?? ""
            if content.type == "text/html" { htmlCount += 1 } else if content.type.hasPrefix("text") { textCount += 1 }
            let isBase64 = encoding.containsBytes(of: "base64")
            if isBase64 { base64Count += 1 } else if encoding.containsBytes(of: "quoted-printable") { quotedCount += 1 }
            let isAttachment = disposition.containsBytes(of: "attachment")
            if isAttachment { attachmentCount += 1 }
            if content.type.hasPrefix("text"), isBase64,
                charset.isEmpty || matcher.matches(MIMEFindings.asciiNames, Bytes(charset)),
                !disposition.hasPrefix("attachment"), !disposition.hasPrefix("inline")
            {
                hasEncodedText = true
            }
            if matcher.matches(MIMEFindings.isoNames, Bytes(charset)),
                !matcher.matches(MIMEFindings.knownISONames, Bytes(charset))
            {
                hasBadCharset = true
            }
            if charset.utf8.contains(where: \.isLetter) {
                charsets.append(charset)
                if !locales.contains("all"), !LocaleCharsets.isAccepted(charset, locales) { hasFarCharset = true }
            }
            guard part.isLeaf else { continue }
            let isText = content.type == "text/plain"
            var size = 0
            let isMeasured = hasAlternative && !isAttachment && (isText || content.type == "text/html")
            let isASCII = isText && (content.charset == nil || charset == "us-ascii")
            let isPlain = isText && (encoding.isEmpty || encoding == "7bit" || encoding == "8bit")
            let isQuoted = encoding == "quoted-printable"
            let isEncoded = encoding == "base64" && content.type != "application/ics"
            for line in part.lines {
                if isMeasured { size += line.count }
                if isEncoded {
                    longestBase64Line = max(longestBase64Line, line.count)
                }
                if isQuoted, !MIMEFindings.isReport(line) {
                    if line.count > 79 { hasLongQuotedLine = true }
                    quotedBytes += line.count
                    quotedEscapes += MIMEFindings.needlessEscapes(in: line)
                }
                if isASCII {
                    let census = line.withSpan { $0.census }
                    if census.carriageReturns > 0 || census.hasNUL || census.hasEightBit { illegalLines += 1 }
                }
                if isPlain {
                    plainCount += line.count
                    if line.withSpan({ $0.firstIndex(of: "&#x") }) != nil {
                        matcher.eachRange(of: MIMEFindings.references, in: line) { _ in
                            referenceCount += 1
                            plainCount -= 8
                            return true
                        }
                    }
                }
            }
            if !isAttachment { sizes.append((content.type, size)) }
        }
        if quotedBytes > 0 {
            quotedRatio = Double(quotedEscapes) / Double(quotedBytes)
            quotedCount = quotedEscapes
        }
        if plainCount > 0 { unicodeRatio = Double(referenceCount) / Double(plainCount) }
        if hasAlternative, let html = sizes.last(where: { $0.type == "text/html" })?.bytes, html > 0,
            let text = sizes.last(where: { $0.type == "text/plain" })?.bytes
        {
            alternativeRatio = Double(text) / Double(html)
        }
    }

    /// Whether a line is of a report that an earlier filter put into the text.
    private static func isReport(_ line: Bytes) -> Bool {
        line.first == .ascii("S") && line.starts(with: "SPAM: ".utf8)
    }

    /// How many characters of a line in quoted-printable are escaped and need not be; white space at its end has to be.
    private static func needlessEscapes(in line: Bytes) -> Int {
        line.withSpan { span in
            func isBlank(_ first: UInt8, _ second: UInt8) -> Bool {
                first == .ascii("0") ? second == .ascii("9") : first == .ascii("2") && second == .ascii("0")
            }
            func isNeedless(_ first: UInt8, _ second: UInt8) -> Bool {
                let isDigit = second.isDigit || (second >= .ascii("A") && second <= .ascii("F"))
                return switch first {
                case .ascii("0"): second == .ascii("9")
                case .ascii("2"), .ascii("4"), .ascii("5"), .ascii("6"): isDigit
                case .ascii("3"): isDigit && second != .ascii("D")
                case .ascii("7"): isDigit && second != .ascii("F")
                default: false
                }
            }
            var (count, place) = (0, 0)
            while let found = span.firstIndex(of: .equals, from: place), found + 2 < span.byteCount {
                let isFound = isNeedless(span[found + 1], span[found + 2])
                if isFound { count += 1 }
                place = found + (isFound ? 3 : 1)
            }
            guard count > 0 else { return 0 }
            var end = span.byteCount
            while end > 0, span[end - 1].isRuleSpace { end -= 1 }
            while end >= 3, span[end - 3] == .equals, isBlank(span[end - 2], span[end - 1]) {
                count -= 1
                end -= 3
            }
            return count
        }
    }

    /// A finding that rules ask for by name.
    func flag(_ name: String) -> Bool {
        switch name {
        case "mime_base64_count": base64Count > 0
        case "mime_base64_encoded_text": hasEncodedText
        case "mime_body_html_count": htmlCount > 0
        case "mime_body_text_count": textCount > 0
        case "mime_faraway_charset": hasFarCharset
        case "mime_missing_boundary": isMissingBoundary
        case "mime_multipart_alternative": hasAlternative
        case "mime_multipart_ratio": alternativeRatio != 0
        case "mime_qp_count": quotedCount > 0
        case "mime_qp_long_line": hasLongQuotedLine
        case "mime_qp_ratio": quotedRatio > 0
        case "mime_ascii_text_illegal": illegalLines > 0
        case "mime_text_unicode_ratio": unicodeRatio > 0
        case "mime_attachment": attachmentCount > 0
        case "mime_bad_iso_charset": hasBadCharset
        case "mimepart_limit_exceeded": false
        default: false
        }
    }
}
