/// A day in the logs of MDaemon, in the forms of its versions, with the sessions that came in and went out.
enum MDaemonDay {
    /// SMTP-(in): one session without its number, as older versions write, and three that mix.
    static let inbound = """
        START Event Log / MDaemon v20.0.3, SMTP (in) log information
        Computer: MAIL  IP: 198.51.100.25
        Wed 2024-05-01 10:00:00.100: Session 3000; child 1
        Wed 2024-05-01 10:00:00.100: Accepting SMTP connection from 192.0.2.1:49152 to 198.51.100.25:25
        Wed 2024-05-01 10:00:00.101: --> 220 mx.company.example ESMTP MDaemon 20.0.3; Wed, 01 May 2024 10:00:00 +0200
        Wed 2024-05-01 10:00:00.200: <-- EHLO mail.far.example
        Wed 2024-05-01 10:00:00.201: Performing PTR lookup (1.2.0.192.IN-ADDR.ARPA)
        Wed 2024-05-01 10:00:00.201: *  D=1.2.0.192.IN-ADDR.ARPA TTL=(60) PTR=[mail.far.example]
        Wed 2024-05-01 10:00:00.201: *  D=mail.far.example TTL=(60) A=[192.0.2.1]
        Wed 2024-05-01 10:00:00.201: ---- End PTR results
        Wed 2024-05-01 10:00:00.202: Performing IP lookup (mail.far.example)
        Wed 2024-05-01 10:00:00.202: ---- End IP lookup results
        Wed 2024-05-01 10:00:00.203: --> 250-mx.company.example Hello mail.far.example [192.0.2.1], pleased to meet you
        Wed 2024-05-01 10:00:00.203: --> 250-AUTH LOGIN CRAM-MD5 PLAIN
        Wed 2024-05-01 10:00:00.203: --> 250-8BITMIME
        Wed 2024-05-01 10:00:00.203: --> 250-STARTTLS
        Wed 2024-05-01 10:00:00.203: --> 250 SIZE 52428800
        Wed 2024-05-01 10:00:00.300: <-- STARTTLS
        Wed 2024-05-01 10:00:00.301: --> 220 Begin TLS negotiation
        Wed 2024-05-01 10:00:00.400: SSL negotiation successful (TLS 1.2, 256 bit key exchange, 256 bit AES encryption)
        Wed 2024-05-01 10:00:00.500: <-- EHLO mail.far.example
        Wed 2024-05-01 10:00:00.501: --> 250-mx.company.example Hello mail.far.example [192.0.2.1], pleased to meet you
        Wed 2024-05-01 10:00:00.501: --> 250 SIZE 52428800
        Wed 2024-05-01 10:00:00.600: <-- MAIL FROM:<ann@far.example> SIZE=1234
        Wed 2024-05-01 10:00:00.601: Performing IP lookup (far.example)
        Wed 2024-05-01 10:00:00.601: *  P=010 S=000 D=far.example TTL=(5) MX=[mx.far.example]
        Wed 2024-05-01 10:00:00.601: *  D=far.example TTL=(30) A=[192.0.2.1]
        Wed 2024-05-01 10:00:00.602: ---- End IP lookup results
        Wed 2024-05-01 10:00:00.602: Performing SPF lookup (far.example / 192.0.2.1)
        Wed 2024-05-01 10:00:00.602: *  Policy: v=spf1 mx -all
        Wed 2024-05-01 10:00:00.602: *  Evaluating mx: match
        Wed 2024-05-01 10:00:00.602: *  Result: pass
        Wed 2024-05-01 10:00:00.602: ---- End SPF results
        Wed 2024-05-01 10:00:00.603: --> 250 2.1.0 Sender OK
        Wed 2024-05-01 10:00:00.700: <-- RCPT TO:<bob@company.example>
        Wed 2024-05-01 10:00:00.701: Performing DNS-BL lookup (192.0.2.1 - connecting IP)
        Wed 2024-05-01 10:00:00.701: *  bl.example - passed
        Wed 2024-05-01 10:00:00.701: *  bl2.example - failed - http://bl2.example/192.0.2.1
        Wed 2024-05-01 10:00:00.701: ---- End DNS-BL results
        Wed 2024-05-01 10:00:00.702: --> 250 2.1.5 Recipient OK
        Wed 2024-05-01 10:00:00.800: <-- RCPT TO:<nobody@company.example>
        Wed 2024-05-01 10:00:00.801: --> 550 5.1.1 Recipient unknown
        Wed 2024-05-01 10:00:00.900: <-- DATA
        Wed 2024-05-01 10:00:00.901: Creating temp file (SMTP): c:\\mdaemon\\queues\\temp\\md50000012345.tmp
        Wed 2024-05-01 10:00:00.901: --> 354 Enter mail, end with <CRLF>.<CRLF>
        Wed 2024-05-01 10:00:01.000: Message size: 1234 bytes
        Wed 2024-05-01 10:00:01.000: Performing DKIM verification
        Wed 2024-05-01 10:00:01.000: *  File: c:\\mdaemon\\queues\\temp\\md50000012345.tmp
        Wed 2024-05-01 10:00:01.000: *  Message-ID: 1@far.example
        Wed 2024-05-01 10:00:01.000: *  Signature (1): v=1; a=rsa-sha256; c=relaxed/relaxed; d=far.example; s=s1; h=from; bh=abc=; b=def=;
        Wed 2024-05-01 10:00:01.000: *  Verification result: [0] good
        Wed 2024-05-01 10:00:01.000: *  Result: pass
        Wed 2024-05-01 10:00:01.000: ---- End DKIM results
        Wed 2024-05-01 10:00:01.001: Performing DMARC processing
        Wed 2024-05-01 10:00:01.001: *  Message-ID: 1@far.example
        Wed 2024-05-01 10:00:01.001: *  Author domain: far.example
        Wed 2024-05-01 10:00:01.001: *  Query domain: _dmarc.far.example
        Wed 2024-05-01 10:00:01.001: *  Policy record: v=DMARC1; p=none
        Wed 2024-05-01 10:00:01.001: *  Policy: none
        Wed 2024-05-01 10:00:01.001: *  Result: pass
        Wed 2024-05-01 10:00:01.001: ---- End DMARC results
        Wed 2024-05-01 10:00:01.002: Passing message through AntiVirus (Size: 1234)...
        Wed 2024-05-01 10:00:01.003: *  Message is clean (no viruses found)
        Wed 2024-05-01 10:00:01.003: *  0 viruses found
        Wed 2024-05-01 10:00:01.003: ---- End AntiVirus results
        Wed 2024-05-01 10:00:01.004: Passing message through Spam Filter (Size: 1234)...
        Wed 2024-05-01 10:00:01.500: *  0.0 HTML_MESSAGE BODY: HTML included in message
        Wed 2024-05-01 10:00:01.500: *  -1.9 BAYES_00 BODY: Bayes spam probability is 0 to 1%
        Wed 2024-05-01 10:00:01.500: *       [score: 0.0000]
        Wed 2024-05-01 10:00:01.500: ---- End SpamAssassin results
        Wed 2024-05-01 10:00:01.500: Spam Filter score/req: -1.90/05.0
        Wed 2024-05-01 10:00:01.501: Message creation successful: c:\\mdaemon\\queues\\inbound\\md50000012345.msg
        Wed 2024-05-01 10:00:01.501: --> 250 2.6.0 Ok, message saved <Message-ID: 1@far.example>
        Wed 2024-05-01 10:00:01.600: <-- QUIT
        Wed 2024-05-01 10:00:01.601: --> 221 2.0.0 See ya in cyberspace
        Wed 2024-05-01 10:00:01.602: SMTP session successful (Bytes in/out: 1500/900)
        Wed 2024-05-01 10:00:01.602: ----------
        Wed 2024-05-01 10:00:02.000: [0041] Accepting SMTP connection from [192.0.2.9:5555] to [198.51.100.25:587]
        Wed 2024-05-01 10:00:02.001: [0042] Accepting SMTP connection from [2001:db8::9]:5556 to [2001:db8::25]:465
        Wed 2024-05-01 10:00:02.002: [0041] --> 220 mx.company.example ESMTP MSA MDaemon 23.5.2
        Wed 2024-05-01 10:00:02.003: [0042] TLS negotiation successful (TLS 1.3, TLS_AES_256_GCM_SHA384)
        Wed 2024-05-01 10:00:02.004: [0042] --> 220 mx.company.example ESMTP MSA MDaemon 23.5.2
        Wed 2024-05-01 10:00:02.005: [0041] <-- EHLO pc.example
        Wed 2024-05-01 10:00:02.006: [0042] <-- EHLO laptop.example
        Wed 2024-05-01 10:00:02.007: [0041] --> 250-mx.company.example Hello
        Wed 2024-05-01 10:00:02.007: [0041] --> 250 AUTH LOGIN PLAIN
        Wed 2024-05-01 10:00:02.008: [0042] --> 250 AUTH LOGIN PLAIN
        Wed 2024-05-01 10:00:02.009: [0041] <-- AUTH LOGIN
        Wed 2024-05-01 10:00:02.010: [0041] --> 334 VXNlcm5hbWU6
        Wed 2024-05-01 10:00:02.011: [0041] <-- YW5u
        Wed 2024-05-01 10:00:02.012: [0041] --> 334 UGFzc3dvcmQ6
        Wed 2024-05-01 10:00:02.013: [0041] <-- c2VjcmV0
        Wed 2024-05-01 10:00:02.014: [0041] --> 535 5.7.8 Authentication failed
        Wed 2024-05-01 10:00:02.015: [0042] <-- AUTH PLAIN AGFubgBzZWNyZXQ=
        Wed 2024-05-01 10:00:02.016: [0042] Authenticating ann@company.example...
        Wed 2024-05-01 10:00:02.016: [0042] Authenticated as ann@company.example
        Wed 2024-05-01 10:00:02.017: [0042] --> 235 2.7.0 Authentication successful
        Wed 2024-05-01 10:00:02.018: [0041] Authentication failed: 1 attempts
        Wed 2024-05-01 10:00:02.019: [0041] IP address 192.0.2.9 has been added to the Dynamic Screening block list
        Wed 2024-05-01 10:00:02.019: [0041] Dynamic Screening: 192.0.2.9 blocked for 10 minutes
        Wed 2024-05-01 10:00:02.020: [0041] SMTP session terminated (Bytes in/out: 100/200)
        Wed 2024-05-01 10:00:02.020: [0041] ----------
        Wed 2024-05-01 10:00:02.021: [0042] <-- MAIL FROM:<ann@company.example>
        Wed 2024-05-01 10:00:02.022: [0042] --> 250 2.1.0 Sender OK
        Wed 2024-05-01 10:00:02.023: [0042] <-- RCPT TO:<x@far.example>
        Wed 2024-05-01 10:00:02.024: [0042] --> 250 2.1.5 Recipient OK
        Wed 2024-05-01 10:00:02.025: [0042] <-- DATA
        Wed 2024-05-01 10:00:02.026: [0042] --> 354 Enter mail, end with <CRLF>.<CRLF>
        Wed 2024-05-01 10:00:02.027: [0042] Message size: 10 KB
        Wed 2024-05-01 10:00:02.027: [0042] Performing outbreak protection lookup
        Wed 2024-05-01 10:00:02.027: [0042] Outbreak Protection: clean
        Wed 2024-05-01 10:00:02.028: [0042] --> 554 5.6.0 Message contains a virus
        Wed 2024-05-01 10:00:02.029: [0042] Connection closed
        Wed 2024-05-01 10:00:02.030: [0042] SMTP session terminated (Bytes in/out: 1/2)
        Wed 2024-05-01 10:00:02.031: 01: [0043] Session 43; child 2
        Wed 2024-05-01 10:00:02.031: 02: [0043] Accepting SMTP connection from 192.0.2.10:1025 to 198.51.100.25:25
        Wed 2024-05-01 10:00:02.032: 05: [0043] Location Screen - country US
        Wed 2024-05-01 10:00:02.032: 03: [0043] --> 554 5.7.1 Sorry, your country is not welcome
        Wed 2024-05-01 10:00:02.033: 04: [0043] SMTP session terminated (Bytes in/out: 0/50)
        Wed 2024-05-01 10:00:02.040: [0043] ----------
        STOP Event Log / MDaemon v23.5.2, SMTP (in) log information

        """

