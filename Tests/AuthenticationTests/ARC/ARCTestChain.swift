import Authentication
import Cryptography
import DNS
import Mail
import Values

/// Seals test messages: the real sealer for sets as they should be, and edits for those that should not.
struct ARCTestChain {
    static let now = Timestamp(seconds: 1_719_878_400)

    /// The domain of each hop, the first handler's first.
    var domains = ["one.example"]
    var chain: [ARCStatus]?
    var key = DKIMTestKeys.ed25519

    /// `text` with a set of each domain on top, each made with the selector `sel`.
    func seal(_ text: String = DKIMTestSigner.message, startingAt first: Int = 1) -> String {
        var text = text
        for (place, domain) in domains.enumerated() {
            let status = chain?[place] ?? (first + place == 1 ? .none : .pass)
            text = ARCTestChain.seal(text, domain: domain, chain: status, key: key) ?? text
        }
        return text
    }

    static func seal(
        _ text: String, domain: String, selector: String = "sel", chain: ARCStatus, results: String = "spf=pass",
        key: PrivateKey? = DKIMTestKeys.ed25519
    ) -> String? {
        guard let key, let name = DomainName(domain), let selector = DomainName(selector) else { return nil }
        let sealed = ARCSealer.seal(
            Message(Bytes(text)), with: DKIMSigningKey(selector: selector, key: key),
            options: ARCSealingOptions(
                domain: name, results: "mx.\(domain); \(results)", chain: chain, sealedAt: now))
        guard case .success(let fields) = sealed else { return nil }
        return fields.map(\.lossyString).joined() + text
    }

    /// DNS with the key of each domain.
    var dns: DKIMTestDNS {
        DKIMTestDNS(
            texts: Dictionary(
                domains.map { ("sel._domainkey.\($0)", ARCTestChain.record) }, uniquingKeysWith: { first, _ in first }))
    }

    static let record = "v=DKIM1; k=ed25519; p=\(DKIMTestKeys.ed25519Public)"

    func validate(_ text: String, options: ARCOptions = ARCOptions()) async -> ARCOutcome {
        await ARCValidator.validate(Message(Bytes(text)), dns: dns, now: ARCTestChain.now, options: options)
    }
}
