import Screening
import Values

extension ReverseLookup {
    /// A header field for each result among `findings` that the settings want told.
    ///
    /// `X-Lookup-Result: helo=mismatch client=192.0.2.1 name=mail.example`: what was looked up, how it ended, for
    /// whom. The words are those of the symbols. Authentication-Results (RFC 8601) has `iprev` for the first of the
    /// three alone, and nothing for the others.
    func fields(for findings: [Finding]) -> [Effect] {
        guard settings.field != .none else { return [] }
        return findings.compactMap { finding in
            guard let result = ReverseLookup.results[finding.symbol],
                settings.field == .all || !ReverseLookup.successes.contains(finding.symbol)
            else { return nil }
            var value = result
            for item in finding.evidence.items {
                switch (item.key, item.value) {
                case ("client", .address(let address)): value += " client=\(address)"
                case ("confirmed", .list(let names)): value += names.first.map { " name=\(Self.word($0))" } ?? ""
                case ("helo", .text(let name)): value += " name=\(Self.word(name))"
                case ("domain", .text(let domain)): value += " domain=\(Self.word(domain))"
                default: break
                }
            }
            return .addHeader(name: "X-Lookup-Result", value: value)
        }
    }

    private static let successes: Set<Symbol> = [pass, heloPass, mailDomainPass, implicitMX]

    private static let results: [Symbol: String] = [
        pass: "ptr=pass", noName.symbol: "ptr=none", unconfirmedName.symbol: "ptr=unconfirmed",
        temperror: "ptr=temperror", heloPass: "helo=pass", malformedHelo.symbol: "helo=malformed",
        unknownHelo.symbol: "helo=not-found", mismatchedHelo.symbol: "helo=mismatch", forgedHelo.symbol: "helo=forged",
        heloTemperror: "helo=temperror", mailDomainPass: "mail=pass", implicitMX: "mail=implicit-mx",
        unknownMailDomain.symbol: "mail=not-found", nullMX.symbol: "mail=null-mx",
        unreachableMailDomain.symbol: "mail=unreachable", mailDomainTemperror: "mail=temperror",
    ]

    /// What a client or a zone says, as one word of a header field: whatever could end or continue it is shown as `?`.
    private static func word(_ text: String) -> String {
        String(decoding: text.utf8.prefix(255).map { $0.isVisible ? $0 : .ascii("?") }, as: UTF8.self)
    }
}