    /// SMTP-(out): a message that was taken, and one that no server was found for.
    static let outbound = """
        Wed 2024-05-01 10:00:00.100: [7001] Session 7001; child 1
        Wed 2024-05-01 10:00:00.100: [7001] Parsing message <c:\\mdaemon\\queues\\remote\\pd50000000001.msg>
        Wed 2024-05-01 10:00:00.100: [7001] *  From: ann@company.example
        Wed 2024-05-01 10:00:00.100: [7001] *  To: bob@far.example
        Wed 2024-05-01 10:00:00.100: [7001] *  Subject: lamps
        Wed 2024-05-01 10:00:00.100: [7001] *  Size (bytes): 1234
        Wed 2024-05-01 10:00:00.100: [7001] *  Message-ID: <1@company.example>
        Wed 2024-05-01 10:00:00.101: [7001] Resolving MX record for far.example (DNS Server: 198.51.100.53)...
        Wed 2024-05-01 10:00:00.102: [7001] *  P=010 S=000 D=far.example TTL=(5) MX=[mx.far.example]
        Wed 2024-05-01 10:00:00.103: [7002] Session 7002; child 2
        Wed 2024-05-01 10:00:00.103: [7001] Attempting SMTP connection to mx.far.example
        Wed 2024-05-01 10:00:00.103: [7001] Resolving A record for mx.far.example (DNS Server: 198.51.100.53)...
        Wed 2024-05-01 10:00:00.103: [7001] *  D=mx.far.example TTL=(5) A=[203.0.113.1]
        Wed 2024-05-01 10:00:00.104: [7001] Attempting SMTP connection to 203.0.113.1:25
        Wed 2024-05-01 10:00:00.104: [7001] Waiting for socket connection...
        Wed 2024-05-01 10:00:00.105: [7002] Parsing message <c:\\mdaemon\\queues\\remote\\pd50000000002.msg>
        Wed 2024-05-01 10:00:00.105: [7001] *  Connection established 198.51.100.25:50000 --> 203.0.113.1:25
        Wed 2024-05-01 10:00:00.105: [7001] Waiting for protocol to start...
        Wed 2024-05-01 10:00:00.106: [7001] <-- 220 mx.far.example ESMTP
        Wed 2024-05-01 10:00:00.106: [7001] --> EHLO mx.company.example
        Wed 2024-05-01 10:00:00.107: [7002] Attempting SMTP connection to 203.0.113.9:25
        Wed 2024-05-01 10:00:00.107: [7002] *  Winsock Error 10060 Connection timed out.
        Wed 2024-05-01 10:00:00.107: [7001] <-- 250-mx.far.example
        Wed 2024-05-01 10:00:00.107: [7001] <-- 250-STARTTLS
        Wed 2024-05-01 10:00:00.107: [7001] <-- 250 SIZE
        Wed 2024-05-01 10:00:00.108: [7001] --> STARTTLS
        Wed 2024-05-01 10:00:00.109: [7001] <-- 220 2.0.0 Ready to start TLS
        Wed 2024-05-01 10:00:00.110: [7001] SSL negotiation successful (TLS 1.3, 256 bit key exchange, 256 bit AES encryption)
        Wed 2024-05-01 10:00:00.111: [7001] SSL certificate is valid (matches mx.far.example and is signed by recognized CA)
        Wed 2024-05-01 10:00:00.112: [7001] --> EHLO mx.company.example
        Wed 2024-05-01 10:00:00.113: [7001] <-- 250 SIZE
        Wed 2024-05-01 10:00:00.114: [7001] --> MAIL From:<ann@company.example> SIZE=1234
        Wed 2024-05-01 10:00:00.115: [7001] <-- 250 2.1.0 Ok
        Wed 2024-05-01 10:00:00.116: [7001] --> RCPT To:<bob@far.example>
        Wed 2024-05-01 10:00:00.117: [7001] <-- 250 2.1.5 Ok
        Wed 2024-05-01 10:00:00.118: [7001] --> DATA
        Wed 2024-05-01 10:00:00.119: [7001] <-- 354 End data with <CR><LF>.<CR><LF>
        Wed 2024-05-01 10:00:00.120: [7001] Sending <c:\\mdaemon\\queues\\remote\\pd50000000001.msg> to [203.0.113.1]
        Wed 2024-05-01 10:00:00.121: [7001] Transfer Complete
        Wed 2024-05-01 10:00:00.122: [7001] <-- 250 2.0.0 Ok: queued as 4F2A1B3C4D
        Wed 2024-05-01 10:00:00.123: [7001] --> QUIT
        Wed 2024-05-01 10:00:00.124: [7001] <-- 221 2.0.0 Bye
        Wed 2024-05-01 10:00:00.125: [7001] SMTP session successful (Bytes in/out: 500/1600)
        Wed 2024-05-01 10:00:00.125: [7001] ----------
        Wed 2024-05-01 10:00:00.126: [7002] *  Winsock Error 10061 Connection refused.
        Wed 2024-05-01 10:00:00.126: [7002] This message is 1 minutes old; it has 59 minutes left in this queue
        Wed 2024-05-01 10:00:00.127: [7002] SMTP session terminated (Bytes in/out: 0/0)
        Wed 2024-05-01 10:00:00.127: [7002] ----------

        """

    /// What a line of a transcript comes to: the verb of a command, the code at the end of a reply, an event.
    static func words(_ line: [String: Any]) -> String? {
        if let text = line["line"] as? String {
            if line["from"] as? String == "client" {
                return text.prefix { $0 != " " && $0 != ":" }.uppercased()
            }
            return text.dropFirst(3).first == "-" ? nil : String(text.prefix(3))
        }
        switch line["event"] as? String {
        case "message": return "message \(line["size"] as? Int ?? -1)"
        case "auth": return "auth \(line["result"] as? String ?? "") \(line["identity"] as? String ?? "")"
        case "connect": return nil
        case let event: return event
        }
    }
}
