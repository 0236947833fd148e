import Authentication
import Cryptography
import Mail
import Values

/// An mbox of messages of 5 KB, each with an rsa-sha256, relaxed/relaxed signature over five fields and the body.
enum SignedMailbox {
    /// The signer's domain.
    static let domain = "signer.example"
    /// The name of its key.
    static let selector = "bench"

    private static let signedFields = ["from", "to", "subject", "date", "message-id"]
    private static let size = 5 << 10

    static func write(privateKey: String, count: String) throws {
        guard let der = DKIMBase64.decode(Bytes(privateKey)), let key = PrivateKey(der: der) else {
            throw Bench.Failure("the first argument is no private key")
        }
        guard let count = Int(count), count > 0 else { throw Bench.Failure("the second argument is no number") }
        for number in 0..<count {
            let message = specimen(number)
            let signature = try signature(of: Message(Bytes(message)), with: key)
            try StandardOutput.write(
                Bytes("From sender@\(domain) Sat Jun  1 10:00:00 2024\n\(signature)\n\(message)\n"))
        }
    }

    /// Prose of the length of mail, no two messages the same, with the folds, doubled spaces and spaces at line ends
    /// that canonicalisation is about.
    private static func specimen(_ number: Int) -> String {
        var text = """
            Received: from mail.\(domain) (mail.\(domain) [192.0.2.25])
            \tby mx.receiver.example with ESMTPS id \(number)
            \tfor <reader@receiver.example>; Sat, 1 Jun 2024 10:00:00 +0000
            From: "A. Sender" <sender@\(domain)>
            To: reader@receiver.example,
            \tother@receiver.example
            Subject: Message number \(number)
              about nothing  in particular
            Date: Sat, 1 Jun 2024 09:59:58 +0000
            Message-ID: <\(number).bench@\(domain)>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8


            """
        var line = 0
        while text.utf8.count < size {
            line += 1
            let ending = line % 9 == 0 ? " " : ""
            let gap = line % 7 == 0 ? "  " : " "
            text +=
                "Line \(line) of message \(number) says\(gap)what lines of mail say, and no more than that.\(ending)\n"
        }
        return text
    }

    private static func signature(of message: Message, with key: PrivateKey) throws -> String {
        var body = Digest(.sha256)
        message.body.withSpan { BodyCanonicalizer.append($0, with: .relaxed, to: &body) }
        // RFC 6376 §3.7: the field is signed with an empty b= and without its line end.
        let field =
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=\(domain); s=\(selector);\n"
            + "\th=\(signedFields.joined(separator: ":"));\n\tbh=\(Base64.text(body.finalize()));\n\tb="
        var header = Digest(.sha256)
        for name in signedFields {
            guard let field = message.header.first(name) else { throw Bench.Failure("no field \(name)") }
            HeaderCanonicalizer.append(field, with: .relaxed, to: &header)
        }
        HeaderCanonicalizer.append(Bytes(field), with: .relaxed, to: &header)
        guard let signature = key.signature(ofDigest: header.finalize(), madeWith: .sha256) else {
            throw Bench.Failure("the key does not sign")
        }
        return field + Base64.text(signature)
    }
}
