import Authentication
import Cryptography
import DNS
import Foundation
import Mail
import Testing
import Values

/// What was done to a message after it was signed is found by undoing it.
@Suite struct DKIMDiagnosisTests {
    static let plain = """
        From: Ann <ann@example.org>
        To: Bob <bob@example.com>
        Subject: Minutes of  Monday
        Date: Mon, 01 Jul 2024 10:00:00 +0000
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Grüße, Bob.
        >From here on it is quoted.
        .a line that begins with a dot
        \tone that begins with a tab
        a line of some eighty characters, which is to say one that does not fit in a narrow window

        --\(" ")
        Ann

        """

    static let multipart = """
        From: Ann <ann@example.org>
        To: Bob <bob@example.com>
        Subject: Minutes
        Date: Mon, 01 Jul 2024 10:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="xyz"

        --xyz
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Grüße, Bob.

        Ann
        --xyz
        Content-Type: text/html

        <p>Grüße</p>
        --xyz--

        """

    struct Row: Sendable, CustomTestStringConvertible {
        let change: @Sendable (String) -> String
        let expected: String?
        var isProved = true
        var message = DKIMDiagnosisTests.plain
        var body = [DKIMCanonicalization.Algorithm.simple, .relaxed]
        var header = [DKIMCanonicalization.Algorithm.relaxed]
        var oversigned: [String] = []
        var testDescription: String { expected ?? "nothing found" }
    }

    static func replacing(_ old: String, _ new: String) -> @Sendable (String) -> String {
        { text in
            // The signature stands on top; what is changed is below.
            let place = text.range(of: "\nFrom: ")?.lowerBound ?? text.startIndex
            return text[..<place] + text[place...].replacingOccurrences(of: old, with: new)
        }
    }

    static let bodies: [Row] = [
        Row(
            change: { $0 + "\n_____\nannounce mailing list\nannounce@lists.example\n" },
            expected: "footer appended: 3 lines"),
        Row(change: { $0 + "\n\nlist\n" }, expected: "footer appended: 1 line", message: multipart),
        Row(
            change: replacing("Ann\n--xyz\n", "Ann\n_____\nlist footer\n--xyz\n"),
            expected: "footer appended to part 1: 2 lines", message: multipart),
        Row(
            change: replacing("8bit\n\nGr", "8bit\n\n[EXTERNAL MAIL]\n\nGr"),
            expected: "banner prepended to part 1: 2 lines", message: multipart),
        Row(
            change: replacing("--xyz--\n", "--xyz\nContent-Type: text/plain\n\nfooter\n--xyz--\n"),
            expected: "part appended: text/plain", message: multipart),
        Row(
            change: replacing("8bit\n\nGr", "8bit\n\nCAUTION: this mail came from outside.\n\nGr"),
            expected: "banner prepended: 2 lines"),
        Row(change: replacing("\n>From ", "\n>>From "), expected: "From at line start escaped as in an mbox: 1 line"),
        Row(change: replacing("\n>From ", "\nFrom "), expected: "escaped From at line start unescaped: 1 line"),
        Row(change: replacing("\n.a", "\n..a"), expected: "dots at line start doubled: 1 line"),
        Row(change: replacing("\n.a", "\na"), expected: nil, isProved: false),
        Row(change: replacing("\na line", "\n.a line"), expected: "dots at line start added: 1 line"),
        Row(change: replacing("-- \n", "--\n"), expected: "white space at line end removed: 1 line", body: [.simple]),
        Row(change: replacing("Ann\n", "Ann  \n"), expected: "white space at line end added: 1 line", body: [.simple]),
        Row(
            change: replacing("\n\tone", "\n        one"), expected: "tabs turned into spaces: 1 line", body: [.simple]),
        Row(change: replacing("a narrow window", "a narrow\nwindow"), expected: "lines re-wrapped: 1 line"),
        Row(
            change: replacing("does not fit in a narrow window", "does not fit\nin a narrow window"),
            expected: "lines re-wrapped: 1 line"),
        Row(change: replacing("Ann\n", "Ann\r\r\n"), expected: "line ends changed"),
        // From in the charset: the header's field is not touched here, so the header still verifies.
        Row(
            change: { text in
                text.replacingOccurrences(of: "Grüße", with: "Gr=C3=BC=C3=9Fe")
                    .replacingOccurrences(of: "-- \n", with: "--=20\n")
                    .replacingOccurrences(of: "a narrow window", with: "a nar=\nrow window")
                    .replacingOccurrences(of: "Encoding: 8bit", with: "Encoding: quoted-printable")
            }, expected: "transfer encoding changed: 8bit to quoted-printable; field changed: content-transfer-encoding"
        ),
        Row(
            change: { text in
                text.replacingOccurrences(of: "Grüße, Bob.\n\nAnn\n", with: "R3LDvMOfZSwgQm9iLg0KDQpBbm4=\n")
                    .replacingOccurrences(of: "Encoding: 8bit", with: "Encoding: base64")
            }, expected: "transfer encoding changed: 8bit to base64", message: multipart, body: [.relaxed]),
        Row(change: { $0.replacingOccurrences(of: "is quoted", with: "was quoted") }, expected: nil, isProved: false),
    ]

