import Archives
import Authentication
import Cryptography
import Mail
import Values

/// An mbox of signed messages: each with a relaxed/relaxed signature over five fields and the body. The messages are
/// those of a mailbox, or made up, of 5 KB each.
enum SignedMailbox {
    /// The signer's domain.
    static let domain = "signer.example"
    /// The name of its key.
    static let selector = "bench"

    private static let signedFields = ["from", "to", "subject", "date", "message-id"]
    private static let size = 5 << 10

    static func write(privateKey: String, count: String, mailbox: String?) throws {
        guard let der = DKIMBase64.decode(Bytes(privateKey)), let key = PrivateKey(der: der) else {
            throw Bench.Failure("the first argument is no private key")
        }
        guard let count = Int(count), count > 0 else { throw Bench.Failure("the second argument is no number") }
        func write(_ message: Bytes) throws {
            let signature = try signature(of: Message(message), with: key)
            try StandardOutput.write(Bytes("From sender@\(domain) Sat Jun  1 10:00:00 2024\n\(signature)\n"))
            try StandardOutput.write(message)
            try StandardOutput.write(Bytes("\n"))
        }
        guard let mailbox else {
            for number in 0..<count { try write(Bytes(specimen(number))) }
            return
        }
        var reader = try ArchiveReader(.path(mailbox))
        var written = 0
        while written < count, let event = reader.next() {
            guard case .message(let entry) = event, let message = plainForm(of: entry.message) else { continue }
            try write(message)
            written += 1
        }
        guard written > 0 else { throw Bench.Failure("\(mailbox) has no message that can be signed") }
    }

    /// A message without signatures and with line ends of LF, about whose bytes no two programs differ; nil for one
    /// that cannot be had so, or has no From.
    private static func plainForm(of message: Bytes) -> Bytes? {
        var bytes: [UInt8] = []
        let parsed = Message(message)
        var start = 0
        for field in parsed.header where field.hasName("DKIM-Signature") || field.hasName("DomainKey-Signature") {
            bytes += message[start..<field.range.lowerBound]
            start = field.range.upperBound
        }
        bytes += message[start..<message.count]
        let lines = bytes.split(separator: .lf, omittingEmptySubsequences: false).map { line in
            line.last == .cr ? line.dropLast() : line
        }
        let isPlain = lines.allSatisfy { line in
            !line.contains { $0 == .cr || $0 == 0 }
                && !line.drop { $0 == .ascii(">") }.starts(with: "From ".utf8)
        }
        let plain = Bytes(Array(lines.joined(separator: [.lf])))
        let header = Message(plain).header
        guard isPlain, plain.last == .lf, header.count(of: "From") == 1, header.defects.isEmpty else { return nil }
        return plain
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
        let signed = signedFields.filter { message.header.contains($0) }
        let field =
            "DKIM-Signature: v=1; a=\(key.kind.rawValue)-sha256; c=relaxed/relaxed; d=\(domain); s=\(selector);\n"
            + "\th=\(signed.joined(separator: ":"));\n\tbh=\(Base64.text(body.finalize()));\n\tb="
        var header = Digest(.sha256)
        for name in signed {
            guard let place = message.header.lastIndex(of: name, where: { _ in true }) else { continue }
            let field = message.header[place]
            HeaderCanonicalizer.append(field, with: .relaxed, to: &header)
        }
        HeaderCanonicalizer.append(Bytes(field), with: .relaxed, to: &header)
        guard let signature = key.signature(ofDigest: header.finalize(), madeWith: .sha256) else {
            throw Bench.Failure("the key does not sign")
        }
        return field + Base64.text(signature)
    }
}
