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
    init?(comment words: [Substring]) {
        if let using = words.firstIndex(where: { $0.equalsIgnoringASCIICase("using") }), using + 1 < words.count,
            TLSTrace.isVersion(words[using + 1])
        {
            self.init(version: String(words[using + 1]))
            if let index = words.firstIndex(where: { $0.equalsIgnoringASCIICase("cipher") }), index + 1 < words.count {
                cipher = String(words[index + 1])
                if index + 2 < words.count { bits = TLSTrace.leadingNumber(words[index + 2]) }
            }
            return
        }
        var version: String?
        var cipher: String?
        var bits: Int?
        for word in words where word.utf8.contains(.equals) {
            let parts = word.utf8.split(separator: .equals, maxSplits: 1).map { Substring($0) }
            guard parts.count == 2 else { continue }
            switch parts[0].asciiLowercased {
            case "version": version = String(parts[1])
            case "x" where TLSTrace.isVersion(parts[1]):
                // Exim's log, and fields made of it: "X=TLS1.3:TLS_AES_256_GCM_SHA384:256".
                let told = parts[1].split(separator: ":")
                version = told.first.map(String.init)
                cipher = cipher ?? (told.count >= 2 ? String(told[1]) : nil)
                bits = bits ?? (told.count >= 3 ? TLSTrace.leadingNumber(told[2]) : nil)
            case "cipher": cipher = String(parts[1])
            case "bits": bits = TLSTrace.leadingNumber(parts[1])
            default: break
            }
        }
        if let version {
            self.init(version: version, cipher: cipher, bits: bits)
            return
        }
        guard let index = words.firstIndex(where: TLSTrace.isVersion) else { return nil }
        let parts = words[index].split(separator: ":")
        if parts.count >= 2 {
            self.init(version: String(parts[0]), cipher: String(parts[1]))
            if parts.count >= 3 { self.bits = TLSTrace.leadingNumber(parts[2]) }
        } else if words[index].utf8.last == .colon, index + 1 < words.count {
            let fields = words[(index + 1)...].prefix(3)
            self.init(version: fields.first.map(String.init) ?? "TLS")
            for field in fields.dropFirst() {
                if field.hasSuffix("bits") {
                    self.bits = TLSTrace.leadingNumber(field)
                } else {
                    self.cipher = String(field)
                }
            }
        } else if index == 0, words.count == 1 {
            self.init(version: String(parts[0]))
        } else {
            return nil
        }
    }

    private static func isVersion(_ word: Substring) -> Bool {
        switch word.utf8.first.map({ $0 | 0x20 }) {
        case .ascii("t"), .ascii("s"): break
        default: return false
        }
        let prefix = Substring(word.utf8.prefix(3))
        return prefix.equalsIgnoringASCIICase("tls") || Substring(word.utf8.prefix(4)).equalsIgnoringASCIICase("sslv")
            || (prefix.equalsIgnoringASCIICase("ssl") && word.utf8.count <= 4)
    }

    /// The number at the start of `256/256`, `(256/256` or `256bits`.
    private static func leadingNumber(_ text: Substring) -> Int? {
        Int(text.drop { $0 == "(" }.prefix { $0.isASCII && $0.isNumber }.prefix(6))
    }
}