    @Test(arguments: bodies) func body(row: Row) async throws {
        try await check(row)
    }

    static let headers: [Row] = [
        Row(change: replacing("Subject: M", "Subject: [announce] M"), expected: "subject tag added: [announce]"),
        Row(change: replacing("Subject: M", "Subject: ***SPAM*** M"), expected: "subject tag added: ***SPAM***"),
        Row(
            change: replacing("Subject: Re: M", "Subject: [announce] Re: M"), expected: "subject tag added: [announce]",
            message: plain.replacingOccurrences(of: "Subject: M", with: "Subject: Re: M")),
        Row(
            change: replacing("Subject: Re: M", "Subject: Re: [announce] M"), expected: "subject tag added: [announce]",
            message: plain.replacingOccurrences(of: "Subject: M", with: "Subject: Re: M")),
        Row(
            change: replacing(
                "From: Ann <ann@example.org>\n",
                """
                From: Ann via announce <announce@lists.example>
                Reply-To: Ann <ann@example.org>

                """), expected: "From rewritten"),
        Row(
            change: {
                replacing(
                    "From: Ann <ann@example.org>\n",
                    """
                    From: Ann via announce <announce@lists.example>
                    Reply-To: Ann <ann@example.org>

                    """)(replacing("Subject: M", "Subject: [announce] M")($0)) + "\n__\nfooter\n"
            },
            expected: "footer appended: 2 lines; subject tag added: [announce]; From rewritten"),
        Row(
            change: replacing("To: Bob", "Reply-To: list@lists.example\nTo: Bob"), expected: "field added: reply-to",
            oversigned: ["reply-to"]),
        Row(change: replacing("To: Bob <bob", "To: \"Bob\" <bob"), expected: "quotation marks changed: to"),
        Row(
            change: replacing("Encoding: 8bit", "Encoding: 7bit"), expected: "field changed: content-transfer-encoding"),
        Row(change: replacing("MIME-Version: 1.0\n", ""), expected: "field removed: mime-version"),
        Row(
            change: replacing("Subject: Minutes of  Monday", "Subject: Minutes of\n Monday"), expected: nil,
            isProved: false, header: [.simple]),
        Row(
            change: replacing("Subject: Minutes", "Subject:   Minutes"), expected: "white space changed: subject",
            header: [.simple]),
        Row(
            change: replacing("From: Ann", "From: Eve <eve@example.net>\nFrom: Ann"), expected: "field added: from",
            header: [.relaxed, .simple], oversigned: ["from"]),
        Row(
            change: replacing("To: Bob", "From: Eve <eve@example.net>\nTo: Bob"), expected: "field added: from",
            header: [.relaxed, .simple]),
        Row(
            change: replacing("To: Bob", "From: Eve <eve@example.net>\nTo: Bob"), expected: "field added: from",
            header: [.relaxed, .simple], oversigned: ["from"]),
        Row(
            change: replacing("Date: ", "Subject: Money\nDate: "), expected: "field added: subject",
            header: [.relaxed, .simple]),
        Row(
            change: replacing("Date: ", "From: Eve <eve@example.net>\nSubject: Money\nDate: "),
            expected: "field added: from; field added: subject", header: [.relaxed, .simple]),
        Row(
            change: replacing("Date: Mon, 01 Jul 2024 10:00:00 +0000\n", ""), expected: "signed but absent: date",
            isProved: false),
        Row(
            change: replacing("Cc: Cat <cat@example.com>\n", ""), expected: "signed but absent: cc", isProved: false,
            message: plain.replacingOccurrences(of: "To: Bob", with: "Cc: Cat <cat@example.com>\nTo: Bob")),
        Row(change: replacing("of  Monday", "of  Monday [announce]"), expected: "subject tag added: [announce]"),
        Row(
            change: replacing("of  Monday", "of  Monday (was: x)"), expected: "subject tag added: (was: x)",
            header: [.simple]),
        Row(change: replacing("Subject: M", "Subject: Re: M"), expected: "subject tag added: Re:"),
        Row(
            change: replacing("Subject: M", "SUBJECT: M"), expected: "case of the field's name changed: subject",
            header: [.simple]),
        Row(
            change: replacing("MIME-Version", "Mime-Version"),
            expected: "case of the field's name changed: mime-version", header: [.simple]),
        Row(change: replacing("Subject: Minutes", "Subject: Protocol"), expected: nil, isProved: false),
    ]

