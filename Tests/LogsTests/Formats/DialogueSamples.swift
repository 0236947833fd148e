/// Lines of sessions, and what they tell.
enum DialogueSamples {
    static let text = ##"""
        ### mdaemon-inbound mdaemon
        Wed 2024-05-01 10:00:00.100: [7:1] Session 7; child 1
        Wed 2024-05-01 10:00:00.101: [7:1] Accepting SMTP connection from 192.0.2.1:49152 to 198.51.100.25:25
        Wed 2024-05-01 10:00:00.102: [7:1] --> 220 mx.company.example ESMTP MDaemon 18.0.1; Wed, 01 May 2024 10:00:00 +0200
        Wed 2024-05-01 10:00:00.200: [7:1] <-- EHLO mail.far.example
        Wed 2024-05-01 10:00:00.201: [7:1] --> 250-mx.company.example Hello mail.far.example [192.0.2.1], pleased to meet you
        Wed 2024-05-01 10:00:00.202: [7:1] --> 250 SIZE
        Wed 2024-05-01 10:00:00.300: [7:1] <-- MAIL FROM:<ann@far.example> SIZE=1200
        Wed 2024-05-01 10:00:00.301: [7:1] Performing SPF lookup (far.example / 192.0.2.1)
        Wed 2024-05-01 10:00:00.302: [7:1] *  Result: pass
        Wed 2024-05-01 10:00:00.303: [7:1] --> 250 <ann@far.example>, Sender ok
        Wed 2024-05-01 10:00:00.400: [7:1] <-- RCPT TO:<bob@company.example>
        Wed 2024-05-01 10:00:00.401: [7:1] --> 250 <bob@company.example>, Recipient ok
        Wed 2024-05-01 10:00:00.402: [7:1] <-- RCPT TO:<eve@company.example>
        Wed 2024-05-01 10:00:00.403: [7:1] --> 550 <eve@company.example>, Recipient unknown
        Wed 2024-05-01 10:00:00.500: [7:1] <-- DATA
        Wed 2024-05-01 10:00:00.501: [7:1] --> 354 Enter mail, end with <CRLF>.<CRLF>
        Wed 2024-05-01 10:00:00.600: [7:1] Message size: 1200 bytes
        Wed 2024-05-01 10:00:00.601: [7:1] Spam Filter score/req: 0.10/12.0
        Wed 2024-05-01 10:00:00.602: [7:1] Message creation successful: c:\mdaemon\queues\inbound\md50000123.msg
        Wed 2024-05-01 10:00:00.603: [7:1] --> 250 Ok, message saved <Message-ID: 1@far.example>
        Wed 2024-05-01 10:00:00.700: [7:1] <-- QUIT
        Wed 2024-05-01 10:00:00.701: [7:1] --> 221 See ya in cyberspace
        Wed 2024-05-01 10:00:00.702: [7:1] SMTP session successful (Bytes in/out: 1400/500)
        ---
        1 note 2024-05-01T10:00:00.100Z no-zone #7:1: reason=Session 7; child 1
        2 connect 2024-05-01T10:00:00.101Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25 | protocol=smtp
        3 dialogue server 2024-05-01T10:00:00.102Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | code=220 | listener=198.51.100.25:25 | protocol=smtp | reply=220 mx.company.example ESMTP MDaemon 18.0.1; Wed, 01 May 2024 10:00:00 +0200
        4 dialogue client 2024-05-01T10:00:00.200Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | command=EHLO mail.far.example | listener=198.51.100.25:25 | protocol=smtp
        5 dialogue server 2024-05-01T10:00:00.201Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | code=250 | listener=198.51.100.25:25 | protocol=smtp | reply=250-mx.company.example Hello mail.far.example [192.0.2.1], pleased to meet you
        6 dialogue server 2024-05-01T10:00:00.202Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | code=250 | listener=198.51.100.25:25 | protocol=smtp | reply=250 SIZE
        7 dialogue client 2024-05-01T10:00:00.300Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | command=MAIL FROM:<ann@far.example> SIZE=1200 | listener=198.51.100.25:25 | protocol=smtp
        8 note 2024-05-01T10:00:00.301Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25 | protocol=smtp | reason=Performing SPF lookup (far.example / 192.0.2.1)
        9 scan 2024-05-01T10:00:00.302Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25 | protocol=smtp | spf=pass
        10 dialogue server 2024-05-01T10:00:00.303Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | code=250 | listener=198.51.100.25:25 | protocol=smtp | reply=250 <ann@far.example>, Sender ok
        11 dialogue client 2024-05-01T10:00:00.400Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | command=RCPT TO:<bob@company.example> | listener=198.51.100.25:25 | protocol=smtp
        12 dialogue server 2024-05-01T10:00:00.401Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | code=250 | listener=198.51.100.25:25 | protocol=smtp | reply=250 <bob@company.example>, Recipient ok
        13 dialogue client 2024-05-01T10:00:00.402Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | command=RCPT TO:<eve@company.example> | listener=198.51.100.25:25 | protocol=smtp
        14 dialogue server 2024-05-01T10:00:00.403Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | code=550 | listener=198.51.100.25:25 | protocol=smtp | reply=550 <eve@company.example>, Recipient unknown
        14 reject 2024-05-01T10:00:00.403Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | code=550 | from=ann@far.example | helo=mail.far.example | listener=198.51.100.25:25 | protocol=smtp | reply=550 <eve@company.example>, Recipient unknown | stage=RCPT | to=eve@company.example
        15 dialogue client 2024-05-01T10:00:00.500Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | command=DATA | listener=198.51.100.25:25 | protocol=smtp
        16 dialogue server 2024-05-01T10:00:00.501Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | code=354 | listener=198.51.100.25:25 | protocol=smtp | reply=354 Enter mail, end with <CRLF>.<CRLF>
        17 note 2024-05-01T10:00:00.600Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25 | protocol=smtp | reason=Message size: 1200 bytes | size=1200
        18 scan 2024-05-01T10:00:00.601Z no-zone #7:1: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25 | protocol=smtp | score=0.10/12.0 | size=1200
        19 note 2024-05-01T10:00:00.602Z no-zone #7:1 @md50000123.msg: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25 | protocol=smtp | reason=Message creation successful: c:\mdaemon\queues\inbound\md50000123.msg | size=1200
        20 dialogue server 2024-05-01T10:00:00.603Z no-zone #7:1 @md50000123.msg: client_ip=192.0.2.1 | client_port=49152 | code=250 | listener=198.51.100.25:25 | protocol=smtp | reply=250 Ok, message saved <Message-ID: 1@far.example> | size=1200
        20 message 2024-05-01T10:00:00.603Z no-zone #7:1 @md50000123.msg: client_ip=192.0.2.1 | client_port=49152 | code=250 | from=ann@far.example | helo=mail.far.example | listener=198.51.100.25:25 | message_id=1@far.example | protocol=smtp | recipients=1 | reply=250 Ok, message saved <Message-ID: 1@far.example> | size=1200 | stage=DATA | to=bob@company.example
        21 dialogue client 2024-05-01T10:00:00.700Z no-zone #7:1 @md50000123.msg: client_ip=192.0.2.1 | client_port=49152 | command=QUIT | listener=198.51.100.25:25 | protocol=smtp | size=1200
        22 dialogue server 2024-05-01T10:00:00.701Z no-zone #7:1 @md50000123.msg: client_ip=192.0.2.1 | client_port=49152 | code=221 | listener=198.51.100.25:25 | protocol=smtp | reply=221 See ya in cyberspace | size=1200
        23 disconnect 2024-05-01T10:00:00.702Z no-zone #7:1 @md50000123.msg: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25 | protocol=smtp | reason=SMTP session successful (Bytes in/out: 1400/500) | size=1200
        ### mdaemon-outbound mdaemon
        Wed 2024-05-01 10:00:00.100: [8:1] Session 8; child 1
        Wed 2024-05-01 10:00:00.101: [8:1] Parsing message <c:\mdaemon\queues\remote\pd50000123.msg>
        Wed 2024-05-01 10:00:00.101: [8:1] *  From: ann@company.example
        Wed 2024-05-01 10:00:00.101: [8:1] *  To: bob@far.example
        Wed 2024-05-01 10:00:00.101: [8:1] *  Message-ID: <2@company.example>
        Wed 2024-05-01 10:00:00.102: [8:1] Attempting SMTP connection to 203.0.113.1:25
        Wed 2024-05-01 10:00:00.103: [8:1] *  Connection established 198.51.100.25:50000 --> 203.0.113.1:25
        Wed 2024-05-01 10:00:00.104: [8:1] Waiting for protocol to start...
        Wed 2024-05-01 10:00:00.105: [8:1] <-- 220 mx.far.example ESMTP
        Wed 2024-05-01 10:00:00.106: [8:1] --> EHLO mx.company.example
        Wed 2024-05-01 10:00:00.107: [8:1] <-- 250 mx.far.example
        Wed 2024-05-01 10:00:00.108: [8:1] --> MAIL From:<ann@company.example> SIZE=900
        Wed 2024-05-01 10:00:00.109: [8:1] <-- 250 2.1.0 Ok
        Wed 2024-05-01 10:00:00.110: [8:1] --> RCPT To:<bob@far.example>
        Wed 2024-05-01 10:00:00.111: [8:1] <-- 450 4.2.0 greylisted
        ---
        1 note 2024-05-01T10:00:00.100Z no-zone #8:1: reason=Session 8; child 1
        2 note 2024-05-01T10:00:00.101Z no-zone #8:1 @pd50000123.msg: reason=Parsing message <c:\mdaemon\queues\remote\pd50000123.msg>
        6 note 2024-05-01T10:00:00.102Z no-zone #8:1 @pd50000123.msg: from=ann@company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reason=Attempting SMTP connection to 203.0.113.1:25 | to=bob@far.example
        7 connect 2024-05-01T10:00:00.103Z no-zone #8:1 @pd50000123.msg: from=ann@company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | to=bob@far.example
        8 note 2024-05-01T10:00:00.104Z no-zone #8:1 @pd50000123.msg: from=ann@company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reason=Waiting for protocol to start... | to=bob@far.example
        9 dialogue server 2024-05-01T10:00:00.105Z no-zone #8:1 @pd50000123.msg: code=220 | from=ann@company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reply=220 mx.far.example ESMTP | to=bob@far.example
        10 dialogue client 2024-05-01T10:00:00.106Z no-zone #8:1 @pd50000123.msg: command=EHLO mx.company.example | from=ann@company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | to=bob@far.example
        11 dialogue server 2024-05-01T10:00:00.107Z no-zone #8:1 @pd50000123.msg: code=250 | from=ann@company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reply=250 mx.far.example | to=bob@far.example
        12 dialogue client 2024-05-01T10:00:00.108Z no-zone #8:1 @pd50000123.msg: command=MAIL From:<ann@company.example> SIZE=900 | from=ann@company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | to=bob@far.example
        13 dialogue server 2024-05-01T10:00:00.109Z no-zone #8:1 @pd50000123.msg: code=250 | enhanced_code=2.1.0 | from=ann@company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reply=250 2.1.0 Ok | to=bob@far.example
        14 dialogue client 2024-05-01T10:00:00.110Z no-zone #8:1 @pd50000123.msg: command=RCPT To:<bob@far.example> | from=ann@company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | to=bob@far.example
        15 dialogue server 2024-05-01T10:00:00.111Z no-zone #8:1 @pd50000123.msg: code=450 | enhanced_code=4.2.0 | from=ann@company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reply=450 4.2.0 greylisted | to=bob@far.example
        15 delivery 2024-05-01T10:00:00.111Z no-zone #8:1 @pd50000123.msg: code=450 | enhanced_code=4.2.0 | from=ann@company.example | helo=mx.company.example | message_id=2@company.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reply=450 4.2.0 greylisted | stage=RCPT | status=deferred | to=bob@far.example
        ### mdaemon-without-ids mdaemon
        Wed 2024-05-01 10:00:00: Accepting SMTP connection from [192.0.2.1:49152] to [198.51.100.25:25]
        Wed 2024-05-01 10:00:01: --> 220 mx.company.example
        Wed 2024-05-01 10:00:02: <-- AUTH LOGIN
        Wed 2024-05-01 10:00:02: --> 334 VXNlcm5hbWU6
        Wed 2024-05-01 10:00:03: <-- YW5u
        Wed 2024-05-01 10:00:03: --> 334 UGFzc3dvcmQ6
        Wed 2024-05-01 10:00:04: <-- c2VjcmV0
        Wed 2024-05-01 10:00:04: --> 535 5.7.8 Authentication failed
        Wed 2024-05-01 10:00:04: ----------
        ---
        1 connect 2024-05-01T10:00:00Z no-zone #mdaemon-1: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25 | protocol=smtp
        2 dialogue server 2024-05-01T10:00:01Z no-zone #mdaemon-1: client_ip=192.0.2.1 | client_port=49152 | code=220 | listener=198.51.100.25:25 | protocol=smtp | reply=220 mx.company.example
        3 dialogue client 2024-05-01T10:00:02Z no-zone #mdaemon-1: client_ip=192.0.2.1 | client_port=49152 | command=AUTH LOGIN | listener=198.51.100.25:25 | protocol=smtp
        4 dialogue server 2024-05-01T10:00:02Z no-zone #mdaemon-1: client_ip=192.0.2.1 | client_port=49152 | code=334 | listener=198.51.100.25:25 | protocol=smtp | reply=334 VXNlcm5hbWU6
        5 dialogue client 2024-05-01T10:00:03Z no-zone #mdaemon-1: client_ip=192.0.2.1 | client_port=49152 | command=*** | listener=198.51.100.25:25 | protocol=smtp
        6 dialogue server 2024-05-01T10:00:03Z no-zone #mdaemon-1: client_ip=192.0.2.1 | client_port=49152 | code=334 | listener=198.51.100.25:25 | protocol=smtp | reply=334 UGFzc3dvcmQ6
        7 dialogue client 2024-05-01T10:00:04Z no-zone #mdaemon-1: client_ip=192.0.2.1 | client_port=49152 | command=*** | listener=198.51.100.25:25 | protocol=smtp
        8 dialogue server 2024-05-01T10:00:04Z no-zone #mdaemon-1: client_ip=192.0.2.1 | client_port=49152 | code=535 | enhanced_code=5.7.8 | listener=198.51.100.25:25 | protocol=smtp | reply=535 5.7.8 Authentication failed
        8 authentication 2024-05-01T10:00:04Z no-zone #mdaemon-1: auth_method=LOGIN | client_ip=192.0.2.1 | client_port=49152 | code=535 | enhanced_code=5.7.8 | listener=198.51.100.25:25 | protocol=smtp | reply=535 5.7.8 Authentication failed | status=fail | user=ann
        ### mdaemon-pop mdaemon
        Wed 2024-05-01 10:00:00.100: [9:1] Accepting POP connection from [192.0.2.1:49152] to [198.51.100.25:110]
        Wed 2024-05-01 10:00:00.101: [9:1] --> +OK company.example POP MDaemon
        Wed 2024-05-01 10:00:00.102: [9:1] <-- USER ann
        Wed 2024-05-01 10:00:00.103: [9:1] --> +OK ann... Recipient ok
        Wed 2024-05-01 10:00:00.104: [9:1] <-- PASS secret
        Wed 2024-05-01 10:00:00.105: [9:1] --> -ERR Bad login
        ---
        1 connect 2024-05-01T10:00:00.100Z no-zone #9:1: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:110 | protocol=pop3
        2 dialogue server 2024-05-01T10:00:00.101Z no-zone #9:1: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:110 | protocol=pop3 | reply=+OK company.example POP MDaemon
        3 dialogue client 2024-05-01T10:00:00.102Z no-zone #9:1: client_ip=192.0.2.1 | client_port=49152 | command=USER ann | listener=198.51.100.25:110 | protocol=pop3
        4 dialogue server 2024-05-01T10:00:00.103Z no-zone #9:1: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:110 | protocol=pop3 | reply=+OK ann... Recipient ok
        5 dialogue client 2024-05-01T10:00:00.104Z no-zone #9:1: client_ip=192.0.2.1 | client_port=49152 | command=PASS *** | listener=198.51.100.25:110 | protocol=pop3
        6 dialogue server 2024-05-01T10:00:00.105Z no-zone #9:1: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:110 | protocol=pop3 | reply=-ERR Bad login
        6 authentication 2024-05-01T10:00:00.105Z no-zone #9:1: client_ip=192.0.2.1 | protocol=pop3 | status=fail | user=ann
        ### exchange-receive exchange-smtp
        #Software: Microsoft Exchange Server
        #Version: 15.0.0.0
        #Log-type: SMTP Receive Protocol Log
        #Date: 2024-05-01T10:00:00.000Z
        #Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context
        2024-05-01T10:00:00.001Z,MX\Default Frontend MX,08DC1DB8591B229A,0,198.51.100.25:587,192.0.2.1:53228,+,,
        2024-05-01T10:00:00.002Z,MX\Default Frontend MX,08DC1DB8591B229A,1,198.51.100.25:587,192.0.2.1:53228,>,"220 mx.company.example Microsoft ESMTP MAIL Service ready at Wed, 1 May 2024 12:00:00 +0200",
        2024-05-01T10:00:00.003Z,MX\Default Frontend MX,08DC1DB8591B229A,2,198.51.100.25:587,192.0.2.1:53228,<,EHLO pc.example,
        2024-05-01T10:00:00.004Z,MX\Default Frontend MX,08DC1DB8591B229A,3,198.51.100.25:587,192.0.2.1:53228,>,250  mx.company.example Hello [192.0.2.1] SIZE 37748736 AUTH LOGIN,
        2024-05-01T10:00:00.005Z,MX\Default Frontend MX,08DC1DB8591B229A,4,198.51.100.25:587,192.0.2.1:53228,*," CN=mx.company.example SHA2","Sending certificate"
        2024-05-01T10:00:00.006Z,MX\Default Frontend MX,08DC1DB8591B229A,5,198.51.100.25:587,192.0.2.1:53228,*,,"TLS protocol SP_PROT_TLS1_2_SERVER negotiation succeeded using bulk encryption algorithm CALG_AES_256 with strength 256 bits"
        2024-05-01T10:00:00.007Z,MX\Default Frontend MX,08DC1DB8591B229A,6,198.51.100.25:587,192.0.2.1:53228,<,AUTH LOGIN,
        2024-05-01T10:00:00.008Z,MX\Default Frontend MX,08DC1DB8591B229A,7,198.51.100.25:587,192.0.2.1:53228,>,334 <authentication response>,
        2024-05-01T10:00:00.009Z,MX\Default Frontend MX,08DC1DB8591B229A,8,198.51.100.25:587,192.0.2.1:53228,*,COMPANY\ann,authenticated
        2024-05-01T10:00:00.010Z,MX\Default Frontend MX,08DC1DB8591B229A,9,198.51.100.25:587,192.0.2.1:53228,>,235 <authentication response>,
        2024-05-01T10:00:00.011Z,MX\Default Frontend MX,08DC1DB8591B229A,10,198.51.100.25:587,192.0.2.1:53228,<,"MAIL FROM:<""a,b""@company.example> SIZE=900",
        2024-05-01T10:00:00.012Z,MX\Default Frontend MX,08DC1DB8591B229A,11,198.51.100.25:587,192.0.2.1:53228,>,250 2.1.0 Sender OK,
        2024-05-01T10:00:00.013Z,MX\Default Frontend MX,08DC1DB8591B229A,12,198.51.100.25:587,192.0.2.1:53228,<,RCPT TO:<bob@far.example>,
        2024-05-01T10:00:00.014Z,MX\Default Frontend MX,08DC1DB8591B229A,13,198.51.100.25:587,192.0.2.1:53228,>,250 2.1.5 Recipient OK,
        2024-05-01T10:00:00.015Z,MX\Default Frontend MX,08DC1DB8591B229A,14,198.51.100.25:587,192.0.2.1:53228,<,BDAT 900 LAST,
        2024-05-01T10:00:00.016Z,MX\Default Frontend MX,08DC1DB8591B229A,15,198.51.100.25:587,192.0.2.1:53228,>,"250 2.6.0 <1@pc.example> [InternalId=4243, Hostname=mx.company.example] Queued mail for delivery",
        2024-05-01T10:00:00.017Z,MX\Default Frontend MX,08DC1DB8591B229A,16,198.51.100.25:587,192.0.2.1:53228,-,,Remote
        ---
        6 connect 2024-05-01T10:00:00.001Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | listener=198.51.100.25:587 | transport=MX\Default Frontend MX
        7 dialogue server 2024-05-01T10:00:00.002Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | code=220 | listener=198.51.100.25:587 | reply=220 mx.company.example Microsoft ESMTP MAIL Service ready at Wed, 1 May 2024 12:00:00 +0200 | transport=MX\Default Frontend MX
        8 dialogue client 2024-05-01T10:00:00.003Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | command=EHLO pc.example | listener=198.51.100.25:587 | transport=MX\Default Frontend MX
        9 dialogue server 2024-05-01T10:00:00.004Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | code=250 | listener=198.51.100.25:587 | reply=250  mx.company.example Hello [192.0.2.1] SIZE 37748736 AUTH LOGIN | transport=MX\Default Frontend MX
        10 note 2024-05-01T10:00:00.005Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | listener=198.51.100.25:587 | reason=Sending certificate | transport=MX\Default Frontend MX
        11 tls 2024-05-01T10:00:00.006Z #08DC1DB8591B229A: cipher=CALG_AES_256 | client_ip=192.0.2.1 | client_port=53228 | listener=198.51.100.25:587 | reason=TLS protocol SP_PROT_TLS1_2_SERVER negotiation succeeded using bulk encryption algorithm CALG_AES_256 with strength 256 bits | status=pass | tls_version=TLS1_2 | transport=MX\Default Frontend MX
        12 dialogue client 2024-05-01T10:00:00.007Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | command=AUTH LOGIN | listener=198.51.100.25:587 | transport=MX\Default Frontend MX
        13 dialogue server 2024-05-01T10:00:00.008Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | code=334 | listener=198.51.100.25:587 | reply=334 <authentication response> | transport=MX\Default Frontend MX
        14 note 2024-05-01T10:00:00.009Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | listener=198.51.100.25:587 | reason=authenticated | transport=MX\Default Frontend MX | user=COMPANY\ann
        15 dialogue server 2024-05-01T10:00:00.010Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | code=235 | listener=198.51.100.25:587 | reply=235 <authentication response> | transport=MX\Default Frontend MX | user=COMPANY\ann
        15 authentication 2024-05-01T10:00:00.010Z #08DC1DB8591B229A: auth_method=LOGIN | client_ip=192.0.2.1 | client_port=53228 | code=235 | listener=198.51.100.25:587 | protocol=smtp | reply=235 <authentication response> | status=pass | transport=MX\Default Frontend MX | user=COMPANY\ann
        16 dialogue client 2024-05-01T10:00:00.011Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | command=MAIL FROM:<"a,b"@company.example> SIZE=900 | listener=198.51.100.25:587 | transport=MX\Default Frontend MX | user=COMPANY\ann
        17 dialogue server 2024-05-01T10:00:00.012Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | code=250 | enhanced_code=2.1.0 | listener=198.51.100.25:587 | reply=250 2.1.0 Sender OK | transport=MX\Default Frontend MX | user=COMPANY\ann
        18 dialogue client 2024-05-01T10:00:00.013Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | command=RCPT TO:<bob@far.example> | listener=198.51.100.25:587 | transport=MX\Default Frontend MX | user=COMPANY\ann
        19 dialogue server 2024-05-01T10:00:00.014Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | code=250 | enhanced_code=2.1.5 | listener=198.51.100.25:587 | reply=250 2.1.5 Recipient OK | transport=MX\Default Frontend MX | user=COMPANY\ann
        20 dialogue client 2024-05-01T10:00:00.015Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | command=BDAT 900 LAST | listener=198.51.100.25:587 | transport=MX\Default Frontend MX | user=COMPANY\ann
        21 dialogue server 2024-05-01T10:00:00.016Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | code=250 | enhanced_code=2.6.0 | listener=198.51.100.25:587 | reply=250 2.6.0 <1@pc.example> [InternalId=4243, Hostname=mx.company.example] Queued mail for delivery | transport=MX\Default Frontend MX | user=COMPANY\ann
        21 message 2024-05-01T10:00:00.016Z #08DC1DB8591B229A @4243: client_ip=192.0.2.1 | client_port=53228 | code=250 | enhanced_code=2.6.0 | from="a,b"@company.example | helo=pc.example | listener=198.51.100.25:587 | message_id=1@pc.example | recipients=1 | reply=250 2.6.0 <1@pc.example> [InternalId=4243, Hostname=mx.company.example] Queued mail for delivery | stage=DATA | to=bob@far.example | transport=MX\Default Frontend MX | user=COMPANY\ann
        22 disconnect 2024-05-01T10:00:00.017Z #08DC1DB8591B229A: client_ip=192.0.2.1 | client_port=53228 | listener=198.51.100.25:587 | reason=Remote | transport=MX\Default Frontend MX | user=COMPANY\ann
        ### exchange-send-without-header exchange-smtp
        2024-05-01T10:00:00.001Z,Outbound,08DC1DB8591B22A0,0,,203.0.113.1:25,*,,attempting to connect
        2024-05-01T10:00:00.002Z,Outbound,08DC1DB8591B22A0,1,198.51.100.25:40001,203.0.113.1:25,+,,
        2024-05-01T10:00:00.003Z,Outbound,08DC1DB8591B22A0,2,198.51.100.25:40001,203.0.113.1:25,<,220 mx.far.example ESMTP,
        2024-05-01T10:00:00.004Z,Outbound,08DC1DB8591B22A0,3,198.51.100.25:40001,203.0.113.1:25,>,EHLO mx.company.example,
        2024-05-01T10:00:00.005Z,Outbound,08DC1DB8591B22A0,4,198.51.100.25:40001,203.0.113.1:25,<,250 mx.far.example,
        2024-05-01T10:00:00.006Z,Outbound,08DC1DB8591B22A0,5,198.51.100.25:40001,203.0.113.1:25,*,,sending message with RecordId 4243 and InternetMessageId <1@pc.example>
        2024-05-01T10:00:00.007Z,Outbound,08DC1DB8591B22A0,6,198.51.100.25:40001,203.0.113.1:25,>,MAIL FROM:<ann@company.example> SIZE=900,
        2024-05-01T10:00:00.008Z,Outbound,08DC1DB8591B22A0,7,198.51.100.25:40001,203.0.113.1:25,>,RCPT TO:<bob@far.example>,
        2024-05-01T10:00:00.009Z,Outbound,08DC1DB8591B22A0,8,198.51.100.25:40001,203.0.113.1:25,<,250 2.1.0 Ok,
        2024-05-01T10:00:00.010Z,Outbound,08DC1DB8591B22A0,9,198.51.100.25:40001,203.0.113.1:25,<,550 5.1.1 No such user,
        2024-05-01T10:00:00.011Z,Outbound,08DC1DB8591B22A0,10,198.51.100.25:40001,203.0.113.1:25,-,,Local
        ---
        1 note 2024-05-01T10:00:00.001Z #08DC1DB8591B22A0: next_hop_ip=203.0.113.1 | next_hop_port=25 | reason=attempting to connect | transport=Outbound
        2 connect 2024-05-01T10:00:00.002Z #08DC1DB8591B22A0: listener=198.51.100.25:40001 | next_hop_ip=203.0.113.1 | next_hop_port=25 | transport=Outbound
        3 dialogue server 2024-05-01T10:00:00.003Z #08DC1DB8591B22A0: code=220 | listener=198.51.100.25:40001 | next_hop_ip=203.0.113.1 | next_hop_port=25 | reply=220 mx.far.example ESMTP | transport=Outbound
        4 dialogue client 2024-05-01T10:00:00.004Z #08DC1DB8591B22A0: command=EHLO mx.company.example | listener=198.51.100.25:40001 | next_hop_ip=203.0.113.1 | next_hop_port=25 | transport=Outbound
        5 dialogue server 2024-05-01T10:00:00.005Z #08DC1DB8591B22A0: code=250 | listener=198.51.100.25:40001 | next_hop_ip=203.0.113.1 | next_hop_port=25 | reply=250 mx.far.example | transport=Outbound
        6 note 2024-05-01T10:00:00.006Z #08DC1DB8591B22A0 @4243: listener=198.51.100.25:40001 | message_id=1@pc.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reason=sending message with RecordId 4243 and InternetMessageId <1@pc.example> | transport=Outbound
        7 dialogue client 2024-05-01T10:00:00.007Z #08DC1DB8591B22A0 @4243: command=MAIL FROM:<ann@company.example> SIZE=900 | listener=198.51.100.25:40001 | message_id=1@pc.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | transport=Outbound
        8 dialogue client 2024-05-01T10:00:00.008Z #08DC1DB8591B22A0 @4243: command=RCPT TO:<bob@far.example> | listener=198.51.100.25:40001 | message_id=1@pc.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | transport=Outbound
        9 dialogue server 2024-05-01T10:00:00.009Z #08DC1DB8591B22A0 @4243: code=250 | enhanced_code=2.1.0 | listener=198.51.100.25:40001 | message_id=1@pc.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reply=250 2.1.0 Ok | transport=Outbound
        10 dialogue server 2024-05-01T10:00:00.010Z #08DC1DB8591B22A0 @4243: code=550 | enhanced_code=5.1.1 | listener=198.51.100.25:40001 | message_id=1@pc.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reply=550 5.1.1 No such user | transport=Outbound
        10 delivery 2024-05-01T10:00:00.010Z #08DC1DB8591B22A0 @4243: code=550 | enhanced_code=5.1.1 | from=ann@company.example | helo=mx.company.example | listener=198.51.100.25:40001 | message_id=1@pc.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reply=550 5.1.1 No such user | stage=RCPT | status=bounced | to=bob@far.example | transport=Outbound
        11 disconnect 2024-05-01T10:00:00.011Z #08DC1DB8591B22A0: listener=198.51.100.25:40001 | message_id=1@pc.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | reason=Local | transport=Outbound
        ### opensmtpd-report opensmtpd-report
        config|smtp-session-timeout|300
        config|ready
        report|0.7|1714557600.100000|smtp-in|link-connect|7641dfb3798eb5bf|mail.far.example|pass|192.0.2.1:31205|198.51.100.25:25
        report|0.7|1714557600.200000|smtp-in|link-greeting|7641dfb3798eb5bf|mx.company.example
        report|0.7|1714557600.300000|smtp-in|protocol-client|7641dfb3798eb5bf|EHLO mail|far.example
        report|0.7|1714557600.300100|smtp-in|link-identify|7641dfb3798eb5bf|EHLO|mail|far.example
        report|0.7|1714557600.300200|smtp-in|protocol-server|7641dfb3798eb5bf|250 mx.company.example Hello
        report|0.7|1714557600.400000|smtp-in|link-tls|7641dfb3798eb5bf|TLSv1.3:TLS_AES_256_GCM_SHA384:256
        report|0.7|1714557600.500000|smtp-in|link-auth|7641dfb3798eb5bf|fail|ann
        report|0.5|1714557600.500000|smtp-in|link-auth|7641dfb3798eb5bf|ann|pass
        report|0.7|1714557600.600000|smtp-in|tx-mail|7641dfb3798eb5bf|4f2a1b3c|ok|ann@far.example
        report|0.5|1714557600.600000|smtp-in|tx-rcpt|7641dfb3798eb5bf|4f2a1b3c|b|b@company.example|permfail
        report|0.7|1714557600.700000|smtp-in|tx-commit|7641dfb3798eb5bf|4f2a1b3c|1200
        filter|0.7|1714557600.700000|smtp-in|ehlo|7641dfb3798eb5bf|1ef1c203cc576e5d|mail.far.example
        report|0.7|1714557600.800000|smtp-in|filter-response|7641dfb3798eb5bf|mail-from|reject|550 5.7.1 no
        report|0.7|1714557600.900000|smtp-in|link-disconnect|7641dfb3798eb5bf
        ---
        3 connect 2024-05-01T10:00:00.100Z #7641dfb3798eb5bf: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | listener=198.51.100.25:25 | status=pass
        4 note 2024-05-01T10:00:00.200Z #7641dfb3798eb5bf: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | listener=198.51.100.25:25 | reason=link-greeting mx.company.example
        5 dialogue client 2024-05-01T10:00:00.300Z #7641dfb3798eb5bf: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | command=EHLO mail|far.example | listener=198.51.100.25:25
        6 note 2024-05-01T10:00:00.300Z #7641dfb3798eb5bf: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | helo=mail | listener=198.51.100.25:25
        7 dialogue server 2024-05-01T10:00:00.300Z #7641dfb3798eb5bf: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | code=250 | listener=198.51.100.25:25 | reply=250 mx.company.example Hello
        8 tls 2024-05-01T10:00:00.400Z #7641dfb3798eb5bf: cipher=TLS_AES_256_GCM_SHA384 | client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | listener=198.51.100.25:25 | status=pass | tls_version=TLSv1.3
        9 authentication 2024-05-01T10:00:00.500Z #7641dfb3798eb5bf: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | listener=198.51.100.25:25 | protocol=smtp | status=fail | user=ann
        10 authentication 2024-05-01T10:00:00.500Z #7641dfb3798eb5bf: authenticated_as=ann | client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | listener=198.51.100.25:25 | protocol=smtp | status=pass | user=ann
        11 message 2024-05-01T10:00:00.600Z #7641dfb3798eb5bf @4f2a1b3c: authenticated_as=ann | client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | from=ann@far.example | listener=198.51.100.25:25 | stage=MAIL | status=ok
        12 reject 2024-05-01T10:00:00.600Z #7641dfb3798eb5bf @4f2a1b3c: authenticated_as=ann | client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | listener=198.51.100.25:25 | stage=RCPT | status=permfail | to=b|b@company.example
        13 message 2024-05-01T10:00:00.700Z #7641dfb3798eb5bf @4f2a1b3c: authenticated_as=ann | client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | listener=198.51.100.25:25 | size=1200
        15 reject 2024-05-01T10:00:00.800Z #7641dfb3798eb5bf: authenticated_as=ann | client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | code=550 | enhanced_code=5.7.1 | listener=198.51.100.25:25 | reply=550 5.7.1 no | stage=mail-from | verdict=reject
        16 disconnect 2024-05-01T10:00:00.900Z #7641dfb3798eb5bf: authenticated_as=ann | client_ip=192.0.2.1 | client_name=mail.far.example | client_port=31205 | listener=198.51.100.25:25
        ### kumomta-trace kumomta-trace
        [192.0.2.1:40422->198.51.100.25:587]   0ns === Connected 2024-05-01 10:00:00.532224578 UTC
        [192.0.2.1:40422->198.51.100.25:587]   0ns === conn_meta reception_protocol="ESMTP"
        [192.0.2.1:40422->198.51.100.25:587]  17µs <-  220 mx.company.example KumoMTA
        [192.0.2.1:40422->198.51.100.25:587] 182ms  -> EHLO pc.example
        [192.0.2.1:40422->198.51.100.25:587] 183ms <-  250 mx.company.example Aloha
        [192.0.2.1:40422->198.51.100.25:587]    1s  -> AUTH PLAIN AGFubgBzZWNyZXQ=
        [192.0.2.1:40422->198.51.100.25:587]    1s <-  535 5.7.8 no
        [192.0.2.1:40422->198.51.100.25:587]    2s  -> MAIL FROM:<\"a b\"@far.example>
        [192.0.2.1:40422->198.51.100.25:587]    2s === Closed
        ---
        1 connect 2024-05-01T10:00:00.532Z #192.0.2.1:40422->198.51.100.25:587: client_ip=192.0.2.1 | client_port=40422 | listener=198.51.100.25:587 | reason=Connected 2024-05-01 10:00:00.532224578 UTC
        2 note 2024-05-01T10:00:00.532Z #192.0.2.1:40422->198.51.100.25:587: client_ip=192.0.2.1 | client_port=40422 | listener=198.51.100.25:587 | reason=conn_meta reception_protocol="ESMTP"
        3 dialogue server 2024-05-01T10:00:00.532Z #192.0.2.1:40422->198.51.100.25:587: client_ip=192.0.2.1 | client_port=40422 | code=220 | listener=198.51.100.25:587 | reply=220 mx.company.example KumoMTA
        4 dialogue client 2024-05-01T10:00:00.714Z #192.0.2.1:40422->198.51.100.25:587: client_ip=192.0.2.1 | client_port=40422 | command=EHLO pc.example | listener=198.51.100.25:587
        5 dialogue server 2024-05-01T10:00:00.715Z #192.0.2.1:40422->198.51.100.25:587: client_ip=192.0.2.1 | client_port=40422 | code=250 | listener=198.51.100.25:587 | reply=250 mx.company.example Aloha
        6 dialogue client 2024-05-01T10:00:01.532Z #192.0.2.1:40422->198.51.100.25:587: client_ip=192.0.2.1 | client_port=40422 | command=AUTH PLAIN *** | listener=198.51.100.25:587
        7 dialogue server 2024-05-01T10:00:01.532Z #192.0.2.1:40422->198.51.100.25:587: client_ip=192.0.2.1 | client_port=40422 | code=535 | enhanced_code=5.7.8 | listener=198.51.100.25:587 | reply=535 5.7.8 no
        7 authentication 2024-05-01T10:00:01.532Z #192.0.2.1:40422->198.51.100.25:587: auth_method=PLAIN | client_ip=192.0.2.1 | client_port=40422 | code=535 | enhanced_code=5.7.8 | listener=198.51.100.25:587 | protocol=smtp | reply=535 5.7.8 no | status=fail | user=ann
        8 dialogue client 2024-05-01T10:00:02.532Z #192.0.2.1:40422->198.51.100.25:587: client_ip=192.0.2.1 | client_port=40422 | command=MAIL FROM:<"a b"@far.example> | listener=198.51.100.25:587
        9 disconnect 2024-05-01T10:00:02.532Z #192.0.2.1:40422->198.51.100.25:587: client_ip=192.0.2.1 | client_port=40422 | listener=198.51.100.25:587 | reason=Closed
        ### swaks swaks
        === Trying mx.far.example:25...
        === Connected to mx.far.example.
        <-  220 mx.far.example ESMTP
         -> EHLO pc.example
        <-  250-mx.far.example
        <-  250 STARTTLS
         -> STARTTLS
        <-  220 ready
        === TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256
         ~> EHLO pc.example
        <~  250 AUTH PLAIN
         ~> AUTH PLAIN AGFubgBzZWNyZXQ=
        <~  235 2.7.0 ok
         ~> MAIL FROM:<ann@pc.example>
        <~  250 ok
         ~> RCPT TO:<bob@far.example>
        <~* 550 5.1.1 no
         ~> RCPT TO:<tom@far.example>
        <~  250 ok
         ~> DATA
        <~  354 go
         ~> Subject: lamps
         ~> 
         ~> lamps
         ~> .
        <~  250 2.0.0 Ok: queued as 4F2A1
         ~> QUIT
        <~  221 bye
        === Connection closed with remote host.
        ---
        1 note #swaks-1: next_hop=mx.far.example | next_hop_port=25 | reason=Trying mx.far.example:25...
        2 connect #swaks-1: next_hop=mx.far.example | next_hop_port=25 | reason=Connected to mx.far.example.
        3 dialogue server #swaks-1: code=220 | next_hop=mx.far.example | next_hop_port=25 | reply=220 mx.far.example ESMTP
        4 dialogue client #swaks-1: command=EHLO pc.example | next_hop=mx.far.example | next_hop_port=25
        5 dialogue server #swaks-1: code=250 | next_hop=mx.far.example | next_hop_port=25 | reply=250-mx.far.example
        6 dialogue server #swaks-1: code=250 | next_hop=mx.far.example | next_hop_port=25 | reply=250 STARTTLS
        7 dialogue client #swaks-1: command=STARTTLS | next_hop=mx.far.example | next_hop_port=25
        8 dialogue server #swaks-1: code=220 | next_hop=mx.far.example | next_hop_port=25 | reply=220 ready
        9 tls #swaks-1: cipher=TLS_AES_256_GCM_SHA384 | next_hop=mx.far.example | next_hop_port=25 | reason=TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256 | status=pass | tls_version=TLSv1.3
        10 dialogue client #swaks-1: command=EHLO pc.example | next_hop=mx.far.example | next_hop_port=25
        11 dialogue server #swaks-1: code=250 | next_hop=mx.far.example | next_hop_port=25 | reply=250 AUTH PLAIN
        12 dialogue client #swaks-1: command=AUTH PLAIN *** | next_hop=mx.far.example | next_hop_port=25
        13 dialogue server #swaks-1: code=235 | enhanced_code=2.7.0 | next_hop=mx.far.example | next_hop_port=25 | reply=235 2.7.0 ok
        13 authentication #swaks-1: auth_method=PLAIN | code=235 | enhanced_code=2.7.0 | next_hop=mx.far.example | next_hop_port=25 | protocol=smtp | reply=235 2.7.0 ok | status=pass | user=ann
        14 dialogue client #swaks-1: authenticated_as=ann | command=MAIL FROM:<ann@pc.example> | next_hop=mx.far.example | next_hop_port=25
        15 dialogue server #swaks-1: authenticated_as=ann | code=250 | next_hop=mx.far.example | next_hop_port=25 | reply=250 ok
        16 dialogue client #swaks-1: authenticated_as=ann | command=RCPT TO:<bob@far.example> | next_hop=mx.far.example | next_hop_port=25
        17 dialogue server #swaks-1: authenticated_as=ann | code=550 | enhanced_code=5.1.1 | next_hop=mx.far.example | next_hop_port=25 | reply=550 5.1.1 no
        17 delivery #swaks-1: authenticated_as=ann | code=550 | enhanced_code=5.1.1 | from=ann@pc.example | helo=pc.example | next_hop=mx.far.example | next_hop_port=25 | reply=550 5.1.1 no | stage=RCPT | status=bounced | to=bob@far.example
        18 dialogue client #swaks-1: authenticated_as=ann | command=RCPT TO:<tom@far.example> | next_hop=mx.far.example | next_hop_port=25
        19 dialogue server #swaks-1: authenticated_as=ann | code=250 | next_hop=mx.far.example | next_hop_port=25 | reply=250 ok
        20 dialogue client #swaks-1: authenticated_as=ann | command=DATA | next_hop=mx.far.example | next_hop_port=25
        21 dialogue server #swaks-1: authenticated_as=ann | code=354 | next_hop=mx.far.example | next_hop_port=25 | reply=354 go
        22 dialogue client #swaks-1: authenticated_as=ann | data=Subject: lamps | next_hop=mx.far.example | next_hop_port=25
        23 dialogue client #swaks-1: authenticated_as=ann | data= | next_hop=mx.far.example | next_hop_port=25
        24 dialogue client #swaks-1: authenticated_as=ann | data=lamps | next_hop=mx.far.example | next_hop_port=25
        25 dialogue client #swaks-1: authenticated_as=ann | command=. | next_hop=mx.far.example | next_hop_port=25
        26 dialogue server #swaks-1: authenticated_as=ann | code=250 | enhanced_code=2.0.0 | next_hop=mx.far.example | next_hop_port=25 | reply=250 2.0.0 Ok: queued as 4F2A1
        26 delivery #swaks-1: authenticated_as=ann | code=250 | enhanced_code=2.0.0 | from=ann@pc.example | helo=pc.example | next_hop=mx.far.example | next_hop_port=25 | next_hop_queue_id=4F2A1 | recipients=1 | reply=250 2.0.0 Ok: queued as 4F2A1 | stage=DATA | status=sent | to=tom@far.example
        27 dialogue client #swaks-1: authenticated_as=ann | command=QUIT | next_hop=mx.far.example | next_hop_port=25
        28 dialogue server #swaks-1: authenticated_as=ann | code=221 | next_hop=mx.far.example | next_hop_port=25 | reply=221 bye
        29 disconnect #swaks-1: authenticated_as=ann | next_hop=mx.far.example | next_hop_port=25 | reason=Connection closed with remote host.
        ### mdaemon-screening mdaemon
        Wed 2024-05-01 10:00:00.564: Host screening refused connection to 198.51.100.25:465 from pc.far.example [192.0.2.1:44056] (matched to line "all pc.far.example refuse")
        Wed 2024-05-01 10:00:01.644: Location Screening: IP 192.0.2.2 matched to country Ruritania, Europe; connection blocked; port 25
        ---
        1 reject 2024-05-01T10:00:00.564Z no-zone #mdaemon-0: client_ip=192.0.2.1 | client_name=pc.far.example | client_port=44056 | listener=198.51.100.25:465 | reason=Host screening refused connection to 198.51.100.25:465 from pc.far.example [192.0.2.1:44056] (matched to line "all pc.far.example refuse") | stage=CONNECT
        2 reject 2024-05-01T10:00:01.644Z no-zone #mdaemon-0: client_ip=192.0.2.2 | reason=Location Screening: IP 192.0.2.2 matched to country Ruritania, Europe; connection blocked; port 25 | stage=CONNECT
        ### kumomta-escapes kumomta-trace
        [a1b2]       === BeginSession 2024-05-01 10:00:00.5 UTC
        [a1b2]   2ms  <- 220 mx.far.example \u{e9}\t\x
        ---
        1 note 2024-05-01T10:00:00.500Z #a1b2: reason=BeginSession 2024-05-01 10:00:00.5 UTC
        2 dialogue server 2024-05-01T10:00:00.502Z #a1b2: code=220 | reply=220 mx.far.example é	\x
        ### mdaemon-with-kinds mdaemon
        Wed 2024-05-01 10:00:00.101: 05: [7] Accepting SMTP connection from 192.0.2.1:49152 to 198.51.100.25:25
        Wed 2024-05-01 10:00:00.102: 03: [7] --> 554 Sorry, not you
        ---
        1 connect 2024-05-01T10:00:00.101Z no-zone #7: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25 | protocol=smtp
        2 dialogue server 2024-05-01T10:00:00.102Z no-zone #7: client_ip=192.0.2.1 | client_port=49152 | code=554 | listener=198.51.100.25:25 | protocol=smtp | reply=554 Sorry, not you
        2 reject 2024-05-01T10:00:00.102Z no-zone #7: client_ip=192.0.2.1 | client_port=49152 | code=554 | listener=198.51.100.25:25 | protocol=smtp | reply=554 Sorry, not you | stage=CONNECT
        """##
}
