import Mail
import Testing
import Values

/// One line a shape, as each program writes it, with every fact that should be read from it.
@Suite struct ReceivedFieldTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let writer: String
        let text: String
        let facts: [String]
        var testDescription: String { writer }

        init(_ writer: String, _ text: String, _ facts: [String]) {
            (self.writer, self.text, self.facts) = (writer, text, facts)
        }
    }

    private static func facts(_ field: ReceivedField) -> [String] {
        let tls = field.tls.map { [$0.version, $0.cipher, $0.bits.map(String.init)].compactMap(\.self) }
        let all: [(String, String?)] = [
            ("from", field.fromName), ("helo", field.helo), ("ptr", field.reverseName),
            ("ip", field.clientAddress?.description), ("who", field.identity), ("by", field.by),
            ("by-ip", field.byAddress?.description), ("via", field.via), ("with", field.with),
            ("type", field.transmissionType), ("tls", tls?.joined(separator: "/")), ("id", field.id),
            ("for", field.for), ("mail", field.envelopeFrom), ("date", field.date?.timestamp.description),
            ("local", field.isLocal ? "yes" : nil),
        ]
        return all.compactMap { name, value in value.map { "\(name)=\($0)" } }
    }

    private static let date = "Wed, 01 May 2024 12:00:00 +0200 (CEST)"
    private static let instant = "date=2024-05-01T10:00:00Z"

    private func check(_ item: Case) {
        let field = ReceivedField(Bytes(item.text))
        #expect(ReceivedFieldTests.facts(field) == item.facts)
        let folded = item.text.replacing(" (", with: "\r\n\t(")
        #expect(ReceivedField(Bytes(folded)) == field)
    }

    @Test(arguments: [
        Case(
            "Postfix",
            "from helo.example (ptr.example [192.0.2.1]) by mx.example (Postfix) with ESMTP id 4VTx1y2z3w for <u@mx.example>; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ptr=ptr.example", "ip=192.0.2.1", "by=mx.example",
                "with=ESMTP", "type=ESMTP", "id=4VTx1y2z3w", "for=u@mx.example", instant,
            ]),
        Case(
            "Postfix, TLS and authentication",
            "from [10.0.0.5] (unknown [IPv6:2001:db8::5]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits)) (No client certificate requested) (Authenticated sender: jane@example.org) by mx.example (Postfix) with ESMTPSA id 1A2B; \(date)",
            [
                "from=[10.0.0.5]", "helo=[10.0.0.5]", "ip=2001:db8::5", "who=jane@example.org", "by=mx.example",
                "with=ESMTPSA", "type=ESMTPSA", "tls=TLSv1.3/TLS_AES_256_GCM_SHA384/256", "id=1A2B", instant,
            ]),
        Case(
            "Postfix, local", "by mx.example (Postfix, from userid 1000) id 1A2B; \(date)",
            ["who=userid 1000", "by=mx.example", "id=1A2B", instant, "local=yes"]),
        Case(
            "Postfix, content filter",
            "from localhost (localhost [127.0.0.1]) by mx.example (Postfix) with ESMTP id 1A2B; \(date)",
            [
                "from=localhost", "helo=localhost", "ptr=localhost", "ip=127.0.0.1", "by=mx.example", "with=ESMTP",
                "type=ESMTP", "id=1A2B", instant, "local=yes",
            ]),
        Case(
            "Sendmail",
            "from helo.example (IDENT:joe@ptr.example [192.0.2.1] (may be forged)) by mx.example (8.17.1/8.17.1) with ESMTPS id 441A0; (version=TLSv1.2 cipher=ECDHE-RSA-AES256-GCM-SHA384 bits=256 verify=NO) for <u@mx.example>; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ptr=ptr.example", "ip=192.0.2.1", "who=joe", "by=mx.example",
                "with=ESMTPS", "type=ESMTPS", "tls=TLSv1.2/ECDHE-RSA-AES256-GCM-SHA384/256", "id=441A0",
                "for=u@mx.example", instant,
            ]),
        Case(
            "Sendmail without reverse name",
            "from helo.example ([192.0.2.1]) by mx.example (8.11.6/8.11.6) with SMTP id g8; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ip=192.0.2.1", "by=mx.example", "with=SMTP", "type=SMTP",
                "id=g8", instant,
            ]),
        Case(
            "Sendmail, from the host itself",
            "from localhost (joe@localhost) by mx.example (8.7.5/8.7.3) with SMTP id KAA1 for <u@mx.example>; \(date)",
            [
                "from=localhost", "helo=localhost", "who=joe@localhost", "by=mx.example", "with=SMTP",
                "type=SMTP", "id=KAA1", "for=u@mx.example", instant, "local=yes",
            ]),
        Case(
            "Sendmail, local", "(from joe@localhost) by mx.example (8.11.6/8.11.6) id g8 for u@mx.example; \(date)",
            ["who=joe@localhost", "by=mx.example", "id=g8", "for=u@mx.example", instant, "local=yes"]),
    ])
    func postfixAndSendmail(_ item: Case) { check(item) }

    @Test(arguments: [
        Case(
            "Exim, HELO apart",
            "from ptr.example ([192.0.2.1] helo=helo.example) by mx.example with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) (envelope-from <a@b.example>) id 1s2AbC-000Xyz-0A for u@mx.example; \(date)",
            [
                "from=ptr.example", "helo=helo.example", "ptr=ptr.example", "ip=192.0.2.1", "by=mx.example",
                "with=esmtps", "type=ESMTPS", "tls=TLS1.3/TLS_AES_256_GCM_SHA384", "id=1s2AbC-000Xyz-0A",
                "for=u@mx.example", "mail=a@b.example", instant,
            ]),
        Case(
            "Exim, no reverse name",
            "from [192.0.2.1] (port=4711 helo=[10.0.0.5]) by mx.example with esmtpsa (TLS1.2:ECDHE_RSA_AES_256_GCM_SHA384:256) (Exim 4.92) (envelope-from <>) id 1s2; \(date)",
            [
                "from=[192.0.2.1]", "helo=[10.0.0.5]", "ip=192.0.2.1", "by=mx.example", "with=esmtpsa", "type=ESMTPSA",
                "tls=TLS1.2/ECDHE_RSA_AES_256_GCM_SHA384/256", "id=1s2", "mail=", instant,
            ]),
        Case(
            "Exim, ident and port",
            "from a.example ([2001:db8::1]:4711 ident=joe) by mx.example with smtp (Exim 3.35 #1 (Debian)) id 17t; \(date)",
            [
                "from=a.example", "helo=a.example", "ptr=a.example", "ip=2001:db8::1", "who=joe", "by=mx.example",
                "with=smtp",
                "type=SMTP", "id=17t", instant,
            ]),
        Case(
            "Exim, local",
            "from joe by mx.example with local (Exim 4.96) (envelope-from <joe@mx.example>) id 1s2; \(date)",
            [
                "from=joe", "who=joe", "by=mx.example", "with=local", "id=1s2", "mail=joe@mx.example", instant,
                "local=yes",
            ]),
        Case(
            "vger",
            "from ptr.example ([192.0.2.1]:60360 \"EHLO helo.example\" rhost-flags-OK-OK-OK-OK) by vger.example with ESMTP id S23 (ORCPT <rfc822;list@vger.example>); \(date)",
            [
                "from=ptr.example", "helo=helo.example", "ptr=ptr.example", "ip=192.0.2.1", "by=vger.example",
                "with=ESMTP", "type=ESMTP", "id=S23", instant,
            ]),
        Case(
            "OpenSMTPD",
            "from helo.example (ptr.example [192.0.2.1]) by mx.example (OpenSMTPD) with ESMTPS id 0a1b (TLSv1.3:TLS_CHACHA20_POLY1305_SHA256:256:NO) for <u@mx.example>; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ptr=ptr.example", "ip=192.0.2.1", "by=mx.example",
                "with=ESMTPS", "type=ESMTPS", "tls=TLSv1.3/TLS_CHACHA20_POLY1305_SHA256/256", "id=0a1b",
                "for=u@mx.example", instant,
            ]),
    ])
    func eximAndKin(_ item: Case) { check(item) }

    @Test(arguments: [
        Case(
            "Exchange Online",
            "from AM0.eurprd10.prod.example (2001:db8:10a6::1) by DB7.eurprd10.prod.example (2001:db8:10a6::2) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.7519.29; \(date)",
            [
                "from=AM0.eurprd10.prod.example", "helo=AM0.eurprd10.prod.example", "ip=2001:db8:10a6::1",
                "by=DB7.eurprd10.prod.example", "by-ip=2001:db8:10a6::2", "with=Microsoft SMTP Server", "type=SMTP",
                "tls=TLS1_2/TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "id=15.20.7519.29", instant,
            ]),
        Case(
            "Exchange front end",
            "from helo.example (192.0.2.1) by mail.protection.example (192.0.2.9) with Microsoft SMTP Server id 15.20.1 via Frontend Transport; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ip=192.0.2.1", "by=mail.protection.example",
                "by-ip=192.0.2.9", "via=Frontend Transport", "with=Microsoft SMTP Server", "type=SMTP", "id=15.20.1",
                instant,
            ]),
        Case(
            "Exchange, mapi",
            "from AM0.example ([2001:db8::a]) by AM0.example ([2001:db8::a%4]) with mapi id 15.20.1; \(date)",
            [
                "from=AM0.example", "ip=2001:db8::a", "by=AM0.example", "by-ip=2001:db8::a", "with=mapi",
                "id=15.20.1", instant,
            ]),
        Case(
            "Exchange 2007",
            "from helo.example (192.0.2.1) by edge.example (192.0.2.9) with Microsoft SMTP Server (TLS) id 8.3.485.1; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ip=192.0.2.1", "by=edge.example", "by-ip=192.0.2.9",
                "with=Microsoft SMTP Server", "type=SMTP", "tls=TLS", "id=8.3.485.1", instant,
            ]),
        Case(
            "Microsoft SMTPSVC",
            "from helo.example ([192.0.2.1]) by mx.example with Microsoft SMTPSVC(6.0.3790.4675); \(date)",
            [
                "from=helo.example", "helo=helo.example", "ip=192.0.2.1", "by=mx.example", "with=Microsoft SMTPSVC",
                instant,
            ]),
        Case(
            "Microsoft pickup", "from mail pickup service by mx.example with Microsoft SMTPSVC; \(date)",
            ["from=mail pickup service", "by=mx.example", "with=Microsoft SMTPSVC", instant, "local=yes"]),
        Case(
            "Gmail",
            "from helo.example (ptr.example. [192.0.2.1]) by mx.google.example with ESMTPS id a1-20020a05600c.12.2024.05.01.03.00.00 for <u@mx.example> (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128); \(date)",
            [
                "from=helo.example", "helo=helo.example", "ptr=ptr.example.", "ip=192.0.2.1", "by=mx.google.example",
                "with=ESMTPS", "type=ESMTPS", "tls=TLS1_3/TLS_AES_128_GCM_SHA256/128",
                "id=a1-20020a05600c.12.2024.05.01.03.00.00", "for=u@mx.example", instant,
            ]),
        Case(
            "Gmail, internal hop", "by 2001:db8:aa7:cd10:0:b0:45c:2c83 with SMTP id b16mr422; \(date)",
            [
                "by=2001:db8:aa7:cd10:0:b0:45c:2c83", "by-ip=2001:db8:aa7:cd10:0:b0:45c:2c83", "with=SMTP",
                "type=SMTP", "id=b16mr422", instant, "local=yes",
            ]),
        Case(
            "Gmail, API", "from 77463558223 named unknown by gmailapi.example with HTTPREST; \(date)",
            ["from=77463558223 named unknown", "by=gmailapi.example", "with=HTTPREST", instant]),
    ])
    func largeProviders(_ item: Case) { check(item) }

    @Test(arguments: [
        Case(
            "qmail", "from unknown (HELO helo.example) (192.0.2.1) by mx.example with SMTP; 1 May 2024 10:00:00 -0000",
            ["from=unknown", "helo=helo.example", "ip=192.0.2.1", "by=mx.example", "with=SMTP", "type=SMTP", instant]),
        Case(
            "qmail, ident",
            "from ptr.example (HELO helo.example) (joe@192.0.2.1) by mx.example with SMTP; 1 May 2024 10:00:00 -0000",
            [
                "from=ptr.example", "helo=helo.example", "ptr=ptr.example", "ip=192.0.2.1", "who=joe", "by=mx.example",
                "with=SMTP", "type=SMTP", instant,
            ]),
        Case(
            "qmail, authenticated",
            "from unknown (HELO helo.example) (jane@example.org@192.0.2.1) by mx.example with ESMTPA; 1 May 2024 10:00:00 -0000",
            [
                "from=unknown", "helo=helo.example", "ip=192.0.2.1", "who=jane@example.org", "by=mx.example",
                "with=ESMTPA", "type=ESMTPA", instant,
            ]),
        Case(
            "Exim's log form",
            "from [192.0.2.1] by mx.example with esmtps (X=TLS1.2:ECDHE-RSA-AES256-GCM-SHA384:256 CV=no); \(date)",
            [
                "from=[192.0.2.1]", "helo=[192.0.2.1]", "ip=192.0.2.1", "by=mx.example", "with=esmtps", "type=ESMTPS",
                "tls=TLS1.2/ECDHE-RSA-AES256-GCM-SHA384/256", instant,
            ]),
        Case(
            "qmail, TLS",
            "from ptr.example (HELO helo.example) (192.0.2.1) by mx.example with AES256-SHA encrypted SMTP; 1 May 2024 10:00:00 -0000",
            [
                "from=ptr.example", "helo=helo.example", "ptr=ptr.example", "ip=192.0.2.1", "by=mx.example",
                "with=AES256-SHA encrypted SMTP", "type=SMTP", "tls=TLS/AES256-SHA", instant,
            ]),
        Case(
            "qmail, QMQP", "from unknown (192.0.2.1) by mx.example with QMQP; 1 May 2024 10:00:00 -0000",
            ["from=unknown", "ip=192.0.2.1", "by=mx.example", "with=QMQP", instant]),
        Case(
            "qmail, local", "(qmail 123 invoked by uid 89); 1 May 2024 10:00:00 -0000",
            ["who=uid 89", instant, "local=yes"]),
        Case(
            "qmail, network",
            "(qmail 123 messnum 9 invoked from network[192.0.2.1/ptr.example]); 1 May 2024 10:00:00 -0000",
            ["ptr=ptr.example", "ip=192.0.2.1", instant]),
        Case(
            "Courier",
            "from helo.example (ptr.example [192.0.2.1]) (AUTH: LOGIN jane@example.org, TLS: TLSv1/SSLv3,256bits,AES256-SHA) by mx.example with ESMTPSA id 00A1; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ptr=ptr.example", "ip=192.0.2.1", "who=jane@example.org",
                "by=mx.example", "with=ESMTPSA", "type=ESMTPSA", "tls=TLSv1/SSLv3/AES256-SHA/256", "id=00A1", instant,
            ]),
        Case(
            "Courier, no reverse name",
            "from helo.example (softdnserr [::ffff:192.0.2.1]) by mx.example with esmtp; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ip=192.0.2.1", "by=mx.example", "with=esmtp", "type=ESMTP",
                instant,
            ]),
        Case(
            "CommuniGate",
            "from [192.0.2.1] (account jane@example.org HELO [10.0.0.5]) by mx.example (CommuniGate Pro SMTP 6.2) with ESMTPSA id 77; \(date)",
            [
                "from=[192.0.2.1]", "helo=[10.0.0.5]", "ip=192.0.2.1", "who=jane@example.org", "by=mx.example",
                "with=ESMTPSA", "type=ESMTPSA", "id=77", instant,
            ]),
        Case(
            "CommuniGate, verified",
            "from ptr.example ([192.0.2.1] verified) by mx.example (CommuniGate Pro SMTP 6.2) with ESMTP id 77 for u@mx.example; \(date)",
            [
                "from=ptr.example", "helo=ptr.example", "ip=192.0.2.1", "by=mx.example", "with=ESMTP", "type=ESMTP",
                "id=77", "for=u@mx.example", instant,
            ]),
        Case(
            "MailEnable", "from helo.example ([192.0.2.1]) by mx.example with MailEnable ESMTP; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ip=192.0.2.1", "by=mx.example", "with=MailEnable ESMTP",
                "type=ESMTP", instant,
            ]),
        Case(
            "Lotus Domino",
            "from helo.example ([192.0.2.1]) by mx.example (Lotus Domino Release 8.5.3) with ESMTP id 2024050112000000-123 ; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ip=192.0.2.1", "by=mx.example", "with=ESMTP", "type=ESMTP",
                "id=2024050112000000-123", instant,
            ]),
        Case(
            "MDaemon",
            "from helo.example [192.0.2.1] by mx.example with ESMTP (SSL) (Cipher TLSv1.2:AES256-GCM-SHA384:256) (MDaemon PRO v20.0) id md50001.msg for <u@mx.example>; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ip=192.0.2.1", "by=mx.example", "with=ESMTP", "type=ESMTP",
                "tls=SSL", "id=md50001.msg", "for=u@mx.example", instant,
            ]),
    ])
    func otherServers(_ item: Case) { check(item) }

    @Test(arguments: [
        Case(
            "fetchmail",
            "from pop.example [192.0.2.1] by localhost with IMAP (fetchmail-6.4.37) for <joe@localhost> (single-drop); \(date)",
            ["from=pop.example", "ip=192.0.2.1", "by=localhost", "with=IMAP", "for=joe@localhost", instant]),
        Case(
            "Mailman", "by lists.example (Postfix) id 1A2B; \(date)",
            ["by=lists.example", "id=1A2B", instant, "local=yes"]),
        Case(
            "web mail", "from 192.0.2.1 (SquirrelMail authenticated user jane) by web.example with HTTP; \(date)",
            ["from=192.0.2.1", "ip=192.0.2.1", "who=jane", "by=web.example", "with=HTTP", "type=HTTP", instant]),
        Case(
            "web mail, via", "from [192.0.2.1] by web.example via HTTP; \(date)",
            ["from=[192.0.2.1]", "ip=192.0.2.1", "by=web.example", "via=HTTP", instant]),
        Case(
            "SendGrid",
            "from NzY4OQ (unknown) by geopod-7 (SG) with HTTP id HvIb Wed, 01 May 2024 10:00:00.000 +0000 (UTC)",
            ["from=NzY4OQ", "by=geopod-7", "with=HTTP", "type=HTTP", "id=HvIb", instant]),
        Case(
            "Go service", "by recvd-1 with SMTP id recvd-1-68 2024-05-01 10:00:00.000000134 +0000 UTC m=+111.7",
            ["by=recvd-1", "with=SMTP", "type=SMTP", "id=recvd-1-68", instant, "local=yes"]),
        Case(
            "Sun",
            "from helo.example (ptr.example [192.0.2.1]) by mx.example with ESMTP/TLS/ECDHE-RSA-AES256-SHA id 9; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ptr=ptr.example", "ip=192.0.2.1", "by=mx.example",
                "with=ESMTP/TLS/ECDHE-RSA-AES256-SHA", "type=ESMTP", "tls=TLS/ECDHE-RSA-AES256-SHA", "id=9", instant,
            ]),
        Case(
            "port in brackets",
            "from helo.example [192.0.2.1:4711] by mx.example [192.0.2.9:25] with esmtp id 1; \(date)",
            [
                "from=helo.example", "helo=helo.example", "ip=192.0.2.1", "by=mx.example", "by-ip=192.0.2.9",
                "with=esmtp", "type=ESMTP", "id=1", instant,
            ]),
        Case(
            "original recipient", "by mx.example id 1 for <rfc822;u@mx.example>; \(date)",
            ["by=mx.example", "id=1", "for=u@mx.example", instant, "local=yes"]),
    ])
    func relays(_ item: Case) { check(item) }

    @Test(arguments: [
        Case("empty", "", ["local=yes"]),
        Case("from alone", "from", []),
        Case(
            "no name", "from by mx.example with ESMTP; \(date)", ["by=mx.example", "with=ESMTP", "type=ESMTP", instant]),
        Case(
            "no date", "from a.example ([192.0.2.1]) by mx.example; soon",
            [
                "from=a.example", "helo=a.example", "ip=192.0.2.1", "by=mx.example",
            ]),
        Case(
            "closed, not opened", "from a.example (a.example [192.0.2.1]) by mx.example Gate) with SMTP id 1; \(date)",
            [
                "from=a.example", "helo=a.example", "ptr=a.example", "ip=192.0.2.1", "by=mx.example", "with=SMTP",
                "type=SMTP", "id=1", instant,
            ]),
        Case(
            "opened, not closed", "from a.example ([192.0.2.1] by mx.example with SMTP id 1; \(date)",
            [
                "from=a.example", "helo=a.example", "ip=192.0.2.1", "by=mx.example", "with=SMTP", "type=SMTP", "id=1",
                instant,
            ]),
        Case(
            "a name that is a keyword", "from id (id.example [192.0.2.1]) by with with SMTP; \(date)",
            [
                "from=id", "helo=id", "ptr=id.example", "ip=192.0.2.1", "by=with", "with=SMTP", "type=SMTP", instant,
            ]),
    ])
    func irregular(_ item: Case) {
        #expect(ReceivedFieldTests.facts(ReceivedField(Bytes(item.text))) == item.facts)
    }
}
