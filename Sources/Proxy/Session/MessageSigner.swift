import Authentication
import DNS
import Mail
import Screening
import Values

/// Signs and seals messages that go on, as stages ask for it.
public struct MessageSigner: Sendable {
    private struct Name: Hashable {
        let domain: String
        let selector: String
    }

    private var keys: [Name: DKIMSigningKey] = [:]

    /// A signer without keys.
    public init() {}

    /// Signs for `domain` with `key` from now on.
    public mutating func add(_ key: DKIMSigningKey, of domain: DomainName) {
        keys[Name(domain: domain.relativeText, selector: key.selector.relativeText)] = key
    }

    /// Whether there is such a key.
    public func hasKey(of domain: String, _ selector: String) -> Bool {
        keys[Name(domain: domain, selector: selector)] != nil
    }

    /// The message with the fields that `effects` ask for on top of it, the seal below the signatures, and why some
    /// could not be made: such a message goes on without them, because it would be no better at the next attempt.
    ///
    /// Signatures of keys at hand that were good over `original` and are not over `message`, because of what was changed
    /// in between, give way to new ones.
    func signed(
        _ message: Bytes, of original: Message, asking effects: [Effect], at now: Timestamp
    ) -> (message: Bytes, faults: [String]) {
        var (result, again) = withoutBroken(message, of: original, at: now)
        var faults: [String] = []
        for case .sealARC(let domain, let selector, let results, let chain) in effects {
            switch seal(result, domain, selector, results: results, chain: chain, at: now) {
            case .success(let fields): result = MessageSigner.putting(fields, onto: result)
            case .failure(let fault): faults.append("no ARC set of \(domain): \(fault.reason)")
            }
        }
        var signatures: [Bytes] = []
        for case .signDKIM(let domain, let selector) in effects {
            again.removeAll { $0.domain == domain && $0.selector == selector }
            again.append(Name(domain: domain, selector: selector))
        }
        for name in again {
            let (domain, selector) = (name.domain, name.selector)
            switch sign(result, domain, selector, at: now) {
            case .success(let fields): signatures += fields
            case .failure(let fault): faults.append("no DKIM signature of \(domain): \(fault.reason)")
            }
        }
        return (MessageSigner.putting(signatures, onto: result), faults)
    }

    /// The message without the signatures that changes have broken, and whose they were.
    private func withoutBroken(_ message: Bytes, of original: Message, at now: Timestamp) -> (Bytes, [Name]) {
        guard !keys.isEmpty, original.header.contains("DKIM-Signature"), message != original.bytes else {
            return (message, [])
        }
        let changed = Message(message)
        let before = DKIMVerifier.verify(original, by: published, now: now)
        let good = Set(before.filter { $0.fault == nil }.compactMap(MessageSigner.name))
        guard !good.isEmpty else { return (message, []) }
        var edits = MessageEdits(changed)
        var broken: [Name] = []
        for outcome in DKIMVerifier.verify(changed, by: published, now: now) where outcome.fault != nil {
            guard let name = MessageSigner.name(outcome), good.contains(name) else { continue }
            edits.replace(outcome.fieldRange, with: [])
            if !broken.contains(name) { broken.append(name) }
        }
        return (edits.applied().bytes, broken)
    }

    private static func name(_ outcome: DKIMOutcome) -> Name? {
        guard let domain = outcome.domain, let selector = outcome.selector else { return nil }
        return Name(domain: domain, selector: selector.asciiLowercased)
    }

    /// What the DNS is to have of a key at hand; nothing of others.
    private func published(_ domain: DomainName, _ selector: DomainName) -> DKIMKeyText? {
        keys[Name(domain: domain.relativeText, selector: selector.relativeText)].flatMap {
            DKIMKeyText($0, domain: domain)
        }
    }

    private struct Fault: Error {
        let reason: String
    }

    private func key(_ domain: String, _ selector: String) -> Result<(DomainName, DKIMSigningKey), Fault> {
        guard let key = keys[Name(domain: domain, selector: selector)], let name = DKIMSigner.domain(domain) else {
            return .failure(Fault(reason: "there is no key \(selector)"))
        }
        return .success((name, key))
    }

    private func seal(
        _ message: Bytes, _ domain: String, _ selector: String, results: String, chain: String, at now: Timestamp
    ) -> Result<[Bytes], Fault> {
        key(domain, selector).flatMap { name, key in
            guard let status = ARCStatus(rawValue: chain) else { return .failure(Fault(reason: "chain \(chain)")) }
            let options = ARCSealingOptions(domain: name, results: results, chain: status, sealedAt: now)
            return ARCSealer.seal(Message(message), with: key, options: options).mapError { Fault(reason: "\($0)") }
        }
    }

    private func sign(
        _ message: Bytes, _ domain: String, _ selector: String, at now: Timestamp
    ) -> Result<[Bytes], Fault> {
        key(domain, selector).flatMap { name, key in
            DKIMSigner.sign(Message(message), with: [key], options: DKIMSigningOptions(domain: name, signedAt: now))
                .mapError { Fault(reason: "\($0)") }
        }
    }

    private static func putting(_ fields: [Bytes], onto message: Bytes) -> Bytes {
        fields.isEmpty ? message : Bytes(fields.flatMap(\.array) + message.array)
    }
}
