import DNS
import Values

extension AuthenticationMethodResult {
    /// SPF (RFC 8601 §2.7.2): smtp.mailfrom or smtp.helo, by the identity that was checked.
    public static func spf(
        _ result: SPFResult, identity: SPFQuery.Identity, _ address: String, reason: String? = nil
    ) -> AuthenticationMethodResult {
        let name = identity == .helo ? "helo" : "mailfrom"
        return AuthenticationMethodResult(
            "spf", result.rawValue, reason: reason, properties: [AuthenticationProperty("smtp", name, address)])
    }

    /// DKIM (RFC 8601 §2.7.1): header.d, header.i, header.s and header.a of the signature, and header.b, the start of
    /// its `b=` that tells it from others (RFC 6008 §4).
    public static func dkim(
        _ result: String, domain: String?, identity: String? = nil, selector: String? = nil, algorithm: String? = nil,
        signature: String? = nil, reason: String? = nil
    ) -> AuthenticationMethodResult {
        let properties = [("d", domain), ("i", identity), ("s", selector), ("a", algorithm), ("b", signature)]
        return AuthenticationMethodResult(
            "dkim", result, reason: reason,
            properties: properties.compactMap { name, value in
                value.map { AuthenticationProperty("header", name, $0) }
            })
    }

    /// DMARC (RFC 7489 §11.2): header.from; policy.dmarc where a policy was applied.
    public static func dmarc(
        _ result: String, from domain: String?, policy: String? = nil, reason: String? = nil
    ) -> AuthenticationMethodResult {
        var properties: [AuthenticationProperty] = []
        if let domain { properties.append(AuthenticationProperty("header", "from", domain)) }
        if let policy { properties.append(AuthenticationProperty("policy", "dmarc", policy)) }
        return AuthenticationMethodResult("dmarc", result, reason: reason, properties: properties)
    }

    /// ARC (RFC 8617 §10.2): smtp.remote-ip, the client's address, and header.oldest-pass, the lowest instance whose
    /// message signature still holds.
    public static func arc(
        _ result: String, client: IPAddress? = nil, oldestPass: Int? = nil, reason: String? = nil
    ) -> AuthenticationMethodResult {
        var properties: [AuthenticationProperty] = []
        if let client { properties.append(AuthenticationProperty("smtp", "remote-ip", client.description)) }
        if let oldestPass { properties.append(AuthenticationProperty("header", "oldest-pass", String(oldestPass))) }
        return AuthenticationMethodResult("arc", result, reason: reason, properties: properties)
    }

    /// VBR (RFC 6212 §3): header.md, the domain vouched for, and header.mv, who vouches.
    public static func vbr(
        _ result: String, domain: String?, certifier: String? = nil
    ) -> AuthenticationMethodResult {
        var properties: [AuthenticationProperty] = []
        if let domain { properties.append(AuthenticationProperty("header", "md", domain)) }
        if let certifier { properties.append(AuthenticationProperty("header", "mv", certifier)) }
        return AuthenticationMethodResult("vbr", result, properties: properties)
    }

    /// The reverse name of a client (RFC 8601 §3): policy.iprev.
    public static func iprev(_ result: String, client: IPAddress, name: String? = nil) -> AuthenticationMethodResult {
        AuthenticationMethodResult(
            "iprev", result, properties: [AuthenticationProperty("policy", "iprev", client.description)],
            comments: name.map { [$0] } ?? [])
    }

    /// SMTP authentication (RFC 8601 §2.7.4): smtp.auth.
    public static func auth(_ result: String, identity: String?) -> AuthenticationMethodResult {
        AuthenticationMethodResult(
            "auth", result, properties: identity.map { [AuthenticationProperty("smtp", "auth", $0)] } ?? [])
    }

    /// For each of a message's signatures what header.b says of it: the first eight letters of its `b=`, and as many
    /// more as tell it from every other (RFC 6008 §4). White space in them is left out.
    public static func signatureParts(_ signatures: [String]) -> [String] {
        let texts = signatures.prefix(1000).map { Array($0.utf8.filter { !$0.isFoldingWhitespace }.prefix(200)) }
        return texts.enumerated().map { index, text in
            var length = 8
            for (other, rival) in texts.enumerated() where other != index && rival != text {
                let common = zip(text, rival).prefix { $0 == $1 }.count
                length = max(length, common + 1)
            }
            return String(decoding: text.prefix(length), as: UTF8.self)
        }
    }
}
