import Values

extension DomainName {
    /// The root of the DNS.
    public static let root = DomainName(CanonicalName())

    /// Reads bytes separated by dots, with or without a final one, in which nothing is an escape: a name as SMTP and
    /// SPF write it (RFC 7208 §7.3), where a backslash is a byte like any other. Nil as for `init?(_:)`.
    public init?(unescaped bytes: some Collection<UInt8>) {
        guard bytes.count <= 254 else { return nil }
        let bytes = Array(bytes)
        if let text = DomainName.plainText(bytes) {
            self.init(canonicalText: text)
        } else {
            self.init(checked: bytes)
        }
    }

    /// The canonical text of a name without escapes, as nearly all are; nil when it may be another or none.
    private static func plainText(_ bytes: [UInt8]) -> String? {
        var labelLength = 0
        for byte in bytes {
            if byte == .dot {
                guard (1...63).contains(labelLength) else { return nil }
                labelLength = 0
            } else {
                guard byte.isAlphanumeric || byte == .hyphen || byte == .ascii("_") else { return nil }
                labelLength += 1
            }
        }
        let length = labelLength > 0 ? bytes.count + 1 : bytes.count
        guard labelLength <= 63, (2...254).contains(length) else { return nil }
        return String(capacity: length) { text in
            for byte in bytes { text.append(byte.lowercased) }
            if labelLength > 0 { text.append(.dot) }
        }
    }

    private init?(checked bytes: [UInt8]) {
        var name = CanonicalName()
        for byte in bytes {
            if byte != .dot {
                name.append(byte)
            } else if !name.endLabel() {
                return nil
            }
        }
        // Bytes that end without a dot end with a label; no bytes at all are none.
        guard name.isBetweenLabels ? !bytes.isEmpty : name.endLabel() else { return nil }
        self.init(name)
    }

    /// This name with all of `parent` after it, or nil when that is longer than 255 octets.
    public func below(_ parent: DomainName) -> DomainName? {
        // The text is never shorter than the name on the wire by more than the root's octet.
        guard text.utf8.count + parent.text.utf8.count < 255 || wireLength - 1 + parent.wireLength <= 255 else {
            return nil
        }
        if parent == .root { return self }
        return self == .root ? parent : DomainName(canonicalText: text + parent.text)
    }

    /// The length of the name on the wire (RFC 1035 §3.1), in octets.
    private var wireLength: Int {
        if self == .root { return 1 }
        var length = 1
        var escaped = 0
        for byte in text.utf8 {
            if escaped == 0 {
                length += 1
                if byte == .backslash { escaped = 3 }
            } else {
                escaped = byte.isDigit ? escaped - 1 : 0
            }
        }
        return length
    }

    /// This name with `label` before it, or nil when that is too long.
    public func prepending(_ label: Bytes) -> DomainName? { DomainName(labels: [label] + labels) }

    /// The name whose PTR records name `address`: below `in-addr.arpa` (RFC 1035 §3.5) or `ip6.arpa` (RFC 3596 §2.5).
    public static func reverse(of address: IPAddress) -> DomainName {
        let labels = reverseLabels(of: address).joined(separator: ".")
        return DomainName(canonical: "\(labels).\(address.isV4 ? "in-addr" : "ip6").arpa.".utf8)
    }

    /// The labels that stand for `address` in a reverse zone or a DNS list (RFC 5782 §2.1, §2.4), least significant
    /// first: four decimal octets, or 32 hexadecimal digits in lower case.
    public static func reverseLabels(of address: IPAddress) -> [String] {
        let bytes = address.networkBytes.reversed()
        return address.isV4
            ? bytes.map { String($0) }
            : bytes.flatMap { [String($0 & 15, radix: 16), String($0 >> 4, radix: 16)] }
    }
}
