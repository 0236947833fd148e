import Values

/// A field that a rule asks for, with its modifiers: `Subject:raw`, `From:addr`, `ALL`.
struct HeaderRequest: Sendable, Hashable {
    let name: String
    let key: String
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

    static let modifiers: Set<String> = ["raw", "addr", "name", "host", "domain", "ip", "revip", "first", "last"]

    // What differs in the modifiers alone is rare.
    func hash(into hasher: inout Hasher) { hasher.combine(key) }

    init(_ text: String) {
        guard text.utf8.contains(.colon) else {
            (name, key) = (text, text.lowercased())
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        name = String(parts.first ?? "")
        key = name.lowercased()
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
