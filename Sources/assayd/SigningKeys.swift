import Archives
import Authentication
import Cryptography
import DNS
import Policy
import Proxy
import Screening
import Stages
import Values

/// The private keys that a policy names.
enum SigningKeys {
    /// A signer with all of them. Throws what keeps one from being used: a message that is to be signed does not go
    /// out without.
    static func signer(for policy: ScreeningPolicy) throws(StartError) -> MessageSigner {
        var signer = MessageSigner()
        for rule in policy.settings(of: DKIMStage.self)?.signing ?? [] {
            guard let file = rule.value.keyFile else {
                throw StartError(.policy, ["\(rule.place): the entry needs 'key', or assayd cannot sign"])
            }
            try add(file, at: rule.place, rule.value.domain, rule.value.selector, to: &signer)
        }
        let asked = policy.settings(of: ContentFilter.self)?.signing ?? []
        for (domain, selector, keyFile, place) in asked {
            if let keyFile {
                try add(keyFile, at: place, domain, selector, to: &signer)
            } else if !signer.hasKey(of: domain, selector) {
                throw StartError(
                    .policy, ["\(place): 'sign' needs 'key', as the stage dkim has none of \(selector) for \(domain)"])
            }
        }
        if let seal = policy.settings(of: ARCSealStage.self), let domain = seal.domain {
            let place = policy.settings.first { $0.path == ["stages", "arc-seal", "key"] }?.place ?? .builtIn
            guard let file = seal.key else {
                throw StartError(.policy, ["stages.arc-seal.key is not set, and assayd cannot seal without"])
            }
            try add(file, at: place, domain, seal.selector, to: &signer)
        }
        return signer
    }

    private static func add(
        _ file: String, at place: PolicyPlace, _ domain: String, _ selector: String, to signer: inout MessageSigner
    ) throws(StartError) {
        // As with lists, a relative name is relative to the folder of the policy.
        let folder = place.file.lastIndex(of: "/").map { place.file[...$0] } ?? ""
        let path = file.hasPrefix("/") ? file : folder + file
        let contents: Bytes
        do { contents = try PolicySource.secret(in: path, limit: PrivateKeyFile.maximumSize) } catch {
            throw StartError(error)
        }
        guard let domain = DKIMSigner.domain(domain), let selector = DKIMSigner.selector(selector) else {
            throw StartError(.policy, ["\(place): no domain and selector that mail can be signed for"])
        }
        switch PrivateKeyFile.read(contents) {
        case .failure(let fault): throw StartError(.badData, ["\(path): \(fault)"])
        case .success(let key): signer.add(DKIMSigningKey(selector: selector, key: key), of: domain)
        }
    }
}