    @Test(arguments: headers) func header(row: Row) async throws {
        try await check(row)
    }

    func check(_ row: Row) async throws {
        for (key, published) in [
            (DKIMTestKeys.rsa1024, "rsa; p=\(DKIMTestKeys.rsa1024Public)"),
            (DKIMTestKeys.ed25519, "ed25519; p=\(DKIMTestKeys.ed25519Public)"),
        ] {
            for header in row.header {
                for body in row.body {
                    let domain = try #require(DomainName("example.org"))
                    let options = DKIMSigningOptions(
                        domain: domain, canonicalization: DKIMCanonicalization(header: header, body: body),
                        oversignedHeaders: row.oversigned, signedAt: Timestamp(seconds: 1_719_828_000))
                    let signingKey = DKIMSigningKey(selector: try #require(DomainName("sel")), key: try #require(key))
                    let fields = try DKIMSigner.sign(Message(Bytes(row.message)), with: [signingKey], options: options)
                        .get()
                    let signed = (fields.first?.lossyString ?? "") + row.message
                    let dns = DKIMTestDNS(texts: ["sel._domainkey.example.org": "v=DKIM1; k=\(published)"])
                    #expect(await DKIMVerifier.verify(signed, dns: dns).first?.result == .pass)
                    let changed = row.change(signed)
                    #expect(changed != signed)
                    for text in [
                        changed,
                        changed.replacingOccurrences(of: "\n", with: "\r\n").replacingOccurrences(
                            of: "\r\r\n", with: "\r\n"),
                    ]
                    where text == changed || !changed.utf8.contains(.cr) {
                        let outcome = try #require(await DKIMVerifier.verify(text, dns: dns).first)
                        #expect(outcome.result == .fail)
                        #expect(outcome.diagnosis.text == row.expected, "\(header)/\(body)")
                        #expect(outcome.diagnosis.isProved == row.isProved)
                    }
                }
            }
        }
    }

    /// A list that makes a multipart of a message, its own text the last part.
    @Test func wrapped() async throws {
        let message = DKIMDiagnosisTests.plain
        let domain = try #require(DomainName("example.org"))
        let key = DKIMSigningKey(selector: try #require(DomainName("sel")), key: try #require(DKIMTestKeys.ed25519))
        let fields = try DKIMSigner.sign(
            Message(Bytes(message)), with: [key],
            options: DKIMSigningOptions(domain: domain, signedAt: Timestamp(seconds: 1_719_828_000))
        ).get()
        let blank = try #require(message.range(of: "\n\n"))
        let (head, body) = (message[..<blank.lowerBound], message[blank.upperBound...])
        let kept = head.components(separatedBy: "\n").filter { !$0.hasPrefix("Content-") }
        let text =
            (fields.first?.lossyString ?? "") + kept.joined(separator: "\n") + """

                Content-Type: multipart/mixed; boundary="===1=="

                --===1==
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                \(body)
                --===1==
                Content-Type: text/plain; charset="us-ascii"
                Content-Disposition: inline

                list footer
                --===1==--

                """
        let outcome = try #require(await DKIMVerifier.verify(text, dns: DKIMTestSigner().dns()).first)
        #expect(outcome.diagnosis.text == "body wrapped in a multipart, parts added: 1")
        #expect(outcome.diagnosis.isProved)
        #expect(outcome.headerHashMatches == false && outcome.bodyHashMatches == false)
    }

    /// `z=` names the field that changed, and proves it where its copies are the fields signed.
    @Test(arguments: [DKIMCanonicalization.Algorithm.simple, .relaxed])
    func copiedFields(header: DKIMCanonicalization.Algorithm) async throws {
        let domain = try #require(DomainName("example.org"))
        let key = DKIMSigningKey(selector: try #require(DomainName("sel")), key: try #require(DKIMTestKeys.ed25519))
        let message = DKIMDiagnosisTests.plain.replacingOccurrences(of: "Subject: M", with: "Subject: A\n M")
        let fields = try DKIMSigner.sign(
            Message(Bytes(message)), with: [key],
            options: DKIMSigningOptions(
                domain: domain, canonicalization: DKIMCanonicalization(header: header, body: .relaxed),
                signedAt: Timestamp(seconds: 1_719_828_000), copiesHeaders: true)
        ).get()
        let signed = (fields.first?.lossyString ?? "") + message
        let dns = DKIMTestSigner().dns()
        #expect(await DKIMVerifier.verify(signed, dns: dns).first?.result == .pass)
        for (old, new, expected) in [
            ("Subject: A", "Subject: B", "field changed: subject"),
            ("To: Bob <bob@example.com>\n", "", "field removed: to"),
            ("To: Bob", "From: Eve <eve@example.net>\nTo: Bob", "field added: from"),
            ("From: Ann", "From: Eve <eve@example.net>\nFrom: Ann", "field added: from"),
            // Too much for one try; the copies tell of it all.
            (
                "To: Bob <bob@example.com>\n", "From: Eve <eve@example.net>\nTo: Eve <eve@example.net>\n",
                "field added: from; field changed: to"
            ),
        ] {
            let text = DKIMDiagnosisTests.replacing(old, new)(signed)
            let outcome = try #require(await DKIMVerifier.verify(text, dns: dns).first)
            #expect(outcome.diagnosis.text == expected)
            #expect(outcome.diagnosis.isProved)
        }
    }

    /// An RSA signature that another key made cannot be explained by any change of the message.
    @Test func otherKey() async throws {
        let signer = DKIMTestSigner(algorithm: .rsaSHA256, key: PrivateKey(newRSA: 1024))
        let outcome = try #require(
            await DKIMVerifier.verify(signer.sign(DKIMTestSigner.message), dns: signer.dns()).first)
        #expect(outcome.reason == "signature-mismatch")
        #expect(outcome.diagnosis.text == "signed with another key, or the signature is damaged")
        #expect(!outcome.diagnosis.isProved)
    }

    /// Nobody vouches for the body hash in a signature that another key made: added lines are told all the same, what
    /// takes many tries is not looked for.
    @Test(arguments: [
        ("", "footer appended: 1 line; signed with another key, or the signature is damaged", "footer\n"),
        (">", "signed with another key, or the signature is damaged", ""),
    ])
    func otherKeyAndBody(quote: String, expected: String, footer: String) async throws {
        let signer = DKIMTestSigner(algorithm: .rsaSHA256, key: PrivateKey(newRSA: 1024))
        let body = "\nFrom here on it is quoted.\n"
        let text =
            signer.sign(DKIMTestSigner.message + body)
            .replacingOccurrences(of: body, with: "\n\(quote)From here on it is quoted.\n") + footer
        let outcome = try #require(await DKIMVerifier.verify(text, dns: signer.dns()).first)
        #expect(outcome.reason == "body-hash-mismatch")
        #expect(outcome.headerHashMatches == false)
        #expect(outcome.diagnosis.text == expected)
        #expect(!outcome.diagnosis.isProved)
    }

    /// The JSON form.
    @Test func json() async throws {
        let signer = DKIMTestSigner()
        let text = signer.sign(DKIMTestSigner.message) + "footer\n"
        let json = DKIMOutcome.json(await DKIMVerifier.verify(text, dns: signer.dns())).text
        #expect(json.contains(#""changes":["footer-appended"]"#))
        #expect(json.contains(#""header_hash_matches":true"#))
        #expect(json.contains(#""likely_change":"footer appended: 1 line","proved":true"#))
    }

    /// Passing mail is not looked at again, and what is tried for failing mail has a bound.
    @Test(.timeLimit(.minutes(10))) func isBounded() async throws {
        let signer = DKIMTestSigner(canonicalization: DKIMCanonicalization(header: .simple, body: .simple))
        let signed = (0..<10).reduce(DKIMTestSigner.message) { text, _ in signer.sign(text) }
        let line = String(repeating: "a b", count: 10)
        for body in [
            String(repeating: line + "\n", count: 300_000), String(repeating: "\n", count: 5_000_000),
            String(repeating: "x\n", count: 120_000), String(repeating: ">From \n", count: 30_000),
            String(repeating: "--b\nContent-Type: text/plain\n\nx\n", count: 8000),
        ] {
            let clock = ContinuousClock()
            var outcomes: [DKIMOutcome] = []
            let text = signed.replacingOccurrences(of: "Hello", with: "Hallo") + body
            let dns = signer.dns()
            let time = await clock.measure { outcomes = await DKIMVerifier.verify(text, dns: dns) }
            #expect(outcomes.allSatisfy { $0.reason == "body-hash-mismatch" })
            #expect(time < .seconds(10))
        }
    }
}
