/// The reports that tests compare with, whole.
enum Expected {
    static let forged = """
        Message
          id             sha256:d8e791e189adacc19cefa5924bfd22f33b968f8ae24e447502c30382f35169a4
          source         inbound.mbox#14, byte 21757
          From           anna@company.example
          Subject        Changed bank details
          size           601 bytes

        Session and envelope
          client         203.0.113.131  [Received[0], bytes 115–303: written by a trusted relay]
          PTR name       not known
          HELO name      company.example  [Received[0], bytes 115–303: written by a trusted relay]
          TLS            not known
          authenticated  not known
          reverse-path   <anna@company.example>  [Return-Path, bytes 0–36]
          recipient      <accounts@company.example>  [Delivered-To, bytes 76–115]
          time           2024-05-03T01:17:00Z  [Received[0], bytes 115–303]

          Read from these fields:
            | Return-Path: <anna@company.example>
            | Delivered-To: accounts@company.example
            | Received: from company.example (unknown [203.0.113.131])
            |     by mx.company.example (Postfix) with ESMTP id 4VIX17XA6SE7
            |     for <accounts@company.example>; Fri, 3 May 2024 03:17:00 +0200 (CEST)

        Stages, in the order in which they looked
          trusted-hosts at connect: nothing found
          lan-ips at connect: nothing found
          ip-screen at connect: nothing found
          tls at connect: nothing found
          tls at helo: nothing found
          spf at helo:
            SPF_HELO_FAIL  2 points by default
              client: 203.0.113.131
              domain: company.example
              identity: helo
              matched: -all (company.example)
              lookups: 0
              dns: company.example. TXT → "v=spf1 ip4:198.51.100.25 ip6:2001:db8:25::25 -all"
          tls at mail:
            TLS_PLAINTEXT  0 points by default
              with: ESMTP
              from: reconstructed:Received[0]
          spf at mail:
            SPF_FAIL  4 points by default, reject by default
              client: 203.0.113.131
              domain: company.example
              identity: mailfrom
              matched: -all (company.example)
              lookups: 0
              dns: company.example. TXT → "v=spf1 ip4:198.51.100.25 ip6:2001:db8:25::25 -all"
          dkim at message:
            DKIM_NONE  0 points by default
          arc at message: nothing found
          dmarc at message:
            DMARC_REJECT  5 points by default, reject by default
              domain: company.example
              policy_domain: company.example
              record: v=DMARC1; p=reject; rua=mailto:dmarc@company.example
              policy: reject
              policy_from: p
              disposition: reject
              aligned_spf: no
              aligned_dkim: no
              identifiers: spf=fail (company.example)
              reason: no aligned identifier is authenticated
              dns: _dmarc.company.example. TXT → "v=DMARC1; p=reject; rua=mailto:dmarc@company.example"
          authentication-results at message: nothing found
          asks for: the field Received-SPF: fail (company.example: domain of anna@company.example does not designate 203.0.113.131 as permitted sender) receiver=company.example; client-ip=203.0.113.131; envelope-from="anna@company.example"; helo=company.example; identity=mailfrom; mechanism=-all
          asks for: the field Authentication-Results: company.example; spf=fail smtp.helo=company.example; spf=fail smtp.mailfrom=anna@company.example; dkim=none; dmarc=fail header.from=company.example policy.dmarc=reject

        Score
          symbol         points  weighed by
          SPF_HELO_FAIL       2  default
          SPF_FAIL            4  default
          DMARC_REJECT        5  default
          sum                11
          tag from          0.5  policy.yaml:5:8
          reject from        12  default

        Verdict
          reject         at mail
          reply          550 5.7.23 SPF validation failed
          because        SPF_FAIL means reject (default)

        """

