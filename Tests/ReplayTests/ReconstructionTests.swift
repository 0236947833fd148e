import Archives
import Mail
import Screening
import Testing
import Values

@testable import Replay

/// What an archived message still tells of its session, by the shape of its header.
@Suite struct ReconstructionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var relays: [String] = []
        var envelope: String?
        let header: [String]
        /// The facts that are known, each with where it was read from; what is absent is not listed.
        let facts: [String]

        var testDescription: String { name }
    }

    static let date = "Wed, 1 May 2024 12:00:00 +0200"
    static let guess = "the first hop from a public address; no trusted_relays in the policy"
    static let named = "the client that the receiving server's own result names; no trusted_relays in the policy"
    static let trusted = "written by a trusted relay"
    static let below = "stands below the hop into the site, where any sender may write"

    static let postfix =
        "Received: from helo.example (ptr.example [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by mx.site.example (Postfix) with ESMTPS id 4VX for <u@site.example>; \(date)"
    static let postfixFacts = [
        "client=192.0.2.1 Received[0]", "helo=helo.example Received[0]", "ptr=ptr.example Received[0]",
        "tls=TLSv1.3 TLS_AES_256_GCM_SHA384 Received[0]", "rcpt=<u@site.example> Received[0]",
        "time=2024-05-01T10:00:00Z Received[0]",
    ]

    static let shapes: [Case] = [
        Case(name: "Postfix", header: [postfix], facts: postfixFacts + ["note=\(guess)"]),
        Case(
            name: "Exim, HELO apart",
            header: [
                "Received: from ptr.example ([192.0.2.1] helo=helo.example) by mx.site.example with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) (envelope-from <a@b.example>) id 1s2 for u@site.example; \(date)"
            ],
            facts: [
                "client=192.0.2.1 Received[0]", "helo=helo.example Received[0]", "ptr=ptr.example Received[0]",
                "tls=TLS1.3 TLS_AES_256_GCM_SHA384 Received[0]", "rcpt=<u@site.example> Received[0]",
                "time=2024-05-01T10:00:00Z Received[0]", "note=\(guess)",
            ]),
        Case(
            name: "Exim, HELO and reverse name alike",
            header: ["Received: from a.example ([192.0.2.1]) by mx.site.example with smtp (Exim 4.96) id 1s2; \(date)"],
            facts: [
                "client=192.0.2.1 Received[0]", "helo=a.example Received[0]", "ptr=a.example Received[0]",
                "time=2024-05-01T10:00:00Z Received[0]", "note=\(guess)",
            ]),
        Case(
            name: "Sendmail, no reverse name, authenticated",
            header: [
                "Received: from laptop ([192.0.2.1]) (authenticated bits=0) by mx.site.example (8.17.1/8.17.1) with ESMTPSA id 409M (version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NO) for <u@site.example>; \(date)"
            ],
            facts: [
                "client=192.0.2.1 Received[0]", "helo=laptop Received[0]",
                "tls=TLSv1.3 TLS_AES_256_GCM_SHA384 Received[0]", "auth=(not named) Received[0]",
                "rcpt=<u@site.example> Received[0]", "time=2024-05-01T10:00:00Z Received[0]", "note=\(guess)",
            ]),
        Case(
            name: "Postfix, authenticated sender, without the type of RFC 3848",
            header: [
                "Received: from [10.0.0.5] (unknown [192.0.2.1]) (Authenticated sender: joe) by mx.site.example (Postfix) with ESMTP id 4VX for <u@site.example>; \(date)"
            ],
            facts: [
                "client=192.0.2.1 Received[0]", "helo=[10.0.0.5] Received[0]", "auth=joe Received[0]",
                "rcpt=<u@site.example> Received[0]", "time=2024-05-01T10:00:00Z Received[0]", "note=\(guess)",
            ]),
        Case(
            name: "Postfix, authenticated sender",
            header: [
                "Received: from [10.0.0.5] (unknown [192.0.2.1]) (Authenticated sender: joe) by mx.site.example (Postfix) with ESMTPSA id 4VX for <u@site.example>; \(date)"
            ],
            facts: [
                "client=192.0.2.1 Received[0]", "helo=[10.0.0.5] Received[0]", "tls= Received[0]",
                "auth=joe Received[0]",
                "rcpt=<u@site.example> Received[0]", "time=2024-05-01T10:00:00Z Received[0]", "note=\(guess)",
            ]),
        Case(
            name: "an ident answer is no authentication",
            header: ["Received: from a.example (joe@a.example [192.0.2.1]) by mx.site.example with SMTP id 1; \(date)"],
            facts: [
                "client=192.0.2.1 Received[0]", "helo=a.example Received[0]", "ptr=a.example Received[0]",
                "time=2024-05-01T10:00:00Z Received[0]", "note=\(guess)",
            ]),
        Case(
            name: "Gmail: the reverse name ends with the root's dot",
            header: [
                "Delivered-To: u@site.example", "Received: by 2002:a05:6512:1 with SMTP id x1; \(date)",
                "Return-Path: <a@b.example>",
                "Received: from helo.example (ptr.example. [192.0.2.1]) by mx.google.example with ESMTPS id y2 for <u@site.example> (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128); \(date)",
            ],
            facts: [
                "client=192.0.2.1 Received[1]", "helo=helo.example Received[1]", "ptr=ptr.example Received[1]",
                "tls=TLS1_3 TLS_AES_128_GCM_SHA256 Received[1]", "from=<a@b.example> Return-Path",
                "rcpt=<u@site.example> Delivered-To", "time=2024-05-01T10:00:00Z Received[1]", "note=\(guess)",
            ]),
        Case(
            name: "qmail: two fields, the upper names no client",
            header: [
                "Received: (qmail 4711 invoked by uid 89); 1 May 2024 10:00:05 -0000",
                "Received: from ptr.example (HELO helo.example) (192.0.2.1) by 0 with SMTP; 1 May 2024 10:00:00 -0000",
            ],
            facts: [
                "client=192.0.2.1 Received[1]", "helo=helo.example Received[1]", "ptr=ptr.example Received[1]",
                "time=2024-05-01T10:00:00Z Received[1]", "note=\(guess)",
            ]),
        Case(
            name: "IPv6",
            header: [
                "Received: from helo.example (unknown [IPv6:2001:db8::1]) by mx.site.example with ESMTP id 1; \(date)"
            ],
            facts: [
                "client=2001:db8::1 Received[0]", "helo=helo.example Received[0]",
                "time=2024-05-01T10:00:00Z Received[0]",
                "note=\(guess)",
            ]),
    ]

    static let trust: [Case] = [
        Case(
            name: "private hops are passed when relays are not known",
            header: [
                "Received: from mx.site.example (mx [10.0.0.2]) by store.site.example with LMTP id 2; \(date)", postfix,
            ],
            facts: postfixFacts.map { $0.replacing("Received[0]", with: "Received[1]") } + ["note=\(guess)"]),
        Case(
            name: "a forged field below the hop into the site is not believed, relays known",
            relays: ["198.51.100.25"],
            header: [
                "Received: from mx.site.example (mx.site.example [198.51.100.25]) by store.site.example with LMTP id 2; \(date)",
                postfix,
                "Received: from honest.example (honest.example [203.0.113.9]) by mx.site.example with ESMTP id 3; \(date)",
            ],
            facts: postfixFacts.map { $0.replacing("Received[0]", with: "Received[1]") } + ["note=\(trusted)"]),
        Case(
            name: "a forged field below the hop into the site is not believed, relays not known",
            header: [
                postfix,
                "Received: from honest.example (honest.example [203.0.113.9]) by mx.site.example with ESMTP id 3; \(date)",
            ],
            facts: postfixFacts + ["note=\(guess)"]),
        Case(
            name: "a forged loopback hop below does not carry the walk on",
            relays: ["198.51.100.25"],
            header: [
                postfix, "Received: from localhost (localhost [127.0.0.1]) by mx.site.example with ESMTP id 3; \(date)",
                "Received: from honest.example (honest.example [203.0.113.9]) by mx.site.example with ESMTP id 3; \(date)",
            ],
            facts: postfixFacts + ["note=\(trusted)"]),
        Case(
            name: "every hop from a trusted relay: mail of our own",
            relays: ["198.51.100.0/24"],
            header: ["Received: from mx.site.example ([198.51.100.25]) by store.site.example with ESMTP id 2; \(date)"],
            facts: [
                "client=198.51.100.25 Received[0]", "helo=mx.site.example Received[0]",
                "time=2024-05-01T10:00:00Z Received[0]", "note=every hop is a trusted relay's; this is the last",
            ]),
        Case(
            name: "a hop that names no client ends what can be believed",
            relays: ["198.51.100.25"],
            header: [
                "Received: from somewhere by mx.site.example with ESMTP id 1; \(date)",
                "Received-SPF: pass (mx.site.example: ok) client-ip=203.0.113.9; helo=h.example; envelope-from=a@b.example",
                "Received: from honest.example (honest.example [203.0.113.9]) by mx.site.example with ESMTP id 3; \(date)",
            ],
            facts: ["from=<a@b.example> Received-SPF", "time=2024-05-01T10:00:00Z Received[0]"]),
        Case(
            name: "fetched by POP: the mailbox server is nobody's client",
            header: [
                "Received: from pop.isp.example [203.0.113.5] by home with POP3 (fetchmail-6.4); \(date)", postfix,
            ],
            facts: postfixFacts.map { $0.replacing("Received[0]", with: "Received[1]") } + ["note=\(guess)"]),
    ]

    static let fallbacks: [Case] = [
        Case(
            name: "Received-SPF alone",
            header: ["Received-SPF: pass (mx: ok) client-ip=192.0.2.1; envelope-from=\"a@b.example\"; helo=h.example"],
            facts: ["client=192.0.2.1 Received-SPF", "from=<a@b.example> Received-SPF"]),
        Case(
            name: "Received-SPF chooses among public hops",
            header: [
                "Received: from a (unknown [203.0.113.9]) by b with ESMTP id 1; \(date)",
                "Received-SPF: pass (mx: ok) client-ip=192.0.2.1; envelope-from=a@b.example",
                "Received: from c.example (unknown [192.0.2.1]) by a with ESMTP id 2; \(date)",
            ],
            facts: [
                "client=192.0.2.1 Received[1]", "helo=c.example Received[1]", "from=<a@b.example> Received-SPF",
                "time=2024-05-01T10:00:00Z Received[1]", "note=\(named)",
            ]),
        Case(name: "X-Sender-IP alone", header: ["X-Sender-IP: 192.0.2.1"], facts: ["client=192.0.2.1 X-Sender-IP"]),
        Case(name: "X-Sender-IP with a private address", header: ["X-Sender-IP: 10.0.0.1"], facts: []),
        Case(name: "X-Sender-IP with something else", header: ["X-Sender-IP: localhost"], facts: []),
        Case(
            name: "Authentication-Results, Microsoft's comment",
            header: ["Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=b.example; dkim=none"],
            facts: ["client=192.0.2.1 Authentication-Results"]),
        Case(
            name: "Authentication-Results, iprev",
            header: ["Authentication-Results: mx.example; iprev=pass policy.iprev=2001:db8::1 (a.example)"],
            facts: ["client=2001:db8::1 Authentication-Results"]),
        Case(
            name: "null Return-Path", header: ["Return-Path: <>", postfix],
            facts: postfixFacts + ["from=<> Return-Path", "note=\(guess)"]),
        Case(
            name: "Return-Path below the hop into the site", header: [postfix, "Return-Path: <a@b.example>"],
            facts: postfixFacts + ["from=<a@b.example> Return-Path: \(below)", "note=\(guess)"]),
        Case(
            name: "unreadable Return-Path, envelope field",
            header: ["Return-Path: no path", "X-Envelope-From: <a@b.example>"],
            facts: ["from=<a@b.example> X-Envelope-From"]),
        Case(
            name: "From line", envelope: "From a@b.example Wed May  1 10:00:00 2024", header: ["Subject: x"],
            facts: ["from=<a@b.example> envelope line", "time=2024-05-01T10:00:00Z envelope line"]),
        Case(
            name: "From line of a bounce", envelope: "From MAILER-DAEMON Wed May  1 10:00:00 2024",
            header: ["Subject: x"],
            facts: ["from=<> envelope line", "time=2024-05-01T10:00:00Z envelope line"]),
        Case(
            name: "From line with a placeholder", envelope: "From - Wed May  1 10:00:00 2024", header: ["Subject: x"],
            facts: ["time=2024-05-01T10:00:00Z envelope line"]),
        Case(
            name: "Return-Path before From line", envelope: "From MAILER-DAEMON Wed May  1 10:00:00 2024",
            header: ["Return-Path: <a@b.example>"],
            facts: ["from=<a@b.example> Return-Path", "time=2024-05-01T10:00:00Z envelope line"]),
        Case(
            name: "only Date", header: ["Date: \(date)"],
            facts: ["time=2024-05-01T10:00:00Z Date"]),
        Case(
            name: "several recipients in one field", header: ["Delivered-To: u@site.example, v@site.example"],
            facts: ["rcpt=<u@site.example> Delivered-To", "rcpt=<v@site.example> Delivered-To"]),
        Case(
            name: "our own X-Original-To before a forwarder's Delivered-To",
            header: ["X-Original-To: u@site.example", postfix, "Delivered-To: old@alumni.example"],
            facts: postfixFacts.map { $0.hasPrefix("rcpt=") ? "rcpt=<u@site.example> X-Original-To" : $0 } + [
                "note=\(guess)"
            ]),
        Case(
            name: "the hop's own recipient before a forwarder's Delivered-To",
            header: [postfix, "Delivered-To: old@alumni.example"], facts: postfixFacts + ["note=\(guess)"]),
        Case(
            name: "a forwarder's Delivered-To when there is nothing else",
            header: [
                "Received: from h.example (unknown [192.0.2.1]) by mx.site.example with ESMTP id 1; \(date)",
                "Delivered-To: old@alumni.example",
            ],
            facts: [
                "client=192.0.2.1 Received[0]", "helo=h.example Received[0]",
                "rcpt=<old@alumni.example> Delivered-To: \(below)", "time=2024-05-01T10:00:00Z Received[0]",
                "note=\(guess)",
            ]),
        Case(
            name: "a named client that its hop writes in hexadecimal",
            header: [
                "X-Sender-IP: 192.0.2.1",
                "Received: from b.example ([198.51.100.1]) by mx.site.example with ESMTP id 2; \(date)",
                "Received: from h.example ([IPv6:::fFfF:c000:201]) by mx.site.example with ESMTP id 1; \(date)",
            ],
            facts: [
                "client=192.0.2.1 Received[1]", "helo=h.example Received[1]", "time=2024-05-01T10:00:00Z Received[1]",
                "note=\(named)",
            ]),
        Case(
            name: "a recipient further down, the keyword in capitals",
            header: [
                "Received: from h.example ([192.0.2.1]) by mx.site.example with ESMTP id 2; \(date)",
                "Received: from a.example by b.example with ESMTP id 1 FOR <u@site.example>; \(date)",
            ],
            facts: [
                "client=192.0.2.1 Received[0]", "helo=h.example Received[0]", "rcpt=<u@site.example> Received[1]",
                "time=2024-05-01T10:00:00Z Received[0]", "note=\(guess)",
            ]),
        Case(name: "nothing at all", header: ["Subject: x"], facts: []),
        Case(name: "an empty message", header: [], facts: []),
        Case(name: "an empty Received field", header: ["Received:"], facts: []),
    ]

    @Test(arguments: shapes) func receivedShapes(_ item: Case) throws { try check(item) }

    @Test(arguments: trust) func onlyOurOwnSideIsBelieved(_ item: Case) throws { try check(item) }

    @Test(arguments: fallbacks) func otherFields(_ item: Case) throws { try check(item) }

    /// CRLF or LF, folded or not: the same facts.
    @Test(arguments: shapes + trust + fallbacks) func lineEndsAndFoldsChangeNothing(_ item: Case) throws {
        let folded = item.header.map { $0.replacing(" (", with: "\n\t(") }
        #expect(try facts(item, lines: folded, end: "\n") == facts(item, lines: item.header, end: "\n"))
        #expect(try facts(item, lines: item.header, end: "\r\n") == facts(item, lines: item.header, end: "\n"))
    }

    /// A hostile header of 100,000 Received fields is walked in bounded time, and only its top is believed.
    @Test func manyReceivedFields() throws {
        let hop = "Received: from a (unknown [10.0.0.1]) by b with ESMTP id 1; \(Self.date)"
        let item = Case(name: "", header: Array(repeating: hop, count: 100_000) + [Self.postfix], facts: [])
        #expect(try facts(item, lines: item.header, end: "\n") == ["time=2024-05-01T10:00:00Z Received[0]"])
    }

    private func check(_ item: Case) throws {
        #expect(try facts(item, lines: item.header, end: "\n").sorted() == item.facts.sorted())
    }

    private func facts(_ item: Case, lines: [String], end: String) throws -> [String] {
        let message = Message(Bytes((lines + ["", "text", ""]).joined(separator: end)))
        let site = Site(trustedRelays: try item.relays.map { try #require(IPNetwork($0)) })
        let known = Reconstruction(
            message, envelope: item.envelope.flatMap { EnvelopeLine(Bytes($0)) }, site: site, sessionID: "test")
        var facts: [String] = []
        var note: String?
        func add<Value>(_ name: String, _ fact: Fact<Value>, isTrace: Bool = false, _ render: (Value) -> String) {
            guard let value = fact.value, let source = fact.source else { return }
            if isTrace { note = note ?? source.note }
            let told = isTrace ? nil : source.note
            facts.append("\(name)=\(render(value)) \(source)" + (told.map { ": \($0)" } ?? ""))
        }
        let session = known.session
        add("client", session.client, isTrace: true) { $0.description }
        add("helo", session.helo, isTrace: true) { $0 }
        add("ptr", session.reverseName, isTrace: true) { $0 }
        add("tls", session.tls, isTrace: true) { [$0.version, $0.cipher].compactMap(\.self).joined(separator: " ") }
        add("auth", session.authenticated, isTrace: true) { $0 }
        add("from", known.reversePath) { $0.description }
        for recipient in known.recipients { add("rcpt", recipient) { $0.description } }
        add("time", known.time) { $0.rfc3339 }
        if let note { facts.append("note=\(note)") }
        return facts
    }
}
