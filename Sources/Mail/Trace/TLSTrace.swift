import Values

/// What a Received field says about the TLS session the message came over.
public struct TLSTrace: Sendable, Hashable {
    /// The protocol version as written: `TLS1_3`, `TLSv1.2`, `TLS1.2`; `TLS` where only that is said.
    public var version: String
    /// The cipher suite as written, OpenSSL's, GnuTLS's or IANA's name.
    public var cipher: String?
    /// The key length in bits, where written.
    public var bits: Int?

    init(version: String, cipher: String? = nil, bits: Int? = nil) {
        (self.version, self.cipher, self.bits) = (version, cipher, bits)
    }

    /// Reads a comment: `version=TLS1_3 cipher=… bits=…` (Sendmail, Gmail, Exchange, older Exim), `using TLSv1.3 with
    /// cipher … (256/256 bits)` (Postfix), `TLS1.2:…:256` (Exim, OpenSMTPD), `TLS: TLSv1,256bits,…` (Courier),
    /// `Cipher TLSv1:…:128` (MDaemon), `TLS` (Exchange). Nil when the comment is about something else.
    init?(comment words: [TraceWord]) {
        // Most comments are about something else.
        guard words.contains(where: { TLSTrace.isVersion($0) || $0.contains(.equals) }) else { return nil }
        if let using = words.firstIndex(where: { $0.isText("using") }), using + 1 < words.count,
            TLSTrace.isVersion(words[using + 1])
        {
            self.init(version: words[using + 1].text)
            if let index = words.firstIndex(where: { $0.isText("cipher") }), index + 1 < words.count {
                cipher = words[index + 1].text
                if index + 2 < words.count { bits = TLSTrace.leadingNumber(words[index + 2]) }
            }
            return
        }
        var version: String?
        var cipher: String?
        var bits: Int?
        for word in words where word.contains(.equals) {
            let parts = word.split(separator: .equals, maxSplits: 1)
            guard parts.count == 2 else { continue }
            if parts[0].isText("version") {
                version = parts[1].text
            } else if parts[0].isText("cipher") {
                cipher = parts[1].text
            } else if parts[0].isText("bits") {
                bits = TLSTrace.leadingNumber(parts[1])
            }
        }
        if let version {
            self.init(version: version, cipher: cipher, bits: bits)
            return
        }
        guard let index = words.firstIndex(where: TLSTrace.isVersion) else { return nil }
        let parts = words[index].split(separator: .colon)
        if parts.count >= 2 {
            self.init(version: parts[0].text, cipher: parts[1].text)
            if parts.count >= 3 { self.bits = TLSTrace.leadingNumber(parts[2]) }
        } else if words[index].last == .colon, index + 1 < words.count {
            let fields = words[(index + 1)...].prefix(3)
            self.init(version: fields.first?.text ?? "TLS")
            for field in fields.dropFirst() {
                if field.suffix(4).elementsEqual("bits".utf8) {
                    self.bits = TLSTrace.leadingNumber(field)
                } else {
                    self.cipher = field.text
                }
            }
        } else if index == 0, words.count == 1 {
            self.init(version: parts[0].text)
        } else {
            return nil
        }
    }

    private static func isVersion(_ word: TraceWord) -> Bool {
        switch word.first.map({ $0 | 0x20 }) {
        case .ascii("t"): word.prefix(3).isText("tls")
        case .ascii("s"): word.prefix(4).isText("sslv") || (word.prefix(3).isText("ssl") && word.count <= 4)
        default: false
        }
    }

    /// The number at the start of `256/256`, `(256/256` or `256bits`.
    private static func leadingNumber(_ text: TraceWord) -> Int? {
        let digits = text.drop { $0 == .ascii("(") }.prefix { $0.isDigit }.prefix(6)
        return digits.isEmpty ? nil : digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
