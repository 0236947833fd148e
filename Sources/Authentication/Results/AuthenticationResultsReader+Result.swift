import Mail
import Values

extension AuthenticationResultsReader {
    /// What follows a semicolon: methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ], or "none" (RFC 8601 §2.2).
    mutating func readResult(into field: inout AuthenticationResults) throws(Fault) {
        try skipBlank()
        let start = position
        guard !isAtEnd, !isAtSemicolon else {
            comments = []
            return try note(.emptyResult, at: start)
        }
        let method = takeWord(upTo: [.equals, .ascii("/")])
        try skipBlank()
        var version: [UInt8] = []
        if !isAtEnd, bytes[position] == .ascii("/") {
            position += 1
            try skipBlank()
            version = takeWord(upTo: [.equals])
            try skipBlank()
        }
        guard !isAtEnd, bytes[position] == .equals else {
            if isAtEnd || isAtSemicolon, version.isEmpty, text(method).asciiLowercased == "none" {
                comments = []
                if sawNone { try note(.noneAmongResults, at: start) }
                sawNone = true
                return
            }
            return try skipNoResult(from: start)
        }
        position += 1
        try skipBlank()
        let resultStart = position
        let result: [UInt8]
        if !isAtEnd, bytes[position] == .quote, let quoted = try takeQuoted() {
            result = Array(quoted.utf8)
            try note(.notAResult, at: resultStart, result)
        } else {
            result = takeWord()
        }
        // "from=example.net;", as Yahoo wrote, is neither a method nor its result.
        guard isKeyword(method), isKeyword(result) else { return try skipNoResult(from: start) }
        var found = AuthenticationMethodResult(text(method), text(result))
        if !version.isEmpty {
            if let number = number(version) {
                found.version = number
            } else {
                try note(.malformedVersion, at: start, version)
            }
        }
        // RFC 8601 §2.7 names results in lower case.
        if !RegisteredResults.contains(text(result), of: found.method) {
            try note(.unregisteredResult, at: resultStart, result)
        }
        try readProperties(into: &found)
        found.comments = takeComments()
        field.results.append(found)
    }

    private mutating func skipNoResult(from start: Int) throws(Fault) {
        comments = []
        try note(.notAResult, at: start, upToSemicolon: true)
        try skipToSemicolon()
    }

    /// [ CFWS reasonspec ] [ CFWS 1*propspec ].
    private mutating func readProperties(into found: inout AuthenticationMethodResult) throws(Fault) {
        while true {
            let isSkipped = try skipBlank()
            let isSpaced = isSkipped || isAfterBlank
            guard !isAtEnd, !isAtSemicolon else { return }
            if !isSpaced { try note(.unexpectedText, at: position) }
            guard found.properties.count < limits.properties else {
                try note(.tooMuch, at: position, upToSemicolon: true)
                return try skipToSemicolon()
            }
            try readProperty(into: &found)
        }
    }

    private mutating func readProperty(into found: inout AuthenticationMethodResult) throws(Fault) {
        let start = position
        let first = takeWord(upTo: [.equals, .dot])
        guard !first.isEmpty else {
            // A quote, an equals sign, a dot or a parenthesis that nothing opened.
            try note(.unexpectedText, at: start, upToSemicolon: true)
            try skipByteOrQuoted()
            return
        }
        try skipBlank()
        var second: [UInt8]?
        if !isAtEnd, bytes[position] == .dot {
            position += 1
            try skipBlank()
            second = takeWord(upTo: [.equals])
            try skipBlank()
        }
        guard !isAtEnd, bytes[position] == .equals else {
            return try note(.unexpectedText, at: start, first)
        }
        position += 1
        if let name = second {
            // RFC 8601 §2.2: ptype and property are keywords.
            if !isKeyword(first, strictly: true) || !isKeyword(name, strictly: true) {
                try note(.malformedName, at: start, first + [.dot] + name)
            }
            let value = try readValue(isProperty: true)
            found.properties.append(AuthenticationProperty(text(first), text(name), value))
        } else if text(first).asciiLowercased == "reason" {
            if found.reason != nil || !found.properties.isEmpty { try note(.misplacedReason, at: start) }
            let value = try readValue(isProperty: false)
            found.reason = found.reason ?? value
        } else {
            try note(.untypedProperty, at: start, first)
            let value = try readValue(isProperty: true)
            found.properties.append(AuthenticationProperty("", text(first), value))
        }
    }

    /// pvalue = [CFWS] ( ( value / [ [ local-part ] "@" ] domain-name ) [CFWS] ).
    private mutating func readValue(isProperty: Bool) throws(Fault) -> String {
        let before = position
        try skipBlank()
        let start = position
        guard !isAtEnd, !isAtSemicolon, !(position > before && isNextProperty) else {
            try note(.emptyValue, at: before)
            return ""
        }
        var value: [UInt8] = []
        /// The length of the value up to the end of a quoted string that opened it.
        var quotedLength: Int?
        var quotedStrings = 0
        while !isAtEnd, !endsWord(bytes[position]) || bytes[position] == .quote {
            if bytes[position] == .quote, let quoted = try takeQuoted() {
                value += quoted.utf8
                quotedStrings += 1
                if quotedStrings == 1, value.count == quoted.utf8.count {
                    quotedLength = value.count
                }
            } else {
                value.append(bytes[position])
                position += 1
            }
        }
        if !isLawful(value, quoted: quotedLength, strings: quotedStrings, isProperty: isProperty) {
            try note(.unquotedValue, at: start, value)
        }
        if quotedStrings == 0, value.count >= 2, value.first == .ascii("<"), value.last == .ascii(">") {
            value = Array(value.dropFirst().dropLast())
        }
        if value.count > limits.valueLength {
            try note(.tooMuch, at: start, value)
            value = Array(value.prefix(limits.valueLength))
        }
        return text(value)
    }

    /// Whether a value is written as the grammar has it: one quoted string, a token, or an address.
    private func isLawful(_ value: [UInt8], quoted: Int?, strings: Int, isProperty: Bool) -> Bool {
        if let quoted {
            if quoted == value.count { return true }
            // A quoted local-part.
            let rest = value[quoted...]
            return isProperty && strings == 1 && rest.first == .at && isDomain(rest.dropFirst())
        }
        guard strings == 0 else { return false }
        if value.allSatisfy(\.isTokenText) { return !value.isEmpty }
        guard isProperty else { return false }
        guard let at = value.lastIndex(of: .at) else { return isDomain(value[...]) }
        // RFC 5321 §4.1.2, RFC 6531 §3.3: a dot-string, atoms of text beyond ASCII too; none before "@example.net".
        let local = value[..<at]
        let isLocalPart =
            local.isEmpty
            || local.split(separator: .dot, omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAtomText) }
        return isLocalPart && isDomain(value[(at + 1)...])
    }

    /// RFC 6376 §3.5 domain-name, with the U-labels of RFC 8616.
    private func isDomain(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.split(separator: .dot, omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == 0x5F || $0 > 127 }
        }
    }

    /// Whether `name=` or `type.name=` stands here: a value before it was left empty.
    private var isNextProperty: Bool {
        for byte in bytes[position...].prefix(60) {
            if byte == .equals { return bytes[position].isLetter }
            guard byte.isAlphanumeric || byte == .hyphen || byte == .dot else { return false }
        }
        return false
    }
}
