import Values

/// From tokens to names and addresses.
extension AddressParser {
    static func hasAt(_ tokens: some Sequence<StructuredToken>) -> Bool {
        tokens.contains { $0.kind == .special(.at) }
    }

    static func wantsQuotes(_ token: StructuredToken) -> Bool {
        if case .special = token.kind { return true }
        return token.kind == .literal
    }

    /// Tokens in runs without a gap; RFC 5322 §4.4 lets white space stand around dots and at-signs.
    static func runs(_ tokens: [StructuredToken]) -> [ArraySlice<StructuredToken>] {
        var runs: [ArraySlice<StructuredToken>] = []
        var start = 0
        for index in tokens.indices.dropFirst() {
            let joins = { (kind: StructuredToken.Kind) in kind == .special(.dot) || kind == .special(.at) }
            guard tokens[index].spaced, !joins(tokens[index].kind), !joins(tokens[index - 1].kind) else { continue }
            runs.append(tokens[start..<index])
            start = index
        }
        if start < tokens.count { runs.append(tokens[start...]) }
        return runs
    }

    /// The tokens as text, single spaces where there was white space.
    func text(of tokens: [StructuredToken]) -> String {
        var output: [UInt8] = []
        for (index, token) in tokens.enumerated() {
            if index > 0, token.spaced { output.append(.space) }
            append(token, to: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    private func append(_ token: StructuredToken, to output: inout [UInt8]) {
        if token.kind == .quoted {
            output += StructuredLexer.content(of: bytes, in: token.range)
        } else {
            output += bytes[token.range]
        }
    }

    mutating func address(of tokens: [StructuredToken]) -> Mailbox {
        if tokens.count == 1, let only = tokens.first, only.kind == .quoted {
            // <"a@example.org">: the quotes belong to nothing.
            let content = StructuredLexer.content(of: bytes, in: only.range)
            if let at = content.lastIndex(of: .at), at > 0, Mailbox.isDotAtom(content[(at + 1)...]) {
                note(.malformedAddress)
                return Mailbox(
                    localPart: String(decoding: content[..<at], as: UTF8.self),
                    domain: String(decoding: content[(at + 1)...], as: UTF8.self))
            }
        }
        guard let at = tokens.lastIndex(where: { $0.kind == .special(.at) }) else {
            note(.missingAddress)
            return Mailbox(localPart: text(of: tokens), domain: "")
        }
        let local = part(Array(tokens[..<at]))
        var domain = part(Array(tokens[(at + 1)...]))
        if domain.last == .dot {
            note(.malformedAddress)
            domain.removeLast()
        }
        if local.isEmpty || domain.isEmpty { note(.malformedAddress) }
        return Mailbox(
            localPart: String(decoding: local, as: UTF8.self), domain: String(decoding: domain, as: UTF8.self))
    }

    /// A local part or domain: tokens run together, a gap kept as a space unless a dot stands beside it.
    private mutating func part(_ tokens: [StructuredToken]) -> [UInt8] {
        var output: [UInt8] = []
        var afterDot = true
        for (index, token) in tokens.enumerated() {
            let isDot = token.kind == .special(.dot)
            // Words and dots take turns (§4.4 obs-local-part, obs-domain).
            if isDot == afterDot { note(.malformedAddress) }
            if case .special = token.kind, !isDot { note(.malformedAddress) }
            if index > 0, token.spaced, !isDot, !afterDot { output.append(.space) }
            afterDot = isDot
            append(token, to: &output)
        }
        if afterDot { note(.malformedAddress) }
        return output
    }
}
