import Values

extension ServerSession {
    /// Offers what both this server can do and `peer` behind it has; without a peer, what this server can do alone.
    ///
    /// PIPELINING, CHUNKING and STARTTLS are between this server and the client and need nothing of the peer. AUTH is
    /// the peer's alone.
    public mutating func offer(whatHas peer: PeerExtensions?) {
        var offers: [ServerExtension] = []
        for offer in configuration.extensions {
            switch offer {
            case .pipelining, .chunking, .other: offers.append(offer)
            case .startTLS: if !isSecured, !withholdsTLS { offers.append(offer) }
            case .size, .enhancedStatusCodes: offers.append(offer)
            case .eightBitMIME: if peer?.contains("8BITMIME") ?? true { offers.append(offer) }
            case .smtpUTF8: if peer?.contains("SMTPUTF8") ?? true { offers.append(offer) }
            case .dsn: if peer?.contains("DSN") ?? true { offers.append(offer) }
            case .auth: if peer == nil { offers.append(offer) }
            }
        }
        // RFC 5929: a mechanism bound to the channel fails where the channel ends here.
        let mechanisms = (peer?.parameters(of: "AUTH") ?? []).filter { !$0.hasSuffix("-PLUS") && $0 != "EXTERNAL" }
        hidesAuthentication = !mechanisms.isEmpty && !isSecured && configuration.requiresTLSForAuthentication
        if !mechanisms.isEmpty, !hidesAuthentication { offers.append(.auth(mechanisms)) }
        self.offers = offers
        sizeLimit = [configuration.sizeLimit, peer?.sizeLimit ?? 0].filter { $0 > 0 }.min() ?? 0
    }
}
