import Authentication
import Cryptography
import Foundation
import Mail
import Values

/// Signs test messages: RFC 6376 §5 without its checks, so that it signs nonsense too.
struct DKIMTestSigner {
    var algorithm = DKIMAlgorithm.ed25519SHA256
    var canonicalization = DKIMCanonicalization(header: .relaxed, body: .relaxed)
    var headers = ["from", "to", "subject", "date"]
    var length: Int?
    /// Tags besides those that follow from the rest.
    var extra = ""
    var version: String? = "1"
    var domain = "example.org"
    var selector = "sel"
    var key: PrivateKey?

    static let message = """
        From: Ann <ann@example.org>
        To: Bob <bob@example.com>
        Subject: A  message
         in two lines
        Date: Mon, 01 Jul 2024 10:00:00 +0000

        Hello,  Bob.

        -- \("")
        Ann


        """

    /// The message with a signature field on top; line ends as in `text`.
    func sign(_ text: String, fieldName: String = "DKIM-Signature") -> String {
        let lineEnd = text.utf8.contains(.cr) ? "\r\n" : "\n"
        let message = Message(Bytes(text))
        var body = CanonicalBytes()
        message.body.withSpan { BodyCanonicalizer.append($0, with: canonicalization.body, to: &body) }
        let signed = length.map { Bytes(body.bytes)[0..<$0] } ?? Bytes(body.bytes)
        let bodyHash = signed.withSpan { Digest.hash($0, with: algorithm.digest) }
        let tags = [
            version.map { "v=\($0)" }, "a=\(algorithm.rawValue)", "c=\(canonicalization)", "d=\(domain)",
            "s=\(selector)", length.map { "l=\($0)" }, extra.isEmpty ? nil : extra,
            "h=\(headers.joined(separator: ":"))", "bh=\(Data(bodyHash).base64EncodedString())", "b=",
        ]
        let field = "\(fieldName): " + tags.compactMap(\.self).joined(separator: ";\(lineEnd) ")
        var header = CanonicalBytes()
        var fields = Array(message.header)
        for name in headers {
            guard let place = fields.lastIndex(where: { $0.hasName(name) }) else { continue }
            HeaderCanonicalizer.append(fields.remove(at: place), with: canonicalization.header, to: &header)
        }
        HeaderCanonicalizer.append(Bytes(field), with: canonicalization.header, to: &header)
        let digest = Bytes(header.bytes).withSpan { Digest.hash($0, with: algorithm.digest) }
        let signature = (key ?? defaultKey)?.signature(ofDigest: digest, madeWith: algorithm.digest) ?? []
        return field + Data(signature).base64EncodedString() + lineEnd + text
    }

    private var defaultKey: PrivateKey? {
        algorithm.key == .rsa ? DKIMTestKeys.rsa1024 : DKIMTestKeys.ed25519
    }

    /// The key record of `defaultKey`, with `tags` between.
    func record(_ tags: String = "") -> String {
        algorithm.key == .rsa
            ? "v=DKIM1; k=rsa; \(tags) p=\(DKIMTestKeys.rsa1024Public)"
            : "v=DKIM1; k=ed25519; \(tags) p=\(DKIMTestKeys.ed25519Public)"
    }

    /// DNS with the key record under the signer's name.
    func dns(_ tags: String = "") -> DKIMTestDNS {
        DKIMTestDNS(texts: ["\(selector)._domainkey.\(domain)": record(tags)])
    }
}

extension DKIMVerifier {
    /// Verifies a message given as text at 2024-07-02.
    static func verify(
        _ text: String, dns: DKIMTestDNS, now: Timestamp = Timestamp(seconds: 1_719_878_400),
        options: DKIMOptions = DKIMOptions()
    ) async -> [DKIMOutcome] {
        await verify(Message(Bytes(text)), dns: dns, now: now, options: options)
    }
}
