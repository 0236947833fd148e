import Values

extension ArraySlice<UInt8> {
    /// The text as a value of a field: nil where it is empty.
    var value: String? { isEmpty ? nil : prefix(LogText.longestValue).string }

    /// The longest value of a field.
    static var longestValue: Int { 4096 }

    /// Takes what stands before the next space, and that space and those behind it.
    mutating func takeWord() -> LogText {
        let word = prefix { $0 != .space }
        self = dropFirst(word.count).drop { $0 == .space }
        return word
    }

    /// Takes what stands before the first `separator`, and the separator; nil, with nothing taken, where there is none.
    mutating func take(untilFirst separator: String) -> LogText? {
        guard let found = first(separator) else { return nil }
        defer { self = self[found.upperBound...] }
        return self[..<found.lowerBound]
    }

    /// Cuts what stands behind the last `separator` off the end; nil, with nothing cut, where there is none.
    mutating func cut(fromLast separator: String) -> LogText? {
        guard let found = last(separator) else { return nil }
        defer { self = self[..<found.lowerBound] }
        return self[found.upperBound...]
    }

    /// The text without quotation marks around it.
    var unquoted: LogText { first == .quote && last == .quote && count >= 2 ? dropFirst().dropLast() : self }

    /// Whether the text begins with `prefix`, whatever the case of its letters. `prefix` is in lower case.
    func beginsIgnoringCase(_ prefix: String) -> Bool {
        let bytes = prefix.utf8
        return count >= bytes.count && zip(self, bytes).allSatisfy { $0.lowercased == $1 }
    }

    /// How often `pattern` stands in the text, counted up to `limit`.
    func occurrences(of pattern: String, limit: Int = 2) -> Int {
        var (count, position) = (0, startIndex)
        while count < limit, let found = first(pattern, from: position) {
            (count, position) = (count + 1, found.upperBound)
        }
        return count
    }

    /// Whether the text is one of the numbers that a colon separates from an address, and the address: `192.0.2.1:25`,
    /// `[2001:db8::1]:25`, or an address alone.
    var endpoint: (address: IPAddress, port: Int?)? {
        guard count <= 80 else { return nil }
        if let address { return (address, nil) }
        guard let colon = lastIndex(of: .colon), let port = self[(colon + 1)...].number, port <= 65_535,
            let address = self[..<colon].address
        else { return nil }
        return (address, port)
    }
}

extension LogRecord {
    /// Sets the client's address, and port where it is told.
    mutating func setClient(_ endpoint: (address: IPAddress, port: Int?)?) {
        guard let endpoint else { return }
        self[.client] = endpoint.address.description
        self[.clientPort] = endpoint.port.map { String($0) }
    }

    /// Sets the address of the host that mail goes to.
    mutating func setNextHop(_ endpoint: (address: IPAddress, port: Int?)?) {
        guard let endpoint else { return }
        self[.nextHopAddress] = endpoint.address.description
        self[.nextHopPort] = endpoint.port.map { String($0) }
    }

    /// Sets the reply and what it begins with: `550 5.1.1 no such user`.
    mutating func setReply(_ text: LogText) {
        if text.isEmpty { self[.reply] = nil } else { set(.reply, octets: text.prefix(LogText.longestValue)) }
        let code = text.prefix(3)
        guard let number = code.number, code.count == 3, (200..<600).contains(number) else { return }
        self[.code] = code.string
        // RFC 3463 §2: class, subject and detail.
        let enhanced = text.dropFirst(4).prefix { $0 != .space }
        let parts = enhanced.split(separator: .dot, omittingEmptySubsequences: false)
        if parts.count == 3, parts[0].count == 1, parts.allSatisfy({ $0.number != nil && $0.count <= 3 }) {
            self[.enhancedCode] = enhanced.string
        }
    }
}

/// Of a hundred lines, how many are of a form.
func share(of head: [LogText], _ matches: (LogText) -> Bool) -> Int {
    head.isEmpty ? 0 : head.count(where: matches) * 100 / head.count
}
