import ArgumentParser
import Authentication
import Cryptography
import DNS
import Values

/// Whose signature is made, and with which keys.
struct SigningKeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The domain that signs.", valueName: "name"))
    var domain: String

    @Option(
        name: .customLong("selector"),
        help: ArgumentHelp("The selector of the key; one for each --key, in the same order.", valueName: "name"))
    var selectors: [String]

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "The private key: PEM (PKCS #1 or #8) of RSA or Ed25519; repeated with --selector for a signature each.",
            valueName: "file"))
    var keys: [String]

    /// What a selector is, in words.
    static let selectorForm = "letters, digits and hyphens inside of them, dots between"

    func validate() throws {
        guard !keys.isEmpty, keys.count == selectors.count else {
            throw ValidationError("Give --selector and --key as often as each other, and at least once.")
        }
        guard keys.count <= DKIMSigner.maximumKeys else {
            throw ValidationError("A message is signed with \(DKIMSigner.maximumKeys) keys at most.")
        }
    }

    /// The domain's name.
    func domainName() throws -> DomainName {
        guard let name = DKIMSigner.domain(domain) else {
            throw Failure(.usage, TerminalLine.safe("--domain: '\(domain)' is no domain that mail is signed for"))
        }
        return name
    }

    /// The keys, read from their files.
    func signingKeys() throws -> [DKIMSigningKey] {
        try zip(selectors, keys).map { selector, path in
            guard let name = DKIMSigner.selector(selector) else {
                throw Failure(
                    .usage,
                    TerminalLine.safe("--selector: '\(selector)' is no selector (\(SigningKeyOptions.selectorForm))"))
            }
            let contents: Bytes
            switch SecretFile.contents(of: path, limit: PrivateKeyFile.maximumSize) {
            case .failure(let error): throw error.failure
            case .success(let bytes): contents = bytes
            }
            switch PrivateKeyFile.read(contents) {
            case .failure(let fault): throw Failure(.badData, "\(path): \(fault)")
            case .success(let key): return DKIMSigningKey(selector: name, key: key)
            }
        }
    }
}
