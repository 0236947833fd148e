import ArgumentParser
import Authentication
import Cryptography
import Values

/// `assay keygen`
struct KeygenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a key for DKIM and ARC, and the DNS record that publishes it.",
        discussion: """
            The private key goes to the file of --output (PEM, PKCS #8), which only you can read; a file that is there \
            is not overwritten without --force. The record goes to standard output as a line of a zone file.

            Publish the record before signing with the key. Give each new key a selector of its own, and leave the old \
            record until no mail signed with it is on its way.
            """)

    /// The kinds of key.
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case rsa
        case ed25519
    }

    @Option(help: ArgumentHelp("The domain that will sign.", valueName: "name"))
    var domain: String

    @Option(help: ArgumentHelp("The selector that the key will be published under.", valueName: "name"))
    var selector: String

    @Option(help: "The kind of key. Not every receiver verifies ed25519 (RFC 8463): sign with an RSA key as well.")
    var type = Kind.rsa

    @Option(help: ArgumentHelp("The size of an RSA key, from 1024 to 4096.", valueName: "number"))
    var bits: Int?

    @Option(help: ArgumentHelp("The file for the private key.", valueName: "file"))
    var output: String

    @Flag(help: "Say in the record that the domain is testing DKIM (t=y): failures count as no signature.")
    var testing = false

    @Flag(help: "Say in the record that sub-domains do not sign with the key (t=s).")
    var strict = false

    @Flag(help: "Overwrite the file.")
    var force = false

    func validate() throws {
        if output == "-" {
            throw ValidationError("--output: a private key is not printed; name a file (./- for one called '-').")
        }
        if let bits, type == .ed25519 || !PrivateKey.newRSABits.contains(bits) {
            throw ValidationError(
                type == .ed25519 ? "--bits is for RSA keys." : "--bits: '\(bits)' is not from 1024 to 4096.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            guard let domainName = DKIMSigner.domain(domain) else {
                throw Failure(.usage, TerminalLine.safe("--domain: '\(domain)' is no domain that mail is signed for"))
            }
            guard let selectorName = DKIMSigner.selector(selector) else {
                throw Failure(
                    .usage,
                    TerminalLine.safe("--selector: '\(selector)' is no selector (\(SigningKeyOptions.selectorForm))"))
            }
            guard DKIMSigner.keyName(selector: selectorName, domain: domainName) != nil else {
                throw Failure(.usage, "--selector: with the domain it is too long for a name in DNS")
            }
            try NewKeyFile.check(output, replaces: force)
            let made = type == .rsa ? PrivateKey(newRSA: bits ?? 2048) : PrivateKey.newEd25519()
            guard let made,
                let record = DKIMKeyText(
                    DKIMSigningKey(selector: selectorName, key: made), domain: domainName, isTesting: testing,
                    isStrict: strict)
            else { throw Failure(.unavailable, "libcrypto makes no key of this kind") }
            try NewKeyFile.write(PrivateKeyFile.text(of: made), to: output, replaces: force)
            try tell(record.zoneLines)
        }
    }

    /// Prints the record. A key whose record nobody has got is told of, as it is in its file all the same.
    private func tell(_ record: String) throws {
        let reason: String
        do {
            var file = try FileOutput(path: nil)
            file.append(record)
            return try file.flush()
        } catch let failure as Failure {
            reason = failure.messages.joined(separator: "; ")
        } catch {
            reason = "standard output: nobody reads it"
        }
        throw Failure(
            .inputOutput,
            TerminalLine.safe(
                "\(reason); the record is not written, the private key is in \(output): make another with --force"))
    }
}