    static let weak = """
        Message
          id             sha256:12813e66bee7ae62db8909ee1fa96dfa87587802ce207e8e4868b4b0e9f48f34
          source         inbound.mbox#53, byte 72022
          From           opa@oldmail.example
          Subject        Sunday lunch
          size           1114 bytes

        Session and envelope
          client         192.0.2.95  [Received[0], bytes 104–486: written by a trusted relay]
          PTR name       mail.oldmail.example  [Received[0], bytes 104–486: written by a trusted relay]
          HELO name      mail.oldmail.example  [Received[0], bytes 104–486: written by a trusted relay]
          TLS            TLSv1.3, TLS_AES_256_GCM_SHA384  [Received[0], bytes 104–486: written by a trusted relay]
          authenticated  not known
          reverse-path   <opa@oldmail.example>  [Return-Path, bytes 0–35]
          recipient      <eva@company.example>  [Delivered-To, bytes 70–104]
          time           2024-05-12T11:30:00Z  [Received[0], bytes 104–486]

          Read from these fields:
            | Return-Path: <opa@oldmail.example>
            | Delivered-To: eva@company.example
            | Received: from mail.oldmail.example (mail.oldmail.example [192.0.2.95])
            |     (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
            |      key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)
            |     (No client certificate requested)
            |     by mx.company.example (Postfix) with ESMTPS id 4VXSX5U896JS
            |     for <eva@company.example>; Sun, 12 May 2024 13:30:00 +0200 (CEST)

        Stages, in the order in which they looked
          trusted-hosts at connect: nothing found
          lan-ips at connect: nothing found
          ip-screen at connect: nothing found
          tls at connect:
            TLS_SECURED  0 points by default
              version: TLSv1.3
              cipher: TLS_AES_256_GCM_SHA384
              bits: 256
              from: Received[0]
          tls at helo: nothing found
          spf at helo:
            SPF_HELO_NONE  0 points by default
              client: 192.0.2.95
              domain: mail.oldmail.example
              identity: helo
              reason: mail.oldmail.example has no SPF record
              lookups: 0
              dns: mail.oldmail.example. TXT → no data
          tls at mail: nothing found
          spf at mail:
            SPF_PASS  -0.1 points by default
              client: 192.0.2.95
              domain: oldmail.example
              identity: mailfrom
              matched: ip4:192.0.2.95 (oldmail.example)
              lookups: 0
              dns: oldmail.example. TXT → "v=spf1 ip4:192.0.2.95 -all"
          dkim at message:
            DKIM_PERMERROR  0.7 points by policy.yaml:7:19
              domain: oldmail.example
              selector: old
              identity: @oldmail.example
              algorithm: rsa-sha1
              canonicalization: relaxed/relaxed
              reason: weak-algorithm
              key_bits: 1024
              body_hash_matches: yes
              header_hash_matches: yes
              dns: old._domainkey.oldmail.example. TXT → "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDFCeXdFbINVxC3PEfWqOJ3ywtBxG4+fBVz7KKOVsN7x8PquaP6/xGNHsH8KKWlNLa…
              signature: bytes 486–855
            DKIM_WEAK  0.2 points by default
              domain: oldmail.example
              selector: old
              identity: @oldmail.example
              algorithm: rsa-sha1
              canonicalization: relaxed/relaxed
              reason: weak-algorithm
              key_bits: 1024
              body_hash_matches: yes
              header_hash_matches: yes
              dns: old._domainkey.oldmail.example. TXT → "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDFCeXdFbINVxC3PEfWqOJ3ywtBxG4+fBVz7KKOVsN7x8PquaP6/xGNHsH8KKWlNLa…
              signature: bytes 486–855
          arc at message: nothing found
          dmarc at message:
            DMARC_NONE  0 points by default
              domain: oldmail.example
              reason: no policy record
              dns: _dmarc.oldmail.example. TXT → NXDOMAIN
          authentication-results at message: nothing found
          asks for: the field Received-SPF: pass (company.example: domain of opa@oldmail.example designates 192.0.2.95 as permitted sender) receiver=company.example; client-ip=192.0.2.95; envelope-from="opa@oldmail.example"; helo=mail.oldmail.example; identity=mailfrom; mechanism="ip4:192.0.2.95"
          asks for: the field Authentication-Results: company.example; spf=none smtp.helo=mail.oldmail.example; spf=pass smtp.mailfrom=opa@oldmail.example; dkim=permerror reason=weak-algorithm header.d=oldmail.example header.i=@oldmail.example header.s=old header.a=rsa-sha1 header.b=nH8gGgSm; dmarc=none header.from=oldmail.example

        Score
          symbol          points  weighed by
          SPF_PASS          -0.1  default
          DKIM_PERMERROR     0.7  policy.yaml:7:19
          DKIM_WEAK          0.2  default
          sum                0.8
          tag from           0.5  policy.yaml:5:8
          reject from         12  default

        Verdict
          tag            at message
          because        the score reached 0.5, from which on tag applies (policy.yaml:5:8)

        """

    static let unknown = """
        Message
          id             sha256:a8820782d8190cb637ce2a7614cc61a03cc1b53bf629bce73b6315f1e45028d2
          source         single/no-time.eml, byte 0
          From           someone@freemail.example
          Subject        Exported
          size           95 bytes

        Session and envelope
          client         not known
          PTR name       not known
          HELO name      not known
          TLS            not known
          authenticated  not known
          reverse-path   not known
          recipient      not known
          time           not known

        Stages, in the order in which they looked
          trusted-hosts at connect: not evaluated: client address not known
          lan-ips at connect: not evaluated: client address not known
          ip-screen at connect: not evaluated: client address not known
          tls at connect: nothing found
          spf at helo: not evaluated: HELO name not known
          tls at mail: not evaluated: TLS of the connection not known
          spf at mail: not evaluated: reverse-path not known
          dkim at message:
            DKIM_NONE  0 points by default
          arc at message: nothing found
          dmarc at message:
            DMARC_NONE  0 points by default
              domain: freemail.example
              reason: no policy record
              dns: _dmarc.freemail.example. TXT → NXDOMAIN
          authentication-results at message: nothing found
          asks for: the field Authentication-Results: company.example; dkim=none; dmarc=none header.from=freemail.example

        Score
          symbol       points  weighed by
          sum               0
          tag from        0.5  policy.yaml:5:8
          reject from      12  default

        Verdict
          accept         at message
          because        nothing speaks against it

        """

