/// The results that are registered for methods (RFC 8601 §2.7 and §6.6, the registry "Email Authentication Methods").
enum RegisteredResults {
    /// Whether `result` is registered for `method`. Of a method that is not known here, any is.
    static func contains(_ result: String, of method: String) -> Bool {
        guard let results = byMethod[method] else { return true }
        return results.contains(result)
    }

    private static let byMethod: [String: Set<String>] = [
        // RFC 8601 §2.7.1.
        "dkim": ["none", "pass", "fail", "policy", "neutral", "temperror", "permerror"],
        "domainkeys": ["none", "pass", "fail", "policy", "neutral", "temperror", "permerror"],
        // RFC 8601 §2.7.2; RFC 5451 §2.4.2 had "hardfail" for what is "fail" since RFC 6577.
        "spf": ["none", "pass", "fail", "softfail", "policy", "neutral", "temperror", "permerror", "hardfail"],
        "sender-id": ["none", "pass", "fail", "softfail", "policy", "neutral", "temperror", "permerror", "hardfail"],
        // RFC 8601 §2.7.3.
        "iprev": ["pass", "fail", "temperror", "permerror"],
        // RFC 8601 §2.7.4.
        "auth": ["none", "pass", "fail", "temperror", "permerror"],
        // RFC 7489 §11.2.
        "dmarc": ["none", "pass", "fail", "temperror", "permerror"],
        // RFC 8617 §4.4, §10.2.
        "arc": ["none", "pass", "fail"],
        // RFC 6212 §4.
        "vbr": ["none", "pass", "fail", "temperror", "permerror"],
    ]
}
