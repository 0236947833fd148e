import Archives
import Authentication
import Cryptography
import DNS
import Glibc
import Mail
import Values

/// What no replay of a mailbox can do without, in processor seconds: reading the bytes; one SHA-256 of each message,
/// its id; and for DKIM one digest of the body for each way in which it is signed, and the RSA verification of each
/// signature whose body is the one signed (others have failed by then). All digests and verifications are libcrypto's,
/// over bytes in memory as they stand.
enum PhysicalLimit {
    static func measure(mailbox: String, publicKey: String) async throws {
        guard let der = DKIMBase64.decode(Bytes(publicKey)), let key = PublicKey(rsa: der) else {
            throw Bench.Failure("the second argument is no RSA public key")
        }
        let works = try await works(of: mailbox, publicKey: publicKey)
        let signature = [UInt8](repeating: 1, count: key.bits / 8)
        let digest = SHA256.hash(Bytes(""))
        func verify(_ count: (Work) -> Int) -> Double {
            CPUTime.measure {
                for _ in 0..<works.reduce(0, { $0 + count($1) }) {
                    _ = key.isValid(signature: signature, ofDigest: digest, madeWith: .sha256)
                }
            }
        }
        let reading = try CPUTime.measure { try read(mailbox) }
        let digests = CPUTime.measure {
            for work in works {
                _ = SHA256.hash(work.message)
                for algorithm in work.bodyDigests { work.body.withSpan { _ = Digest.hash($0, with: algorithm) } }
            }
        }
        let verifying = verify(\.verifications)
        let verifyingAll = verify(\.signatures)
        print(
            "messages \(works.count) signatures \(works.reduce(0) { $0 + $1.signatures })",
            "verifications \(works.reduce(0) { $0 + $1.verifications })",
            "read_cpu \(reading) digest_cpu \(digests) verify_cpu \(verifying) verify_all_cpu \(verifyingAll)")
    }

    /// The work on one message.
    private struct Work {
        let message: Bytes
        let body: Bytes
        let bodyDigests: [DigestAlgorithm]
        /// The signatures that can be read.
        let signatures: Int
        /// Those that get as far as a verification.
        let verifications: Int
    }

    private static func works(of mailbox: String, publicKey: String) async throws -> [Work] {
        let dns = EveryKey(answer: .records([.txt([Bytes("v=DKIM1; p=\(publicKey)")])], authentic: false))
        var reader = try ArchiveReader(.path(mailbox))
        var works: [Work] = []
        // A sample that is repeated is the same storage again and again to nobody: each copy is read and kept.
        while let event = reader.next() {
            guard case .message(let entry) = event else { continue }
            let message = Message(entry.message)
            let outcomes = await DKIMVerifier.verify(message, dns: dns, now: Timestamp(seconds: 0)).filter {
                $0.canonicalization != nil
            }
            let forms = Set(
                outcomes.map { outcome in
                    [
                        outcome.algorithm, outcome.canonicalization?.body.rawValue,
                        outcome.signedBodyLength.map(String.init),
                    ]
                })
            works.append(
                Work(
                    message: entry.message, body: message.body,
                    bodyDigests: forms.map { $0[0] == DKIMAlgorithm.rsaSHA1.rawValue ? .sha1 : .sha256 },
                    signatures: outcomes.count,
                    verifications: outcomes.count { $0.bodyHashMatches == true }))
        }
        return works
    }

    private static func read(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Bench.Failure(unsafe "\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while unsafe Glibc.read(descriptor, &buffer, buffer.count) > 0 {}
    }

    /// A DNS in which every name has the same key.
    private struct EveryKey: DNSView {
        let answer: DNSAnswer
        func answer(to question: DNSQuestion) async -> DNSAnswer { answer }
    }
}
