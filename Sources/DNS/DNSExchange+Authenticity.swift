extension Sequence<DNSExchange> {
    /// Whether DNSSEC vouches for all that was used: there were answers, each with records that validation vouched for
    /// (RFC 4035 §4.3, "secure"). That something does not exist is never proven here, so an answer that says so makes it
    /// false.
    public var areAuthentic: Bool {
        var isFound = false
        for exchange in self {
            guard case .records(_, authentic: true) = exchange.answer else { return false }
            isFound = true
        }
        return isFound
    }
}
