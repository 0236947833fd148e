import Values

/// A field that a rule asks for, with its modifiers: `Subject:raw`, `From:addr`, `ALL`.
struct HeaderRequest: Sendable, Hashable {
    /// As a rule has it.
    let text: String
    let name: String
    let key: String
    /// What it is taken from.
    let source: Source
    var isRaw = false
    var takesAddress = false
    var takesName = false
    var takesHost = false
    var takesDomain = false
    var takesAddressNumber = false
    var reversesAddressNumber = false
    var isFirst = false
    var isLast = false

    /// Whether it asks for fields as they are.
    var isPlain: Bool { !takesAddress && !takesName && !takesHost && !takesAddressNumber }

    /// What a request is taken from: fields of a name, or what is made of several.
    enum Source: Sendable {
        case field, all, trustedFields, internalFields, untrustedFields, externalFields, envelopeFrom, untrustedRelays,
            trustedRelays, internalRelays, externalRelays, recipients, messageIDs

        init(name: String, key: String) {
            switch key {
            case "all" where name == "ALL": self = .all
            case "all-trusted": self = .trustedFields
            case "all-internal": self = .internalFields
            case "all-untrusted": self = .untrustedFields
            case "all-external": self = .externalFields
            case "envelopefrom": self = .envelopeFrom
            case "x-spam-relays-untrusted": self = .untrustedRelays
            case "x-spam-relays-trusted": self = .trustedRelays
            case "x-spam-relays-internal": self = .internalRelays
            case "x-spam-relays-external": self = .externalRelays
            case "tocc": self = .recipients
            case "messageid" where name == "MESSAGEID": self = .messageIDs
            default: self = .field
            }
        }
    }

    static let modifiers: Set<String> = ["raw", "addr", "name", "host", "domain", "ip", "revip", "first", "last"]

    // What differs in the modifiers alone is rare.
    func hash(into hasher: inout Hasher) { hasher.combine(key) }

    init(_ text: String) {
        self.text = text
        guard text.utf8.contains(.colon) else {
            (name, key) = (text, text.lowercased())
            source = Source(name: text, key: key)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        name = String(parts.first ?? "")
        key = name.lowercased()
        source = Source(name: name, key: key)
        for part in parts.dropFirst() {
            switch part {
            case "raw": isRaw = true
            case "addr": takesAddress = true
            case "name": takesName = true
            case "host": takesHost = true
            case "domain": (takesHost, takesDomain) = (true, true)
            case "ip": takesAddressNumber = true
            case "revip": (takesAddressNumber, reversesAddressNumber) = (true, true)
            case "first": isFirst = true
            case "last": isLast = true
            default: break
            }
        }
    }
}
