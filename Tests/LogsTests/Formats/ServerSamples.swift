/// Lines of mail servers, and what they tell.
enum ServerSamples {
    static let text = ##"""
        ### exchange-tracking exchange-tracking
        #Software: Microsoft Exchange Server
        #Log-type: Message Tracking Log
        #Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data
        2024-05-01T10:00:00.001Z,192.0.2.1,mail.far.example,198.51.100.25,MX,08DC1DB8591B229A;2024-05-01T10:00:00.000Z;0,MX\Default MX,SMTP,RECEIVE,4243,<1@far.example>,0f8fad5b-d9cb-469f-a165-70867728950e,bob@company.example;eve@company.example,;,1200,2,,,"Lamps, and ""tables""",ann@far.example,ann@far.example,0cI,Incoming,,192.0.2.9,198.51.100.25,
        2024-05-01T10:00:01.001Z,,MX,,MBX,,,STOREDRIVER,DELIVER,4243,<1@far.example>,0f8fad5b-d9cb-469f-a165-70867728950e,bob@company.example,,1200,1,,,Lamps,ann@far.example,ann@far.example,,Incoming,,,,
        2024-05-01T10:00:02.001Z,,MX,,,,,ROUTING,FAIL,4243,<1@far.example>,0f8fad5b-d9cb-469f-a165-70867728950e,eve@company.example,550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found,1200,1,,,Lamps,ann@far.example,<>,,Incoming,,,,
        ---
        4 message 2024-05-01T10:00:00.001Z @4243: client_ip=192.0.2.9 | client_name=mail.far.example | from=ann@far.example | message_id=1@far.example | protocol=SMTP | reason=08DC1DB8591B229A;2024-05-01T10:00:00.000Z;0 | recipients=2 | size=1200 | stage=RECEIVE | subject=Lamps, and "tables" | to=bob@company.example | transport=MX\Default MX
        4 message 2024-05-01T10:00:00.001Z @4243: client_ip=192.0.2.9 | client_name=mail.far.example | from=ann@far.example | message_id=1@far.example | protocol=SMTP | reason=08DC1DB8591B229A;2024-05-01T10:00:00.000Z;0 | recipients=2 | size=1200 | stage=RECEIVE | subject=Lamps, and "tables" | to=eve@company.example | transport=MX\Default MX
        5 delivery 2024-05-01T10:00:01.001Z @4243: client_name=MX | from=ann@far.example | message_id=1@far.example | next_hop=MBX | protocol=STOREDRIVER | recipients=1 | size=1200 | stage=DELIVER | status=sent | subject=Lamps | to=bob@company.example
        6 delivery 2024-05-01T10:00:02.001Z @4243: client_name=MX | code=550 | enhanced_code=5.1.10 | from=ann@far.example | message_id=1@far.example | protocol=ROUTING | recipients=1 | reply=550 5.1.10 RESOLVER.ADR.RecipientNotFound | size=1200 | stage=FAIL | status=bounced | subject=Lamps | to=eve@company.example
        ### exchange-mailbox exchange-mailbox
        #Software: Microsoft Exchange Server
        #Log-type: IMAP4 Log
        #Fields: dateTime,sessionId,seqNumber,sIp,cIp,user,duration,rqsize,rpsize,command,parameters,context,puid
        2024-05-01T10:00:00.001Z,000000000000000E,0,198.51.100.25:143,192.0.2.1:35070,,4,0,45,OpenSession,,,
        2024-05-01T10:00:00.002Z,000000000000000E,1,198.51.100.25:143,192.0.2.1:35070,ann,168,31,31,login,ann *****,"R=""1 NO LOGIN failed."";Msg=""AuthFailed:LogonDenied,User: ann"";ErrMsg=AuthFailed:LogonDenied",
        2024-05-01T10:00:00.003Z,000000000000000E,2,198.51.100.25:143,192.0.2.1:35070,ann,68,31,31,login,ann *****,R=ok,
        2024-05-01T10:00:00.004Z,000000000000000E,3,198.51.100.25:143,192.0.2.1:35070,ann,0,0,0,CloseSession,,,
        ---
        4 connect 2024-05-01T10:00:00.001Z #000000000000000E: client_ip=192.0.2.1 | client_port=35070 | delay=4 | listener=198.51.100.25:143 | protocol=imap
        5 authentication 2024-05-01T10:00:00.002Z #000000000000000E: client_ip=192.0.2.1 | client_port=35070 | delay=168 | listener=198.51.100.25:143 | protocol=imap | reason=AuthFailed:LogonDenied | reply=1 NO LOGIN failed. | status=fail | user=ann
        6 login 2024-05-01T10:00:00.003Z #000000000000000E: client_ip=192.0.2.1 | client_port=35070 | delay=68 | listener=198.51.100.25:143 | protocol=imap | reply=ok | status=pass | user=ann
        7 disconnect 2024-05-01T10:00:00.004Z #000000000000000E: client_ip=192.0.2.1 | client_port=35070 | delay=0 | listener=198.51.100.25:143 | protocol=imap | user=ann
        ### opensmtpd opensmtpd
        May  1 10:00:00 mx smtpd[81]: 1a2b3c4d5e6f7a8b smtp connected address=192.0.2.1 host=mail.far.example
        May  1 10:00:00 mx smtpd[81]: 1a2b3c4d5e6f7a8b smtp tls ciphers=TLSv1.3:TLS_AES_256_GCM_SHA384:256
        May  1 10:00:01 mx smtpd[81]: 1a2b3c4d5e6f7a8b smtp failed-command command="RCPT TO:<eve@company.example>" result="550 Invalid recipient: <eve@company.example>"
        May  1 10:00:01 mx smtpd[81]: 1a2b3c4d5e6f7a8b smtp failed-command command="AUTH PLAIN AGFubgBzZWNyZXQ=" result="535 Authentication failed"
        May  1 10:00:01 mx smtpd[81]: 1a2b3c4d5e6f7a8b smtp failed-command command="RCPT TO:<a" result="250 ok" b@x>" result="550 Invalid recipient"
        May  1 10:00:02 mx smtpd[81]: 1a2b3c4d5e6f7a8b smtp message msgid=4f2a1b3c size=1200 nrcpt=1 proto=ESMTP
        May  1 10:00:02 mx smtpd[81]: 1a2b3c4d5e6f7a8b smtp envelope evpid=4f2a1b3c00112233 from=<ann@far.example> to=<bob@company.example>
        May  1 10:00:03 mx smtpd[81]: 1a2b3c4d5e6f7a8b smtp disconnected reason=quit
        May  1 10:00:04 mx smtpd[81]: 2a2b3c4d5e6f7a8b mta connecting address=smtp://203.0.113.1:25 host=mx.far.example
        May  1 10:00:05 mx smtpd[81]: 2a2b3c4d5e6f7a8b mta delivery evpid=4f2a1b3d00112233 from=<bob@company.example> to=<ann@far.example> rcpt=<-> source="198.51.100.25" relay="203.0.113.1 (mx.far.example)" delay=1s result="Ok" stat="250 2.0.0: 9a8b7c6d Message accepted for delivery"
        May  1 10:00:06 mx smtpd[81]: 0000000000000000 mda delivery evpid=4f2a1b3c00112233 from=<ann@far.example> to=<bob@company.example> rcpt=<bob@company.example> user=bob delay=0s result=Ok stat=Delivered
        May  1 10:00:07 mx smtpd[81]: 1b2b3c4d smtp event=connected address=192.0.2.7 host=old.example
        ---
        1 connect 2024-05-01T10:00:00Z no-year no-zone #1a2b3c4d5e6f7a8b: client_ip=192.0.2.1 | client_name=mail.far.example
        2 tls 2024-05-01T10:00:00Z no-year no-zone #1a2b3c4d5e6f7a8b: cipher=TLS_AES_256_GCM_SHA384 | client_ip=192.0.2.1 | client_name=mail.far.example | status=pass | tls_version=TLSv1.3
        3 reject 2024-05-01T10:00:01Z no-year no-zone #1a2b3c4d5e6f7a8b: client_ip=192.0.2.1 | client_name=mail.far.example | code=550 | command=RCPT TO:<eve@company.example> | reply=550 Invalid recipient: <eve@company.example> | stage=RCPT | to=eve@company.example
        4 authentication 2024-05-01T10:00:01Z no-year no-zone #1a2b3c4d5e6f7a8b: client_ip=192.0.2.1 | client_name=mail.far.example | code=535 | command=AUTH PLAIN *** | protocol=smtp | reply=535 Authentication failed | status=fail | user=ann
        5 reject 2024-05-01T10:00:01Z no-year no-zone #1a2b3c4d5e6f7a8b: client_ip=192.0.2.1 | client_name=mail.far.example | command=RCPT TO:<a | doubt=repeated | stage=RCPT | to=a
        6 message 2024-05-01T10:00:02Z no-year no-zone #1a2b3c4d5e6f7a8b @4f2a1b3c: client_ip=192.0.2.1 | client_name=mail.far.example | protocol=ESMTP | recipients=1 | size=1200
        7 message 2024-05-01T10:00:02Z no-year no-zone #1a2b3c4d5e6f7a8b @4f2a1b3c: client_ip=192.0.2.1 | client_name=mail.far.example | from=ann@far.example | to=bob@company.example
        8 disconnect 2024-05-01T10:00:03Z no-year no-zone #1a2b3c4d5e6f7a8b: client_ip=192.0.2.1 | client_name=mail.far.example | reason=quit
        9 note 2024-05-01T10:00:04Z no-year no-zone #2a2b3c4d5e6f7a8b: next_hop=mx.far.example | next_hop_ip=203.0.113.1 | next_hop_port=25
        10 delivery 2024-05-01T10:00:05Z no-year no-zone #2a2b3c4d5e6f7a8b @4f2a1b3d: code=250 | delay=1 | from=bob@company.example | next_hop=mx.far.example | next_hop_ip=203.0.113.1 | next_hop_queue_id=9a8b7c6d | reply=250 2.0.0: 9a8b7c6d Message accepted for delivery | status=sent | to=ann@far.example | transport=mta
        11 delivery 2024-05-01T10:00:06Z no-year no-zone #0000000000000000 @4f2a1b3c: delay=0 | from=ann@far.example | orig_to=bob@company.example | reply=Delivered | status=sent | to=bob@company.example | transport=mda | user=bob
        12 connect 2024-05-01T10:00:07Z no-year no-zone #1b2b3c4d: client_ip=192.0.2.7 | client_name=old.example
        ### haraka-default haraka
        2024-05-01T10:00:00.000Z [NOTICE] [7F1C820F-DC79-4192-9AA6-5307354B20A6] [core] connect ip=192.0.2.1 port=49152 local_ip=198.51.100.25 local_port=25
        2024-05-01T10:00:00.100Z [PROTOCOL] [7F1C820F-DC79-4192-9AA6-5307354B20A6] [core] S: 220 mx.company.example ESMTP Haraka ready
        2024-05-01T10:00:00.200Z [PROTOCOL] [7F1C820F-DC79-4192-9AA6-5307354B20A6] [core] C: EHLO mail.far.example state=1
        2024-05-01T10:00:00.201Z [PROTOCOL] [7F1C820F-DC79-4192-9AA6-5307354B20A6] [core] S: 250-mx.company.example\r\n250 SIZE
        2024-05-01T10:00:00.300Z [NOTICE] [7F1C820F-DC79-4192-9AA6-5307354B20A6.1] [core] sender <ann@far.example> code=CONT msg=""
        2024-05-01T10:00:00.400Z [NOTICE] [7F1C820F-DC79-4192-9AA6-5307354B20A6.1] [core] recipient <bob@company.example> code=DENY msg="no such user" sender="ann@far.example"
        2024-05-01T10:00:00.500Z [NOTICE] [7F1C820F-DC79-4192-9AA6-5307354B20A6.1] [core] message mid="<1@far.example>" size=1200 rcpts=1/0/0 delay=0.11 code=CONT msg=""
        2024-05-01T10:00:00.600Z [NOTICE] [7F1C820F-DC79-4192-9AA6-5307354B20A6.1.1] [outbound] delivered file="1_2" domain="far.example" host="mx.far.example" ip=203.0.113.1 port=25 mode="SMTP" tls="N" auth="N" response="250 Ok: queued as 4F2A1" delay=1.1 fails=0 rcpts=1/0/0
        2024-05-01T10:00:00.700Z [INFO] [7F1C820F-DC79-4192-9AA6-5307354B20A6] [fcrdns] ip=192.0.2.1 rdns="mail.far.example"
        2024-05-01T10:00:00.800Z [NOTICE] [7F1C820F-DC79-4192-9AA6-5307354B20A6] [core] disconnect ip=192.0.2.1 rdns=mail.far.example helo=mail.far.example relay=N early=N esmtp=Y tls=N pipe=N errors=0 txns=1 rcpts=1/0/0 msgs=1/0/0 bytes=1200 lr="" time=0.8
        ---
        1 connect 2024-05-01T10:00:00Z #7F1C820F-DC79-4192-9AA6-5307354B20A6: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25
        2 dialogue server 2024-05-01T10:00:00.100Z #7F1C820F-DC79-4192-9AA6-5307354B20A6: client_ip=192.0.2.1 | client_port=49152 | code=220 | listener=198.51.100.25:25 | reply=220 mx.company.example ESMTP Haraka ready
        3 dialogue client 2024-05-01T10:00:00.200Z #7F1C820F-DC79-4192-9AA6-5307354B20A6: client_ip=192.0.2.1 | client_port=49152 | command=EHLO mail.far.example | listener=198.51.100.25:25
        4 dialogue server 2024-05-01T10:00:00.201Z #7F1C820F-DC79-4192-9AA6-5307354B20A6: client_ip=192.0.2.1 | client_port=49152 | code=250 | listener=198.51.100.25:25 | reply=250-mx.company.example
        4 dialogue server 2024-05-01T10:00:00.201Z #7F1C820F-DC79-4192-9AA6-5307354B20A6: client_ip=192.0.2.1 | client_port=49152 | code=250 | listener=198.51.100.25:25 | reply=250 SIZE
        5 message 2024-05-01T10:00:00.300Z #7F1C820F-DC79-4192-9AA6-5307354B20A6 @7F1C820F-DC79-4192-9AA6-5307354B20A6.1: from=ann@far.example | stage=MAIL | verdict=CONT
        6 reject 2024-05-01T10:00:00.400Z #7F1C820F-DC79-4192-9AA6-5307354B20A6 @7F1C820F-DC79-4192-9AA6-5307354B20A6.1: from=ann@far.example | reply=no such user | stage=RCPT | to=bob@company.example | verdict=DENY
        7 message 2024-05-01T10:00:00.500Z #7F1C820F-DC79-4192-9AA6-5307354B20A6 @7F1C820F-DC79-4192-9AA6-5307354B20A6.1: delay=0.11 | message_id=1@far.example | size=1200 | stage=DATA | verdict=CONT
        8 delivery 2024-05-01T10:00:00.600Z #7F1C820F-DC79-4192-9AA6-5307354B20A6.1.1 @7F1C820F-DC79-4192-9AA6-5307354B20A6.1: code=250 | delay=1.1 | next_hop=mx.far.example | next_hop_ip=203.0.113.1 | next_hop_port=25 | protocol=SMTP | reply=250 Ok: queued as 4F2A1 | status=sent
        9 note 2024-05-01T10:00:00.700Z #7F1C820F-DC79-4192-9AA6-5307354B20A6: reason=ip=192.0.2.1 rdns="mail.far.example"
        10 disconnect 2024-05-01T10:00:00.800Z #7F1C820F-DC79-4192-9AA6-5307354B20A6: client_ip=192.0.2.1 | client_name=mail.far.example | delay=0.8 | helo=mail.far.example | size=1200
        ### haraka-logfmt haraka
        level=NOTICE uuid=7F1C820F-DC79-4192-9AA6-5307354B20A6 source=core message=connect ip=192.0.2.1 port=49152 local_ip=198.51.100.25 local_port=25
        level=NOTICE uuid=7F1C820F-DC79-4192-9AA6-5307354B20A6 source=core message=disconnect ip=192.0.2.1 rdns=NXDOMAIN helo="x ip=203.0.113.9" bytes=0 lr="550 5.7.1 no" time=0.8
        ---
        1 connect #7F1C820F-DC79-4192-9AA6-5307354B20A6: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25
        2 disconnect #7F1C820F-DC79-4192-9AA6-5307354B20A6: client_ip=192.0.2.1 | client_name=NXDOMAIN | delay=0.8 | helo=x ip=203.0.113.9 | reply=550 5.7.1 no | size=0
        ### haraka-json haraka
        {"level":"NOTICE","uuid":"7F1C820F-DC79-4192-9AA6-5307354B20A6","source":"core","message":"connect","ip":"192.0.2.1","port":49152,"local_ip":"198.51.100.25","local_port":25,"timestamp":"2024-05-01T10:00:00.000Z"}
        {"level":"NOTICE","uuid":"7F1C820F-DC79-4192-9AA6-5307354B20A6.1","source":"core","message":"recipient <bob@company.example>","code":"DENYSOFT","msg":"later","sender":"ann@far.example","timestamp":"2024-05-01T10:00:01.000Z"}
        ---
        1 connect 2024-05-01T10:00:00Z #7F1C820F-DC79-4192-9AA6-5307354B20A6: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25
        2 defer 2024-05-01T10:00:01Z #7F1C820F-DC79-4192-9AA6-5307354B20A6 @7F1C820F-DC79-4192-9AA6-5307354B20A6.1: from=ann@far.example | reply=later | stage=RCPT | to=bob@company.example | verdict=DENYSOFT
        ### kumomta kumomta
        {"type":"Reception","id":"1d98076abbbc11ed940250ebf67f93bd","sender":"ann@company.example","recipient":"bob@far.example","queue":"far.example","site":"","size":1047,"response":{"code":250,"enhanced_code":null,"content":"","command":null},"peer_address":{"name":"pc.example","addr":"192.0.2.1"},"timestamp":1714557600,"event_time":1714557600.25,"reception_protocol":"ESMTP","nodeid":"n1","meta":{"authn_id":"ann"},"headers":{"Subject":"lamps"},"session_id":"s1"}
        {"type":"Delivery","id":"1d98076abbbc11ed940250ebf67f93bd","sender":"ann@company.example","recipient":["bob@far.example","tom@far.example"],"queue":"far.example","site":"mx.far.example","size":1047,"response":{"code":250,"enhanced_code":{"class":2,"subject":0,"detail":0},"content":"Ok: queued as 4F2A1","command":"."},"peer_address":{"name":"mx.far.example.","addr":"203.0.113.1"},"timestamp":1714557601,"num_attempts":0,"delivery_protocol":"ESMTP","bounce_classification":"Uncategorized"}
        {"type":"TransientFailure","id":"1d98076abbbc11ed940250ebf67f93be","sender":"","recipient":"bob@far.example","queue":"far.example","site":"mx.far.example","size":10,"response":{"code":421,"enhanced_code":{"class":4,"subject":7,"detail":0},"content":"later","command":"RCPT TO"},"peer_address":{"name":"mx.far.example.","addr":"203.0.113.1"},"timestamp":1714557602,"num_attempts":3,"bounce_classification":"RateLimit"}
        ---
        1 message 2024-05-01T10:00:00.250Z #s1 @1d98076abbbc11ed940250ebf67f93bd: authenticated_as=ann | client_ip=192.0.2.1 | code=250 | from=ann@company.example | helo=pc.example | protocol=ESMTP | reply= | size=1047 | stage=Reception | subject=lamps | to=bob@far.example | transport=far.example
        2 delivery 2024-05-01T10:00:01Z @1d98076abbbc11ed940250ebf67f93bd: code=250 | count=0 | enhanced_code=2.0.0 | from=ann@company.example | next_hop=mx.far.example. | next_hop_ip=203.0.113.1 | protocol=ESMTP | reply=Ok: queued as 4F2A1 | size=1047 | stage=. | status=sent | to=bob@far.example | transport=far.example
        2 delivery 2024-05-01T10:00:01Z @1d98076abbbc11ed940250ebf67f93bd: code=250 | count=0 | enhanced_code=2.0.0 | from=ann@company.example | next_hop=mx.far.example. | next_hop_ip=203.0.113.1 | protocol=ESMTP | reply=Ok: queued as 4F2A1 | size=1047 | stage=. | status=sent | to=tom@far.example | transport=far.example
        3 delivery 2024-05-01T10:00:02Z @1d98076abbbc11ed940250ebf67f93be: code=421 | count=3 | enhanced_code=4.7.0 | from= | next_hop=mx.far.example. | next_hop_ip=203.0.113.1 | reply=later | size=10 | stage=RCPT TO | status=deferred | to=bob@far.example | transport=far.example | verdict=RateLimit
        ### qmail-multilog qmail
        @400000006632126a0ee6b280 new msg 4243
        @400000006632126a0ee6b281 info msg 4243: bytes 1200 from <a uid 0 b@far.example> qp 9312 uid 82
        @400000006632126a0ee6b282 starting delivery 7: msg 4243 to remote bob@far.example
        @400000006632126a0ee6b283 status: local 0/10 remote 1/20
        @400000006632126b0ee6b284 delivery 7: success: 203.0.113.1_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_4F2A1/
        @400000006632126b0ee6b285 starting delivery 8: msg 4243 to local eve@company.example
        @400000006632126b0ee6b286 delivery 8: failure: Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/
        @400000006632126b0ee6b287 bounce msg 4243 qp 9313
        @400000006632126b0ee6b288 end msg 4243
        @400000006632126c0ee6b280 tcpserver: status: 1/40
        @400000006632126c0ee6b281 tcpserver: pid 4711 from 192.0.2.1
        @400000006632126c0ee6b282 tcpserver: ok 4711 mx.company.example:198.51.100.25:25 mail.far.example:192.0.2.1:ev:il:49152
        @400000006632126c0ee6b283 4711 > 220 mx.company.example ESMTP 
        @400000006632126c0ee6b284 4711 < HELO mail+
        @400000006632126c0ee6b285 4711 < .far.example 
        @400000006632126c0ee6b286 4711 > 250 mx.company.example 
        @400000006632126c0ee6b287 4711 < MAIL FROM:<ann@far.example> 
        @400000006632126c0ee6b288 4711 > 553 sorry, your envelope sender is in my badmailfrom list (#5.7.1) 
        @400000006632126c0ee6b289 4711 < [EOF]
        @400000006632126c0ee6b290 rblsmtpd: 192.0.2.2 pid 4712: 451 http://www.spamhaus.org/query/bl?ip=192.0.2.2
        @400000006632126c0ee6b291 simscan:[5467]:SPAM REJECT (15.0/12.0):0.34s:Cheap: lamps:192.0.2.1:ann@far.example:bob@company.example
        @400000006632126c0ee6b292 CHKUSER rejected rcpt: from <ann@far.example::> remote <mail.far.example:unknown:192.0.2.1> rcpt <nobody@company.example> : not existing recipient
        @400000006632126c0ee6b293 tcpserver: end 4711 status 0
        ---
        1 message 2024-05-01T09:58:56.250Z @4243: 
        2 message 2024-05-01T09:58:56.250Z @4243: from=a uid 0 b@far.example | size=1200
        3 note 2024-05-01T09:58:56.250Z @4243: from=a uid 0 b@far.example | reason=starting delivery | to=bob@far.example | transport=remote
        4 note 2024-05-01T09:58:56.250Z: reason=status: local 0/10 remote 1/20
        5 delivery 2024-05-01T09:58:57.250Z @4243: code=250 | enhanced_code=2.0.0 | from=a uid 0 b@far.example | next_hop_ip=203.0.113.1 | reply=250 2.0.0 Ok: queued as 4F2A1 | status=sent | to=bob@far.example | transport=remote
        6 note 2024-05-01T09:58:57.250Z @4243: from=a uid 0 b@far.example | reason=starting delivery | to=eve@company.example | transport=local
        7 delivery 2024-05-01T09:58:57.250Z @4243: from=a uid 0 b@far.example | reply=Sorry, no mailbox here by that name. (#5.1.1) | status=bounced | to=eve@company.example | transport=local
        8 notification 2024-05-01T09:58:57.250Z @4243: reason=qp 9313
        9 removed 2024-05-01T09:58:57.250Z @4243: 
        10 note 2024-05-01T09:58:58.250Z: reason=status: 1/40
        11 connect 2024-05-01T09:58:58.250Z #4711: client_ip=192.0.2.1
        12 note 2024-05-01T09:58:58.250Z #4711: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=49152 | listener=mx.company.example:198.51.100.25:25 | status=ok
        13 dialogue server 2024-05-01T09:58:58.250Z #4711: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=49152 | code=220 | listener=mx.company.example:198.51.100.25:25 | reply=220 mx.company.example ESMTP
        15 dialogue client 2024-05-01T09:58:58.250Z #4711: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=49152 | command=HELO mail.far.example | listener=mx.company.example:198.51.100.25:25
        16 dialogue server 2024-05-01T09:58:58.250Z #4711: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=49152 | code=250 | listener=mx.company.example:198.51.100.25:25 | reply=250 mx.company.example
        17 dialogue client 2024-05-01T09:58:58.250Z #4711: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=49152 | command=MAIL FROM:<ann@far.example> | listener=mx.company.example:198.51.100.25:25
        18 dialogue server 2024-05-01T09:58:58.250Z #4711: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=49152 | code=553 | listener=mx.company.example:198.51.100.25:25 | reply=553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)
        18 reject 2024-05-01T09:58:58.250Z #4711: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=49152 | code=553 | from=ann@far.example | helo=mail.far.example | listener=mx.company.example:198.51.100.25:25 | reply=553 sorry, your envelope sender is in my badmailfrom list (#5.7.1) | stage=MAIL
        19 disconnect client 2024-05-01T09:58:58.250Z #4711: 
        20 defer 2024-05-01T09:58:58.250Z #4712: client_ip=192.0.2.2 | code=451 | reply=451 http://www.spamhaus.org/query/bl?ip=192.0.2.2 | stage=CONNECT
        21 scan 2024-05-01T09:58:58.250Z #5467: client_ip=192.0.2.1 | delay=0.34s | from=ann@far.example | score=15.0/12.0 | subject=Cheap: lamps | to=bob@company.example | verdict=SPAM REJECT
        22 reject 2024-05-01T09:58:58.250Z: client_ip=192.0.2.1 | client_name=unknown | from=ann@far.example | helo=mail.far.example | reason=not existing recipient | stage=RCPT | to=nobody@company.example
        23 disconnect 2024-05-01T09:58:58.250Z #4711: client_ip=192.0.2.1 | client_name=mail.far.example | client_port=49152 | listener=mx.company.example:198.51.100.25:25 | status=0
        ### qmail-syslog qmail
        May  1 10:00:00 mx qmail: 1714557600.485077 rblsmtpd: 192.0.2.1 pid 19597 sbl.example.org: 553 http://sbl.example.org/192.0.2.1
        May  1 10:00:01 mx qmail-smtpd[7]: badiprbl: ip 192.0.2.1 rbl: list.example.org
        May  1 10:00:02 mx vpopmail[9]: vchkpw-smtp: password fail (pass: 'secret') ann@company.example:192.0.2.1
        May  1 10:00:03 mx vpopmail[9]: vchkpw-pop3: (PLAIN) login success ann@company.example:192.0.2.1
        ---
        1 reject 2024-05-01T10:00:00Z no-year no-zone #19597: client_ip=192.0.2.1 | code=553 | dns_list=sbl.example.org | reply=553 http://sbl.example.org/192.0.2.1 | stage=CONNECT
        2 reject 2024-05-01T10:00:01Z no-year no-zone: client_ip=192.0.2.1 | dns_list=list.example.org | reason=badiprbl: ip 192.0.2.1 rbl: list.example.org | stage=CONNECT
        3 authentication 2024-05-01T10:00:02Z no-year no-zone: client_ip=192.0.2.1 | protocol=smtp | reason=password fail | status=fail | user=ann@company.example
        4 login 2024-05-01T10:00:03Z no-year no-zone: client_ip=192.0.2.1 | protocol=pop3 | reason=(PLAIN) login success | status=pass | user=ann@company.example
        ### assp assp
        May-01-24 10:00:00 [Worker_1] Connected: session:7F3A 192.0.2.1:49152 > 198.51.100.25:25 > 127.0.0.1:125
        May-01-24 10:00:01 m1-25391-06124 [Worker_1] [TLS-in] [MessageOK] 192.0.2.1 <ann@far.example> to: bob@company.example message ok [Lamps] -> /usr/share/assp/okmail/1.eml
        May-01-24 10:00:02 m1-25391-06125 [Worker_1] 192.0.2.1 <ann@far.example> to: bob@company.example Message-Score: added 20 for DNSBL, total score for this message is now 45
        May-01-24 10:00:03 m1-25391-06125 [Worker_1] [RelayAttempt] 192.0.2.1 <ann@far.example> to: bob@other.example relay attempt blocked for: bob@other.example
        May-01-24 10:00:04 [Worker_1] [TLS-out] 192.0.2.1 [SMTP Error] 535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6
        May-01-24 10:00:05 Blocking 192.0.2.1 - too much AUTH errors (8);
        ---
        1 connect 2024-05-01T10:00:00Z no-zone #7F3A: client_ip=192.0.2.1 | client_port=49152 | listener=198.51.100.25:25 | reason=Connected: session:7F3A 192.0.2.1:49152 > 198.51.100.25:25 > 127.0.0.1:125
        2 message 2024-05-01T10:00:01Z no-zone #m1-25391-06124 @m1-25391-06124: client_ip=192.0.2.1 | from=ann@far.example | reason=message ok [Lamps] -> /usr/share/assp/okmail/1.eml | subject=Lamps | tls_version=TLS | to=bob@company.example | verdict=MessageOK
        3 scan 2024-05-01T10:00:02Z no-zone #m1-25391-06125 @m1-25391-06125: client_ip=192.0.2.1 | from=ann@far.example | reason=Message-Score: added 20 for DNSBL, total score for this message is now 45 | score=45 | to=bob@company.example
        4 reject 2024-05-01T10:00:03Z no-zone #m1-25391-06125 @m1-25391-06125: client_ip=192.0.2.1 | from=ann@far.example | reason=relay attempt blocked for: bob@other.example | to=bob@other.example | verdict=RelayAttempt
        5 authentication 2024-05-01T10:00:04Z no-zone: client_ip=192.0.2.1 | code=535 | enhanced_code=5.7.8 | protocol=smtp | reason=535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6 | reply=535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6 | status=fail | verdict=SMTP Error
        6 authentication 2024-05-01T10:00:05Z no-zone: client_ip=192.0.2.1 | protocol=smtp | reason=Blocking 192.0.2.1 - too much AUTH errors (8); | status=fail
        ### domino domino
        [28325:00010-3735542592] 01-05-2024 10:00:00   SMTP Server: mail.far.example (192.0.2.1) connected
        [28325:00010-3735542592] 01-05-2024 10:00:01   SMTP Server: Message 0041A2 (MessageID: <1@far.example>) received
        [28325:00010-3735542592] 01-05-2024 10:00:02   Router: Message 0041A2 delivered to Bob/Company
        [28325:00010-3735542592] 01-05-2024 10:00:03   Router: Message 0041A3 transferred to MX.FAR.EXAMPLE for ann@far.example via SMTP
        [28325:00010-3735542592] 01-05-2024 10:00:04   smtp: ann [192.0.2.7] x [192.0.2.1] authentication failure using internet password
        [28325:00010-3735542592] 01-05-2024 10:00:05   SMTP Server: 192.0.2.1 disconnected. 1 message[s] received
        ---
        1 connect 2024-05-01T10:00:00Z no-zone: client_ip=192.0.2.1 | client_name=mail.far.example | reason=SMTP Server: mail.far.example (192.0.2.1) connected
        2 message 2024-05-01T10:00:01Z no-zone @0041A2: message_id=1@far.example | reason=SMTP Server: Message 0041A2 (MessageID: <1@far.example>) received
        3 delivery 2024-05-01T10:00:02Z no-zone @0041A2: reason=Router: Message 0041A2 delivered to Bob/Company | status=sent | to=Bob/Company
        4 delivery 2024-05-01T10:00:03Z no-zone @0041A3: next_hop=MX.FAR.EXAMPLE | reason=Router: Message 0041A3 transferred to MX.FAR.EXAMPLE for ann@far.example via SMTP | status=sent | to=ann@far.example
        5 authentication 2024-05-01T10:00:04Z no-zone: client_ip=192.0.2.1 | protocol=smtp | reason=smtp: ann [192.0.2.7] x [192.0.2.1] authentication failure using internet password | status=fail | user=ann [192.0.2.7] x
        6 disconnect 2024-05-01T10:00:05Z no-zone: client_ip=192.0.2.1 | reason=SMTP Server: 192.0.2.1 disconnected. 1 message[s] received
        ### domino-twelve-hours domino
        05/01/2024 12:00:04 AM  SMTP Server: mail.far.example (192.0.2.1) connected
        05/01/2024 01:00:04 PM  SMTP Server: Authentication failed for user ann ; connecting host 192.0.2.1
        ---
        1 connect 2024-05-01T00:00:04Z no-zone: client_ip=192.0.2.1 | client_name=mail.far.example | reason=SMTP Server: mail.far.example (192.0.2.1) connected
        2 authentication 2024-05-01T13:00:04Z no-zone: client_ip=192.0.2.1 | protocol=smtp | reason=SMTP Server: Authentication failed for user ann ; connecting host 192.0.2.1 | status=fail | user=ann
        ### kerio kerio
        [01/May/2024 10:00:00] Failed SMTP login from 192.0.2.1 with SASL method PLAIN
        [01/May/2024 10:00:01] SMTP: User ann doesn't exist. Attempt from IP address 192.0.2.1.
        [01/May/2024 10:00:02] Relay attempt from IP address 192.0.2.1, mail from <ann@far.example> to <bob@other.example> rejected
        [01/May/2024 10:00:03] SMTP Spam attack detected from 192.0.2.1, client closed connection before SMTP greeting
        ---
        1 authentication 2024-05-01T10:00:00Z no-zone: client_ip=192.0.2.1 | reason=Failed SMTP login from 192.0.2.1 with SASL method PLAIN | status=fail
        2 authentication 2024-05-01T10:00:01Z no-zone: client_ip=192.0.2.1 | reason=SMTP: User ann doesn't exist. Attempt from IP address 192.0.2.1. | status=fail | user=ann
        3 reject 2024-05-01T10:00:02Z no-zone: client_ip=192.0.2.1 | from=ann@far.example | reason=Relay attempt from IP address 192.0.2.1, mail from <ann@far.example> to <bob@other.example> rejected | to=bob@other.example
        4 reject 2024-05-01T10:00:03Z no-zone: client_ip=192.0.2.1 | reason=SMTP Spam attack detected from 192.0.2.1, client closed connection before SMTP greeting
        ### kerio-mail kerio
        [01/May/2024 10:00:00] Recv: Queue-ID: 65ee8b47-00000009, Service: SMTP, From: <ann@far.example>, To: <bob@company.example>, Size: 985, Sender-Host: 192.0.2.1, SSL: yes, Subject: lamps, Msg-Id: <forged@x>, cheap, Msg-Id: <1@far.example>
        [01/May/2024 10:00:01] Recv: Queue-ID: 65ee8b47-0000000a, Service: DSN, From: <>, To: <bob@company.example>, Size: 1650, Report: failed
        [01/May/2024 10:00:02] Recv: Queue-ID: 65ee8b47-0000000b, Service: HTTP, From: <bob@company.example>, To: <"a, Size: 1"@far.example>, Size: 700, User: bob@company.example, Sender-Host: 0.0.0.0
        [01/May/2024 10:00:03] Sent: Queue-ID: 65ee8b47-00000009, Recipient: <bob@company.example>, Result: delivered, Status: 2.0.0 , Remote-Host: 127.0.0.1, Msg-Id: <1@far.example>
        [01/May/2024 10:00:04] Sent: Queue-ID: 65ee8b47-0000000b, Recipient: <tom@far.example>, Result: failed, Status: 5.7.1 No, thanks: not here, Remote-Host: 203.0.113.1
        [01/May/2024 10:00:05] Sent: Queue-ID: 65ee8b47-0000000b, Recipient: <tim@far.example>, Result: delayed, Status: 4.4.1 Cannot connect to host
        ---
        1 message 2024-05-01T10:00:00Z no-zone @65ee8b47-00000009: client_ip=192.0.2.1 | from=ann@far.example | message_id=1@far.example | protocol=smtp | size=985 | subject=lamps, Msg-Id: <forged@x>, cheap | to=bob@company.example
        2 message 2024-05-01T10:00:01Z no-zone @65ee8b47-0000000a: from= | protocol=dsn | size=1650 | to=bob@company.example
        3 message 2024-05-01T10:00:02Z no-zone @65ee8b47-0000000b: authenticated_as=bob@company.example | from=bob@company.example | protocol=http | size=700 | to="a, Size: 1"@far.example
        4 delivery 2024-05-01T10:00:03Z no-zone @65ee8b47-00000009: enhanced_code=2.0.0 | message_id=1@far.example | next_hop_ip=127.0.0.1 | reply=2.0.0 | status=sent | to=bob@company.example
        5 delivery 2024-05-01T10:00:04Z no-zone @65ee8b47-0000000b: enhanced_code=5.7.1 | next_hop_ip=203.0.113.1 | reply=5.7.1 No, thanks: not here | status=bounced | to=tom@far.example
        6 delivery 2024-05-01T10:00:05Z no-zone @65ee8b47-0000000b: enhanced_code=4.4.1 | reply=4.4.1 Cannot connect to host | status=deferred | to=tim@far.example
        ### kerio-syslog kerio
        <22>1 2024-05-01T12:00:00+02:00 mx mail - - - Sent: Queue-ID: 69ccd05a-0001a3e2, Recipient: <bob@company.example>, Result: delayed, Status: 4.3.0 Recipient's mailbox busy, Remote-Host: 127.0.0.1, Msg-Id: <1@far.example>
        ---
        1 delivery 2024-05-01T10:00:00Z @69ccd05a-0001a3e2: enhanced_code=4.3.0 | message_id=1@far.example | next_hop_ip=127.0.0.1 | reply=4.3.0 Recipient's mailbox busy | status=deferred | to=bob@company.example
        ### s-qmail qmail
        @400000006632126c0ee6b283 qmail-smtpd: pid 100 Accept::RCPT::Rcpthosts_Rcptto P:ESMTP S:192.0.2.1:mail.far.example H:far.example F:ann@far.example T:bob@company.example
        @400000006632126c0ee6b283 qmail-smtpd: pid 101 Reject::SNDR::Invalid_Relay P:ESMTP S:2001:db8::1:unknown H:far.example F:ann@far.example T:tom@other.example
        @400000006632126c0ee6b283 qmail-smtpd: pid 102 Accept::AUTH::plain P:ESMTPSA S:192.0.2.2:unknown H:pc.example F:eva@company.example T:tom@other.example ?~ 'eva'
        @400000006632126c0ee6b283 qmail-smtpd: pid 103 Reject::AUTH::login P:ESMTPSA S:192.0.2.3:unknown H:pc.example ?~ 'eva'
        @400000006632126c0ee6b283 qmail-popup: pid 104 Accept::AUTH::User P:POP3 S:192.0.2.4:unknown ?~ 'eva'
        @400000006632126c0ee6b283 qmail-smtpd: pid 105 Reject::DATA::Spam_Message P:ESMTP S:192.0.2.1:unknown H:far.example F:ann@far.example T:bob@company.example 'score'
        ---
        1 message 2024-05-01T09:58:58.250Z #100: client_ip=192.0.2.1 | client_name=mail.far.example | from=ann@far.example | helo=far.example | protocol=ESMTP | reason=Accept::RCPT::Rcpthosts_Rcptto | stage=RCPT | to=bob@company.example
        2 reject 2024-05-01T09:58:58.250Z #101: client_ip=2001:db8::1 | from=ann@far.example | helo=far.example | protocol=ESMTP | reason=Reject::SNDR::Invalid_Relay | stage=RCPT | to=tom@other.example
        3 message 2024-05-01T09:58:58.250Z #102: auth_method=PLAIN | authenticated_as=eva | client_ip=192.0.2.2 | from=eva@company.example | helo=pc.example | protocol=ESMTPSA | reason=Accept::AUTH::plain | stage=RCPT | to=tom@other.example
        4 authentication 2024-05-01T09:58:58.250Z #103: auth_method=LOGIN | client_ip=192.0.2.3 | helo=pc.example | protocol=ESMTPSA | reason=Reject::AUTH::login | status=fail | user=eva
        5 login 2024-05-01T09:58:58.250Z #104: auth_method=USER | client_ip=192.0.2.4 | protocol=pop3 | reason=Accept::AUTH::User | status=pass | user=eva
        6 reject 2024-05-01T09:58:58.250Z #105: client_ip=192.0.2.1 | from=ann@far.example | helo=far.example | protocol=ESMTP | reason=Reject::DATA::Spam_Message | stage=DATA | to=bob@company.example
        ### mailcow mailcow
        2024-05-01 10:00:00 WARN: 192.0.2.1 matched rule id 3 (dovecot: imap-login: Aborted login: user=<x>, rip=192.0.2.1)
        2024-05-01 10:00:01 INFO: 9 more attempts in the next 600 seconds until 192.0.2.1/32 is banned
        2024-05-01 10:00:02 CRIT: Banning 192.0.2.1/32 for 60 minutes
        2024-05-01 11:00:02 INFO: Unbanning 192.0.2.1/32
        ---
        1 authentication 2024-05-01T10:00:00Z no-zone: client_ip=192.0.2.1 | reason=192.0.2.1 matched rule id 3 (dovecot: imap-login: Aborted login: user=<x>, rip=192.0.2.1) | status=fail
        2 note 2024-05-01T10:00:01Z no-zone: client_ip=192.0.2.1 | count=9 | reason=9 more attempts in the next 600 seconds until 192.0.2.1/32 is banned
        3 reject 2024-05-01T10:00:02Z no-zone: client_ip=192.0.2.1 | delay=60m | reason=Banning 192.0.2.1/32 for 60 minutes | status=banned
        4 note 2024-05-01T11:00:02Z no-zone: client_ip=192.0.2.1 | reason=Unbanning 192.0.2.1/32 | status=released
        ### mailu mailcow
        [2024-05-01 10:00:00,112] WARNING in limiter: Authentication attempt from 192.0.2.1 has been rate-limited.
        [2024-05-01 10:00:01,112] WARNING in limiter: Authentication attempt from 192.0.2.1 for ann from 203.0.113.9 has been rate-limited.
        ---
        1 authentication 2024-05-01T10:00:00.112Z no-zone: client_ip=192.0.2.1 | reason=Authentication attempt from 192.0.2.1 has been rate-limited. | status=fail
        2 authentication 2024-05-01T10:00:01.112Z no-zone: client_ip=192.0.2.1 | reason=Authentication attempt from 192.0.2.1 for ann from 203.0.113.9 has been rate-limited. | status=fail | user=ann from 203.0.113.9
        ### zeek-table zeek-smtp
        #separator \x09
        #set_separator	,
        #empty_field	(empty)
        #unset_field	-
        #path	smtp
        #fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	trans_depth	helo	mailfrom	rcptto	subject	last_reply	tls
        #types	time	string	addr	port	addr	port	count	string	string	set[string]	string	string	bool
        1714557600.123456	CHhAvVGS1DHFjwGM9	192.0.2.1	38718	198.51.100.25	25	1	mail.far.example	<ann@far.example>	<bob@company.example>,<eve@company.example>	a\x09b	250 2.0.0 Ok: queued as 4F2A1	T
        1714557601.123456	CHhAvVGS1DHFjwGM9	192.0.2.1	38718	198.51.100.25	25	2	mail.far.example	-	(empty)	-	550 5.7.1 no	F
        #close	2024-05-01-10-00-05
        ---
        8 message 2024-05-01T10:00:00.123Z #CHhAvVGS1DHFjwGM9 @CHhAvVGS1DHFjwGM9.1: client_ip=192.0.2.1 | client_port=38718 | code=250 | enhanced_code=2.0.0 | from=ann@far.example | helo=mail.far.example | next_hop_ip=198.51.100.25 | next_hop_port=25 | recipients=2 | reply=250 2.0.0 Ok: queued as 4F2A1 | status=tls | subject=a	b | to=bob@company.example
        8 message 2024-05-01T10:00:00.123Z #CHhAvVGS1DHFjwGM9 @CHhAvVGS1DHFjwGM9.1: client_ip=192.0.2.1 | client_port=38718 | code=250 | enhanced_code=2.0.0 | from=ann@far.example | helo=mail.far.example | next_hop_ip=198.51.100.25 | next_hop_port=25 | recipients=2 | reply=250 2.0.0 Ok: queued as 4F2A1 | status=tls | subject=a	b | to=eve@company.example
        9 reject 2024-05-01T10:00:01.123Z #CHhAvVGS1DHFjwGM9 @CHhAvVGS1DHFjwGM9.2: client_ip=192.0.2.1 | client_port=38718 | code=550 | enhanced_code=5.7.1 | helo=mail.far.example | next_hop_ip=198.51.100.25 | next_hop_port=25 | reply=550 5.7.1 no
        ### zeek-json zeek-smtp
        {"ts":1714557600.123456,"uid":"CHhAvVGS1DHFjwGM9","id.orig_h":"192.0.2.1","id.orig_p":38718,"id.resp_h":"198.51.100.25","id.resp_p":25,"trans_depth":1,"helo":"mail.far.example","mailfrom":"ann@far.example","rcptto":["bob@company.example","eve@company.example"],"msg_id":"<1@far.example>","last_reply":"250 ok","tls":true}
        ---
        1 message 2024-05-01T10:00:00.123Z #CHhAvVGS1DHFjwGM9 @CHhAvVGS1DHFjwGM9.1: client_ip=192.0.2.1 | client_port=38718 | code=250 | from=ann@far.example | helo=mail.far.example | message_id=1@far.example | next_hop_ip=198.51.100.25 | next_hop_port=25 | recipients=2 | reply=250 ok | status=tls | to=bob@company.example
        1 message 2024-05-01T10:00:00.123Z #CHhAvVGS1DHFjwGM9 @CHhAvVGS1DHFjwGM9.1: client_ip=192.0.2.1 | client_port=38718 | code=250 | from=ann@far.example | helo=mail.far.example | message_id=1@far.example | next_hop_ip=198.51.100.25 | next_hop_port=25 | recipients=2 | reply=250 ok | status=tls | to=eve@company.example
        ### oracle oracle-messaging
        <co ts="2024-05-01T10:00:00.94" pi="72a9.3b4.4774" sc="tcp_submit" dr="+" ap="TCP|198.51.100.25|465|192.0.2.1|60766" mi="SMTP/TLS-128-RC4" us="ann" di="535 5.7.8 Bad username or password (Authentication failed)."/>
        ---
        1 authentication 2024-05-01T10:00:00.940Z no-zone #72a9.3b4.4774: client_ip=192.0.2.1 | client_port=60766 | code=535 | enhanced_code=5.7.8 | listener=198.51.100.25:465 | protocol=smtp | reply=535 5.7.8 Bad username or password (Authentication failed). | status=fail | transport=tcp_submit | user=ann
        """##
}
