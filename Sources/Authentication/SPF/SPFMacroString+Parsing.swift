import Values

extension SPFMacroString {
    /// Where a macro string stands, which decides what may be in it.
    enum Place {
        /// A domain-spec: no explanation letters, and it must end in a macro or a top label.
        case domain
        /// The value of a modifier this standard does not know: any letters, any end.
        case unknownModifier
        /// An explanation: any letters, and spaces.
        case explanation
    }

    /// Parses `bytes`, which start at `offset` of `term`'s record.
    init(_ bytes: ArraySlice<UInt8>, place: Place, term: ArraySlice<UInt8>) throws(SPFSyntaxError) {
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var position = bytes.startIndex
        /// Where the octets after the last macro-expand start.
        var tail = bytes.startIndex
        while position < bytes.endIndex {
            let byte = bytes[position]
            guard byte == .ascii("%") else {
                guard byte.isVisible || (byte == .space && place == .explanation) else {
                    throw SPFSyntaxError(term: term, offset: position, "an octet that is not visible ASCII")
                }
                literal.append(byte)
                position += 1
                continue
            }
            switch position + 1 < bytes.endIndex ? bytes[position + 1] : 0 {
            case .ascii("%"): literal.append(.ascii("%"))
            case .ascii("_"): literal.append(.space)
            case .hyphen: literal += Array("%20".utf8)
            case .ascii("{"):
                guard let close = bytes[position...].firstIndex(of: .ascii("}")) else {
                    throw SPFSyntaxError(term: term, offset: position, "a macro without its closing brace")
                }
                let macro = try SPFMacro(bytes[(position + 2)..<close], place: place, term: term)
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = []
                pieces.append(.macro(macro))
                position = close - 1
            default:
                // RFC 7208 §7.1: "%" is followed by "{", "%", "_" or "-", or it is a syntax error.
                throw SPFSyntaxError(term: term, offset: position, "a '%' that starts no macro")
            }
            position += 2
            tail = position
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        self.pieces = pieces
        self.text = SPFText.printable(bytes)
        switch (place, pieces.first, pieces.count) {
        case (.domain, .literal(let bytes)?, 1): literalDomain = SPFDomain(SPFMacroString.fitted(bytes))
        default: literalDomain = nil
        }
        if place == .domain { try SPFMacroString.checkDomainEnd(bytes, tail: bytes[tail...], term: term) }
    }

    /// RFC 7208 §7.1: domain-end = ( "." toplabel [ "." ] ) / macro-expand.
    private static func checkDomainEnd(
        _ whole: ArraySlice<UInt8>, tail: ArraySlice<UInt8>, term: ArraySlice<UInt8>
    ) throws(SPFSyntaxError) {
        guard !whole.isEmpty else {
            throw SPFSyntaxError(term: term, offset: whole.startIndex, "an empty domain")
        }
        guard !tail.isEmpty else { return }
        let name = tail.last == .dot ? tail.dropLast() : tail
        guard let dot = name.lastIndex(of: .dot) else {
            throw SPFSyntaxError(term: term, offset: tail.startIndex, "a domain that is not fully qualified")
        }
        let label = name[(dot + 1)...]
        let isTopLabel =
            label.allSatisfy { $0.isAlphanumeric || $0 == .hyphen } && !label.isEmpty && label.first != .hyphen
            && label.last != .hyphen && !label.allSatisfy(\.isDigit)
        guard isTopLabel else {
            let hint =
                label.allSatisfy(\.isDigit) && !label.isEmpty
                ? "a domain whose last label is a number (an address belongs in ip4 or ip6)"
                : "a domain whose last label is not a valid one"
            throw SPFSyntaxError(term: term, offset: label.startIndex, hint)
        }
    }
}

extension SPFMacro {
    /// Parses what is between the braces: macro-letter transformers *delimiter.
    fileprivate init(
        _ bytes: ArraySlice<UInt8>, place: SPFMacroString.Place, term: ArraySlice<UInt8>
    ) throws(SPFSyntaxError) {
        func fail(_ offset: Int, _ message: String) -> SPFSyntaxError {
            SPFSyntaxError(term: term, offset: offset, message)
        }
        guard let first = bytes.first, let letter = Letter(rawValue: first.lowercased) else {
            throw fail(bytes.startIndex, "an unknown macro letter")
        }
        // RFC 7208 §7.2: c, r and t are for explanations only.
        guard place != .domain || !letter.isForExplanationOnly else {
            throw fail(bytes.startIndex, "a macro letter that is for explanations only")
        }
        var position = bytes.startIndex + 1
        var count: Int?
        while position < bytes.endIndex, bytes[position].isDigit {
            // No value has so many parts: counting on would only overflow.
            count = min((count ?? 0) * 10 + Int(bytes[position] - 0x30), 1 << 20)
            position += 1
        }
        // RFC 7208 §7.3: the DIGIT transformer must not be zero.
        guard count != 0 else { throw fail(position - 1, "a macro that keeps no part") }
        var reversed = false
        if position < bytes.endIndex, bytes[position].lowercased == .ascii("r") {
            reversed = true
            position += 1
        }
        let delimiters = bytes[position...]
        guard let bad = delimiters.firstIndex(where: { !SPFMacro.delimiters.contains($0) }) else {
            self.init(
                letter: letter, isURLEscaped: first != first.lowercased, partCount: count, isReversed: reversed,
                delimiters: delimiters.isEmpty ? [.dot] : Array(delimiters))
            return
        }
        throw fail(bad, "a macro with an unknown delimiter or transformer")
    }

    /// RFC 7208 §7.1: delimiter = "." / "-" / "+" / "," / "/" / "_" / "=".
    private static let delimiters = Array(".-+,/_=".utf8)
}