    static let defective = """
        Message
          id             sha256:fa37a5983b47780c29a1e64ced64d23325609c372e69c35479090f69c6ca479b
          source         inbound.mbox#76, byte 96488
          From           shopfloor@customer.example
          Subject        Zero\\x00 subject
          size           759 bytes
          defects        nul

        Session and envelope
          client         192.0.2.90  [Received[0], bytes 113–495: written by a trusted relay]
          PTR name       dsl-90.isp.example  [Received[0], bytes 113–495: written by a trusted relay]
          HELO name      mail.customer.example  [Received[0], bytes 113–495: written by a trusted relay]
          TLS            TLSv1.3, TLS_AES_256_GCM_SHA384  [Received[0], bytes 113–495: written by a trusted relay]
          authenticated  not known
          reverse-path   <shopfloor@customer.example>  [Return-Path, bytes 0–42]
          recipient      <info@company.example>  [Delivered-To, bytes 78–113]
          time           2024-05-16T08:20:00Z  [Received[0], bytes 113–495]

          Read from these fields:
            | Return-Path: <shopfloor@customer.example>
            | Delivered-To: info@company.example
            | Received: from mail.customer.example (dsl-90.isp.example [192.0.2.90])
            |     (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
            |      key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256)
            |     (No client certificate requested)
            |     by mx.company.example (Postfix) with ESMTPS id 4V20R06OKMJ0
            |     for <info@company.example>; Thu, 16 May 2024 10:20:00 +0200 (CEST)

        Stages, in the order in which they looked
          trusted-hosts at connect: nothing found
          lan-ips at connect: nothing found
          ip-screen at connect: nothing found
          tls at connect:
            TLS_SECURED  0 points by default
              version: TLSv1.3
              cipher: TLS_AES_256_GCM_SHA384
              bits: 256
              from: Received[0]
          tls at helo: nothing found
          spf at helo:
            SPF_HELO_NONE  0 points by default
              client: 192.0.2.90
              domain: mail.customer.example
              identity: helo
              reason: mail.customer.example has no SPF record
              lookups: 0
              dns: mail.customer.example. TXT → no data
          tls at mail: nothing found
          spf at mail:
            SPF_NONE  0 points by default
              client: 192.0.2.90
              domain: customer.example
              identity: mailfrom
              reason: customer.example has no SPF record
              lookups: 0
              dns: customer.example. TXT → no data
          dkim at message:
            DKIM_NONE  0 points by default
          arc at message: nothing found
          dmarc at message:
            DMARC_NONE  0 points by default
              domain: customer.example
              reason: no policy record
              dns: _dmarc.customer.example. TXT → NXDOMAIN
          authentication-results at message: nothing found
          asks for: the field Received-SPF: none (company.example: domain of shopfloor@customer.example does not designate permitted sender hosts) receiver=company.example; client-ip=192.0.2.90; envelope-from="shopfloor@customer.example"; helo=mail.customer.example; identity=mailfrom
          asks for: the field Authentication-Results: company.example; spf=none smtp.helo=mail.customer.example; spf=none smtp.mailfrom=shopfloor@customer.example; dkim=none; dmarc=none header.from=customer.example

        Score
          symbol       points  weighed by
          sum               0
          tag from        0.5  policy.yaml:5:8
          reject from      12  default

        Verdict
          accept         at message
          because        nothing speaks against it

        """

    static let summary = """
        6 messages: 4 ham, 1 spam, 1 outside the time asked for

        What became of them
          disposition  messages  ham  spam   share
          accept              4    3     0  66.7 %
          tag                 1    1     0  16.7 %
          reject              1    0     1  16.7 %

        What was found
          symbol          messages  ham  spam  points
          TLS_SECURED            5    4     0       0
          DMARC_NONE             4    3     0       0
          SPF_HELO_NONE          4    3     0       0
          DKIM_NONE              3    1     1       0
          SPF_PASS               3    3     0    -0.1
          DKIM_PASS              1    1     0    -0.1
          DKIM_PERMERROR         1    1     0     0.7
          DKIM_WEAK              1    1     0     0.2
          DMARC_REJECT           1    0     1       5
          SPF_FAIL               1    0     1       4
          SPF_HELO_FAIL          1    0     1       2
          SPF_HELO_PASS          1    1     0       0
          SPF_NONE               1    0     0       0
          TLS_PLAINTEXT          1    0     1       0

        Defects of header and structure
          defect  messages  ham  spam   share
          nul            1    0     0  16.7 %

        What is known of the sessions
          fact            observed  reconstructed  absent    found  read from
          client address         0              6       0  100.0 %  Received 6
          PTR name               0              5       1   83.3 %  Received 5
          HELO name              0              6       0  100.0 %  Received 6
          TLS                    0              5       1   83.3 %  Received 5
          reverse-path           0              6       0  100.0 %  Return-Path 6
          recipient              0              6       0  100.0 %  Delivered-To 6
          time                   0              6       0  100.0 %  Received 6

        Not evaluated
          stage  messages  why
          dkim          1  unrecorded DNS
          dmarc         1  unrecorded DNS
          spf           1  unrecorded DNS

        """
}
