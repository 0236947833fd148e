/// Lines of filters, and what they tell.
enum FilterSamples {
    static let text = ##"""
        ### rspamd rspamd
        2024-05-01 10:00:00 #20124(normal) <92984e>; task; rspamd_task_write_log: id: <1@far.example>, qid: <0E717441A450>, ip: 192.0.2.1, from: <ann@far.example>, (default: F (no action): [1.60/15.00] [HFILTER_HOSTNAME_UNKNOWN(2.50){},DMARC_POLICY_ALLOW(-0.50){far.example;none},MIME_GOOD(-0.10){text/plain;}]), len: 1234, time: 123.456ms, dns req: 10, digest: <abcdef>, rcpts: <bob@company.example>, mime_rcpts: <bob@company.example>
        2024-05-01 10:00:01.250 #20124(normal) <92984f>; task; rspamd_task_write_log: id: <x>, qid: <FORGED>, ip: 203.0.113.9, from: <y>, z@far.example>, qid: <0E717441A451>, ip: 192.0.2.1, user: eve, from: <ann@far.example>, (default: T (reject): [16.20/15.00] [BAYES_SPAM(5.10){100.00%;}]), len: 1234, time: 1.5ms, dns req: 0, digest: <a>, forced: reject "Virus found"; score=nan (set by clamav)
        2024-05-01 10:00:02 #20125(rspamd_proxy) <1a2b3c>; proxy; proxy_accept_socket: accepted milter connection from 192.0.2.9 port 41234
        2024-05-01 10:00:03 #20126(controller) <1a2b3d>; csession; rspamd_controller_check_password: invalid password
        2024-05-01 10:00:04 #20126(controller) rspamd_controller_check_password: absent or incorrect password has been specified; source ip: 192.0.2.1:56782
        ---
        1 scan 2024-05-01T10:00:00Z no-zone #92984e @0E717441A450: client_ip=192.0.2.1 | delay=123.456ms | from=ann@far.example | message_id=1@far.example | recipients=1 | score=1.60/15.00 | size=1234 | stage=task | symbols=HFILTER_HOSTNAME_UNKNOWN(2.50),DMARC_POLICY_ALLOW(-0.50),MIME_GOOD(-0.10) | to=bob@company.example | verdict=no action
        2 scan 2024-05-01T10:00:01.250Z no-zone #92984f: delay=1.5ms | doubt=client_ip,message_id,new_queue_id | reason=forced: reject "Virus found"; score=nan (set by clamav) | score=16.20/15.00 | size=1234 | stage=task | symbols=BAYES_SPAM(5.10) | user=eve | verdict=reject
        3 connect 2024-05-01T10:00:02Z no-zone #1a2b3c: client_ip=192.0.2.9 | client_port=41234 | reason=proxy_accept_socket: accepted milter connection from 192.0.2.9 port 41234 | stage=proxy
        4 authentication 2024-05-01T10:00:03Z no-zone #1a2b3d: protocol=rspamd | reason=rspamd_controller_check_password: invalid password | stage=csession | status=fail
        5 authentication 2024-05-01T10:00:04Z no-zone: client_ip=192.0.2.1 | client_port=56782 | protocol=rspamd | reason=rspamd_controller_check_password: absent or incorrect password has been specified; source ip: 192.0.2.1:56782 | status=fail
        ### rspamd-syslog rspamd
        May  1 10:00:00 mx rspamd[27538]: <8ae27d>; proxy; rspamd_task_write_log: id: <1@far.example>, qid: <A785B308622AB>, ip: 2001:db8::1, from: <>, (default: F (add header): [7.64/20.00] [BAYES_HAM(-3.00){100.00%;},AUTH_NA(1.00){}]), len: 12, time: 5.1ms
        ---
        1 scan 2024-05-01T10:00:00Z no-year no-zone #8ae27d @A785B308622AB: client_ip=2001:db8::1 | delay=5.1ms | from= | message_id=1@far.example | score=7.64/20.00 | size=12 | stage=proxy | symbols=BAYES_HAM(-3.00),AUTH_NA(1.00) | verdict=add header
        ### spamd spamd
        Wed May  1 10:00:00 2024 [1234] info: spamd: connection from mx.company.example [192.0.2.9]:41234 to port 783, fd 5
        Wed May  1 10:00:00 2024 [1234] info: spamd: processing message <1@far.example> for ann:1001
        Wed May  1 10:00:02 2024 [1234] info: spamd: identified spam (15.2/5.0) for ann:1001 in 2.5 seconds, 1200 bytes.
        Wed May  1 10:00:02 2024 [1234] info: spamd: result: Y 15 - BAYES_99,URIBL_BLACK scantime=2.5,size=1200,user=ann,uid=1001,required_score=5.0,rhost=mx.company.example,raddr=192.0.2.9,rport=41234,mid=<1,user=root@far.example>,bayes=0.999,autolearn=spam autolearn_force=no
        Wed May  1 10:00:03 2024 [1233] info: prefork: child states: II
        ---
        1 connect 2024-05-01T10:00:00Z no-zone #1234: client_ip=192.0.2.9 | client_name=mx.company.example | client_port=41234 | reason=connection from mx.company.example [192.0.2.9]:41234 to port 783, fd 5
        2 note 2024-05-01T10:00:00Z no-zone #1234: message_id=1@far.example | reason=processing message | user=ann
        3 scan 2024-05-01T10:00:02Z no-zone #1234: delay=2.5 | reason=identified spam (15.2/5.0) for ann:1001 in 2.5 seconds, 1200 bytes. | score=15.2/5.0 | size=1200 | user=ann | verdict=spam
        4 scan 2024-05-01T10:00:02Z no-zone #1234: client_ip=192.0.2.9 | delay=2.5 | message_id=1,user=root@far.example | score=15/5.0 | size=1200 | symbols=BAYES_99,URIBL_BLACK | user=ann | verdict=spam
        5 note 2024-05-01T10:00:03Z no-zone #1233: reason=prefork: child states: II
        ### spamd-syslog spamd
        May  1 10:00:02 mx spamd[1234]: spamd: result: . -1 - ALL_TRUSTED scantime=0.5,size=120,user=ann,uid=1001,required_score=5.0,rhost=::1,raddr=::1,rport=41234,mid=(unknown),autolearn=ham
        May  1 10:00:02 mx spamd[1234]: spamd: clean message (-1.0/5.0) for ann:1001 in 0.5 seconds, 120 bytes.
        May  1 10:00:02 mx spamd[1234]: spamd: something that nobody knows
        ---
        1 scan 2024-05-01T10:00:02Z no-year no-zone #1234: client_ip=::1 | delay=0.5 | score=-1/5.0 | size=120 | symbols=ALL_TRUSTED | user=ann | verdict=ham
        2 scan 2024-05-01T10:00:02Z no-year no-zone #1234: delay=0.5 | reason=clean message (-1.0/5.0) for ann:1001 in 0.5 seconds, 120 bytes. | score=-1.0/5.0 | size=120 | user=ann | verdict=ham
        3 note 2024-05-01T10:00:02Z no-year no-zone #1234: reason=something that nobody knows
        unknown spamd: spamd: something that nobody knows
        ### amavis amavis
        May  1 10:00:00 mx amavis[12345]: (12345-01) Blocked SPAM {DiscardedInbound,Quarantined}, [192.0.2.1]:41234 [192.0.2.7] <ann@far.example> -> <bob@company.example>,<eve@company.example>, quarantine: spam-abc.gz, Queue-ID: 4F2A1, Message-ID: <1@far.example>, mail_id: 9aBcD, Hits: 15.2, size: 1234, 500 ms
        May  1 10:00:01 mx amavis[12345]: (12345-02) Passed CLEAN {RelayedInbound}, [IPv6:2001:db8::1]:41234 <> -> <bob@company.example>, Queue-ID: 4F2A2, Message-ID: <2@far.example>, mail_id: 9aBcE, Hits: -1.2, size: 1234, queued_as: 5F3B2, dkim_sd=s:far.example, 321 ms
        May  1 10:00:02 mx amavis[12345]: (12345-03) Blocked INFECTED (Eicar-Test) {DiscardedInbound}, [192.0.2.1]:41234 <ann@far.example> -> <bob@company.example>, Message-ID: <x, mail_id: forged, Hits: -50, size: 1@far.example>, mail_id: 9aBcF, Hits: -, size: 1234, 20 ms
        May  1 10:00:03 mx amavis[12345]: (12345-03) extra modules loaded: none
        ---
        1 scan 2024-05-01T10:00:00Z no-year no-zone #12345-01 @4F2A1: client_ip=192.0.2.1 | client_port=41234 | delay=500 ms | from=ann@far.example | message_id=1@far.example | recipients=2 | score=15.2 | size=1234 | status=blocked | to=bob@company.example | verdict=SPAM
        1 scan 2024-05-01T10:00:00Z no-year no-zone #12345-01 @4F2A1: client_ip=192.0.2.1 | client_port=41234 | delay=500 ms | from=ann@far.example | message_id=1@far.example | recipients=2 | score=15.2 | size=1234 | status=blocked | to=eve@company.example | verdict=SPAM
        2 scan 2024-05-01T10:00:01Z no-year no-zone #12345-02 @4F2A2: client_ip=2001:db8::1 | client_port=41234 | delay=321 ms | from= | message_id=2@far.example | new_queue_id=5F3B2 | recipients=1 | score=-1.2 | size=1234 | status=passed | to=bob@company.example | verdict=CLEAN
        3 scan 2024-05-01T10:00:02Z no-year no-zone #12345-03: client_ip=192.0.2.1 | client_port=41234 | delay=20 ms | doubt=repeated | from=ann@far.example | message_id=x, mail_id: forged, Hits: -50, size: 1@far.example | reason=Eicar-Test | recipients=1 | status=blocked | to=bob@company.example | verdict=INFECTED | virus=Eicar-Test
        4 note 2024-05-01T10:00:03Z no-year no-zone #12345-03: reason=extra modules loaded: none
        ### mailscanner mailscanner
        May  1 10:00:00 mx MailScanner[18]: New Batch: Scanning 1 messages, 1234 bytes
        May  1 10:00:00 mx MailScanner[18]: Message 4bsM5k4xJmz4rT6 from 192.0.2.1 (ann@far.example) to company.example is spam, SpamAssassin (not cached, score=7.181, required 4, BAYES_40 -0.20, DKIM_SIGNED 0.01)
        May  1 10:00:01 mx MailScanner[18]: Message 4bsM5k4xJmz4rT7 from 192.0.2.1 (x) to y is not spam, SpamAssassin (score=-9) z@far.example) to company.example is spam, SpamAssassin (not cached, score=9, required 4, BAYES_99 3.5)
        May  1 10:00:02 mx MailScanner[18]: Infected message 4bsM5k4xJmz4rT8 came from 192.0.2.1
        May  1 10:00:03 mx MailScanner[18]: Requeue: 4F2A1.A1B2C to 5F3B2
        ---
        1 note 2024-05-01T10:00:00Z no-year no-zone: reason=New Batch: Scanning 1 messages, 1234 bytes
        2 scan 2024-05-01T10:00:00Z no-year no-zone @4bsM5k4xJmz4rT6: client_ip=192.0.2.1 | from=ann@far.example | reason=Message 4bsM5k4xJmz4rT6 from 192.0.2.1 (ann@far.example) to company.example is spam, SpamAssassin (not cached, score=7.181, required 4, BAYES_40 -0.20, DKIM_SIGNED 0.01) | score=7.181/4 | symbols=BAYES_40,DKIM_SIGNED | to=company.example | verdict=spam
        3 scan 2024-05-01T10:00:01Z no-year no-zone @4bsM5k4xJmz4rT7: client_ip=192.0.2.1 | doubt=verdict | reason=Message 4bsM5k4xJmz4rT7 from 192.0.2.1 (x) to y is not spam, SpamAssassin (score=-9) z@far.example) to company.example is spam, SpamAssassin (not cached, score=9, required 4, BAYES_99 3.5) | score=9/4 | symbols=BAYES_99
        4 scan 2024-05-01T10:00:02Z no-year no-zone @4bsM5k4xJmz4rT8: client_ip=192.0.2.1 | reason=Infected message 4bsM5k4xJmz4rT8 came from 192.0.2.1 | verdict=infected
        5 note 2024-05-01T10:00:03Z no-year no-zone @4F2A1.A1B2C: new_queue_id=5F3B2 | reason=Requeue: 4F2A1.A1B2C to 5F3B2
        ### milters milters
        May  1 10:00:00 mx opendkim[11]: 4F2A1: mail.far.example [192.0.2.1] not internal
        May  1 10:00:00 mx opendkim[11]: 4F2A1: DKIM verification successful
        May  1 10:00:00 mx opendkim[11]: 4F2A2: DKIM-Signature field added (s=mail, d=company.example)
        May  1 10:00:00 mx opendkim[11]: 4F2A3: no signature data
        May  1 10:00:01 mx opendmarc[12]: 4F2A1: SPF(mailfrom): ann@far.example pass
        May  1 10:00:01 mx opendmarc[12]: 4F2A1: far.example pass
        May  1 10:00:01 mx opendmarc[12]: 4F2A4: rejected by DMARC policy for far.example
        May  1 10:00:02 mx policyd-spf[13]: prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=mail.far.example; envelope-from=ann@far.example; receiver=<UNKNOWN>
        May  1 10:00:02 mx policyd-spf[13]: 550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=mfrom;id=ann@far.example;ip=192.0.2.1;r=mx
        May  1 10:00:03 mx postgrey[14]: action=greylist, reason=new, client_name=mail.far.example, client_address=192.0.2.1/32, sender=ann@far.example, recipient=bob@company.example
        May  1 10:00:03 mx postgrey[14]: 4F2A5: action=pass, reason=triplet found, delay=301, client_name=mail.far.example, client_address=192.0.2.1, sender=ann@far.example, recipient=bob@company.example
        May  1 10:00:04 mx milter-greylist[15]: 4F2A6: addr mail.far.example[192.0.2.1] from <ann@far.example> to <bob@company.example> delayed for 00:30:00 (ACL 120)
        May  1 10:00:05 mx clamav-milter[16]: Message 4F2A7 from <ann@far.example> to <bob@company.example> with subject 'x infected by none' message-id '<1@far.example>' date 'Wed' infected by Eicar-Test-Signature
        May  1 10:00:06 mx sqlgrey[17]: grey: new: 192.0.2.1(192.0.2.1), ann@far.example -> bob@company.example
        ---
        1 note 2024-05-01T10:00:00Z no-year no-zone @4F2A1: client_ip=192.0.2.1 | client_name=mail.far.example | reason=mail.far.example [192.0.2.1] not internal
        2 scan 2024-05-01T10:00:00Z no-year no-zone @4F2A1: dkim=pass | reason=DKIM verification successful
        3 scan 2024-05-01T10:00:00Z no-year no-zone @4F2A2: reason=DKIM-Signature field added (s=mail, d=company.example) | verdict=signed
        4 scan 2024-05-01T10:00:00Z no-year no-zone @4F2A3: dkim=none | reason=no signature data
        5 scan 2024-05-01T10:00:01Z no-year no-zone @4F2A1: reason=SPF(mailfrom): ann@far.example pass | spf=pass
        6 scan 2024-05-01T10:00:01Z no-year no-zone @4F2A1: dmarc=pass | header_from=far.example | reason=far.example pass
        7 reject 2024-05-01T10:00:01Z no-year no-zone @4F2A4: dmarc=fail | header_from=far.example | reason=rejected by DMARC policy for far.example
        8 scan 2024-05-01T10:00:02Z no-year no-zone: client_ip=192.0.2.1 | from=ann@far.example | helo=mail.far.example | reason=prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=mail.far.example; envelope-from=ann@far.example; receiver=<UNKNOWN> | spf=pass
        9 reject 2024-05-01T10:00:02Z no-year no-zone: client_ip=192.0.2.1 | code=550 | enhanced_code=5.7.23 | reason=550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=mfrom;id=ann@far.example;ip=192.0.2.1;r=mx | reply=550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=mfrom;id=ann@far.example;ip=192.0.2.1;r=mx | spf=fail
        10 defer 2024-05-01T10:00:03Z no-year no-zone: client_ip=192.0.2.1 | client_name=mail.far.example | from=ann@far.example | reason=new | stage=RCPT | to=bob@company.example | verdict=greylist
        11 scan 2024-05-01T10:00:03Z no-year no-zone @4F2A5: client_ip=192.0.2.1 | client_name=mail.far.example | delay=301 | from=ann@far.example | reason=triplet found | stage=RCPT | to=bob@company.example | verdict=pass
        12 defer 2024-05-01T10:00:04Z no-year no-zone @4F2A6: client_ip=192.0.2.1 | client_name=mail.far.example | delay=00:30:00 | from=ann@far.example | reason=addr mail.far.example[192.0.2.1] from <ann@far.example> to <bob@company.example> delayed for 00:30:00 (ACL 120) | to=bob@company.example
        13 scan 2024-05-01T10:00:05Z no-year no-zone @4F2A7: from=ann@far.example | reason=Message 4F2A7 from <ann@far.example> to <bob@company.example> with subject 'x infected by none' message-id '<1@far.example>' date 'Wed' infected by Eicar-Test-Signature | to=bob@company.example | verdict=infected | virus=Eicar-Test-Signature
        14 defer 2024-05-01T10:00:06Z no-year no-zone: client_ip=192.0.2.1 | from=ann@far.example | reason=grey: new: 192.0.2.1(192.0.2.1), ann@far.example -> bob@company.example | to=bob@company.example | verdict=new
        ### amavis-own amavis
        May  1 10:00:00 mx.company.example /usr/sbin/amavisd-new[12345]: (12345-04) Passed CLEAN, [192.0.2.1] <ann@far.example> -> <bob@company.example>, Message-ID: <3@far.example>, mail_id: 9aBcG, Hits: 0.1, size: 12, 9 ms
        ---
        1 scan 2024-05-01T10:00:00Z no-year no-zone #12345-04: client_ip=192.0.2.1 | delay=9 ms | from=ann@far.example | message_id=3@far.example | recipients=1 | score=0.1 | size=12 | status=passed | to=bob@company.example | verdict=CLEAN
        ### clamd-and-keys milters
        May  1 10:00:00 mx clamd[9]: /var/spool/x/parts/p001: Eicar-Signature FOUND
        May  1 10:00:01 mx opendkim[9]: 4F2A1: s=mail d=far.example SSL error:04091068:rsa routines:int_rsa_verify:bad signature
        ---
        1 scan 2024-05-01T10:00:00Z no-year no-zone: reason=/var/spool/x/parts/p001: Eicar-Signature FOUND | verdict=infected | virus=Eicar-Signature
        2 scan 2024-05-01T10:00:01Z no-year no-zone @4F2A1: dkim=fail | header_from=far.example | reason=s=mail d=far.example SSL error:04091068:rsa routines:int_rsa_verify:bad signature
        """##
}
