import Archives
import Authentication
import Cryptography
import DNS
import Mail
import Values

/// Verifies the messages of a signed mailbox, and then does over the same bytes only what no verifier can do without:
/// one SHA-256 of each message and one verification by libcrypto. Both in one process, in processor seconds, by turns:
/// so that what else the machine does hits both.
enum DKIMRate {
    static func measure(mailbox: String, publicKey: String) async throws {
        guard let bytes = DKIMBase64.decode(Bytes(publicKey)),
            let key = PublicKey(rsa: bytes) ?? PublicKey(ed25519: bytes)
        else { throw Bench.Failure("the second argument is no public key") }
        let signed = try messages(of: mailbox)
        let dns = try view(publicKey: publicKey, kind: key.kind)
        let options = DKIMOptions()
        let now = Timestamp(seconds: 1_717_236_000)
        let signature = try sampleSignature(signed)

        var passed = 0
        var (verifying, limit) = (0.0, 0.0)
        for start in stride(from: 0, to: signed.count, by: 100) {
            let batch = signed[start..<min(start + 100, signed.count)]
            limit += CPUTime.measure {
                for bytes in batch {
                    let digest = SHA256.hash(bytes)
                    _ = key.isValid(signature: signature, ofDigest: digest, madeWith: .sha256)
                }
            }
            let begun = CPUTime.seconds
            for bytes in batch {
                let outcomes = await DKIMVerifier.verify(Message(bytes), dns: dns, now: now, options: options)
                if outcomes.first?.result == .pass { passed += 1 }
            }
            verifying += CPUTime.seconds - begun
        }
        guard passed == signed.count else {
            throw Bench.Failure("\(signed.count - passed) of \(signed.count) signatures do not verify")
        }
        let size = signed.reduce(0) { $0 + $1.count }
        print("messages \(signed.count) bytes \(size) verify_cpu \(verifying) limit_cpu \(limit)")
    }

    private static func messages(of mailbox: String) throws -> [Bytes] {
        var reader = try ArchiveReader(.path(mailbox))
        var messages: [Bytes] = []
        while let event = reader.next() {
            switch event {
            case .message(let entry): messages.append(entry.message)
            case .problem(let problem): throw Bench.Failure(problem.description)
            case .transcript: break
            }
        }
        return messages
    }

    /// A DNS in which nothing but the signer's key is.
    private static func view(publicKey: String, kind: PublicKey.Kind) throws -> DNSSnapshotView {
        guard let name = DomainName("\(SignedMailbox.selector)._domainkey.\(SignedMailbox.domain)"),
            let capture = DNSCapture(
                DNSQuestion(name, .txt),
                .records([.txt([Bytes("v=DKIM1; k=\(kind.rawValue); p=\(publicKey)")])], authentic: false),
                captured: nil)
        else { throw Bench.Failure("no key record") }
        return DNSSnapshot([capture]).view(at: Timestamp(seconds: 0), missing: .nameError)
    }

    /// A verification takes the same time whatever the digest, so any signature of the right length will do.
    private static func sampleSignature(_ messages: [Bytes]) throws -> [UInt8] {
        guard let message = messages.first, let field = Message(message).header.first("DKIM-Signature"),
            case .success(let signature) = DKIMSignature.parse(field)
        else { throw Bench.Failure("no signature") }
        return signature.signature
    }
}
